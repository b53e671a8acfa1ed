import SQL
import Testing

@Suite struct DefinitionColumnsTests {
    @Test(arguments: [
        ("UNIQUE (a, \"B c\") INCLUDE (d)", ["B c", "a", "d"], []),
        ("CHECK (((a > 0) AND (lower(b) <> 'c'::text)))", ["a", "b"], []),
        ("FOREIGN KEY (a, b) REFERENCES u(x, y) ON DELETE CASCADE", ["a", "b"], ["x", "y"]),
        ("FOREIGN KEY (a) REFERENCES u", ["a"], []),
        ("EXCLUDE USING gist (a WITH =, lower(b) WITH =) WHERE ((c > 1))", ["a", "b", "c"], []),
        ("", [], []),
    ])
    func `a constraint names the columns of its table, and those it references`(
        definition: String,
        own: [String],
        referenced: [String]
    ) {
        let columns = DefinitionColumns(.constraint, ServerText(definition))
        #expect(columns.own.map(\.name) == own)
        #expect(columns.referenced.map(\.name) == referenced)
    }

    @Test func `an index names the columns of its keys, its expressions and its condition`() {
        let unique = DefinitionColumns(.index, ServerText("(b, a) NULLS NOT DISTINCT"))
        #expect(unique.own.map(\.name) == ["a", "b"])
        let definition = ServerText("USING btree (a, lower(b)) INCLUDE (c) WHERE (d > 5)")
        #expect(DefinitionColumns(.index, definition).own.map(\.name) == ["a", "b", "c", "d"])
    }
}
