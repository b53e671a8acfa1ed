package import SQL

/// The schema of one database as a value: every object with its definition, and what depends on what.
package struct DatabaseSchema: Sendable {
    /// An object with what every kind may have.
    package struct Entry: Sendable {
        package var object: any SchemaObject
        /// The role that owns it; nil where the kind has no owner of its own.
        package var owner: Identifier?
        package var comment: String?
        /// Nil where the kind has no privileges.
        package var privileges: Privileges?
        /// The place of a column in its table, from 1.
        ///
        /// Not compared: no statement changes it.
        package var position = 0

        package init(_ object: any SchemaObject) {
            self.object = object
        }
    }

    /// How strongly one object depends on another.
    package enum Dependency: Sendable, Hashable {
        /// The other cannot be dropped while this one is there.
        case normal
        /// Dropping the other drops this one, too.
        case automatic
    }

    package var entries: [ObjectID: Entry] = [:]
    /// For each object those that it depends on.
    package var dependencies: [ObjectID: [ObjectID: Dependency]] = [:]
    /// What is there and is not modelled, with the number of each kind, such as `operator`: 2.
    package var notCompared: [String: Int] = [:]
    /// The role that read it, and whose default privileges new objects get.
    package var role: Identifier?

    /// The schema of an empty database.
    package init() {}

    /// Records that one object depends on another; the stronger of two records stays.
    package mutating func note(_ dependant: ObjectID, dependsOn other: ObjectID, _ strength: Dependency) {
        guard dependant != other else { return }
        if strength == .normal, dependencies[dependant]?[other] == .automatic { return }
        dependencies[dependant, default: [:]][other] = strength
    }

    /// The objects of one type by their identities, in the order of their names.
    package func objects<T: SchemaObject>(_ type: T.Type) -> [(id: ObjectID, object: T)] {
        entries.compactMap { id, entry in (entry.object as? T).map { (id, $0) } }
            .sorted { $0.id.quoted < $1.id.quoted }
    }

    /// The sentence that every comparison ends with when something is not compared; nil when nothing is left out.
    package static func notCompared(_ sides: DatabaseSchema...) -> String? {
        let counts = sides.map(\.notCompared).reduce(into: [String: Int]()) { result, side in
            result.merge(side) { max($0, $1) }
        }
        guard !counts.isEmpty else { return nil }
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\($0.value == 1 ? "" : "s")" }
        return "not compared: " + parts.joined(separator: ", ")
    }
}
