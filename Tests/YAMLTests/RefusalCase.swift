import Testing
import YAML

/// A text that is refused, the markers saying where, and what is said there.
struct RefusalCase: CustomTestStringConvertible, Sendable {
    let mistake: YAMLMistake
    let text: String
    let findings: [String]

    var testDescription: String { "\(mistake.rawValue): \(text.debugDescription)" }

    init(_ mistake: YAMLMistake, _ text: String, _ findings: String...) {
        self.mistake = mistake
        self.text = text
        self.findings = findings
    }
}
