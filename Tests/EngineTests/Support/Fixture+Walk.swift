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
}

extension Fixture {
    /// The schema, and the rows where rollback brings them back.
    private func end(_ walk: Walk) async throws -> (schema: String, rows: String) {
        (try await dump(), walk.restoresRows ? try database.content() : "")
    }

    /// Undoes each phase and does it again, and in the end undoes all of them.
    ///
    /// What a phase is undone to is the schema before it; what all are undone to is the schema and the rows before expand.
    func walk(_ walk: Walk = Walk()) async throws {
        let first = try await end(walk)
        var before: (phase: Phase?, dump: String) = (nil, first.schema)
        for phase in Phase.allCases where phase <= walk.furthest {
            try await advance(through: phase)
            // Phases that only copy and watch are to leave the schema alone.
            let reached = phase.changesSchema ? try await dump() : before.dump
            if phase == .contract, !walk.undoesContractAlone {
                await #expect(throws: Failure.self) { try await rollBack(to: before.phase) }
            } else {
                try await rollBack(to: before.phase)
                #expect(try await dump() == before.dump, "\(phase.rawValue) undone")
                if walk.isVerified, before.phase != nil { try await expectVerified("\(phase.rawValue) undone") }
                try await advance(through: phase)
                if phase.changesSchema { #expect(try await dump() == reached, "\(phase.rawValue) again") }
            }
            before = (phase, reached)
        }
        try await rollBack()
        #expect(try await end(walk) == first, "all undone")
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

extension Phase {
    fileprivate var changesSchema: Bool {
        switch self {
        case .expand, .enforce, .contract: true
        case .backfill, .dualWriteCheck: false
        }
    }
}
