package import SQL

/// A column of a table; its default is an object of its own.
package struct Column: SchemaObject {
    package enum Identity: String, Hashable, Sendable {
        case always = "ALWAYS"
        case byDefault = "BY DEFAULT"
    }

    /// The sequence behind an identity column.
    package struct IdentityColumn: Hashable, Sendable {
        package var kind: Identity
        package var sequence: QualifiedName
        package var options: SequenceOptions

        package init(kind: Identity, sequence: QualifiedName, options: SequenceOptions) {
            self.kind = kind
            self.sequence = sequence
            self.options = options
        }
    }

    /// The expression of a generated column.
    package struct Generation: Hashable, Sendable {
        package var expression: ServerText
        /// False for a virtual column, of which nothing is stored (PostgreSQL 18).
        package var isStored: Bool

        package init(expression: ServerText, isStored: Bool) {
            self.expression = expression
            self.isStored = isStored
        }
    }

    package var type: ServerText
    /// Nil where it is the type's own.
    package var collation: QualifiedName?
    package var isNotNull = false
    /// The name of the NOT NULL constraint where it is not the one that PostgreSQL 18 gives by itself.
    package var notNullName: Identifier?
    package var identity: IdentityColumn?
    package var generation: Generation?
    /// Such as `EXTERNAL`; nil where it is the type's own.
    package var storage: String?
    package var compression: String?
    package var statistics: Int?
    /// Such as `n_distinct=100`.
    package var options: [String] = []
    /// Whether it is there only because a parent has it.
    package var isInherited = false

    package init(type: ServerText) {
        self.type = type
    }

    package var keyword: String { "COLUMN" }

    /// The column as CREATE TABLE and ADD COLUMN write it.
    func definition(_ name: Identifier, default value: ServerText? = nil) -> String {
        let null = isNotNull && identity == nil
        let parts = [
            name.quoted, type.text, collation.map { "COLLATE \($0.quoted)" },
            generation.map { "GENERATED ALWAYS AS (\($0.expression.text))" + ($0.isStored ? " STORED" : " VIRTUAL") },
            identity.map(Self.clause), value.map { "DEFAULT \($0.text)" },
            isNotNull ? notNullName.map { "CONSTRAINT \($0.quoted)" } : nil, null ? "NOT NULL" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private static func clause(_ identity: IdentityColumn) -> String {
        let options = ["SEQUENCE NAME \(identity.sequence.quoted)"] + identity.options.clauses()
        return "GENERATED \(identity.kind.rawValue) AS IDENTITY (\(options.joined(separator: " ")))"
    }

    package func creation(of id: ObjectID) -> [Step] { addition(of: id, default: nil) }

    /// The column as a further one of a table that is there.
    func addition(of id: ObjectID, default value: ServerText?) -> [Step] {
        guard case .column(let table, let name) = id else { return [] }
        let hasValue = value != nil || generation != nil || identity != nil || !isNotNull
        let caution: Caution? = !hasValue ? .needsValues : generation?.isStored == true ? .rewritesTable : nil
        return [Step("ALTER TABLE \(table.quoted) ADD COLUMN \(definition(name, default: value))", caution)]
            + attributeSteps(of: id, from: Column(type: type))
    }

    package func removal(of id: ObjectID) -> [Step] {
        guard case .column(let table, let name) = id else { return [] }
        return [
            Step(
                "ALTER TABLE \(table.quoted) DROP COLUMN \(name.quoted)",
                generation == nil ? .destroysColumn : nil
            )
        ]
    }
}
