package import Diagnostics

/// One reading of a document: gathers the mistakes of all its cursors, so that they are reported in one go.
package final class Reading {
    /// What was found wrong so far, in order of place.
    package private(set) var diagnostics: Diagnostics

    /// For each key of the language the sections it belongs in, as dotted paths; empty is the top.
    let homes: [String: [String]]

    /// Begins with what the parser found.
    package init(_ diagnostics: Diagnostics = Diagnostics(), homes: [String: [String]] = [:]) {
        self.diagnostics = diagnostics
        self.homes = homes
    }

    /// Notes a mistake.
    package func add(_ diagnostic: Diagnostic) {
        diagnostics.add(diagnostic)
    }
}

/// The ids of what a cursor finds wrong; they begin with `plan.` because plans are all that is read from YAML.
package enum StructureMistake: String, CaseIterable, Sendable {
    /// A key that means nothing at its place.
    case unknownKey = "plan.unknown-key"
    /// A key that must be there and is not.
    case missingKey = "plan.missing-key"
    /// A key with nothing after its colon.
    case missingValue = "plan.missing-value"
    /// A list where a text is wanted, and the like.
    case wrongType = "plan.wrong-type"
}
