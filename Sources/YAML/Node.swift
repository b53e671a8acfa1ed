package import Diagnostics

/// A part of a document, and where it stands.
package struct Node: Sendable, Hashable {
    /// What a node can be.
    package enum Content: Sendable, Hashable {
        /// A text, not yet read as anything: the plan decides what `1` or `no` means.
        case scalar(Scalar)
        /// Keys and values as written; no key occurs twice.
        case mapping([Entry])
        /// A list.
        case sequence([Node])
        /// Something that was refused and reported; nothing more is to be said about it.
        case refused
    }

    /// One key of a mapping and its value.
    package struct Entry: Sendable, Hashable {
        /// The key without quotes.
        package let key: String

        /// Where the key stands, quotes included.
        package let keyRange: SourceRange

        /// What stands after the colon; an empty plain scalar when nothing does.
        package let value: Node
    }

    /// What it is.
    package let content: Content

    /// Where it stands, quotes and brackets included; a block ends with its last child.
    package let range: SourceRange
}

/// A text of a document, before it is read as a number, a name or a duration.
package struct Scalar: Sendable, Hashable {
    /// How a text can be written.
    package enum Style: Sendable, Hashable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// The text that is meant: quotes, escapes and indentation resolved.
    package let text: String

    /// How it is written; only a plain `1` is a number.
    package let style: Style

    /// Whether it is plain and a `#` follows it, which may have been meant as a part of it.
    package let isFollowedByComment: Bool

    /// Whether nothing was written at all.
    package var isMissing: Bool { style == .plain && text.isEmpty }
}
