/// A value that one string spells: it is compared, hashed and stored as exactly the bytes of that string.
///
/// Swift holds U+00E9 and "e" + U+0301 to be equal; to PostgreSQL they are two names. Every value of this module that
/// reaches a server is therefore compared by bytes.
package protocol Spelled: Hashable, Sendable, Codable {
    /// The text `init(spelling:)` reads back into an equal value.
    var spelling: String { get }

    /// Reads a spelling, with the checks of the type's own initializer.
    init(spelling: String) throws
}

extension Spelled {
    package static func == (left: Self, right: Self) -> Bool {
        left.spelling.utf8.elementsEqual(right.spelling.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in spelling.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        try self.init(spelling: container.decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(spelling)
    }
}
