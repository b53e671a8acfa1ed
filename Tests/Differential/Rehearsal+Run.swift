import Diagnostics
package import Engine
import Foundation
import Postgres
import Workflow

extension Rehearsal {
    /// Runs everything in both databases, up to the first difference.
    ///
    /// Throws where the schema itself, or a query of ours, is wrong.
    package func run(on twins: Twins, by mover: (PlanEngine) async throws -> any Mover) async throws -> Verdict {
        try twins.reset(namespace)
        for side in [twins.twin, twins.changed] {
            try side.owner.execute(schema.replacing("{app}", with: twins.roles.application))
        }
        let mover = try await mover(try engine(twins))
        return try await Performance(rehearsal: self, twins: twins, mover: mover).run()
    }

    private func engine(_ twins: Twins) throws -> PlanEngine {
        let source = SourceText(name: "\(NSTemporaryDirectory())rehearsal/plan.yaml", text: plan)
        let (plan, diagnostics) = PlanReader.read(source)
        guard let plan else { throw diagnostics }
        return PlanEngine(
            plan: plan,
            workspace: Workspace(
                target: twins.changed.target,
                templates: try Self.templates.get(),
                actor: Actor(user: "rehearsal", host: "test", pid: 1)
            )
        )
    }

    private static let templates = Result { try TemplateLibrary(overrides: nil) }
}

/// A rehearsal under way.
private struct Performance {
    let rehearsal: Rehearsal
    let twins: Twins
    let mover: any Mover

    func run() async throws -> Verdict {
        var figures = Verdict.Figures()
        do {
            for (number, act) in rehearsal.acts.enumerated() {
                if let move = act.move {
                    switch try await perform(move, act, number, &figures) {
                    case .done: figures.moves += 1
                    case .refused(let ids): return .refused(ids)
                    case .blocked(let ids):
                        figures.blocked = ids
                        return .equal(figures)
                    case .failed(let why):
                        throw Found(number, nil, "\(move)", twin: "nothing to do", changed: why)
                    }
                    try compare(act.reading, "rows after: \(move)", number)
                    for trace in act.traces { try settle(trace) }
                }
                for (place, exchange) in act.exchanges.enumerated() { try send(exchange, number, place, &figures) }
                try compare(act.reading, "rows", number)
                for trace in act.traces { try compare(trace.reading, "what triggers wrote", number) }
            }
        } catch let found as Found {
            return .different(found.difference)
        }
        return .equal(figures)
    }

    /// The first difference, thrown from wherever it shows.
    private struct Found: Error {
        let difference: Difference

        init(_ act: Int, _ exchange: Int?, _ subject: String, twin: String, changed: String) {
            difference = Difference(act: act, exchange: exchange, subject: subject, twin: twin, changed: changed)
        }
    }

    /// Makes a move, and sends a message at each of its pauses.
    private func perform(_ move: Rehearsal.Move, _ act: Rehearsal.Act, _ number: Int, _ figures: inout Verdict.Figures)
        async throws -> Arrival
    {
        var sent = figures
        var rest = act.between[...]
        defer { figures = sent }
        return try await mover.perform(move) {
            guard let exchange = rest.popFirst() else { return }
            for trace in act.traces { try settle(trace) }
            try send(exchange, number, nil, &sent)
        }
    }

    private func send(_ exchange: Rehearsal.Exchange, _ act: Int, _ place: Int?, _ figures: inout Verdict.Figures)
        throws
    {
        let twin = try Outcome.of(exchange.twin, on: client(twins.twin))
        let changed = try Outcome.of(exchange.changed, on: client(twins.changed))
        figures.messages += 1
        if !twin.outcome.isDone { figures.failures += 1 }
        guard !twin.outcome.equals(changed.outcome, isTranslated: exchange.isTranslated) else { return }
        func said(_ side: (outcome: Outcome, message: String?)) -> String {
            "\(side.outcome)\(side.message.map { ": \($0)" } ?? "")"
        }
        throw Found(act, place, exchange.changed, twin: said(twin), changed: said(changed))
    }

    private func client(_ side: Twins.Side) -> Connection { rehearsal.isByOwner ? side.owner : side.application }

    // MARK: - Rows

    private func compare(_ reading: Rehearsal.Reading, _ what: String, _ act: Int) throws {
        let twin = try lines(reading.twin, twins.twin)
        let changed = try lines(reading.changed, twins.changed)
        guard twin != changed else { return }
        func only(_ lines: [String], _ others: [String]) -> String {
            var rest = others
            let own = lines.filter { line in
                guard let place = rest.firstIndex(of: line) else { return true }
                rest.remove(at: place)
                return false
            }
            return own.isEmpty ? "(nothing)" : own.joined(separator: " ")
        }
        throw Found(act, nil, what, twin: only(twin, changed), changed: only(changed, twin))
    }

    private func lines(_ query: String, _ side: Twins.Side) throws -> [String] {
        try side.administrator.query(query).map { try $0.decode(at: 0, as: String.self) }.sorted()
    }

    private func settle(_ trace: Rehearsal.Trace) throws {
        let written = try twins.changed.administrator.query(trace.read).only().decode(at: 0, as: String.self)
        if let clear = trace.clear { try twins.twin.administrator.execute(clear) }
        try twins.twin.administrator.query(trace.write, [written])
    }
}
