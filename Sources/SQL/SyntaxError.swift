/// What PostgreSQL's own parser refused.
package struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The parser's words: `syntax error at or near "y"`.
    package let message: String

    /// Where in `text`, in characters from 0; its end where the parser named no place.
    package let position: Int

    /// The whole text that was parsed.
    package let text: String

    /// An error with a place that is known already.
    package init(message: String, position: Int, text: String) {
        self.message = message
        self.position = position
        self.text = text
    }

    package var description: String { "\(message), at character \(position + 1)" }
}
