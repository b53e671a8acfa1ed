import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What an application does, and what both shapes hold when it is done.
///
/// In the scripts `#7` is the seventh of the hundred keys that the case has for itself.
struct Transition: Sendable {
    enum Outcome: Sendable, Equatable {
        /// What each shape holds, as the walk's queries list it.
        case holds(old: String, new: String)
        /// The statement fails, and both shapes hold what they held.
        case fails(SQLState, old: String, new: String)

        static func holds(_ both: String) -> Outcome { .holds(old: both, new: both) }
        static func fails(_ state: SQLState, _ both: String) -> Outcome { .fails(state, old: both, new: both) }
    }

    let name: String
    /// Transactions before it.
    var before: [String]
    let script: String
    let outcome: Outcome

    /// The script with the keys of a case.
    static func numbered(_ script: String, _ number: Int) -> String {
        script.replacing(/#(\d+)/) { "\(number * 100 + (Int($0.output.1) ?? 0))" }
    }
}

/// A point of a run at which statements of every form are tried.
struct Stage: Sendable, CustomStringConvertible {
    enum Move: Sendable {
        case advance(Phase)
        case rollBack(to: Phase?)
    }

    let move: Move
    /// Whether NULL in the new shape stands for a row that is not copied yet.
    let isCopying: Bool
    let hasOld: Bool
    let hasNew: Bool

    /// Every phase, and every rollback of one.
    static let all: [Stage] = [
        Stage(move: .advance(.expand), isCopying: true), Stage(move: .advance(.backfill), isCopying: true),
        Stage(move: .advance(.dualWriteCheck), isCopying: true), Stage(move: .advance(.enforce)),
        Stage(move: .advance(.contract), hasOld: false), Stage(move: .rollBack(to: .enforce)),
        Stage(move: .rollBack(to: .dualWriteCheck), isCopying: true),
        Stage(move: .rollBack(to: .backfill), isCopying: true), Stage(move: .rollBack(to: .expand), isCopying: true),
        Stage(move: .rollBack(to: nil), hasNew: false),
    ]

    private init(move: Move, isCopying: Bool = false, hasOld: Bool = true, hasNew: Bool = true) {
        self.move = move
        self.isCopying = isCopying
        self.hasOld = hasOld
        self.hasNew = hasNew
    }

    var description: String {
        switch move {
        case .advance(let phase): "after \(phase.rawValue)"
        case .rollBack(let phase): "rolled back to \(phase?.rawValue ?? "the start")"
        }
    }
}

/// One run of a plan, with all transitions of a table of them at each stage.
struct TransitionWalk {
    let fixture: Fixture
    /// Lists what the old and the new shape hold: `number` of the case, and `state` as text.
    let listing: (old: String, new: String)
    /// Empties the tables, so that no row is in the way of the next stage.
    let cleaning: String
    let transitions: (Stage, Connection) -> [Transition]
    /// Emptying a table: what is left in each shape.
    var truncations: (Stage) -> [Transition] = { _ in [] }

    /// Returns how many cases were tried.
    func run(_ stages: [Stage] = Stage.all) async throws -> Int {
        var count = 0
        for stage in stages {
            switch stage.move {
            case .advance(let phase): try await fixture.advance(through: phase)
            case .rollBack(let phase): try await fixture.rollBack(to: phase)
            }
            count += try tryAll(at: stage)
        }
        return count
    }

    private func tryAll(at stage: Stage) throws -> Int {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public")
        let cases = transitions(stage, connection)
        var outcomes: [String] = []
        for (number, transition) in cases.enumerated() {
            for script in transition.before { try connection.execute(Transition.numbered(script, number + 1)) }
            outcomes.append(outcome(of: Transition.numbered(transition.script, number + 1), connection))
        }
        let held = try states(stage, connection)
        for (number, transition) in cases.enumerated() {
            expect(transition, stage, outcomes[number], held.old[number + 1] ?? "", held.new[number + 1] ?? "")
        }
        let emptied = truncations(stage)
        for transition in emptied {
            for script in transition.before { try connection.execute(Transition.numbered(script, 1)) }
            let outcome = outcome(of: "BEGIN; \(transition.script)", connection)
            let held = try states(stage, connection)
            if outcome == "done" { try connection.execute("ROLLBACK") }
            expect(transition, stage, outcome, held.old[1] ?? "", held.new[1] ?? "")
        }
        try connection.execute(cleaning)
        return cases.count + emptied.count
    }

    private func outcome(of script: String, _ connection: Connection) -> String {
        do throws(PostgresError) {
            try connection.execute(script)
            return "done"
        } catch { return error.sqlState?.rawValue ?? "\(error)" }
    }

    private func states(_ stage: Stage, _ connection: Connection) throws -> (old: [Int: String], new: [Int: String]) {
        func read(_ query: String) throws -> [Int: String] {
            var states: [Int: String] = [:]
            for row in try connection.query(query) { states[try row.decode("number")] = try row.decode("state") }
            return states
        }
        return (stage.hasOld ? try read(listing.old) : [:], stage.hasNew ? try read(listing.new) : [:])
    }

    private func expect(_ transition: Transition, _ stage: Stage, _ outcome: String, _ old: String, _ new: String) {
        let (wanted, wantedOld, wantedNew) =
            switch transition.outcome {
            case .holds(let old, let new): ("done", old, new)
            case .fails(let state, let old, let new): (state.rawValue, old, new)
            }
        let found = "\(outcome): old \(stage.hasOld ? old : wantedOld), new \(stage.hasNew ? new : wantedNew)"
        #expect(
            found == "\(wanted): old \(wantedOld), new \(wantedNew)",
            "\(stage): \(transition.name): \(transition.script)"
        )
    }
}
