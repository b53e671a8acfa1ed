/// A name or string that PostgreSQL could not hold as it is.
package struct InvalidName: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Reason: Hashable, Sendable {
        /// There is nothing between the quotes or dots.
        case empty
        /// U+0000 is in it, which no PostgreSQL text can hold.
        case containsNUL
        /// It is longer than `Identifier.maximumLength`; the server would cut it silently.
        case tooLong(bytes: Int)
        /// A qualified name that is not `name`, `schema.name` or the same with quoted parts.
        case malformed
    }

    /// The text as it was given.
    package let text: String

    /// What is wrong with `text`.
    package let reason: Reason

    /// A refusal from its parts.
    package init(text: String, reason: Reason) {
        self.text = text
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .empty: "a name may not be empty"
        case .containsNUL: "a NUL character cannot be part of a name or text"
        case .tooLong(let bytes): "'\(text)' has \(bytes) bytes; a name has at most \(Identifier.maximumLength)"
        case .malformed: "'\(text)' is not a name, or a schema and a name with a dot between"
        }
    }
}
