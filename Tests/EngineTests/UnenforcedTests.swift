import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Constraints of PostgreSQL 18 that rows need not satisfy.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct UnenforcedTests {
    /// A copy would be enforced, and an old version's write would fail from enforce on.
    @Test(arguments: [
        "ALTER TABLE t ADD CONSTRAINT odd CHECK (n > 0) NOT ENFORCED",
        "ALTER TABLE t ADD CONSTRAINT odd FOREIGN KEY (n) REFERENCES u NOT ENFORCED",
        "ALTER TABLE u ADD m int; ALTER TABLE u ADD CONSTRAINT odd FOREIGN KEY (m) REFERENCES t (n) NOT ENFORCED",
        "ALTER TABLE t ADD CONSTRAINT odd NOT NULL n NOT VALID",
    ])
    func `one on the column is refused by its name, and stays with a column that is renamed`(_ constraint: String)
        async throws
    {
        let version: String = try ScratchDatabase.current.connect().query("SHOW server_version_num").only().decode(
            at: 0
        )
        if try #require(Int(version)) < 180_000 { try Test.cancel("a form of PostgreSQL 18") }
        let schema = """
            DROP TABLE IF EXISTS t, u;
            CREATE TABLE u (id int PRIMARY KEY);
            CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE);
            INSERT INTO t VALUES (1, NULL), (2, -7), (3, 8);
            \(constraint);
            """
        func plan(_ change: String) -> String {
            "version: 1\nname: kind\nchange: {\(change)}\nphases: {dual_write_check: {observe: 0s, min_writes: 0}}\n"
        }
        let retyping = try Fixture(schema: schema, plan: plan("change_type: {table: t, column: n, type: bigint}"))
        let finding = try #require(await retyping.engine().check().first { $0.id == "not-enforced" })
        #expect(finding.weight == .refused)
        #expect(finding.message.contains("odd"))
        let renaming = try Fixture(schema: schema, plan: plan("rename_column: {table: t, from: n, to: m}"))
        let carried = try #require(await renaming.engine().check().first { $0.id == "not-enforced" })
        #expect(carried.weight == .carried)
        try await renaming.walk(Walk(isVerified: true))
        try await renaming.advance(through: .contract)
        let kept = try renaming.value(
            "SELECT string_agg(pg_get_constraintdef(oid), ',') FROM pg_constraint WHERE conname = 'odd'",
            as: String.self
        )
        #expect(kept.contains("NOT ENFORCED") || kept.contains("NOT VALID"), "\(kept)")
    }
}
