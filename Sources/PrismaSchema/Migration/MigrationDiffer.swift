import SQL

/// Compares two databases; each list of steps is in the order of the objects it is about.
struct MigrationDiffer {
    let previous: PrismaDatabase
    let next: PrismaDatabase
    /// The tables that both have, in the order of the previous database.
    let pairs: [TablePair]
    /// The pairs by the names of their tables.
    private let pairsByName: [QualifiedName: TablePair]
    let created: [Table]
    let dropped: [Table]

    init(previous: PrismaDatabase, next: PrismaDatabase) {
        let previous = previous.orderedAsDescribed
        self.previous = previous
        self.next = next
        let before = previous.tables.filter(\.isCompared)
        let after = next.tables.filter(\.isCompared)
        let beforeNames = Set(before.map(\.name))
        let afterByName = Dictionary(after.map { ($0.name, $0) }) { first, _ in first }
        pairs = before.compactMap { table in afterByName[table.name].map { TablePair(previous: table, next: $0) } }
        pairsByName = Dictionary(pairs.map { ($0.previous.name, $0) }) { first, _ in first }
        created = after.filter { !beforeNames.contains($0.name) }
        dropped = before.filter { afterByName[$0.name] == nil }
    }

    var steps: [MigrationStep] {
        var steps = schemasAndExtensions
        steps += createdEnums.map(MigrationStep.createEnum)
        steps += alteredEnums.map(MigrationStep.alterEnum)
        steps += droppedForeignKeys
        steps += pairs.flatMap { pair in pair.droppedIndexes.map { .dropIndex($0, of: pair.previous.name) } }
        steps += pairs.compactMap(\.alteration).map(MigrationStep.alterTable)
        steps += dropped.map(MigrationStep.dropTable)
        steps += droppedEnums.map(MigrationStep.dropEnum)
        steps += created.map(MigrationStep.createTable)
        steps += createdIndexes
        steps += pairs.flatMap(\.renamedForeignKeys).map(MigrationStep.renameForeignKey)
        steps += addedForeignKeys
        steps += pairs.flatMap(\.renamedIndexes).map(MigrationStep.renameIndex)
        return Self.droppingReplacedIndexesLater(steps)
    }

    // MARK: - Schemas, extensions and enums

    private var schemasAndExtensions: [MigrationStep] {
        var steps = next.schemas.filter { !previous.schemas.contains($0) && isUsed($0) }.map(MigrationStep.createSchema)
        // An extension that is not listed any more stays: other projects may use it.
        var replaced: [Extension] = []
        var new: [Extension] = []
        for wanted in next.extensions {
            guard let existing = previous.extensions.first(where: { $0.name == wanted.name }) else {
                new.append(wanted)
                continue
            }
            if !existing.matches(wanted) {
                replaced.append(existing)
                new.append(wanted)
            }
        }
        steps += replaced.map(MigrationStep.dropExtension)
        return steps + new.map(MigrationStep.createExtension)
    }

    /// A schema that is listed and holds nothing is not made.
    private func isUsed(_ schema: Identifier) -> Bool {
        (previous.tables + next.tables).contains { $0.name.schema == schema }
            || createdEnums.contains { $0.name.schema == schema }
    }

    private var createdEnums: [EnumType] {
        let known = Set(previous.enums.map(\.name))
        return next.enums.filter { !known.contains($0.name) }
    }

    private var droppedEnums: [EnumType] {
        let known = Set(next.enums.map(\.name))
        return previous.enums.filter { !known.contains($0.name) }
    }

    /// The enums whose values differ; their order is not compared.
    private var alteredEnums: [EnumAlteration] {
        previous.enums.compactMap { before in
            guard let after = next.enums.first(where: { $0.name == before.name }) else { return nil }
            let added = after.values.filter { !before.values.containsExactly($0) }
            let removed = before.values.filter { !after.values.containsExactly($0) }
            if added.isEmpty, removed.isEmpty { return nil }
            return EnumAlteration(
                previous: before,
                next: after,
                added: added,
                removed: removed,
                columns: removed.isEmpty ? [] : columns(of: after),
                defaults: removed.isEmpty ? [] : defaults(of: before)
            )
        }
    }

    /// The columns of the type: those that stay get its new form, those that a later step drops must not hold the old one.
    private func columns(of type: EnumType) -> [EnumColumn] {
        let stays = { (column: Column, other: Column?) in
            column.type == .enumeration(type.name) && other?.type == column.type
                && (other?.arity == .list) == (column.arity == .list)
        }
        let kept = next.tables.flatMap { table in
            table.columns.filter { stays($0, pairsByName[table.name]?.previous.column($0.name)) }.map {
                EnumColumn(table: table.name, name: $0.name, isList: $0.arity == .list, isDropped: false)
            }
        }
        let dropped = previous.tables.flatMap { table in
            table.columns.filter {
                $0.type == .enumeration(type.name) && !stays($0, pairsByName[table.name]?.next.column($0.name))
            }.map { EnumColumn(table: table.name, name: $0.name, isList: $0.arity == .list, isDropped: true) }
        }
        return kept + dropped
    }

