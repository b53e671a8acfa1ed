package import Foundation

/// Numbers, times and sizes as people read them.
package enum Words {
    /// `1,234,567`
    package static func number(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (offset, digit) in digits.reversed().enumerated() {
            if offset > 0, offset.isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + String(grouped.reversed())
    }

    /// `1 row`, `2 rows`
    package static func count(_ value: some BinaryInteger, _ noun: String) -> String {
        "\(number(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `0.4 s`, `12 s`, `2 min 3 s`, `3 h 20 min`, `4 d 2 h`
    package static func duration(_ seconds: Double) -> String {
        if seconds < 10 { return "\(fixed(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s" }
        if whole < 86400 { return whole % 3600 < 60 ? "\(whole / 3600) h" : "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return "\(whole / 86400) d \(whole % 86400 / 3600) h"
    }

    /// `3.2 MB`
    package static func size(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1024 { return unit == "B" ? "\(bytes) B" : "\(fixed(value, 1)) \(unit)" }
            value /= 1024
        }
        return "\(fixed(value, 1)) TB"
    }

    /// `2026-11-23 04:05:06 UTC`
    package static func time(_ date: Date) -> String {
        var style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon, timeZone: .gmt)
        style = style.year().month().day().time(includingFractionalSeconds: false)
        return date.formatted(style) + " UTC"
    }

    /// A number with so many digits after the point.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let scaled = Int64((value.magnitude * factor).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int64(factor))
        return "\(sign)\(scaled / Int64(factor))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

/// Colour on a terminal; never the only bearer of a meaning.
package struct Paint: Sendable {
    let isOn: Bool

    package var isColored: Bool { isOn }

    package init(isOn: Bool) { self.isOn = isOn }

    func good(_ text: String) -> String { wrap(text, "32") }
    func bad(_ text: String) -> String { wrap(text, "31") }
    func warm(_ text: String) -> String { wrap(text, "33") }
    func strong(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
