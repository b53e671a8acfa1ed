import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// An approval is of the steps that will run: what a person changes in them afterwards nobody has approved.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ApprovedFileTests {
    /// The files of a plan: none but what is generated when they are needed, or some on disk.
    enum Files: String, CaseIterable {
        case none, generated, edited
    }

    /// What becomes of the files after an approval.
    enum Afterwards: String, CaseIterable {
        case same, edited, removed
        case madeAnew = "made anew"
        case anotherPhase = "another phase's edited"

        /// Whether the steps of contract are still those of before.
        func keepsSteps(of files: Files) -> Bool {
            switch self {
            case .same, .anotherPhase: true
            case .edited: false
            // What is generated is the same with and without a file.
            case .removed, .madeAnew: files != .edited
            }
        }
    }

    static let cases = Files.allCases.flatMap { files in Afterwards.allCases.map { (files, $0) } }

    private func fixture(_ requires: String = "contract: {requires: [{approval: {}}]}") throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 20) n;
                """,
            plan: """
                version: 1
                name: rename
                change: {rename_column: {table: Profile, from: bio, to: biography}}
                phases:
                  backfill: {latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  \(requires)
                """
        )
    }

    private func folder(_ fixture: Fixture) -> URL {
        URL(filePath: fixture.plan.source.name).deletingLastPathComponent().appending(path: "rename")
    }

    private func generate(_ fixture: Fixture) async throws {
        _ = try await fixture.engine().generate(into: folder(fixture).deletingLastPathComponent(), replacing: true)
    }

    private func edit(_ name: String, in fixture: Fixture) throws {
        let file = folder(fixture).appending(path: name)
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("--@ done:", with: "-- by hand\n--@ done:", maxReplacements: 1).write(
            to: file,
            atomically: true,
            encoding: .utf8
        )
    }

    @Test(arguments: cases)
    func `an approval counts as long as the steps are those that were approved`(
        _ files: Files,
        _ afterwards: Afterwards
    ) async throws {
        let fixture = try fixture()
        defer { try? FileManager.default.removeItem(at: folder(fixture).deletingLastPathComponent()) }
        try await fixture.advance(through: .enforce)
        if files != .none { try await generate(fixture) }
        if files == .edited { try edit("5_contract.sql", in: fixture) }
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        switch afterwards {
        case .same: break
        case .edited:
            if files == .none { try await generate(fixture) }
            try edit("5_contract.sql", in: fixture)
        case .removed: try? FileManager.default.removeItem(at: folder(fixture))
        case .madeAnew: try await generate(fixture)
        case .anotherPhase:
            if files != .edited { try await generate(fixture) }
            try edit("4_enforce.undo.sql", in: fixture)
        }
        let command = "crossfade approve rename contract"
        let gate = try await fixture.engine().gate(.contract)
        let approval = try #require(gate.requirements.first { $0.name == "approval" })
        let status = try await fixture.engine().status()
        let counts = afterwards.keepsSteps(of: files)
        #expect(approval.verdict == (counts ? .open : .waiting), "\(approval)")
        #expect(status.gate?.verdict == (counts ? .open : .waiting))
        #expect(status.next.contains(command) != counts, "\(status.next)")
        if !counts {
            let reason = "the approval of berta is of other steps than those of 5_contract.sql now: \(command)"
            #expect(approval.reason.contains(reason), "\(approval.reason)")
            guard case .waiting(let shut) = try await advance(fixture).outcome else {
                Issue.record("advance goes on")
                return
            }
            #expect(shut.obstacles.first?.reason.contains(reason) == true)
            #expect(try await fixture.engine(user: "berta").approve(.contract, reason: nil).verdict == .open)
        }
        #expect(try await advance(fixture).outcome == .done)
    }

    private func advance(_ fixture: Fixture) async throws -> AdvanceReport {
        try await fixture.engine().advance(through: nil, waits: false, confirmation: Confirmation(name: "rename"))
    }

    @Test func `where nothing is kept, the approval of contract is of purge's steps too`() async throws {
        let fixture = try fixture("contract: {retain: 0s, requires: [{approval: {}}]}")
        defer { try? FileManager.default.removeItem(at: folder(fixture).deletingLastPathComponent()) }
        try await fixture.advance(through: .enforce)
        try await generate(fixture)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try edit("6_purge.sql", in: fixture)
        let reason = try await fixture.engine().gate(.contract).obstacles.first?.reason
        #expect(reason?.contains("those of 5_contract.sql and 6_purge.sql now") == true, "\(reason ?? "")")
    }

    @Test func `an approval given right after expand is of the steps that contract runs`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try await fixture.advance(through: .contract)
    }

    @Test(arguments: [false, true])
    func `a phase that has begun does not go on with steps that nobody has approved`(_ isOverridden: Bool) async throws
    {
        let fixture = try fixture("enforce: {requires: [{approval: {}}]}")
        defer { try? FileManager.default.removeItem(at: folder(fixture).deletingLastPathComponent()) }
        try fixture.sql("CREATE INDEX profile_bio ON \"Profile\" (bio)")
        try await fixture.advance(through: .dualWriteCheck)
        try await fixture.engine(user: "berta").approve(.enforce, reason: nil)
        let engine = try fixture.engine()
        // As a process that died after it had written that enforce begins.
        try fixture.sql("UPDATE crossfade.phase SET status = 'applying' WHERE phase = 'enforce'")
        try await generate(fixture)
        try edit("4_enforce.sql", in: fixture)
        guard case .waiting(let gate) = try await advance(fixture).outcome else {
            Issue.record("enforce goes on")
            return
        }
        #expect(gate.obstacles.first?.reason.contains("those of 4_enforce.sql now") == true, "\(gate)")
        let override = try Override(["approval"], reason: "on call", by: "anna", in: fixture.plan)
        let report = try await engine.advance(
            through: nil,
            waits: false,
            confirmation: .notGiven,
            override: isOverridden ? override : nil
        )
        #expect((report.outcome == .done) == isOverridden)
        if isOverridden {
            let logged = "SELECT string_agg(phase, ',') FROM crossfade.event WHERE kind = 'overridden'"
            #expect(try fixture.value(logged, as: String.self) == "enforce")
            return
        }
        try await fixture.engine(user: "berta").approve(.enforce, reason: nil)
        #expect(try await engine.advance(through: nil, waits: false, confirmation: .notGiven).outcome == .done)
    }

    @Test func `steps of a table that has changed since are to be approved as they are now`() async throws {
        let fixture = try fixture("enforce: {requires: [{approval: {}}]}")
        try await fixture.advance(through: .dualWriteCheck)
        try await fixture.engine(user: "berta").approve(.enforce, reason: nil)
        try fixture.sql("CREATE INDEX profile_bio ON \"Profile\" (bio)")
        guard case .waiting(let gate) = try await advance(fixture).outcome else {
            Issue.record("enforce builds an index that nobody has approved")
            return
        }
        #expect(gate.obstacles.first?.reason.contains("those of 4_enforce.sql now") == true, "\(gate)")
        #expect(try await fixture.engine().gate(.enforce).verdict == .waiting)
        try await fixture.engine(user: "berta").approve(.enforce, reason: nil)
        #expect(try await advance(fixture).outcome == .done)
    }
}
