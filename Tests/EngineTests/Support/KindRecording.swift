import Postgres
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// One walk of a case through the phases and back, with all that several suites ask about it on the way.
///
/// Made when the first of them asks, and kept. In a database whose encoding is not UTF-8, for one of them asks about that;
/// the others' questions have the same answers in each.
struct KindRecording: Sendable {
    static let cases = KindCase.all + KindCase.lists

    private(set) var schema = Schemas()
    /// The database's, as the server says it.
    private(set) var encoding = ""
    /// What `check` found before expand.
    private(set) var findings: [Finding] = []
    /// What is said of the way back from contract.
    private(set) var words = Words()
    private(set) var brownout = Brownout()
    /// The run's record at its furthest phase, and after rollback from it.
    private(set) var reports: [Report] = []
    /// What became of the advance through contract after that rollback.
    private(set) var again: AdvanceReport.Outcome?

    /// What pg_dump wrote before expand, and after rollback from the furthest phase; and the catalog's shape around a brownout.
    struct Schemas: Sendable {
        var first = ""
        var beforeBrownout = ""
        var afterBrownout = ""
        var rolledBack = ""
    }

    struct Words: Sendable {
        var statusAtFirst: String?
        var preview = ""
        var refusal: String?
        /// At enforce, and after contract where there is one to come back from.
        var status: [String?] = []
    }

    struct Brownout: Sendable {
        var outcome: AdvanceReport.Outcome?
        /// The full check after it.
        var check: VerificationReport?
    }

    struct Report: Sendable {
        let report: RunReport
        /// As the ledger had them then.
        let steps: [[String]]
    }

    /// A phase that did not come to its end.
    struct Stopped: Error {
        let report: AdvanceReport
    }

    // MARK: - Making

    private static let made = Mutex<[String: Task<KindRecording, any Error>]>([:])

    /// The recording of a case.
    static func of(_ test: KindCase) async throws -> KindRecording {
        let task = made.withLock { made in
            let task = made[test.description] ?? Task { try await make(test) }
            made[test.description] = task
            return task
        }
        return try await task.value
    }

    private static func make(_ test: KindCase) async throws -> KindRecording {
        var recording = KindRecording()
        try await ScratchDatabase.encoded(in: "LATIN1") {
            try await recording.walk(try Fixture(schema: test.schema, plan: test.plan()), test)
        }
        return recording
    }

    private mutating func walk(_ fixture: Fixture, _ test: KindCase) async throws {
        encoding = try fixture.value("SHOW server_encoding")
        schema.first = try await fixture.dump()
        findings = try await fixture.engine().check()
        words.statusAtFirst = try await fixture.engine().status().afterContract
        let preview = try await fixture.engine().preview(.contract)
        words.preview = try #require(preview.phases.first { $0.name == "contract" }).undo
        try await go(through: .enforce, fixture)
        do {
            _ = try await fixture.engine().advance(through: .contract, waits: false, confirmation: .notGiven)
        } catch let failure as Failure {
            words.refusal = failure.message
        }
        words.status.append(try await fixture.engine().status().afterContract)
        if test.isBrownedOut { try await brownOut(fixture) }
        if test.furthest == "contract" {
            try await go(through: .contract, fixture)
            words.status.append(try await fixture.engine().status().afterContract)
        }
        reports.append(try await report(fixture))
        try await fixture.rollBack()
        reports.append(try await report(fixture))
        schema.rolledBack = try await fixture.dump()
        again = try await advance(through: .contract, fixture).outcome
    }

    private mutating func brownOut(_ fixture: Fixture) async throws {
        schema.beforeBrownout = try CatalogShape(fixture.database).read()
        brownout.outcome = try await fixture.engine().brownOut(
            for: .seconds(1),
            settling: .zero,
            confirmation: Confirmation(name: fixture.plan.name.text)
        ).outcome
        schema.afterBrownout = try CatalogShape(fixture.database).read()
        brownout.check = try await fixture.engine().verify()
    }

    private func report(_ fixture: Fixture) async throws -> Report {
        Report(report: try await fixture.engine().report(showsValues: false), steps: try fixture.storedSteps())
    }

    private func go(through phase: Phase, _ fixture: Fixture) async throws {
        let report = try await advance(through: phase, fixture)
        guard report.outcome == .done else { throw Stopped(report: report) }
    }

    private func advance(through phase: Phase, _ fixture: Fixture) async throws -> AdvanceReport {
        try await fixture.engine().advance(
            through: phase,
            waits: false,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
    }
}

extension KindCase {
    /// Whether it takes a name away, and can be browned out.
    var isBrownedOut: Bool {
        !["change_type", "make_required", "add_required_column", "add_constraint", "custom"].contains(kind)
    }
}

extension Fixture {
    /// Title, outcome and digest of each step in the ledger.
    func storedSteps() throws -> [[String]] {
        try database.connect().query("SELECT title, outcome, sql_digest FROM crossfade.step ORDER BY id").map { row in
            [try row.decode("title"), try row.decode("outcome"), try row.decode("sql_digest", as: String.self)]
        }
    }
}
