import SQL

/// The statements that make what is new and change what stays, in the order of dependencies.
struct MakingSteps {
    private let diff: SchemaDiff
    private let lineage: Lineage
    private let graph: DependencyGraph
    /// Columns and defaults that are written with the statement of another object.
    private var hosts: [ObjectID: ObjectID] = [:]
    private(set) var apart: [Step] = []
    private(set) var ordered: [Step] = []
    /// When every object is there.
    private(set) var late: [Step] = []
    /// When every object has its privileges: those of objects to come.
    private(set) var last: [Step] = []

    init(_ diff: SchemaDiff) {
        self.diff = diff
        lineage = Lineage(diff: diff)
        let all = Self.dependencies(diff, lineage)
        graph = DependencyGraph(all)
        let made = Set(diff.changes.filter { $0.value != .drop }.keys)
        for id in made { hosts[id] = host(of: id) }
        // A default is written where its column is, unless what it calls needs the table.
        for id in made.sorted(by: DependencyGraph.precedes) { if let host = hostOfDefault(id) { hosts[id] = host } }
        var merged: [ObjectID: Set<ObjectID>] = [:]
        for id in made {
            merged[hosts[id] ?? id, default: []].formUnion(all[id, default: []].map { hosts[$0] ?? $0 })
        }
        for id in DependencyGraph(merged).order(of: made.filter { hosts[$0] == nil }) { append(id) }
    }

    /// The columns of a new table are written in it.
    private func host(of id: ObjectID) -> ObjectID? {
        guard case .column(let table, _) = id, diff.changes[.table(table)]?.creates == true else { return nil }
        return .table(table)
    }

    private func hostOfDefault(_ id: ObjectID) -> ObjectID? {
        guard case .columnDefault(let table, let name) = id, diff.changes[.column(table, name)]?.creates == true,
            diff.changes[id]?.creates == true, !lineage.comesWithParents(.column(table, name)),
            !lineage.isImplied(.column(table, name))
        else { return nil }
        let column = ObjectID.column(table, name)
        let host = hosts[column] ?? column
        let needs = diff.new.dependencies[id, default: [:]].keys.filter { $0 != column }
        let isCircular = needs.contains { $0 == host || graph.reaches(from: $0, to: host) }
        return isCircular ? nil : host
    }

    private mutating func append(_ id: ObjectID) {
        guard let entry = diff.new.entries[id], let change = diff.changes[id] else { return }
        if lineage.isImplied(id) || lineage.comesWithParents(id) || lineage.comesWithColumn(id) { return }
        let steps: [Step] =
            switch change {
            case .drop: []
            case .alter(let steps), .retype(let steps): steps
            case .create, .replace: creation(id, entry.object)
            }
        for step in steps {
            switch step.stage {
            case .apart: apart.append(step)
            case .ordered: ordered.append(step)
            case .late:
                if case .defaultPrivileges = id { last.append(step) } else { late.append(step) }
            }
        }
    }

    private func creation(_ id: ObjectID, _ object: any SchemaObject) -> [Step] {
        switch (id, object) {
        case (.table(let name), let table as Table): tableSteps(name, table)
        case (.column(let table, let name), let column as Column):
            column.addition(of: id, default: inlineDefault(table, name, host: id))
        default:
            isOnNewTable(id) ? object.creation(of: id).map { Step($0.text, stage: $0.stage) } : object.creation(of: id)
        }
    }

    /// On a table without rows there is nothing to be careful about.
    private func isOnNewTable(_ id: ObjectID) -> Bool {
        if let owner = id.owner { return diff.changes[.table(owner)]?.creates == true }
        guard case .index = id else { return false }
        return diff.new.dependencies[id, default: [:]].keys.contains { other in
            switch other {
            case .table, .materializedView: diff.changes[other]?.creates == true
            default: false
            }
        }
    }

    private func tableSteps(_ name: QualifiedName, _ table: Table) -> [Step] {
        let columns = hosts.filter { $0.value == .table(name) }.keys.compactMap { id -> (Int, Identifier, Column)? in
            guard case .column(_, let columnName) = id, let entry = diff.new.entries[id],
                let column = entry.object as? Column, !lineage.comesWithParents(id)
            else { return nil }
            return (entry.position, columnName, column)
        }.sorted { $0.0 < $1.0 }
        let definitions = columns.map { _, columnName, column in
            column.definition(columnName, default: inlineDefault(name, columnName, host: .table(name)))
        }
        return table.creation(of: .table(name), columns: definitions)
            + columns.flatMap { _, columnName, column in
                column.attributeSteps(of: .column(name, columnName), from: Column(type: column.type))
            }
    }

    private func inlineDefault(_ table: QualifiedName, _ name: Identifier, host: ObjectID) -> ServerText? {
        let id = ObjectID.columnDefault(table, name)
        guard hosts[id] == host else { return nil }
        return (diff.new.entries[id]?.object as? ColumnDefault)?.expression
    }
}

extension MakingSteps {
    /// What has to come before what: the new schema's dependencies, and the order that partitions want.
    private static func dependencies(_ diff: SchemaDiff, _ lineage: Lineage) -> [ObjectID: Set<ObjectID>] {
        var result = diff.new.dependencies.mapValues { Set($0.keys) }
        for id in diff.changes.keys where diff.new.entries[id] != nil {
            result[id, default: []].formUnion(lineage.predecessors(of: id))
        }
        var tables: [ObjectID: ObjectID] = [:]
        for (id, others) in diff.new.dependencies {
            let table = others.keys.first { if case .table = $0 { true } else { false } }
            guard let table, case .table(let name) = table else { continue }
            switch id {
            case .index: break
            case .constraint where id.owner == name: break
            default: continue
            }
            tables[id] = table
            // A partition is attached with its indexes, which then become parts of the whole's.
            if diff.new.entries[.attachment(name)] != nil { result[.attachment(name), default: []].insert(id) }
        }
        return withIndexParts(diff, tables, result)
    }

    /// What needs an index of a partitioned table needs all its parts.
    private static func withIndexParts(
        _ diff: SchemaDiff,
        _ tables: [ObjectID: ObjectID],
        _ dependencies: [ObjectID: Set<ObjectID>]
    ) -> [ObjectID: Set<ObjectID>] {
        var result = dependencies
        var parts: [ObjectID: [ObjectID]] = [:]
        for (id, others) in diff.new.dependencies {
            guard case .indexAttachment = id else { continue }
            for other in others.keys {
                parts[other, default: []].append(id)
                if case .table(let table) = tables[other], diff.new.entries[.attachment(table)] != nil {
                    result[id, default: []].insert(.attachment(table))
                }
            }
        }
        guard !parts.isEmpty else { return result }
        for (id, others) in diff.new.dependencies {
            if case .constraint(let table, _) = id, (diff.new.entries[id]?.object as? Constraint)?.kind == .foreignKey {
                for other in others.keys where other.owner != table { result[id]?.formUnion(parts[other] ?? []) }
            }
        }
        return result
    }
}
