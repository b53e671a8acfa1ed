package import SQL

/// A constraint of a table: check, primary key, unique, foreign key or exclusion.
package struct Constraint: SchemaObject {
    package enum Kind: Hashable, Sendable {
        case check
        case foreignKey
        case primaryKey
        case unique
        case exclusion
    }

    package var kind: Kind
    /// As the server prints it, without NOT VALID.
    package var definition: ServerText
    /// False for one that holds for new rows only.
    package var isValid = true
    /// Storage parameters of its index; those of an exclusion are in the definition.
    package var options: [String] = []
    /// That of its index.
    package var tablespace: Identifier?
    /// Whether it is there only because a parent has it.
    package var isInherited = false
    /// Whether the table is partitioned, so that its partitions have theirs by themselves.
    package var isOfPartitionedTable = false

    package init(_ kind: Kind, definition: ServerText) {
        self.kind = kind
        self.definition = definition
    }

    package var keyword: String { "CONSTRAINT" }

    private var hasIndex: Bool { kind != .check && kind != .foreignKey }

    package func creation(of id: ObjectID) -> [Step] {
        guard case .constraint(let table, let name) = id else { return [] }
        let only = isOfPartitionedTable && hasIndex ? "ONLY " : ""
        let caution: Caution? = hasIndex ? .blocksWriters : isValid ? .scansTable : nil
        let validity = isValid ? "" : " NOT VALID"
        let step = Step(
            "ALTER TABLE \(only)\(table.quoted) ADD CONSTRAINT \(name.quoted) \(definition.text)\(validity)",
            caution
        )
        return [step] + indexSteps(of: id, from: Constraint(kind, definition: definition))
    }

    package func removal(of id: ObjectID) -> [Step] {
        guard case .constraint(let table, let name) = id else { return [] }
        return [Step("ALTER TABLE \(table.quoted) DROP CONSTRAINT \(name.quoted)")]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard case .constraint(let table, let name) = id, definition == old.definition, kind == old.kind,
            isValid || !old.isValid, isOfPartitionedTable == old.isOfPartitionedTable
        else { return .replacement }
        let isValidated = isValid && !old.isValid
        let validation = Step("ALTER TABLE \(table.quoted) VALIDATE CONSTRAINT \(name.quoted)", .scansTable)
        return .inPlace((isValidated ? [validation] : []) + indexSteps(of: id, from: old))
    }

    /// What is set on the index behind the constraint, which has its name.
    private func indexSteps(of id: ObjectID, from old: Constraint) -> [Step] {
        guard case .constraint(let table, let name) = id, hasIndex else { return [] }
        let target = "ALTER INDEX \(QualifiedName(schema: table.schema, name: name).quoted)"
        var steps = options.storageSteps(from: old.options, target)
        if tablespace != old.tablespace {
            steps.append(Step("\(target) SET TABLESPACE \(tablespace?.quoted ?? "pg_default")"))
        }
        return steps
    }
}
