import Foundation
import TestSupport
import Testing

/// What `status` says of the database and of a failure.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct StatusTests {
    @Test func `the database, the role and the reason of a failure are named`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 20)
        try #require(try await program.run("advance", "rename", "--through", "expand").status == 0)
        try program.sql(
            """
            CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
            CREATE TRIGGER a_no BEFORE UPDATE ON "Profile" FOR EACH ROW EXECUTE FUNCTION no()
            """
        )
        let plan = try program.text(of: "Plans/rename.yaml")
        try program.write(plan + "\nacknowledge: [user-triggers, function-bodies]\n", to: "Plans/rename.yaml")
        let failed = try await program.run("advance", "rename", "--through", "backfill")
        #expect(failed.status == 2 || failed.status == 1, "\(failed.output)\(failed.errors)")
        let name: String = try program.value("SELECT current_database()")
        let role: String = try program.value("SELECT current_user")
        let status = try await program.run("status", "rename")
        #expect(status.output.contains("\(name) on this machine, as \(role)"), "\(status.output)")
        let json = try await program.run("status", "rename", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let database = try #require(object["database"] as? [String: Any])
        #expect(database["name"] as? String == name && database["role"] as? String == role)
        let phases = try #require(object["phases"] as? [[String: Any]])
        if phases.contains(where: { $0["status"] as? String == "failed" }) {
            #expect((object["failure"] as? String)?.contains("not today") == true, "\(json.output)")
            #expect(status.output.contains("not today"), "\(status.output)")
        } else {
            Issue.record("no phase failed: \(failed.output)\(failed.errors)")
        }
    }

    @Test func `without a name every run is listed with its next command, what needs a person first`() async throws {
        let program = try Program(plan: Program.plan(contract: "requires: [{soak: 1h}]"))
        try program.load(rows: 5)
        try program.sql("CREATE TABLE other (id int PRIMARY KEY, a text); INSERT INTO other VALUES (1, 'x')")
        try program.write(
            """
            version: 1
            name: closed
            change: {rename_column: {table: other, from: a, to: b}}
            phases: {dual_write_check: {observe: 0s, min_writes: 0}, backfill: {requires: [{assertion: {name: never, sql: 'SELECT 1'}}]}}
            """,
            to: "Plans/closed.yaml"
        )
        try program.write(
            "version: 1\nname: later\nchange: {drop_column: {table: other, column: a}}\n",
            to: "Plans/later.yaml"
        )
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        try #require(try await program.run("advance", "closed").status == 0)
        try FileManager.default.removeItem(at: program.folder.appending(path: "Plans/closed.yaml"))
        let overview = try await program.run("status")
        #expect(overview.status == 0 && overview.errors.isEmpty, "\(overview.errors)")
        let lines = overview.output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != " " } } == ["closed", "rename", "later"],
            "\(overview.output)"
        )
        #expect(overview.output.contains("assertion never"), "\(overview.output)")
        #expect(lines.filter { $0.hasPrefix("  next: crossfade advance") }.count == 2, "\(overview.output)")
        let json = try await program.run("status", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let plans = try #require(object["plans"] as? [[String: Any]])
        #expect(plans.map { $0["plan"] as? String } == ["closed", "rename", "later"])
        #expect((plans[1]["status"] as? [String: Any])?["next"] is String)
    }
}
