extension Trial {
    /// Schema, plan, moves and messages, as a person can run them by hand.
    package func script() throws -> String {
        let rehearsal = try rehearsal()
        var lines = ["-- schema (\(rehearsal.isByOwner ? "the owner writes" : "{app} writes"))", rehearsal.schema]
        lines += ["-- plan", rehearsal.plan]
        for act in rehearsal.acts {
            lines.append("-- \(act.move.map { "\($0)" } ?? "before the run")")
            for exchange in act.exchanges {
                lines.append("\(exchange.changed);")
                if exchange.twin != exchange.changed { lines.append("-- in the twin: \(exchange.twin);") }
            }
        }
        return lines.joined(separator: "\n")
    }
}
