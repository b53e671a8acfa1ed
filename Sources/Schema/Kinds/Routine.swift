package import SQL

/// A function, a procedure or an aggregate.
package struct Routine: SchemaObject {
    package enum Kind: Hashable, Sendable {
        case function
        case procedure
        case aggregate
        case window
    }

    package var kind: Kind
    /// The whole CREATE OR REPLACE as the server prints it; of an aggregate what stands after its name.
    package var definition: ServerText
    /// What OR REPLACE must leave alone: the result with its columns, and the arguments' names and modes.
    package var interface: [ServerText]
    /// How many arguments have defaults, of which OR REPLACE takes none away.
    package var defaults = 0

    package init(_ kind: Kind, definition: ServerText) {
        self.kind = kind
        self.definition = definition
        interface = []
    }

    /// An aggregate is called by the word for all, which takes its arguments as they stand in its identity.
    package var keyword: String {
        switch kind {
        case .function, .window: "FUNCTION"
        case .procedure: "PROCEDURE"
        case .aggregate: "ROUTINE"
        }
    }

    package func creation(of id: ObjectID) -> [Step] {
        guard kind == .aggregate, case .routine(let name, _) = id else { return [Step(definition.text)] }
        return [Step("CREATE AGGREGATE \(name.quoted)\(definition.text)")]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard kind == old.kind, interface == old.interface, defaults >= old.defaults, kind != .aggregate else {
            return .replacement
        }
        return .inPlace(creation(of: id))
    }
}
