import SQL
import Workflow

/// A random table, a change of it, and a random workload: all that a seed makes.
package struct Trial: Sendable {
    /// One move of the run, and what the applications send after it.
    struct Act: Sendable {
        var move: Rehearsal.Move?
        var standing: Standing
        /// In the midst of the move, as versions write that may run before and after it.
        var between: [Transaction] = []
        var betweenStanding = Standing()
        var transactions: [Transaction]
    }

    package let seed: UInt64
    var shape: Shape
    var acts: [Act]

    /// The kind of change.
    package var kind: Kind { shape.kind }

    /// What a seed makes.
    package static func random(seed: UInt64, kinds: [Kind] = Kind.allCases) -> Trial {
        var random = RandomSource(seed: seed)
        let shape = Shape.random(&random, kinds: kinds)
        var first = Workload(shape: shape, standing: Standing(), random: random)
        let rows = first.firstRows()
        var acts = [Act(move: nil, standing: Standing(), transactions: rows + first.transactions(3))]
        random = first.random
        var former = Standing()
        for move in moves(shape, &random) {
            let standing: Standing =
                switch move {
                case .advance(let phase): Standing(phase: phase)
                case .rollBack(let phase): Standing(phase: phase)
                }
            var workload = Workload(shape: shape, standing: standing, random: random)
            var act = Act(move: move, standing: standing, transactions: workload.transactions(8))
            random = workload.random
            if let least = Standing.between(former, standing) {
                var meanwhile = Workload(shape: shape, standing: least, random: random)
                act.between = meanwhile.transactions(4)
                act.betweenStanding = least
                random = meanwhile.random
            }
            acts.append(act)
            former = standing
        }
        return Trial(seed: seed, shape: shape, acts: acts)
    }

    /// Forward to a phase, back from it, and sometimes to the end again.
    private static func moves(_ shape: Shape, _ random: inout RandomSource) -> [Rehearsal.Move] {
        let top: Phase =
            shape.mayBlockContract && random.happens(0.9) || random.happens(0.4)
            ? random.one(of: .expand, .backfill, .dualWriteCheck, .enforce, .enforce, .enforce) : .contract
        var moves: [Rehearsal.Move] = Phase.allCases.filter { $0 <= top }.map { .advance($0) }
        let canGoBack = top < .contract || (shape.has(.keepsOldShape) && shape.kind.hasWayBackFromContract)
        guard canGoBack, random.happens(0.8) else { return moves }
        let below = Phase.allCases.filter { $0 < top }
        if !below.isEmpty, random.happens(0.3) {
            moves.append(.rollBack(to: random.one(of: below)))
            if random.happens(0.5) { return moves }
        }
        return moves + [.rollBack(to: nil)]
    }

    // MARK: - What is run

    /// The names of the plan's run, the schema and so on, as they are sent.
    package func rehearsal() throws -> Rehearsal {
        Rehearsal(
            schema: try shape.schema(),
            namespace: try shape.names.identifier(.schema),
            plan: try shape.plan(named: "trial"),
            isByOwner: shape.has(.byOwner),
            acts: try acts.map { act in
                Rehearsal.Act(
                    move: act.move,
                    between: try act.between.map { try exchange($0, act.betweenStanding) },
                    exchanges: try act.transactions.map { try exchange($0, act.standing) },
                    reading: try shape.reading(act.standing),
                    traces: try shape.traces(act.standing)
                )
            }
        )
    }
}

extension Trial {
    private func exchange(_ transaction: Transaction, _ standing: Standing) throws -> Rehearsal.Exchange {
        Rehearsal.Exchange(
            twin: try transaction.script(shape, standing, isTwin: true),
            changed: try transaction.script(shape, standing, isTwin: false),
            isTranslated: shape.kind.isCrossTable && transaction.writer == .new
        )
    }
}

extension Shape {
    /// Whether something names the old columns that keeps contract closed.
    var mayBlockContract: Bool {
        if kind == .renameColumn { return namesSubjectInFunctions }
        return namesSubjectInFunctions || has(.policyOnSubject) || has(.generatedFromSubject) || has(.whenChanged)
            || (has(.view) && (kind == .mergeColumns || kind == .splitColumn || kind.isCrossTable))
    }
}

extension Kind {
    var hasWayBackFromContract: Bool { self != .makeRequired && self != .addRequiredColumn }
}
