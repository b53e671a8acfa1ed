import TestSupport
import Testing
import Workflow

@testable import Engine

/// How a case goes through the phases and back.
struct Walk {
    /// The last phase that can be undone.
    var furthest = Phase.contract
    /// Whether contract can be undone without the phases before it.
    var undoesContractAlone = true
    /// Whether rollback ends with the rows before expand; what fills NULLs in place leaves them filled.
    var restoresRows = true
    /// Whether the rows are verified each time.
    var isVerified = false
    /// Whether there is a row to copy.
    var copies = true
}

extension Fixture {
    /// The schema, and the rows where rollback brings them back.
    private func end(_ walk: Walk) async throws -> (schema: String, rows: String) {
        (try await dump(), walk.restoresRows ? try database.content() : "")
    }

    /// The schema between the ends of a walk.
    private func shape(_ catalog: CatalogShape) async throws -> String {
        TestTier.isExhaustive ? try await dump() : try catalog.read()
    }

    private func expectSame(_ shape: String, _ expected: String, _ when: String) {
        let differences = shape.split(separator: "\n").difference(from: expected.split(separator: "\n"))
        #expect(differences.isEmpty, "\(when): \(differences)")
    }

    /// Undoes each phase and does it again, and in the end undoes all of them.
    ///
    /// What a phase is undone to is the schema before it; what all are undone to is the schema and the rows before expand.
    /// `bystander` looks at what each phase does the first time.
    func walk(_ walk: Walk = Walk(), bystander: Bystander? = nil) async throws {
        let (first, catalog) = (try await end(walk), try CatalogShape(database))
        var before: (phase: Phase?, shape: String) = (nil, try await shape(catalog))
        for phase in Phase.allCases where phase <= walk.furthest {
            _ = try bystander?.look()
            try await advance(through: phase)
            if let bystander, phase < .contract { try bystander.expect(plan.change.kind, in: phase, walk) }
            // Phases that only copy and watch are to leave the schema alone.
            let reached = phase.changesSchema ? try await shape(catalog) : before.shape
            if phase == .contract, !walk.undoesContractAlone {
                await #expect(throws: Failure.self) { try await rollBack(to: before.phase) }
            } else {
                try await rollBack(to: before.phase)
                expectSame(try await shape(catalog), before.shape, "\(phase.rawValue) undone")
                if walk.isVerified, before.phase != nil { try await expectVerified("\(phase.rawValue) undone") }
                try await advance(through: phase)
                if phase.changesSchema { expectSame(try await shape(catalog), reached, "\(phase.rawValue) again") }
            }
            before = (phase, reached)
        }
        try await rollBack()
        #expect(try await end(walk) == first, "all undone")
    }

    /// After a walk: through all phases once more, and to the end of the run, by the same plan that keeps nothing.
    func end(by last: Plan, _ walk: Walk, bystander: Bystander? = nil) async throws {
        func go(through phase: Phase) async throws {
            let report = try await engine(plan: last).advance(
                through: phase,
                waits: false,
                confirmation: Confirmation(name: last.name.text)
            )
            #expect(report.outcome == .done, "\(report)")
        }
        try await go(through: .enforce)
        _ = try bystander?.look()
        try await go(through: .contract)
        try bystander?.expect(plan.change.kind, in: .contract, walk)
        #expect(try #require(await record()).run.state == .completed)
    }

    /// From each phase in one rollback; the walk to a phase is made anew each time.
    func walkBackFromEveryPhase(_ walk: Walk = Walk()) async throws {
        let first = try await end(walk)
        for phase in Phase.allCases where phase <= walk.furthest {
            try await advance(through: phase)
            try await rollBack()
            #expect(try await end(walk) == first, "rollback from \(phase.rawValue)")
        }
    }

    private func expectVerified(_ when: String) async throws {
        #expect(try await engine().verify().verdict == .passed, "\(when)")
    }
}

extension Bystander {
    /// Expects that it notices of a phase what the kind says; where there is nothing to copy, no row is a new version.
    fileprivate func expect(_ kind: any ChangeKind, in phase: Phase, _ walk: Walk) throws {
        let expected = kind.noticed(in: phase).subtracting(walk.copies ? [] : [.rowVersions])
        #expect(try look() == expected, "\(phase.rawValue)")
    }
}

extension Phase {
    fileprivate var changesSchema: Bool {
        switch self {
        case .expand, .enforce, .contract: true
        case .backfill, .dualWriteCheck: false
        }
    }
}
