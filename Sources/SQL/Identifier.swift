/// A name in the catalog, taken literally: never folded to lower case, never cut by the server.
package struct Identifier: Spelled, CustomStringConvertible {
    /// The name as the catalog holds it, without quotes.
    package let name: String

    /// The bytes a name may have: `NAMEDATALEN - 1` of every PostgreSQL build that is packaged anywhere.
    package static let maximumLength = 63

    /// Takes a name as it is, or says why PostgreSQL could not hold it.
    package init(_ name: String) throws(InvalidName) {
        if name.isEmpty { throw InvalidName(text: name, reason: .empty) }
        if name.utf8.contains(0) { throw InvalidName(text: name, reason: .containsNUL) }
        let length = name.utf8.count
        if length > Self.maximumLength { throw InvalidName(text: name, reason: .tooLong(bytes: length)) }
        self.name = name
    }

    /// Joins the parts with `_` into a generated name; over 63 bytes it is cut and ends in a hash of the whole.
    package init(shortening parts: String...) {
        self.init(shortening: parts)
    }

    /// Joins the parts with `_` into a generated name; over 63 bytes it is cut and ends in a hash of the whole.
    ///
    /// The parts are constants and names from the catalog, so neither an empty whole nor a NUL can occur.
    package init(shortening parts: [String]) {
        let whole = parts.joined(separator: "_")
        precondition(!whole.isEmpty && !whole.utf8.contains(0), "a generated name needs parts without NUL")
        name = whole.utf8.count <= Self.maximumLength ? whole : Self.shortened(whole)
    }

    /// Takes a name from a parse tree: PostgreSQL's scanner has refused empty ones and cut long ones already.
    init(parsed name: String) {
        self.name = name
    }

    /// The name in quotes, inner quotes doubled; safe wherever SQL takes an identifier.
    package var quoted: String { name.enclosed(by: "\"", doubling: ["\""]) }

    package var spelling: String { name }
    package var description: String { name }

    package init(spelling: String) throws(InvalidName) {
        try self.init(spelling)
    }

    /// Cuts at a character boundary, so that no half emoji is left, and appends `_` and eight hexadecimal digits.
    private static func shortened(_ whole: String) -> String {
        let digits = String(StableHash.of(whole), radix: 16)
        let suffix = "_" + String(repeating: "0", count: 8 - digits.count) + digits
        var kept = ""
        var length = suffix.utf8.count
        for character in whole {
            length += character.utf8.count
            if length > maximumLength { break }
            kept.append(character)
        }
        return kept + suffix
    }
}

/// A hash that is the same on every machine and in every version: generated names are looked up by it.
private enum StableHash {
    /// FNV-1a over the UTF-8 bytes, 64 bits folded to 32 as its authors advise.
    static func of(_ text: String) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
