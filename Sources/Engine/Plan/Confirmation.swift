package import Workflow

/// Whether a person agreed to what drops or sets aside something.
package struct Confirmation: Sendable {
    private let source: Source

    private enum Source: Sendable {
        /// nil: none was given, and there is no terminal to ask at.
        case given(String?)
        case person(@Sendable (String) async -> String?)
    }

    /// Without a terminal and without `--confirm`.
    package static let notGiven = Confirmation(name: nil)

    /// A plan's name given beforehand; nil is none.
    package init(name: String?) {
        source = .given(name)
    }

    /// - Parameter ask: is told what would be lost and returns what the person typed.
    package init(ask: @escaping @Sendable (String) async -> String?) {
        source = .person(ask)
    }

    /// Whether a person is asked, who may think about it for minutes.
    var takesTime: Bool {
        if case .person = source { true } else { false }
    }

    /// Whether it is known already that ``require(_:for:losing:)`` will refuse.
    func isRefused(for plan: Plan) -> Bool {
        guard case .given(let name) = source else { return false }
        return name != plan.name.text
    }

    /// - Throws: ``Failure`` `refused` that says what would be lost.
    func require(_ plan: Plan, for what: String, losing loss: String) async throws {
        let name =
            switch source {
            case .given(let name): name
            case .person(let ask): await ask("\(what): \(loss)")
            }
        guard name == plan.name.text else {
            throw Failure(
                .refused,
                "\(what) needs to be confirmed: \(loss)",
                hint: "say --confirm \(plan.name.text)"
            )
        }
    }
}
