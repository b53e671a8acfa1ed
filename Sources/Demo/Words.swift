/// Numbers and times as the demonstration prints them.
enum Words {
    /// With commas between groups of three digits.
    static func number(_ value: Int) -> String {
        var text = ""
        for (place, digit) in String(value).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3), digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// In seconds, to the tenth.
    static func seconds(_ time: Duration) -> String {
        let tenths = Int((time / .milliseconds(100)).rounded())
        return "\(number(tenths / 10)).\(tenths % 10)"
    }

    /// In whole milliseconds, rounded up.
    static func milliseconds(_ time: Duration) -> String {
        number(Int((time / .milliseconds(1)).rounded(.up))) + " ms"
    }
}
