package import SQL

/// A trigger of a table or view.
package struct Trigger: FiringObject {
    /// The whole CREATE TRIGGER as the server prints it.
    package var definition: ServerText
    package var firing = Firing.enabled

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "TRIGGER" }
}
