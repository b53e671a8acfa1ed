import SQL
import Schema
import Testing

/// One object before and after, and the statements that lead from one to the other.
struct KindChange: Sendable, CustomTestStringConvertible {
    let name: String
    let id: ObjectID
    let old: (any SchemaObject)?
    let new: (any SchemaObject)?
    let script: [String]

    init(
        _ name: String,
        _ id: ObjectID,
        from old: (any SchemaObject)?,
        to new: (any SchemaObject)?,
        _ script: String...
    ) {
        self.name = name
        self.id = id
        self.old = old
        self.new = new
        self.script = script
    }

    var testDescription: String { name }

    /// The statements, those outside the transaction first.
    var statements: [String] {
        var before = DatabaseSchema()
        var after = DatabaseSchema()
        before.entries[id] = old.map { .init($0) }
        after.entries[id] = new.map { .init($0) }
        let script = SchemaScript(SchemaDiff(from: before, to: after))
        return (script.apart + script.steps).map(\.text)
    }
}

extension QualifiedName {
    /// A name that is known to be one.
    static func of(_ text: String) throws -> QualifiedName { try QualifiedName(parsing: text) }
}

extension SchemaObject {
    /// The same definition with something else in it.
    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}
