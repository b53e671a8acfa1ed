import Foundation

/// Numbers as the report prints them.
enum Words {
    /// With commas between groups of three digits.
    static func number(_ value: Int) -> String {
        var text = ""
        for (place, digit) in String(value.magnitude).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }

    static func number(_ value: Double) -> String { number(Int(value.rounded())) }

    /// With its noun, such as "1 chunk" and "2 chunks".
    static func count(_ value: Int, _ noun: String) -> String { "\(number(value)) \(noun)\(value == 1 ? "" : "s")" }

    static func decimal(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", locale: Locale(identifier: "en_US_POSIX"), value)
    }

    static func ratio(_ value: Double) -> String { decimal(value, 2) + " ×" }

    static func seconds(_ value: Double) -> String { decimal(value, value < 10 ? 2 : 1) + " s" }

    /// Of seconds, with three figures.
    static func milliseconds(_ seconds: Double) -> String {
        let value = seconds * 1000
        return (value < 10 ? decimal(value, 2) : value < 100 ? decimal(value, 1) : number(value)) + " ms"
    }

    /// Of bytes, in MiB as the server's own texts count.
    static func megabytes(_ bytes: Double) -> String {
        let value = bytes / 1_048_576
        return (value < 100 ? decimal(value, 1) : number(value)) + " MB"
    }
}
