package import SQL

/// When a trigger or rule fires, by `session_replication_role`.
package enum Firing: String, Hashable, Sendable {
    case enabled = "ENABLE"
    case disabled = "DISABLE"
    case onReplica = "ENABLE REPLICA"
    case always = "ENABLE ALWAYS"
}

/// An object of a table or view whose definition says all but when it fires.
package protocol FiringObject: SchemaObject {
    /// The whole CREATE statement as the server prints it.
    var definition: ServerText { get }
    var firing: Firing { get }
}

extension FiringObject {
    package func creation(of id: ObjectID) -> [Step] {
        [Step(definition.text)] + (firing == .enabled ? [] : firingSteps(of: id))
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        definition == old.definition ? .inPlace(firingSteps(of: id)) : .replacement
    }

    private func firingSteps(of id: ObjectID) -> [Step] {
        switch id {
        case .trigger(let table, let name), .rule(let table, let name):
            [Step("ALTER TABLE \(table.quoted) \(firing.rawValue) \(keyword) \(name.quoted)")]
        default: []
        }
    }
}
