package import SQL

/// When a trigger or rule fires, by `session_replication_role`.
package enum Firing: String, Hashable, Sendable {
    case enabled = "ENABLE"
    case disabled = "DISABLE"
    case onReplica = "ENABLE REPLICA"
    case always = "ENABLE ALWAYS"
}

/// A trigger of a table or view.
package struct Trigger: SchemaObject {
    /// The whole CREATE TRIGGER as the server prints it.
    package var definition: ServerText
    package var firing = Firing.enabled

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "TRIGGER" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step(definition.text)] + (firing == .enabled ? [] : firingSteps(of: id))
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        definition == old.definition ? .inPlace(firingSteps(of: id)) : .replacement
    }

    private func firingSteps(of id: ObjectID) -> [Step] {
        guard case .trigger(let table, let name) = id else { return [] }
        return [Step("ALTER TABLE \(table.quoted) \(firing.rawValue) TRIGGER \(name.quoted)")]
    }
}

/// A rewriting rule that is no view's own.
package struct Rule: SchemaObject {
    /// The whole CREATE RULE as the server prints it.
    package var definition: ServerText
    package var firing = Firing.enabled

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "RULE" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step(definition.text)] + (firing == .enabled ? [] : firingSteps(of: id))
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        definition == old.definition ? .inPlace(firingSteps(of: id)) : .replacement
    }

    private func firingSteps(of id: ObjectID) -> [Step] {
        guard case .rule(let table, let name) = id else { return [] }
        return [Step("ALTER TABLE \(table.quoted) \(firing.rawValue) RULE \(name.quoted)")]
    }
}
