import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What the record of a run says, against what is in the ledger and what was done.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RunReportTests {
    private static let schema = """
        CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, pad text DEFAULT repeat('x', 200));
        INSERT INTO person SELECT n, 'name ' || n FROM generate_series(1, 3000) n;
        """

    private func fixture(retain: String = "7d") throws -> Fixture {
        try Fixture(schema: Self.schema, plan: Fixture.rename("person", "name", "full_name", retain: retain))
    }

    private func report(_ fixture: Fixture, values: Bool = false) async throws -> RunReport {
        try await fixture.engine().report(showsValues: values)
    }

    private func expectEveryStep(_ report: RunReport, _ fixture: Fixture, unknown: Set<String> = []) throws {
        report.expectEveryStep(of: try fixture.storedSteps(), unknown: unknown)
    }

    // MARK: - Contents

    @Test func `a run to contract is told with its rows, checks, approval and writers`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .backfill)
        let app = try fixture.database.connect(as: "shop <1> & \"co\"")
        try app.execute("UPDATE public.person SET name = 'old alone' WHERE id = 7")
        try await fixture.advance(through: .enforce)
        _ = try await fixture.engine(user: "berta").approve(.contract, reason: "seen | on screen")
        try await fixture.advance(through: .contract)

        let report = try await report(fixture)
        try expectEveryStep(report, fixture)
        #expect(report.head.state == .active)
        #expect(report.head.author == "anna")
        #expect(report.head.isPlanUnchanged && report.head.isTemplateUnchanged)
        #expect(report.head.database == (try fixture.value("SELECT current_database()::text")))
        #expect(report.head.authorRole == (try fixture.value("SELECT session_user::text")))
        #expect(report.phases.map(\.status) == Array(repeating: .verified, count: 5))
        #expect(report.phases.allSatisfy { $0.startedAt != nil && $0.finishedAt != nil && $0.attempts == 1 })

        #expect(report.passes.reduce(0) { $0 + $1.rows } == 3000)
        #expect(
            report.passes.allSatisfy { $0.relation == #""public"."person""# && $0.rejections == 0 },
            "\(report.passes)"
        )
        let chunks: Int64 = try fixture.value("SELECT count(*) FROM crossfade.chunk WHERE status = 'done'")
        #expect(report.passes.reduce(0) { $0 + $1.chunks } == chunks)
        let throughput = try #require(report.throughput.first)
        #expect(abs(throughput.rows.reduce(0, +) - 3000) < 0.001)

        let checks: Int64 = try fixture.value("SELECT count(*) FROM crossfade.verification")
        #expect(Int64(report.checks.count) == checks)
        #expect(report.checks.allSatisfy { $0.verdict == .passed && $0.violations == 0 && !$0.checks.isEmpty })
        #expect(report.checks.contains { $0.phase == "enforce" && $0.rowsChecked == 3000 })

        let writer = try #require(report.writers.first { $0.side == "old" })
        #expect(report.writers.count { $0.side == "old" } == 1)
        #expect(writer.applicationName == "shop <1> & \"co\"" && writer.writes == 1 && writer.client == nil)
        let approval = try #require(report.approvals.first)
        #expect(report.approvals.count == 1)
        #expect(approval.approver == "berta" && approval.reason == "seen | on screen" && approval.withdrawnAt == nil)
        #expect(approval.role == report.head.authorRole && report.isOfThisChange(approval))
        let events: Int64 = try fixture.value("SELECT count(*) FROM crossfade.event")
        #expect(Int64(report.events.count) == events)
        #expect(report.events.first?.kind == "run created")
    }

    @Test func `a failed step and a failed check are told with what was wrong`() async throws {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: Fixture.rename("person", "name", "full_name").replacing(
                "lock_deadline: 10m",
                with: "lock_deadline: 10s"
            )
        )
        let blocker = try fixture.database.connect(as: "nightly")
        try blocker.execute("BEGIN; SELECT count(*) FROM public.person")
        await #expect(throws: Failure.self) {
            _ = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        }
        try blocker.execute("ROLLBACK")
        try await fixture.advance(through: .backfill)
        try fixture.sql(
            "ALTER TABLE person DISABLE TRIGGER ALL; UPDATE person SET full_name = 'off' WHERE id IN (3, 4)"
        )
        #expect(try await fixture.engine().verify().verdict == .failed)

        let report = try await report(fixture)
        try expectEveryStep(report, fixture)
        let failed = try #require(report.steps.first { $0.outcome == "failed" })
        #expect(failed.error?.contains("nightly") == true, "\(failed)")
        #expect(report.phases.first?.attempts == 2)
        let check = try #require(report.checks.last)
        #expect(check.verdict == .failed && check.phase == nil && check.violations >= 2)
        #expect(check.checks.contains { $0.samples == ["id=3", "id=4"] }, "\(check.checks)")
    }

    @Test func `repaired rows are listed, and their values told only where they are asked for`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        try fixture.sql(
            """
            INSERT INTO crossfade.repaired (run, relation, key, before) SELECT id, 'public.person', 'id=3', '{"full_name": "off", "x": 1}'
              FROM crossfade.run;
            INSERT INTO crossfade.repaired (run, relation, key) SELECT id, 'public.person', 'id=' || n
              FROM crossfade.run, generate_series(4, 1500) n
            """
        )
        let counted = try await report(fixture).repairs
        #expect(counted.total == 1498)
        #expect(counted.rows.count == RunReportReader.listedRepairs)
        #expect(counted.rows[0].key == "id=3" && counted.rows[0].values == 2 && counted.rows[0].before == nil)
        #expect(counted.rows[1].values == nil)
        let told = try await report(fixture, values: true).repairs
        #expect(told.rows[0].before == #"{"x": 1, "full_name": "off"}"#)
    }

    // MARK: - States of a run

    @Test func `a completed run, whose old shape is gone, has a record`() async throws {
        let fixture = try fixture(retain: "0s")
        try await fixture.advance(through: .contract)
        let report = try await report(fixture)
        #expect(report.head.state == .completed && report.head.finishedAt != nil)
        try expectEveryStep(report, fixture)
        // A plan that has gone on since is told apart from the change that was run.
        let (other, _) = PlanReader.read(SourceText(name: "plan.yaml", text: Fixture.rename("person", "a", "b")))
        let later = try await fixture.engine(plan: try #require(other)).report(showsValues: false)
        #expect(!later.head.isPlanUnchanged)
        #expect(later.steps == report.steps)
    }

    @Test func `an edited file's text stands beside its digest, and nothing does when the file is gone`() async throws {
        let fixture = try fixture()
        let folder = URL(filePath: fixture.plan.source.name).deletingLastPathComponent()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try await fixture.engine().generate(into: folder).written
        let file = try #require(files.first { $0.lastPathComponent == "1_expand.sql" })
        for other in files where other != file { try FileManager.default.removeItem(at: other) }
        let text = try String(contentsOf: file, encoding: .utf8)
        let edited = text.replacing("--@ done:", with: "-- by hand\n--@ done:")
        try #require(edited != text)
        try edited.write(to: file, atomically: true, encoding: .utf8)
        try await fixture.advance(through: .expand)

        let report = try await report(fixture)
        #expect(report.phases.first?.isEdited == true)
        try expectEveryStep(report, fixture)
        #expect(report.scripts.contains { $0.text?.sql.contains("-- by hand") == true })
        try FileManager.default.removeItem(at: file)
        try expectEveryStep(try await self.report(fixture), fixture, unknown: Set(report.steps.map(\.title)))
    }

    @Test func `generated files that are out of date disturb nothing`() async throws {
        let fixture = try fixture()
        let folder = URL(filePath: fixture.plan.source.name).deletingLastPathComponent()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try #require(
            try await fixture.engine().generate(into: folder).written.first { $0.lastPathComponent == "1_expand.sql" }
        )
        try await fixture.advance(through: .expand)
        let text = try String(contentsOf: file, encoding: .utf8)
        let body = "-- of another table\n" + PhaseFiles.split(text).body
        try "-- digest: \(Digest.hex(body))\n\n\(body)".write(to: file, atomically: true, encoding: .utf8)
        let blueprint = try await fixture.blueprint()
        #expect(throws: Failure.self) { try fixture.engine().files(blueprint).load(.phase(.expand)) }
        try expectEveryStep(try await report(fixture), fixture)
        #expect(
            !fixture.remarks.all.contains {
                if case .notice(let text) = $0 { text.contains("out of date") } else { false }
            }
        )
    }

    // MARK: - Refusals and rights

    @Test func `a plan without a run is refused, with the command that begins one`() async throws {
        let fixture = try fixture()
        let failure = await #expect(throws: Failure.self) { try await report(fixture) }
        #expect(failure?.code == .refused)
        #expect(failure?.hint == "crossfade advance rename")
    }

    @Test(arguments: [
        (Ledger.version - 1, "crossfade advance rename brings it up to date"),
        (Ledger.version + 1, "use a newer crossfade"),
    ])
    func `a ledger of another version is refused, with the way out`(_ version: Int, _ hint: String) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        try fixture.sql(
            "DELETE FROM crossfade.version WHERE version < \(Ledger.version); UPDATE crossfade.version SET version = \(version)"
        )
        #expect(try await fixture.engine().status().state == .active)
        for command in [
            { _ = try await report(fixture) }, { _ = try await fixture.engine().approve(.contract, reason: nil) },
        ] as [() async throws -> Void] {
            let failure = await #expect(throws: Failure.self) { try await command() }
            #expect(failure?.code == .refused)
            #expect(failure?.message.contains("has version \(version)") == true, "\(String(describing: failure))")
            #expect(failure?.hint == hint)
        }
    }

    @Test(.asSuperuser("SET ROLE"))
    func `it only reads: a role that may do no more can make it, and one that may not read is told what it lacks`()
        async throws
    {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let url =
            fixture.database.url + (fixture.database.url.contains("?") ? "&" : "?") + "options=-c%20role%3Dpg_monitor"
        let engine = PlanEngine(
            plan: fixture.plan,
            workspace: Workspace(
                target: ConnectionTarget(url: url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "audit", host: "test", pid: 1)
            )
        )
        let failure = await #expect(throws: Failure.self) { _ = try await engine.report(showsValues: true) }
        #expect(failure?.code == .refused)
        #expect(
            failure?.hint?.contains("crossfade init --grant-to pg_monitor --as observer") == true,
            "\(String(describing: failure))"
        )
        try fixture.sql(
            "GRANT USAGE ON SCHEMA crossfade TO pg_monitor; GRANT SELECT ON ALL TABLES IN SCHEMA crossfade TO pg_monitor"
        )
        let report = try await engine.report(showsValues: true)
        try expectEveryStep(report, fixture)
    }
}

