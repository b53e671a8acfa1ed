import SQL
import Testing

@Suite struct ArrayTypeTests {
    @Test(arguments: [
        (
            "a = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])",
            "a = ANY ((ARRAY['x'::character varying, 'y'::character varying]::character varying[])::text[])"
        ),
        ("(ARRAY[f(1, 2)::app.mood])::text[]", "(ARRAY[f(1, 2)::app . mood]::app . mood[])::text[]"),
    ])
    func `an array that is cast as a whole gets its own type`(text: String, stated: String) {
        let result = ServerText(text).statingArrayTypes.text
        #expect(result.filter { $0 != " " } == stated.filter { $0 != " " })
    }

    @Test(arguments: [
        "a = ANY (ARRAY[('x'::character varying)::text])", "(ARRAY[1, 2])::text[]", "(ARRAY['a'::text, 1])::text[]",
        "(ARRAY['a'::character varying(3)])::text[]", "'(ARRAY[''a''::text])::text[]'::text",
    ])
    func `every other text stays as it is`(text: String) {
        #expect(ServerText(text).statingArrayTypes.text == text)
    }
}
