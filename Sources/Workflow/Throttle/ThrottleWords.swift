import Foundation

/// How throttle signals speak of numbers.
package enum ThrottleWords {
    /// `350 ms`, `12.3 s`, `10 s`, `12 min`, `3 h 20 min`.
    package static func seconds(_ seconds: Double) -> String {
        let milliseconds = Int64((seconds * 1_000).rounded())
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(fraction(seconds)) s" }
        let whole = milliseconds / 1_000
        if whole < 3_600 { return pair(whole / 60, "min", whole % 60, "s") }
        if whole < 86_400 { return pair(whole / 3_600, "h", whole % 3_600 / 60, "min") }
        return pair(whole / 86_400, "d", whole % 86_400 / 3_600, "h")
    }

    /// As PostgreSQL's `pg_size_pretty` counts them: `512 bytes`, `3.2 MB`, `1 GB`.
    package static func bytes(_ bytes: Double) -> String {
        var value = bytes
        if value < 1_024 { return "\(Int64(value)) bytes" }
        var unit = ""
        for larger in ["kB", "MB", "GB", "TB", "PB"] where value >= 1_024 {
            value /= 1_024
            unit = larger
        }
        return "\(fraction(value)) \(unit)"
    }

    /// With commas between groups of three digits: `100,000,000`.
    package static func count(_ number: Double) -> String {
        let digits = String(Int64(number.rounded()))
        var grouped = ""
        for (place, digit) in zip((0..<digits.count).reversed(), digits) {
            grouped.append(digit)
            if place > 0 && place.isMultiple(of: 3) { grouped.append(",") }
        }
        return grouped
    }

    /// `1 session`, `2 sessions`.
    package static func counted(_ number: Int, _ noun: String) -> String {
        "\(count(Double(number))) \(noun)\(number == 1 ? "" : "s")"
    }

    /// One digit after the point, unless it is 0.
    private static func fraction(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
