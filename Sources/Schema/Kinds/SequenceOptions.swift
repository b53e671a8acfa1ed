package import SQL

/// How a sequence counts; of a sequence by itself or of an identity column.
package struct SequenceOptions: Hashable, Sendable {
    package var type: ServerText
    package var start: Int64 = 1
    package var increment: Int64 = 1
    package var minimum: Int64 = 1
    package var maximum: Int64 = .max
    package var cache: Int64 = 1
    package var cycles = false

    package init(type: ServerText) {
        self.type = type
    }

    /// The clauses that differ from those of a sequence made without any.
    func clauses(from old: SequenceOptions? = nil, prefix: String = "") -> [String] {
        let base = old ?? initial
        var parts: [String] = []
        if increment != base.increment { parts.append("INCREMENT BY \(increment)") }
        if minimum != base.minimum { parts.append("MINVALUE \(minimum)") }
        if maximum != base.maximum { parts.append("MAXVALUE \(maximum)") }
        if start != base.start { parts.append("START WITH \(start)") }
        if cache != base.cache { parts.append("CACHE \(cache)") }
        if cycles != base.cycles { parts.append(cycles ? "CYCLE" : "NO CYCLE") }
        return parts.map { prefix + $0 }
    }

    /// What CREATE SEQUENCE makes of this type and direction without clauses.
    private var initial: SequenceOptions {
        var options = SequenceOptions(type: type)
        let limits: (Int64, Int64) =
            switch type.text {
            case "smallint": (Int64(Int16.min), Int64(Int16.max))
            case "integer": (Int64(Int32.min), Int64(Int32.max))
            default: (.min, .max)
            }
        options.minimum = increment > 0 ? 1 : limits.0
        options.maximum = increment > 0 ? limits.1 : -1
        options.start = increment > 0 ? minimum : maximum
        return options
    }
}