    private func defaults(of type: EnumType) -> [EnumDefault] {
        let isOfType = { (column: Column) in column.type == .enumeration(type.name) && column.defaultSQL != nil }
        let lost = dropped.flatMap { table in
            table.columns.filter(isOfType).map { EnumDefault(table: table.name, column: $0.name) }
        }
        let kept = pairs.flatMap { pair in
            (pair.droppedColumns + pair.commonColumns.map(\.previous)).filter(isOfType).map { column in
                let after = pair.next.column(column.name)
                let isKept = after.map(isOfType) ?? false
                return EnumDefault(
                    table: pair.previous.name,
                    column: column.name,
                    next: isKept ? after?.defaultSQL : nil
                )
            }
        }
        return lost + kept
    }

    // MARK: - Keys and indexes

    private var droppedForeignKeys: [MigrationStep] {
        previous.tables.filter(\.isCompared).flatMap { table in
            let keys = pairsByName[table.name].map(\.droppedForeignKeys) ?? table.foreignKeys
            return keys.map { MigrationStep.dropForeignKey($0, of: table.name) }
        }
    }

    private var addedForeignKeys: [MigrationStep] {
        next.tables.filter(\.isCompared).flatMap { table in
            let keys = pairsByName[table.name].map(\.createdForeignKeys) ?? table.foreignKeys
            return keys.map { MigrationStep.addForeignKey($0, of: table.name) }
        }
    }

    private var createdIndexes: [MigrationStep] {
        let ofNew = created.flatMap { table in
            table.indexes.map {
                IndexCreation(table: table.name, index: $0, isOnExistingTable: false, isRecreation: false)
            }
        }
        return (ofNew + pairs.flatMap(\.createdIndexes)).map(MigrationStep.createIndex)
    }

    /// A unique index that becomes the primary key of a table without one is dropped after that key is there.
    private static func droppingReplacedIndexesLater(_ steps: [MigrationStep]) -> [MigrationStep] {
        var steps = steps
        var place = 0
        while place < steps.count {
            defer { place += 1 }
            guard case .dropIndex(let index, let table) = steps[place], index.isUnique else { continue }
            let successor = steps[place...].firstIndex {
                guard case .alterTable(let alteration) = $0 else { return false }
                return alteration.previous.name == table && alteration.replaces(index)
            }
            guard let successor else { continue }
            steps.insert(steps.remove(at: place), at: successor)
            place -= 1
        }
        return steps
    }
}

extension PrismaDatabase {
    /// In the order in which Prisma reads a database, for its migrations are made from one and not from a file.
    fileprivate var orderedAsDescribed: PrismaDatabase {
        var database = self
        database.enums.sort { $0.name.isBefore($1.name) }
        database.tables.sort { $0.name.isBefore($1.name) }
        for place in database.tables.indices {
            database.tables[place].indexes.sort { $0.name.isBefore($1.name) }
            database.tables[place].foreignKeys.sort { $0.name.isBefore($1.name) }
        }
        return database
    }
}

extension Identifier {
    /// By bytes, as the C collation does.
    func isBefore(_ other: Identifier) -> Bool { name.utf8.lexicographicallyPrecedes(other.name.utf8) }
}

extension QualifiedName {
    fileprivate func isBefore(_ other: QualifiedName) -> Bool {
        guard schema == other.schema else {
            return (schema?.name ?? "").utf8.lexicographicallyPrecedes((other.schema?.name ?? "").utf8)
        }
        return name.isBefore(other.name)
    }
}

extension Table {
    /// Prisma's own table and PostGIS's are no part of a project's schema.
    fileprivate var isCompared: Bool {
        let name = name.name.name.lowercased()
        let foreign = [
            "spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews",
        ]
        return name != "_prisma_migrations" && !foreign.contains(name)
    }
}

extension Extension {
    /// What one side does not say is no difference.
    fileprivate func matches(_ other: Extension) -> Bool {
        let hasSameSchema = schema == nil || other.schema == nil || schema == other.schema
        let hasSameVersion = version == nil || other.version == nil || version == other.version
        return hasSameSchema && hasSameVersion
    }
}

extension TableAlteration {
    /// Whether it adds a primary key over the columns of an index, and leaves those columns as they are.
    fileprivate func replaces(_ index: Index) -> Bool {
        guard previous.primaryKey == nil, let key = next.primaryKey else { return false }
        let columns = index.columns.map(\.name)
        let isKept = changes.allSatisfy { change in
            switch change {
            case .dropColumn(let column): !columns.contains(column.name)
            case .recreateColumn(let alteration): !columns.contains(alteration.previous.name)
            default: true
            }
        }
        return isKept && key.columns.map(\.name) == columns
    }
}

extension [String] {
    /// Whether the bytes of a text are among them: to PostgreSQL, U+00E9 and "e" with an accent are two values.
    fileprivate func containsExactly(_ text: String) -> Bool {
        contains { $0.utf8.elementsEqual(text.utf8) }
    }
}
