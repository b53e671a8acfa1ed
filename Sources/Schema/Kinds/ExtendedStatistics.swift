package import SQL

/// Statistics over several columns or over expressions.
package struct ExtendedStatistics: SchemaObject {
    /// The whole CREATE STATISTICS as the server prints it.
    package var definition: ServerText
    package var target: Int?

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "STATISTICS" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step(definition.text)] + (target == nil ? [] : targetSteps(of: id))
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        definition == old.definition ? .inPlace(targetSteps(of: id)) : .replacement
    }

    private func targetSteps(of id: ObjectID) -> [Step] {
        [Step("ALTER STATISTICS \(id.quoted) SET STATISTICS \(target ?? -1)")]
    }
}
