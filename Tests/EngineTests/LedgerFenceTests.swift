import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A process that has lost the plan writes nothing to the ledger, wherever it was when it lost it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct LedgerFenceTests {
    /// What is written without the lease, each for its reason.
    private static let unfenced: Set<LedgerAudit.Write> = [
        // The lease itself, by its own token.
        "INSERT lease", "UPDATE lease",
        // A process's own row, which says that it is there, whoever runs the plan.
        "INSERT participant", "UPDATE participant",
        // By whichever command of the plan comes first, and by no other twice.
        "INSERT hook",
    ]

    /// What only commands write that do not hold the plan: a watch, which is no check.
    private static let ofWatches: Set<LedgerAudit.Write> = ["INSERT screening", "UPDATE screening", "DELETE screening"]

    private func fixture() throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, age text UNIQUE);
                CREATE INDEX person_name ON person (name);
                INSERT INTO person SELECT n, 'n' || n, n FROM generate_series(1, 50) n;
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.id = 7 AND NEW.title IS NOT NULL THEN RAISE check_violation; END IF; RETURN NULL; END $$;
                """,
            plan: """
                version: 1
                name: fenced
                change: {rename_column: {table: person, from: name, to: title}}
                acknowledge: [user-triggers]
                hooks: [{on: [begun, verified, failed, waiting], run: [sh, -c, "cat >/dev/null"]}, {before: [contract, purge], run: [sh, -c, "cat >/dev/null"]}]
                phases:
                  backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 0s, requires: [{soak: 1s}]}
                """
        )
    }

    private func advance(_ fixture: Fixture, _ phase: Phase) async throws -> AdvanceReport {
        try await fixture.engine().advance(
            through: phase,
            waits: true,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
    }

    @Test func `every write of a process that runs a plan is in a transaction that asserts its lease`() async throws {
        let fixture = try fixture()
        let audit = LedgerAudit(fixture: fixture)
        try Ledger(try fixture.database.connect()).install(LedgerScripts(try Fixture.templates()))
        try audit.begin()
        _ = try await advance(fixture, .expand)
        // A row that turns the copy away.
        try fixture.sql("CREATE TRIGGER refuse AFTER UPDATE ON person FOR EACH ROW EXECUTE FUNCTION refuse()")
        await #expect(throws: Failure.self) { _ = try await advance(fixture, .backfill) }
        try fixture.sql("DROP TRIGGER refuse ON person")
        _ = try await advance(fixture, .enforce)
        try fixture.sql(
            """
            ALTER TABLE person DISABLE TRIGGER ALL; UPDATE person SET title = 'off' WHERE id = 4;
            DO $$ DECLARE own text; BEGIN
              FOR own IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'person'::regclass AND NOT tgisinternal LOOP
                EXECUTE format('ALTER TABLE person ENABLE ALWAYS TRIGGER %I', own);
              END LOOP;
            END $$
            """
        )
        // A check on demand needs no lease: it only tells what is so.
        try await audit.ignoring {
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .failed)
        }
        #expect(try await fixture.engine().repair() == 1)
        try await audit.ignoring {
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .passed, "\(report)")
        }
        try await audit.ignoring {
            try fixture.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '1 h'")
        }
        _ = try await fixture.engine().brownOut(
            for: .milliseconds(1),
            settling: .zero,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
        try await fixture.rollBack(to: .dualWriteCheck)
        #expect(try await advance(fixture, .contract).outcome == .done)
        #expect(try #require(await fixture.record()).run.state == .completed)

        #expect(try audit.writes(fenced: false).subtracting(Self.unfenced) == [], "written without the lease")
        // A write that the sources have and nothing above has come by proves nothing.
        let sources = try LedgerAudit.sources().filter { !Self.unfenced.union(Self.ofWatches).contains($0.key) }
        var seen = try audit.writes(fenced: true)
        let tellsStatements = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')"
        if try !fixture.value(tellsStatements, as: Bool.self) {
            seen.formUnion(["INSERT statement_look", "INSERT statement_reader"])
        }
        let unseen = sources.filter { !seen.contains($0.key) }
        #expect(unseen.isEmpty, "no transaction was seen that writes \(unseen)")
    }

    @Test func `a process that loses the plan at any of its writes ends, and another goes on`() async throws {
        let fixture = try fixture()
        let audit = LedgerAudit(fixture: fixture)
        try Ledger(try fixture.database.connect()).install(LedgerScripts(try Fixture.templates()))
        try audit.begin()
        var losses = 0
        let commands: [() async throws -> Void] = [
            { _ = try await advance(fixture, .enforce) }, { try await fixture.rollBack() },
        ]
        for command in commands {
            // Each time it comes one assertion further before it is lost.
            for assertions in 0..<100 {
                try audit.limit(assertionsTo: assertions)
                do {
                    try await command()
                    break
                } catch let failure as Failure {
                    try #require(failure.code == .tryAgain, "\(failure.message)")
                    try #require(failure.message.contains("another process has taken over the plan fenced"))
                    losses += 1
                }
            }
        }
        #expect(losses > 10)
        #expect(try audit.writes(fenced: false).subtracting(Self.unfenced) == [], "written without the lease")
        #expect(try #require(await fixture.record()).run.state == .rolledBack)
    }

    // MARK: - Steps that are no transaction of ours

    private static let stolen = "UPDATE crossfade.lease SET token = 'another'"

    /// Steps whose own statement hands the plan to another process, and what the former one would record of them.
    @Test(arguments: [
        ("SELECT token = 'another' FROM crossfade.lease", stolen),
        ("SELECT false", "DO $$ BEGIN \(stolen); COMMIT; RAISE EXCEPTION 'failed'; END $$"),
    ])
    func `a step outside a transaction is not recorded by who lost the plan meanwhile`(
        _ done: String,
        _ statement: String
    ) async throws {
        let fixture = try fixture()
        _ = try await advance(fixture, .expand)
        let control = try await RunControl.open(fixture.plan, try fixture.engine().workspace)
        let file = try StepFile(
            parsing: SourceText(
                name: "step",
                text: "--@ step: one\n--@ transaction: none\n--@ done: \(done)\n\(statement);"
            )
        )
        let record = try await control.existing()
        let before = try ledger(fixture)
        let runner = StepRunner(
            session: control.session,
            workspace: control.workspace,
            plan: fixture.plan,
            lease: control.lease,
            run: record.id,
            deadlockTimeout: .seconds(1)
        )
        await #expect {
            _ = try await runner.run(try #require(file.steps.first), of: "file", phase: .enforce)
        } throws: { error in
            if case StepFailure.leaseLost = error { true } else { false }
        }
        #expect(try ledger(fixture) == before)
        await control.close()
    }

    @Test func `what a phase, a hook and a look at the server would record is refused to who lost the plan`()
        async throws
    {
        let fixture = try fixture()
        _ = try await advance(fixture, .expand)
        let control = try await RunControl.open(fixture.plan, try fixture.engine().workspace)
        try fixture.sql(Self.stolen)
        let before = try ledger(fixture)
        let record = try await control.existing()
        let gate = Gate(subject: "backfill", requirements: [RequirementResult("soak", .waiting, "not yet")])
        let lease = control.lease
        let writes: [(String, @Sendable () async throws -> Void)] = [
            ("an event", { _ = try await control.apply(.begin(.backfill, gate: .open), LedgerEvent("x", "y")) }),
            ("a check", { _ = try await fixture.engine().fullCheck(control, nil) }),
            (
                "a look at the server's statements",
                {
                    try await control.session.retrying {
                        try ReaderWatch(connection: $0, record: record).look(under: lease)
                        try lease.require(on: $0)
                    }
                }
            ),
            (
                "a pass",
                {
                    try await control.session.retrying { connection in
                        try lease.transaction(on: connection) {
                            try PassBook(connection: $0, run: record.id, step: "s").open(1, over: [], by: .blocks)
                        }
                    }
                }
            ),
            (
                "what a gate waits for",
                {
                    try await control.session.retrying {
                        _ = try Ledger($0).noteWaiting(
                            gate,
                            of: fixture.plan.name,
                            by: control.workspace.actor,
                            under: lease
                        )
                    }
                }
            ),
        ]
        for (what, write) in writes {
            await #expect("\(what)") {
                try await write()
            } throws: { error in
                if case StepFailure.leaseLost = error { true } else { false }
            }
            #expect(try ledger(fixture) == before, "\(what)")
        }
        await control.close()
    }

    /// Every row of the ledger but those of the lease.
    private func ledger(_ fixture: Fixture) throws -> String {
        let connection = try fixture.database.connect()
        let tables = try connection.query(
            """
            SELECT oid::regclass::text AS name FROM pg_class
             WHERE relnamespace = 'crossfade'::regnamespace AND relkind = 'r' AND relname <> 'lease' ORDER BY 1
            """
        ).map { try $0.decode("name", as: String.self) }
        return try tables.map { table in
            try connection.query(
                "SELECT $1 || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \(table) t",
                [table]
            ).only().decode(at: 0, as: String.self)
        }.joined(separator: "\n")
    }
}
