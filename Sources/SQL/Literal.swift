/// A string constant, written so that no server setting can change what it means.
package struct Literal: Spelled {
    /// The text the server will see, without quotes.
    package let value: String

    /// Takes any text without NUL.
    package init(_ value: String) throws(InvalidName) {
        if value.utf8.contains(0) { throw InvalidName(text: value, reason: .containsNUL) }
        self.value = value
    }

    /// `'it''s'`, or `E'a\\b'` with a backslash: right whatever `standard_conforming_strings` says.
    package var quoted: String {
        guard value.utf8.contains(UInt8(ascii: "\\")) else { return value.enclosed(by: "'", doubling: ["'"]) }
        return "E" + value.enclosed(by: "'", doubling: ["'", "\\"])
    }

    package var spelling: String { value }

    package init(spelling: String) throws(InvalidName) {
        try self.init(spelling)
    }
}
