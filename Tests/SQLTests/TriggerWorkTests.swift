import Testing

@testable import SQL

/// What is read off the statements that make sync triggers and their functions.
@Suite struct TriggerWorkTests {
    private func work(_ sql: String) throws -> TriggerWork? { try Script(parsing: sql).statements[0].triggerWork }

    private static let table = QualifiedName(
        schema: Identifier(shortening: "app"),
        name: Identifier(shortening: "User")
    )
    private static let function = QualifiedName(
        schema: Identifier(shortening: "crossfade"),
        name: Identifier(shortening: "f")
    )

    /// As pg_trigger.h has them: ROW 1, BEFORE 2, INSERT 4, DELETE 8, UPDATE 16, TRUNCATE 32.
    @Test(arguments: [
        ("BEFORE INSERT OR UPDATE", "FOR EACH ROW", 23), ("AFTER INSERT", "FOR EACH ROW", 5),
        ("AFTER UPDATE", "FOR EACH ROW", 17), ("AFTER DELETE", "FOR EACH ROW", 9),
        ("AFTER TRUNCATE", "FOR EACH STATEMENT", 32),
    ])
    func `a trigger has the type that the catalog has`(_ when: String, _ level: String, _ type: Int) throws {
        let sql = #"CREATE TRIGGER "~a" \#(when) ON app."User" \#(level) EXECUTE FUNCTION crossfade.f('x')"#
        let trigger = TriggerWork.Trigger(
            name: Identifier(shortening: "~a"),
            table: Self.table,
            function: Self.function,
            type: type
        )
        #expect(try work(sql) == .trigger(trigger))
    }

    @Test func `a function has its body, and one of an expression has none`() throws {
        let body =
            #"CREATE OR REPLACE FUNCTION crossfade.f() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$"#
        #expect(try work(body) == .function(Self.function, body: "BEGIN RETURN NEW; END"))
        let expression = "CREATE FUNCTION crossfade.f(a int) RETURNS int LANGUAGE sql RETURN a + 1"
        #expect(try work(expression) == .function(Self.function, body: nil))
    }

    @Test(arguments: [
        "SET LOCAL search_path = pg_catalog", "COMMENT ON FUNCTION crossfade.f() IS 'x'",
        "GRANT EXECUTE ON FUNCTION crossfade.f(int) TO PUBLIC",
        #"SELECT crossfade.revoke_all('"crossfade"."f"()'::regprocedure)"#,
    ])
    func `rights, comments and the path of functions are settings`(_ sql: String) throws {
        #expect(try work(sql) == .setting)
    }

    /// A table's rights are given once: what people made of them since would be lost.
    @Test(arguments: [
        #"SELECT crossfade.revoke_all('"t"'::regclass)"#, "GRANT SELECT ON t TO PUBLIC", "COMMENT ON TABLE t IS 'x'",
        "SET LOCAL ROLE anna", "ALTER TABLE t ADD COLUMN a int", "ALTER TABLE t DISABLE TRIGGER a",
        "CREATE OR REPLACE TRIGGER a AFTER UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION f()", "SELECT 1",
    ])
    func `what is about a table is none of it`(_ sql: String) throws {
        #expect(try work(sql) == nil)
    }

    @Test func `a trigger that always fires is told`() throws {
        let sql = #"ALTER TABLE app."User" ENABLE ALWAYS TRIGGER "~a""#
        #expect(try work(sql) == .always(Identifier(shortening: "~a"), on: Self.table))
    }
}
