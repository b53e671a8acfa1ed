import Foundation
import Postgres
import TestSupport
import Testing

/// `exec`: a script on the database.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ExecTests {
    private func program(_ script: String) throws -> Program {
        let program = try Program(on: try ScratchDatabase.current)
        try program.write(script, to: "a.sql")
        return program
    }

    private static let broken = "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nINSERT INTO a\n  VALUES ('x');\n"

    @Test func `as one message all of a script is done or nothing`() async throws {
        let program = try program(Self.broken)
        let failed = try await program.run("exec", "--file", "a.sql")
        #expect(failed.status == 1, "\(failed.output)")
        #expect(failed.errors.contains("a.sql:4:11: error: invalid input syntax for type integer"), "\(failed.errors)")
        #expect(try program.value("SELECT to_regclass('a') IS NULL"))
        try program.write(Self.broken.replacing("'x'", with: "2"), to: "a.sql")
        let done = try await program.run("exec", "--file", "a.sql")
        #expect(done.status == 0 && done.output.contains("3 statements executed"), "\(done.output)\(done.errors)")
        #expect(try program.value("SELECT sum(id)::int FROM a") == 3)
    }

    @Test func `statement by statement, what was done before a failure stays, or nothing in a transaction`()
        async throws
    {
        let program = try program(Self.broken)
        let whole = try await program.run("exec", "--file", "a.sql", "--transaction")
        #expect(whole.status == 1)
        #expect(whole.errors.contains("a.sql:4:11") && whole.errors.contains("nothing was changed"), "\(whole.errors)")
        #expect(try program.value("SELECT to_regclass('a') IS NULL"))
        let apart = try await program.run("exec", "--file", "a.sql", "--statements")
        #expect(apart.status == 1)
        #expect(apart.errors.contains("2 of 3 statements were done before it"), "\(apart.errors)")
        #expect(try program.value("SELECT count(*)::int FROM a") == 1)
        try program.write("CREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;", to: "b.sql")
        #expect(try await program.run("exec", "--file", "b.sql", "--statements").status == 0)
    }

    @Test func `stdin is read, and rows are printed where they are asked for`() async throws {
        let program = try program("SELECT 1 AS one, NULL AS none; SELECT 'x' AS two WHERE false;")
        let piped = "cat a.sql | \"$0\" exec - --results"
        let result = try await program.shell(piped)
        #expect(
            result.output == "one\tnone\n1\tNULL\ntwo\n✔ 2 statements executed\n",
            "\(result.output)\(result.errors)"
        )
        #expect(try await !program.run("exec", "--file", "a.sql").output.contains("one"))
        let json = try await program.run("exec", "--file", "a.sql", "--results", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(object["statements"] as? Int == 2)
        let first = try #require((object["results"] as? [[String: Any]])?.first)
        #expect(first["columns"] as? [String] == ["one", "none"])
        let stdin = try await program.shell("\"$0\" exec --stdin < a.sql")
        #expect(stdin.status == 0, "\(stdin.errors)")
    }

    @Test func `locks and statements are not waited for without end`() async throws {
        let program = try program("ALTER TABLE a ADD b int;")
        try program.sql("CREATE TABLE a (id int)")
        let holder = try program.database.connect()
        try holder.execute("BEGIN; LOCK TABLE public.a")
        let locked = try await program.run("exec", "--file", "a.sql", "--lock-timeout", "200ms")
        #expect(locked.status == 1)
        #expect(locked.errors.contains("lock timeout"), "\(locked.errors)")
        try holder.execute("ROLLBACK")
        try program.write("SELECT pg_sleep(5);", to: "slow.sql")
        let slow = try await program.run("exec", "--file", "slow.sql", "--statement-timeout", "200ms")
        #expect(slow.errors.contains("statement timeout"), "\(slow.errors)")
        try program.write("SHOW lock_timeout; SHOW statement_timeout;", to: "show.sql")
        #expect(
            try await program.run("exec", "--file", "show.sql", "--results").output.contains(
                "lock_timeout\n5s\nstatement_timeout\n5min\n"
            )
        )
    }

    @Test func `unqualified names mean what they mean to the role`() async throws {
        let program = try program("INSERT INTO a VALUES (7);")
        try program.sql("CREATE TABLE a (id int)")
        #expect(try await program.run("exec", "--file", "a.sql").status == 0)
        #expect(try program.value("SELECT id FROM public.a") == 7)
    }

    @Test(arguments: [
        ["exec"], ["exec", "--file", "a.sql", "-"], ["exec", "a.sql"],
        ["exec", "--file", "a.sql", "--statements", "--transaction"],
    ])
    func `wrong usage is refused`(_ arguments: [String]) async throws {
        #expect(try await program("SELECT 1").run(arguments).status == 64)
    }

    @Test func `a file that is not there, or not text, and a database that is not there`() async throws {
        let program = try program("SELECT 1")
        #expect(try await program.run("exec", "--file", "nowhere.sql").errors.contains("nowhere.sql cannot be read"))
        let away = try await program.run("exec", "--file", "a.sql", "--database", "postgres://nowhere.invalid/d")
        #expect(away.status == 69, "\(away.errors)")
    }
}
