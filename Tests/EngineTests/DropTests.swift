import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is dropped is watched first, and can be set back until purge.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct DropTests {
    private func fixture(_ kind: String, extra: String = "") throws -> Fixture {
        let test = try #require(KindCase.all.first { $0.kind == kind })
        let plan = test.plan().replacing(
            "  contract: {retain: 7d}",
            with: "  contract: {retain: 7d, requires: [no_legacy_writes: 1h]}"
        )
        return try Fixture(schema: test.schema + extra, plan: plan)
    }

    @Test(arguments: [
        ("drop_column", #"UPDATE "Profile" SET "userId" = 7 WHERE id = 8"#),
        ("drop_column", #"INSERT INTO "Profile" (bio, "userId") VALUES ('x', 9)"#),
        ("drop_table", #"INSERT INTO "Old" ("userId") VALUES (7)"#),
        ("drop_table", #"DELETE FROM "Old" WHERE false"#),
        ("drop_table", #"TRUNCATE "Old""#),
    ])
    func `whoever still writes it keeps contract closed, by name`(_ kind: String, _ statement: String) async throws {
        let fixture = try fixture(kind)
        try await fixture.advance(through: .enforce)
        let session = try await fixture.database.session(as: "billing")
        try await session.run { connection in
            try connection.execute("SET search_path = public")
            try connection.execute(statement)
        }
        let report = try await fixture.engine().advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: "kind")
        )
        guard case .closed(let gate) = report.outcome else {
            Issue.record("contract was let in: \(report)")
            return
        }
        #expect("\(gate)".contains("billing"))
    }

    @Test func `a version that does not know the column writes on, and is no legacy writer`() async throws {
        let fixture = try fixture("drop_column")
        try await fixture.advance(through: .expand)
        try fixture.sql(#"INSERT INTO "Profile" (bio) VALUES ('new'); UPDATE "Profile" SET bio = 'newer'"#)
        let ledger = Ledger(try fixture.database.connect())
        #expect(try ledger.writers(of: [WatchedSides(plan: "kind", sides: ["old"])], since: .distantPast).isEmpty)
        let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(error?.message.contains("id=301") == true, "\(String(describing: error))")
        try fixture.sql(#"DELETE FROM "Profile" WHERE "userId" IS NULL"#)
        try await fixture.rollBack()
    }

    @Test(arguments: ["drop_column", "drop_table"])
    func `set aside it holds nothing back, and what lost its reference is named by rollback`(_ kind: String)
        async throws
    {
        let test = try #require(KindCase.all.first { $0.kind == kind })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .contract)
        try fixture.sql(#"DELETE FROM "User" WHERE id = 7"#)
        let rows =
            kind == "drop_column" ? #""Profile" WHERE bio = 'bio 7'"# : #""crossfade_old_Old" WHERE "userId" = 7"#
        #expect(try fixture.value("SELECT count(*) FROM \(rows)") == 1)
        let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(error?.message.contains("id=7") == true, "\(String(describing: error))")
        try fixture.sql("DELETE FROM \(rows)")
        try await fixture.rollBack()
    }

    @Test(arguments: [
        ("drop_column", #"CREATE VIEW reader AS SELECT "userId" FROM "Profile""#, "reader"),
        (
            "drop_column", #"CREATE FUNCTION "f"() RETURNS int LANGUAGE sql AS 'SELECT max("userId") FROM "Profile"'"#,
            "f()"
        ),
        (
            "drop_column",
            #"ALTER TABLE "Profile" ADD UNIQUE ("userId"); CREATE TABLE c (u int REFERENCES "Profile" ("userId"))"#,
            "references"
        ),
        ("drop_table", #"CREATE VIEW reader AS SELECT id FROM "Old""#, "reader"),
        ("drop_table", #"CREATE TABLE c (u int REFERENCES "Old")"#, "references"),
        ("drop_table", #"CREATE FUNCTION "f"() RETURNS SETOF "Old" LANGUAGE sql AS 'SELECT 1, 1'"#, "f()"),
    ])
    func `what still needs it is named`(_ kind: String, _ sql: String, _ name: String) async throws {
        let findings = try await fixture(kind, extra: sql + ";").engine().check()
        #expect(findings.contains { $0.message.contains(name) }, "\(findings.map(\.message))")
    }

    @Test(arguments: [
        ("ALTER TABLE t ADD CONSTRAINT pair CHECK (a <> b)", "pair"),
        ("CREATE INDEX pair ON t ((a || b))", "pair"),
        ("CREATE INDEX pair ON t (b) WHERE a > ''", "pair"),
        ("CREATE INDEX pair ON t (b) INCLUDE (a)", "pair"),
        ("ALTER TABLE t ADD CONSTRAINT pair EXCLUDE USING btree (a WITH =, b WITH =)", "pair"),
        ("CREATE INDEX single ON t (replace(a, 'x', 'y'))", nil),
        ("ALTER TABLE t ADD CONSTRAINT single CHECK (a IN ('x', 'y'))", nil),
        ("ALTER TABLE t ADD CONSTRAINT single UNIQUE (a)", nil),
    ])
    func `what spans other columns has to be acknowledged, and what does not goes with the column`(
        _ sql: String,
        _ spanning: String?
    ) async throws {
        let test = KindCase(
            kind: "drop_column",
            schema: "CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t VALUES (1, 'x', 'z'); \(sql);",
            section: "{table: t, column: a}",
            extra: "acknowledge: [spans]"
        )
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "0s"))
        let findings = try await fixture.engine().check().filter { $0.id == "spans" }
        #expect(findings.isEmpty == (spanning == nil))
        for finding in findings { #expect(finding.message.contains("pair")) }
        try await fixture.advance(through: .contract)
        #expect(try #require(await fixture.record()).run.state == .completed)
        #expect(
            try fixture.value(
                "SELECT (SELECT count(*) FROM pg_class WHERE relname IN ('pair', 'single')) + (SELECT count(*) FROM pg_constraint WHERE conname IN ('pair', 'single'))"
            ) == 0
        )
    }

    @Test func `purge stops at an object that came to contain the column`() async throws {
        let test = try #require(KindCase.all.first { $0.kind == "drop_column" })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .contract)
        try fixture.sql(#"CREATE STATISTICS s ON bio, "crossfade_old_userId" FROM "Profile""#)
        try fixture.sql(
            "UPDATE crossfade.phase SET finished_at = finished_at - interval '9 days', applied_at = applied_at - interval '9 days'"
        )
        let error = await #expect(throws: Failure.self) {
            try await fixture.engine().purge(confirmation: Confirmation(name: "kind"))
        }
        #expect(error?.message.contains("another object contains") == true, "\(String(describing: error))")
        #expect(
            try fixture.value(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"Profile\"'::regclass AND attname = 'crossfade_old_userId'"
            ) == 1
        )
    }
}
