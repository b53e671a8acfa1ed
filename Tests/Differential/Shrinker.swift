/// Makes a trial that shows a difference smaller while it goes on showing one.
package struct Shrinker {
    /// The smallest trial so far, and what it shows.
    package private(set) var trial: Trial
    package private(set) var difference: Difference
    private var attemptsLeft: Int
    private let run: (Rehearsal) async throws -> Verdict

    /// Tries at most so many smaller trials.
    package init(
        _ trial: Trial,
        _ difference: Difference,
        attempts: Int,
        run: @escaping (Rehearsal) async throws -> Verdict
    ) {
        self.trial = trial
        self.difference = difference
        self.run = run
        attemptsLeft = attempts
    }

    /// Leaves out whatever can be left out.
    package mutating func shrink() async throws {
        cutEnd()
        var isSmaller = true
        while isSmaller, attemptsLeft > 0 {
            isSmaller = false
            for candidates in [
                Self.withoutActs, Self.withoutTransactions, Self.plainer, Self.withoutStatements, Self.withoutRows,
            ] where try await takeFirst(of: candidates) {
                isSmaller = true
            }
        }
    }

    /// Tries a family of smaller trials, each on the smallest so far, until none of it is left.
    private mutating func takeFirst(of candidates: (Trial) -> [Trial]) async throws -> Bool {
        var hasShrunk = false
        var skipped = 0
        while attemptsLeft > 0 {
            let rest = candidates(trial).dropFirst(skipped)
            guard let candidate = rest.first else { break }
            if try await accepts(candidate) { hasShrunk = true } else { skipped += 1 }
        }
        return hasShrunk
    }

    private mutating func accepts(_ candidate: Trial) async throws -> Bool {
        attemptsLeft -= 1
        let verdict: Verdict
        do {
            verdict = try await run(try candidate.rehearsal())
        } catch {
            // What is left makes no table, or no sense: it shows nothing.
            return false
        }
        guard case .different(let found) = verdict else { return false }
        trial = candidate
        difference = found
        cutEnd()
        return true
    }

    /// Nothing after the difference is part of it.
    private mutating func cutEnd() {
        trial.acts = Array(trial.acts.prefix(difference.act + 1))
        guard let exchange = difference.exchange else { return }
        let last = trial.acts.count - 1
        trial.acts[last].transactions = Array(trial.acts[last].transactions.prefix(exchange + 1))
    }

    // MARK: - Smaller trials

    private static func edited(_ trial: Trial, _ edit: (inout Trial) -> Void) -> Trial {
        var copy = trial
        edit(&copy)
        return copy
    }

    /// Acts without messages, between two that go the same way, and the moves of whole detours.
    private static func withoutActs(_ trial: Trial) -> [Trial] {
        let all = trial.acts.indices.dropFirst().map { place in edited(trial) { $0.acts.remove(at: place) } }
        let silent =
            trial.acts.indices.dropLast().map { place in edited(trial) { $0.acts[place].transactions = [] } }
            + trial.acts.indices.map { place in edited(trial) { $0.acts[place].between = [] } }
        let silenced = edited(trial) { trial in
            for place in trial.acts.indices.dropLast() {
                trial.acts[place].between = []
                if place > 0 { trial.acts[place].transactions = [] }
            }
        }
        let isNoisy = trial.acts.dropFirst().dropLast().contains { !$0.transactions.isEmpty || !$0.between.isEmpty }
        return (isNoisy ? [silenced] : []) + silent + all
    }

    private static func plainer(_ trial: Trial) -> [Trial] {
        let bare = edited(trial) { $0.shape.names = Names() }
        let features = trial.shape.features.sorted { $0.rawValue < $1.rawValue }
        let without = features.map { feature in edited(trial) { $0.shape.features.remove(feature) } }
        let named = Slot.allCases.filter { trial.shape.names.odd[$0] != nil }
        let plain = named.map { slot in edited(trial) { $0.shape.names = $0.shape.names.plain(slot) } }
        let halves = [0..<features.count / 2, features.count / 2..<features.count].filter { $0.count > 1 }.map {
            range in
            edited(trial) { $0.shape.features.subtract(features[range]) }
        }
        let simple = edited(trial) { $0.shape.features = [] }
        return (named.isEmpty ? [] : [bare]) + (features.count > 1 ? [simple] : []) + halves + without + plain
    }

    /// Without many at once, then without each.
    private static func withoutTransactions(_ trial: Trial) -> [Trial] {
        let many = trial.acts.indices.flatMap { act in
            let count = trial.acts[act].transactions.count
            guard count > 3 else { return [Trial]() }
            return [0..<count / 2, count / 2..<count].map { range in
                edited(trial) { $0.acts[act].transactions.removeSubrange(range) }
            }
        }
        return many
            + trial.acts.indices.flatMap { act in
                trial.acts[act].transactions.indices.map { place in
                    edited(trial) { $0.acts[act].transactions.remove(at: place) }
                }
            }
    }

    private static func withoutStatements(_ trial: Trial) -> [Trial] {
        trial.acts.indices.flatMap { act in
            trial.acts[act].transactions.indices.flatMap { place in
                let transaction = trial.acts[act].transactions[place]
                guard transaction.statements.count > 1 else { return [Trial]() }
                return transaction.statements.indices.map { statement in
                    edited(trial) { $0.acts[act].transactions[place].statements.remove(at: statement) }
                }
            }
        }
    }

    private static func withoutRows(_ trial: Trial) -> [Trial] {
        trial.acts.indices.flatMap { act in
            trial.acts[act].transactions.indices.flatMap { place in
                trial.acts[act].transactions[place].statements.indices.flatMap { statement in
                    trial.acts[act].transactions[place].statements[statement].smaller.map { smaller in
                        edited(trial) { $0.acts[act].transactions[place].statements[statement] = smaller }
                    }
                }
            }
        }
    }
}

extension Statement {
    /// The statement with less of what it has.
    var smaller: [Statement] {
        switch self {
        case .insert(let rows, let conflict, let returns, let throughView, let overrides):
            var list: [Statement] = []
            func insert(_ rows: [Row], _ returns: Bool) -> Statement {
                .insert(rows, conflict: conflict, returns: returns, throughView: throughView, overrides: overrides)
            }
            if returns { list.append(insert(rows, false)) }
            if rows.count > 1 { list += Self.fewer(rows).map { insert($0, returns) } }
            for place in rows[0].fields.indices {
                let fewer = rows.map { row in
                    var row = row
                    if row.fields.indices.contains(place) { row.fields.remove(at: place) }
                    return row
                }
                list.append(insert(fewer, returns))
            }
            return list
        case .update(let row, let condition, let returns, let throughView):
            var list: [Statement] = returns ? [.update(row, condition, returns: false, throughView: throughView)] : []
            for place in row.fields.indices {
                var fewer = row
                fewer.fields.remove(at: place)
                list.append(.update(fewer, condition, returns: returns, throughView: throughView))
            }
            return list
        case .merge(let rows, let deletes):
            return rows.count > 1 ? Self.fewer(rows).map { .merge($0, deletes: deletes) } : []
        case .updateFrom(let rows): return rows.count > 1 ? Self.fewer(rows).map { .updateFrom($0) } : []
        case .copy(let rows): return rows.count > 1 ? Self.fewer(rows).map { .copy($0) } : []
        case .caught(let inner): return [inner]
        default: return []
        }
    }

    private static func fewer(_ rows: [Row]) -> [[Row]] {
        rows.indices.map { place in
            var copy = rows
            copy.remove(at: place)
            return copy
        }
    }
}
