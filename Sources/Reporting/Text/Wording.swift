import Foundation

extension BinaryInteger {
    /// With commas between groups of three digits: `1,234,567`.
    var grouped: String {
        let digits = String(magnitude)
        var grouped = self < 0 ? "-" : ""
        for (place, digit) in zip((0..<digits.count).reversed(), digits) {
            grouped.append(digit)
            if place > 0 && place.isMultiple(of: 3) { grouped.append(",") }
        }
        return grouped
    }

    /// With its noun: `1 row`, `2,000 rows`.
    func counted(_ noun: String) -> String {
        "\(grouped) \(noun)\(self == 1 ? "" : "s")"
    }

    /// As it is said of tries: `1st`, `2nd`, `11th`.
    var ordinal: String {
        let suffix =
            switch (self % 100, self % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return grouped + suffix
    }
}

extension Duration {
    /// In the two largest units that matter: `40 ms`, `2.3 s`, `42 s`, `2 min 3 s`, `3 h 20 min`, `4 d 2 h`.
    var spoken: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1_000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
        let whole = (milliseconds + 500) / 1_000
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return Self.units(whole / 60, "min", whole % 60, "s") }
        if whole < 86_400 { return Self.units(whole / 3_600, "h", whole % 3_600 / 60, "min") }
        return Self.units(whole / 86_400, "d", whole % 86_400 / 3_600, "h")
    }

    private static func units(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}

extension Int64 {
    /// Bytes as PostgreSQL's `pg_size_pretty` counts them, with 1,024 bytes to the kB: `3.2 MB`.
    var bytesSpoken: String {
        if self < 1_024 { return "\(self) bytes" }
        var value = Double(self) / 1_024
        var unit = "kB"
        for larger in ["MB", "GB", "TB", "PB"] where value >= 1_024 {
            value /= 1_024
            unit = larger
        }
        return "\(value.fixed(value < 100 ? 1 : 0)) \(unit)"
    }
}

extension Double {
    /// With so many digits after the point, whatever the language of the environment is.
    func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

extension Date {
    /// To the second, in UTC like every time in the ledger: `2026-11-23 04:05:06 UTC`.
    var spoken: String {
        let stamp = formatted(.iso8601)
        return "\(stamp.prefix(10)) \(stamp.dropFirst(11).dropLast()) UTC"
    }

    /// How far it is from a moment: `3 min ago`, `in 23 h 10 min`, `now`.
    func spoken(from now: Date) -> String {
        let distance = timeIntervalSince(now)
        if distance.magnitude < 1 { return "now" }
        let duration = Duration.seconds(distance.magnitude).spoken
        return distance < 0 ? "\(duration) ago" : "in \(duration)"
    }
}

extension String {
    /// How a step of this mode is run.
    var manner: String {
        switch self {
        case "none": "one statement, outside any transaction"
        case "chunk": "one transaction for each range of blocks"
        default: "one transaction"
        }
    }
}
