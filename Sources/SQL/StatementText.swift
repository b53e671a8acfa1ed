import Foundation

/// The text of a statement that somebody else has sent.
package enum StatementText {
    /// The text with a placeholder for each value, as pg_stat_statements has it: what rows hold is nobody's business who
    /// wants to know which statement it was.
    ///
    /// Of a text that does not parse, such as one that the server has cut off, what stands before its first value.
    package static func withoutValues(_ text: String) -> String {
        let shown = (try? PGQuery.normalize(text)) ?? String(text.prefix { $0 != "'" && $0 != "$" })
        var line = shown.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        while line.last == ";" || line.last == " " { line.removeLast() }
        return line
    }
}
