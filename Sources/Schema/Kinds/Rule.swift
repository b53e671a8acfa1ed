package import SQL

/// A rewriting rule that is no view's own.
package struct Rule: FiringObject {
    /// The whole CREATE RULE as the server prints it.
    package var definition: ServerText
    package var firing = Firing.enabled

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "RULE" }
}
