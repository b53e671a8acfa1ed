package import SQL

/// A table without its columns and constraints, which are objects of their own.
package struct Table: SchemaObject {
    /// How logical replication tells rows from each other.
    package enum ReplicaIdentity: Hashable, Sendable {
        case primaryKey
        case nothing
        case full
        case index(Identifier)
    }

    package var isUnlogged = false
    /// Such as `LIST (region)`; nil for a table that is not partitioned.
    package var partitionKey: ServerText?
    /// Parents of plain inheritance, in order.
    package var parents: [QualifiedName] = []
    /// The composite type of a typed table.
    package var rowType: QualifiedName?
    /// Storage parameters as `name=value`; those of the TOAST table begin with `toast.`.
    package var options: [String] = []
    package var accessMethod: Identifier?
    package var tablespace: Identifier?
    package var hasRowSecurity = false
    package var forcesRowSecurity = false
    package var replicaIdentity = ReplicaIdentity.primaryKey
    /// The index of the last CLUSTER.
    package var clusteredOn: Identifier?

    package init() {}

    package var keyword: String { "TABLE" }

    /// The table without columns; the script puts those of a new table into it.
    package func creation(of id: ObjectID) -> [Step] { creation(of: id, columns: []) }

    /// The table with its columns as definitions.
    func creation(of id: ObjectID, columns: [String]) -> [Step] {
        let list = columns.isEmpty ? "()" : "(\n    " + columns.joined(separator: ",\n    ") + "\n)"
        let body = rowType.map { "OF \($0.quoted)" + (columns.isEmpty ? "" : " " + list) } ?? list
        let parts = [
            "CREATE\(isUnlogged ? " UNLOGGED" : "") TABLE \(id.quoted) \(body)",
            parents.isEmpty ? nil : "INHERITS (\(parents.map(\.quoted).joined(separator: ", ")))",
            partitionKey.map { "PARTITION BY \($0.text)" }, accessMethod.map { "USING \($0.quoted)" },
            options.isEmpty ? nil : "WITH (\(options.storageList))", tablespace.map { "TABLESPACE \($0.quoted)" },
        ]
        return [Step(parts.compactMap(\.self).joined(separator: " "))] + attributeSteps(of: id, from: Table())
    }

    package func removal(of id: ObjectID) -> [Step] { [Step("DROP TABLE \(id.quoted)", .destroysRows)] }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard partitionKey == old.partitionKey else { return .replacement }
        let target = "ALTER TABLE \(id.quoted)"
        var steps: [Step] = []
        if isUnlogged != old.isUnlogged {
            steps.append(Step("\(target) SET \(isUnlogged ? "UNLOGGED" : "LOGGED")", .rewritesTable))
        }
        if rowType != old.rowType { steps.append(Step("\(target) " + (rowType.map { "OF \($0.quoted)" } ?? "NOT OF"))) }
        steps += old.parents.filter { !parents.contains($0) }.map { Step("\(target) NO INHERIT \($0.quoted)") }
        // A child is given a parent when it has the parent's columns.
        steps += parents.filter { !old.parents.contains($0) }.map {
            Step("\(target) INHERIT \($0.quoted)", stage: .late)
        }
        if accessMethod != old.accessMethod {
            let method = accessMethod?.quoted ?? "heap"
            steps.append(Step("\(target) SET ACCESS METHOD \(method)", .rewritesTable))
        }
        if tablespace != old.tablespace {
            steps.append(Step("\(target) SET TABLESPACE \(tablespace?.quoted ?? "pg_default")", .rewritesTable))
        }
        return .inPlace(steps + options.storageSteps(from: old.options, target) + attributeSteps(of: id, from: old))
    }

    /// What is set on a table after it was made, too.
    private func attributeSteps(of id: ObjectID, from old: Table) -> [Step] {
        let target = "ALTER TABLE \(id.quoted)"
        var steps: [Step] = []
        if hasRowSecurity != old.hasRowSecurity {
            steps.append(Step("\(target) \(hasRowSecurity ? "ENABLE" : "DISABLE") ROW LEVEL SECURITY"))
        }
        if forcesRowSecurity != old.forcesRowSecurity {
            steps.append(Step("\(target) \(forcesRowSecurity ? "FORCE" : "NO FORCE") ROW LEVEL SECURITY"))
        }
        if replicaIdentity != old.replicaIdentity {
            let identity =
                switch replicaIdentity {
                case .primaryKey: "DEFAULT"
                case .nothing: "NOTHING"
                case .full: "FULL"
                case .index(let name): "USING INDEX \(name.quoted)"
                }
            steps.append(Step("\(target) REPLICA IDENTITY \(identity)", stage: .late))
        }
        if clusteredOn != old.clusteredOn {
            let clause = clusteredOn.map { "CLUSTER ON \($0.quoted)" } ?? "SET WITHOUT CLUSTER"
            steps.append(Step("\(target) \(clause)", stage: .late))
        }
        return steps
    }
}

/// That a table is a partition of another.
package struct Attachment: SchemaObject {
    package var parent: QualifiedName
    /// `FOR VALUES ...` or `DEFAULT`.
    package var bounds: ServerText

    package init(parent: QualifiedName, bounds: ServerText) {
        self.parent = parent
        self.bounds = bounds
    }

    package var keyword: String { "TABLE" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("ALTER TABLE \(parent.quoted) ATTACH PARTITION \(id.quoted) \(bounds.text)")]
    }

    package func removal(of id: ObjectID) -> [Step] {
        [Step("ALTER TABLE \(parent.quoted) DETACH PARTITION \(id.quoted)")]
    }
}
