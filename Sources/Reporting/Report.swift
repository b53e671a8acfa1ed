package import Workflow

/// What a command answers with: one value, and its form for people and for machines.
package protocol Report: Sendable {
    /// For people, without a line break at the end.
    func text(in style: TextStyle) -> String

    /// For machines; each field is documented in Docs/reference/json.md.
    var json: JSON { get }
}
