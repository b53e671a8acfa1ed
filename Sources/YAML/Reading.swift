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
    case unknownKey = "plan.unknown-key"
    case missingKey = "plan.missing-key"
    case missingValue = "plan.missing-value"
    case wrongType = "plan.wrong-type"

    /// What is wrong, as a phrase.
    package var meaning: String {
        switch self {
        case .unknownKey: "a key that means nothing at its place"
        case .missingKey: "a required key is missing"
        case .missingValue: "a key without a value after its colon"
        case .wrongType: "a list where a text is expected, or another wrong type"
        }
    }
}
