/// The plan's notation of a duration: a whole number and one unit.
extension Duration {
    /// A regular expression for the notation.
    static let planPattern = "[0-9]{1,9}(ms|s|m|h|d)"

    private static let planUnits: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `500ms`, `10s`, `5m`, `24h` or `7d`; a day has 24 hours.
    package init?(planText text: String) {
        guard text.isWhole(Self.planPattern) else { return nil }
        let digits = text.prefix { $0.isNumber }
        let unit = text.dropFirst(digits.count)
        guard let count = Int64(digits), let factor = Self.planUnits.first(where: { $0.name == unit })?.milliseconds
        else { return nil }
        self = .milliseconds(count * factor)
    }

    /// The notation in the largest unit that divides it; what is below a millisecond is left out.
    package var planText: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        let fitting = Self.planUnits.first { milliseconds != 0 && milliseconds.isMultiple(of: $0.milliseconds) }
        guard let unit = fitting else { return "0s" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    static func hours(_ count: Int) -> Duration { .minutes(count * 60) }
    static func days(_ count: Int) -> Duration { .hours(count * 24) }
}
