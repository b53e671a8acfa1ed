import SQL
import Testing

struct TypeNameTests {
    @Test(arguments: [
        "bigint", "varchar(20)", "numeric(10, 2)", "timestamp(3) with time zone", "app.\"Mood\"[]", "int4range",
        "interval year to month", "character varying", "\"a--b\".mood", "\"a/*b\"",
    ])
    func `a data type is read as it stands`(_ text: String) throws {
        #expect(try TypeName(parsing: text).text == text)
    }

    @Test(arguments: [
        "", "int; DROP TABLE x", "int, 1", "int AS x", "int FROM x", "int::text", "int)", "int -- x", "int /* x */",
        "1",
        "int COLLATE \"C\"", "int + 1", "$1",
    ])
    func `nothing that is more than a type is taken for one`(_ text: String) {
        #expect(throws: SyntaxError.self) { try TypeName(parsing: text) }
    }
}
