import Cluster
import Foundation
import Postgres
import TestSupport
import Testing

/// `diff` where a side is a database, migrations or SQL.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct DiffDatabaseTests {
    private static let schema = """
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE author (id int PRIMARY KEY, mail text NOT NULL, mood mood);
        CREATE TABLE book (id int PRIMARY KEY, author int REFERENCES author, title text);
        CREATE INDEX book_title ON book (lower(title));
        CREATE VIEW titles AS SELECT title FROM book;

        """

    private func program() throws -> Program {
        let program = try Program(on: try ScratchDatabase.current)
        try program.write(Self.schema, to: "old.sql")
        try program.write(
            Self.schema.replacing("title text", with: "title text, pages int")
                + "ALTER TYPE mood ADD VALUE 'glad'; DROP VIEW titles; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
            to: "new.sql"
        )
        return program
    }

    @Test func `the script of two files runs on the first, and leaves the second`() async throws {
        let program = try program()
        try program.sql(Self.schema)
        let sides = ["--from", "sql:old.sql", "--to", "sql:new.sql"]
        let summary = try await program.run(["diff"] + sides + ["--exit-code"])
        #expect(summary.status == 2, "\(summary.errors)")
        #expect(
            summary.output == """
                [+] Added routines
                  - "public"."f"()

                [-] Removed views
                  - "public"."titles"

                [*] Changed the table "public"."book"
                  [+] Added column "pages"

                [*] Changed the type "public"."mood"

                """
        )
        let script = try await program.run(["diff"] + sides + ["--script"])
        #expect(script.output.contains("Outside the transaction"), "\(script.output)")
        try program.write(script.output, to: "step.sql")
        let executed = try await program.run("exec", "--file", "step.sql", "--statements")
        #expect(executed.status == 0, "\(executed.errors)")
        let rest = try await program.run("diff", "--from", "database", "--to", "sql:new.sql", "--exit-code")
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        #expect(rest.output == "No difference detected.\n")
    }

    @Test func `a database in use is only read, by a role that may do no more than connect`() async throws {
        let program = try program()
        // On a server of its own, where nobody else writes to the log.
        let cluster = try await Cluster.start()
        let server = try Connection.open(
            ConnectionTarget(url: cluster.url, environment: [:]),
            SessionOptions(applicationName: "test", keepsSearchPath: true)
        )
        try server.execute("SET search_path = public; \(Self.schema); CREATE ROLE looker LOGIN; CHECKPOINT")
        let url = cluster.url.replacing("user=postgres", with: "user=looker")
        func position() throws -> String {
            try server.query("SELECT pg_current_wal_insert_lsn()::text AS position").only().decode("position")
        }
        // The server itself notes now and then which transactions run: one look without a byte in the log is enough.
        var isSilent = false
        for _ in 1...5 where !isSilent {
            let before = try position()
            let result = try await program.run(
                "diff",
                "--from",
                "database:\(url)",
                "--to",
                "sql:old.sql",
                "--exit-code"
            )
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            isSilent = try position() == before
        }
        #expect(isSilent)
        server.close()
        await cluster.stop()
    }

    @Test func `migrations are run in order, and the shadow can be named`() async throws {
        let program = try program()
        try program.write("CREATE TABLE a (id int);", to: "prisma/migrations/1_a/migration.sql")
        try program.write("ALTER TABLE a ADD b text;", to: "prisma/migrations/2_b/migration.sql")
        try program.write("CREATE TABLE a (id int, b text);", to: "whole.sql")
        let shadow = try program.database.url
        for more in [[], ["--shadow", shadow], ["--shadow-database-url", shadow]] {
            let same = try await program.run(
                ["diff", "--from-migrations", "prisma/migrations", "--to", "sql:whole.sql", "--exit-code"] + more,
                withoutDatabase: !more.isEmpty
            )
            #expect(same.status == 0, "\(same.output)\(same.errors)")
        }
        #expect(try program.value("SELECT to_regclass('a') IS NULL"))
        // The live database is never a shadow.
        let live = try await program.run("diff", "--from", "database", "--to", "sql:whole.sql", "--shadow", shadow)
        #expect(live.status == 4)
        #expect(live.errors.contains("the shadow database is the live database"), "\(live.errors)")
    }

    @Test func `a migration that fails is shown with file, line and column`() async throws {
        let program = try program()
        try program.write("CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id itn\n);\n", to: "m/1.sql")
        let result = try await program.run("diff", "--from", "migrations:m", "--to", "empty")
        #expect(result.status == 1)
        #expect(result.errors.contains("m/1.sql:4:6: error: type \"itn\" does not exist"), "\(result.errors)")
        #expect(result.errors.contains("  id itn"), "\(result.errors)")
    }

    @Test func `what is not modelled is counted in every answer`() async throws {
        let program = try program()
        try program.write(
            "CREATE FUNCTION g(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR @@@ (FUNCTION = g, LEFTARG = int, RIGHTARG = int);",
            to: "operator.sql"
        )
        let sides = ["diff", "--from", "empty", "--to", "sql:operator.sql"]
        #expect(try await program.run(sides).output.contains("not compared: 1 operator"))
        #expect(try await program.run(sides + ["--script"]).output.hasPrefix("-- not compared: 1 operator\n"))
        let json = try await program.run(sides + ["--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(object["notCompared"] as? String == "not compared: 1 operator")
        #expect(Set(object.keys) == ["empty", "apart", "steps", "summary", "notCompared"])
    }

    @Test func `Crossfade's own schema is not compared, and others can be left out`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 3)
        try #require(try await program.run("init").status == 0)
        try program.sql("CREATE SCHEMA other; CREATE TABLE other.t (a int)")
        let all = try await program.run("diff", "--from", "empty", "--to", "database")
        #expect(all.output.contains("\"other\".\"t\"") && !all.output.contains("crossfade"), "\(all.output)")
        let some = try await program.run("diff", "--from", "empty", "--to", "database", "--exclude", "other")
        #expect(!some.output.contains("other"), "\(some.output)")
    }

    @Test func `what a plan makes of the schema is known before it begins`() async throws {
        let program = try Program(plan: Program.plan().replacing("change:\n", with: "model: schema.prisma\nchange:\n"))
        try program.load(rows: 3)
        let before = try await program.dump()
        let expand = try await program.run("diff", "--from", "database", "--to", "plan:rename@expand")
        #expect(expand.output.contains("[+] Added column \"biography\""), "\(expand.output)\(expand.errors)")
        let purge = try await program.run("diff", "--from", "database", "--to", "plan:rename@purge", "--script")
        #expect(purge.output.contains("DROP COLUMN \"bio\""), "\(purge.output)\(purge.errors)")
        #expect(try await program.dump() == before)
        #expect(try program.value("SELECT to_regnamespace('crossfade') IS NULL"))
        // When it is done, the database is what was foretold, and status offers the comparison with the model.
        try program.write(purge.output, to: "purge.sql")
        let foretold = try await program.run("diff", "--from", "plan:rename@purge", "--to", "empty", "--script")
        let advance = try await program.run("advance", "rename", "--through", "contract", "--confirm", "rename")
        try #require(advance.status == 0, "\(advance.errors)")
        let begun = try await program.run("diff", "--from", "plan:rename", "--to", "empty")
        #expect(begun.status == 2, "\(begun.output)\(begun.errors)")
        #expect(begun.errors.contains("table public.Profile has no column bio"), "\(begun.errors)")
        try program.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d'")
        try #require(try await program.run("purge", "rename", "--confirm", "rename").status == 0)
        #expect(
            try await program.run("diff", "--from", "database", "--to", "empty", "--script").output == foretold.output
        )
        let status = try await program.run("status", "rename")
        #expect(status.output.contains("crossfade diff --from database --to schema:schema.prisma"), "\(status.output)")
    }

    @Test func `a schema of Prisma is held against the database`() async throws {
        let program = try Program(on: try ScratchDatabase.current)
        try program.write(
            "datasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id @default(autoincrement())\n  name String?\n}\n",
            to: "schema.prisma"
        )
        let script = try await program.run("diff", "--from-empty", "--to-schema", "schema.prisma", "--script")
        try program.sql(script.output)
        let same = try await program.run("diff", "--from", "database", "--to", "schema:schema.prisma", "--exit-code")
        #expect(same.status == 0, "\(same.output)\(same.errors)")
        try program.sql("ALTER TABLE \"User\" DROP COLUMN name")
        let other = try await program.run(
            "diff",
            "--from",
            "database",
            "--to",
            "schema:schema.prisma",
            "--script",
            "--exit-code"
        )
        #expect(other.status == 2)
        #expect(other.output.contains("ADD COLUMN \"name\" text"), "\(other.output)")
    }
}
