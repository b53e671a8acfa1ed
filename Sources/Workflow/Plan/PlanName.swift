import YAML

/// The name of a plan: it names the run in the ledger, and files.
package struct PlanName: Hashable, Sendable, CustomStringConvertible {
    /// The name as written.
    package let text: String

    static let pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"

    /// Takes a name of up to 100 letters, digits, dots, underscores and hyphens; nil for anything else.
    package init?(_ text: String) {
        guard text.isWhole(Self.pattern) else { return nil }
        self.text = text
    }

    package var description: String { text }

    /// What the artefacts of one of a plan's several changes are called by: a name that no plan can have.
    package func member(_ number: Int) -> PlanName { PlanName(unchecked: "\(text)\(Self.mark)\(number)") }

    /// The name its run has, also where this is the name of one of its several changes.
    package var ofRun: String { String(text.prefix { $0 != Self.mark }) }

    /// What telling its hooks is leased under: a name that no plan can have.
    package var telling: PlanName { PlanName(unchecked: "\(text)\(Self.mark)hooks") }

    /// Between a plan's name and the number of one of its changes.
    package static let mark: Character = "#"

    private init(unchecked text: String) { self.text = text }
}

extension PlanName {
    static let form = ValueForm<PlanName>(.text(pattern: pattern)) { cursor in
        guard let text = cursor.text()?.text else { return nil }
        if let name = PlanName(text) { return name }
        let rule = "up to 100 letters, digits, '.', '_' and '-', a letter or digit first"
        cursor.refuse(.invalidName, "'\(text)' cannot name a plan: \(rule)")
        return nil
    }
}
