/// The inside of a string of the schema language, which is a string of JSON.
enum EscapedString {
    /// The text that is meant; nil when an escape is none of JSON's.
    static func text(of bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt16] = []
        var result = ""
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\\" else {
                guard flush(&units, into: &result) else { return nil }
                result.unicodeScalars.append(scalar)
                continue
            }
            guard let escape = scalars.popFirst() else { return nil }
            if escape == "u" {
                guard let unit = UInt16(String(scalars.prefix(4)), radix: 16), scalars.count >= 4 else { return nil }
                scalars = scalars.dropFirst(4)
                units.append(unit)
                continue
            }
            guard let meant = simple[escape], flush(&units, into: &result) else { return nil }
            result.unicodeScalars.append(meant)
        }
        return flush(&units, into: &result) ? result : nil
    }

    private static let simple: [Unicode.Scalar: Unicode.Scalar] = [
        "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]

    /// Adds the UTF-16 units read so far; a lone half of a pair is no text.
    private static func flush(_ units: inout [UInt16], into result: inout String) -> Bool {
        defer { units.removeAll() }
        if units.isEmpty { return true }
        guard let text = String(validating: units, as: UTF16.self) else { return false }
        result += text
        return true
    }
}