/// The record of a run of every kind.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct KindReportTests {
    @Test(arguments: KindRecording.cases)
    func `every kind's steps are told with the SQL that was run, rolled back too`(_ test: KindCase) async throws {
        let reports = try await KindRecording.of(test).reports
        for told in reports { told.report.expectEveryStep(of: told.steps) }
        try #require(reports.count == 2)
        #expect(reports[0].report.head.state != .rolledBack)
        #expect(reports[1].report.head.state == .rolledBack && reports[1].report.head.finishedAt != nil)
    }
}

extension RunReport {
    /// Expects each step of the ledger in the record, with a text that has the digest it was run with.
    fileprivate func expectEveryStep(of stored: [[String]], unknown: Set<String> = []) {
        #expect(!stored.isEmpty)
        #expect(steps.map { [$0.title, $0.outcome, $0.sqlDigest] } == stored)
        for step in steps { #expect(step.actor == "anna@test", "\(step.title)") }
        for script in scripts {
            #expect((script.text == nil) == unknown.contains(script.title), "\(script.file), \(script.title)")
            if let text = script.text { #expect(Digest.hex(text.sql) == script.sqlDigest) }
        }
        let digests = Set(scripts.map(\.sqlDigest))
        #expect(steps.allSatisfy { digests.contains($0.sqlDigest) })
    }
}
