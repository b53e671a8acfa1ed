// Foundation has an `Expression` of its own.
import Foundation
import SQL
import Testing

@Suite struct ExpressionTests {
    @Test(arguments: [
        "lower(name)", "id::bigint", #"first || ' ' || "lastName""#, "(SELECT max(x) FROM t)", "a IS NOT NULL",
        "CASE WHEN a > 0 THEN 1 END", "'-- not a comment'", "a /* why */ + 1", "ARRAY[1, 2]", "ROW(1, 2)", "count(*)",
    ])
    func `an expression is taken as it is`(text: String) throws {
        #expect(try SQL.Expression(parsing: text).text == text)
    }

    @Test(arguments: [
        ("lower(name)", "lower(NEW.\"name\")"), (#"a || "b c" || a"#, #"NEW.a || NEW."b c" || NEW.a"#),
        ("'a' || f.a", "'a' || NEW.a"), ("t.a + a", "t.a + NEW.a"), ("'🐘a' || a", "'🐘a' || NEW.a"),
        ("(a).x", "(NEW.a).x"),
        ("(SELECT max(x) FROM unnest(f.a) x)", "(SELECT max(x) FROM unnest(NEW.a) x)"), ("A", "NEW.a"),
        ("other", "other"),
    ])
    func `columns are replaced where they stand, and nothing that only looks like one`(_ text: String, _ made: String)
        throws
    {
        let values = ["a": "NEW.a", "b c": #"NEW."b c""#, "name": #"NEW."name""#]
        #expect(try SQL.Expression(parsing: text).replacing(values, qualifiedBy: "f") == made)
    }

    @Test(arguments: [
        "", "  ", "-- nothing", "a, b", "a AS b", "a b", "1), (2", "1) FROM t WHERE (1 = 1", "1; DROP TABLE t", "*",
        "DISTINCT a", "a FROM t", "1 UNION SELECT 2", "SELECT 1", "a -- trailing", "a /* open", "a LIMIT 1",
        "1 INTO t", "$1", "a + $2", "lower(", "'open", "a)", "(a", "1\0",
    ])
    func `what is not exactly one expression is refused`(text: String) {
        #expect(throws: SyntaxError.self) { try SQL.Expression(parsing: text) }
    }

    @Test(arguments: [
        ("lower(name", "syntax error at end of input", 10),
        ("'🐘' || , b", #"syntax error at or near ",""#, 7),
        ("a -- b", "syntax error at end of input", 6),
        ("a, b", "this is not a single expression", 4),
        ("'é' || $1", "an expression has no parameters", 7),
        ("1\0", "a NUL character cannot be part of SQL", 1),
    ])
    func `an error names its place in the text as it was given`(text: String, message: String, position: Int) {
        let expected = SyntaxError(message: message, position: position, text: text)
        #expect(throws: expected) { try SQL.Expression(parsing: text) }
    }

    @Test(arguments: [
        "1", "-1.5", "+2", "'x'", "NULL", "true", "'1'::int", "'{}'::jsonb", "interval '1 day'", "- '1'::int",
    ])
    func `a literal is a constant, cast or signed too`(text: String) throws {
        #expect(try SQL.Expression(parsing: text).isConstant)
    }

    @Test(arguments: ["a", "now()", "current_date", "1 + 1", "'a' || 'b'", "ARRAY[1]", "- a", "a::text"])
    func `a column, a function and an operation are not constants`(text: String) throws {
        #expect(try !SQL.Expression(parsing: text).isConstant)
    }

    @Test func `columns are the unqualified ones, each once, in the order of the text`() throws {
        let expression = try SQL.Expression(parsing: #"coalesce("B", lower(A)) || t.c || "B" || '🐘' || d"#)
        #expect(expression.columns == ["B", "a", "d"])
    }

    @Test func `a stored expression is parsed again when read`() throws {
        let stored = try JSONEncoder().encode([SQL.Expression(parsing: "lower(a)")])
        #expect(try JSONDecoder().decode([SQL.Expression].self, from: stored).first?.columns == ["a"])
        let bad = Data(#"["a, b"]"#.utf8)
        #expect(throws: SyntaxError.self) { try JSONDecoder().decode([SQL.Expression].self, from: bad) }
    }

    @Test func `a long chain of operators is read`() throws {
        let chain = (1...200).map { "c\($0)" }.joined(separator: " || ")
        #expect(try SQL.Expression(parsing: chain).columns.count == 200)
    }

    @Test func `what is nested too deeply is refused, not crashed on`() {
        let chain = (1...20_000).map { "c\($0)" }.joined(separator: " || ")
        #expect(throws: SyntaxError.self) { try SQL.Expression(parsing: chain) }
    }

    @Test func `control characters and markup in a name come through the parse tree`() throws {
        let name = "a\t<b>\u{1}\\\"\"é"
        #expect(try SQL.Expression(parsing: "\"\(name)\"").columns == [name.replacing("\"\"", with: "\"")])
    }
}
