package import Postgres
package import SQL
package import Workflow

/// Several changes of one table: their files are those of the members, one after the other, and one backfill fills all.
package struct ChangeListBlueprint: RenderedBlueprint {
    package static let family: String = ChangeList.family

    /// One of the changes, under a plan's name of its own.
    package struct Member: Sendable {
        /// The change in one line.
        package var line: String
        package var blueprint: any RenderedBlueprint

        package init(line: String, blueprint: any RenderedBlueprint) {
            self.line = line
            self.blueprint = blueprint
        }
    }

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var keyColumns: [Identifier]
    package var members: [Member]

    package init(plan: String, table: QualifiedName, keyColumns: [Identifier], members: [Member]) {
        self.plan = plan
        self.table = table
        self.keyColumns = keyColumns
        self.members = members
    }

    private var blueprints: [any RenderedBlueprint] { members.map(\.blueprint) }
    /// The members whose rows are filled.
    var filled: [any FilledInPlace] { blueprints.compactMap { $0 as? any FilledInPlace } }
}

// MARK: - What all of them are

extension ChangeListBlueprint {
    package var tables: [QualifiedName] {
        blueprints.flatMap(\.tables).reduce(into: []) { all, table in if !all.contains(table) { all.append(table) } }
    }
    package var legacyNames: [NamedShape]? { blueprints.flatMap { $0.legacyNames ?? [] } }
    package var successors: [NamePair] { blueprints.flatMap(\.successors) }
    package var retyped: [NamedShape] { blueprints.flatMap(\.retyped) }
    package var stayingColumns: [NamedShape] { blueprints.flatMap(\.stayingColumns) }
    package var recreatedTriggers: [ColumnTriggerFacts] { blueprints.flatMap(\.recreatedTriggers) }
    /// One shape for each table, so that a body is read once.
    package var addedColumns: [NamedShape] {
        let shapes = blueprints.flatMap(\.addedColumns)
        return tables.compactMap { table in
            let columns = shapes.filter { $0.table == table }.flatMap(\.columns)
            return columns.isEmpty ? nil : NamedShape(table: table, columns: columns)
        }
    }
    package var claims: [String] { blueprints.flatMap(\.claims) }
    package var readColumns: [String] { blueprints.flatMap(\.readColumns) }
    package var changedNames: [String] { blueprints.flatMap(\.changedNames) }
    package var isPartitioned: Bool { blueprints.contains { $0.isPartitioned } }
    package var movesPrimaryKey: Bool { blueprints.contains { $0.movesPrimaryKey } }
    package var tellsInserts: Bool { blueprints.allSatisfy { $0.tellsInserts } }
    package var legacyWrites: [WatchedSides] { blueprints.flatMap(\.legacyWrites) }
    package var tellsLegacyInserts: Bool { blueprints.allSatisfy { $0.tellsLegacyInserts } }
    package var workingNames: [NamePair] { blueprints.flatMap(\.workingNames) }
    package var workingShapes: [NamedShape] { blueprints.flatMap(\.workingShapes) }
    package var functions: [QualifiedName] { blueprints.flatMap(\.functions) }
    package var mappingFunctions: [MappingFunction] { blueprints.flatMap(\.mappingFunctions) }
    package var keepsValues: Bool { blueprints.contains(where: \.keepsValues) }

    package var words: BlueprintWords {
        let words = blueprints.map(\.words)
        func joined(_ parts: [String]) -> String { parts.joined(separator: "; ") }
        let undone = words.compactMap(\.undone)
        let purged = words.compactMap(\.purged)
        let unreturnable = zip(members, words).map { "\($0.line): \($1.unreturnable ?? "nothing is lost")" }
        return BlueprintWords(
            invariant: joined(words.map(\.invariant)),
            undone: undone.isEmpty ? nil : joined(undone),
            contracted: joined(words.map(\.contracted)),
            unreturnable: words.allSatisfy { $0.unreturnable == nil } ? nil : joined(unreturnable),
            purged: purged.isEmpty ? nil : purged.joined(separator: ", "),
            lost: joined(words.map(\.lost)),
            wayOut: joined(words.map(\.wayOut))
        )
    }

    package func withPartitions(_ leaves: [QualifiedName]) -> ChangeListBlueprint {
        with { $0.withPartitions(leaves) }
    }

    package func keepingFunction(of former: ChangeListBlueprint) -> ChangeListBlueprint {
        var copy = self
        for (place, known) in zip(members.indices, former.members) {
            copy.members[place].blueprint = members[place].blueprint.keeping(known.blueprint)
        }
        return copy
    }

    package func asContracted(on connection: Connection) throws -> ChangeListBlueprint {
        try with { try $0.asContracted(on: connection) }
    }

    package var redefined: [Redefinition] { blueprints.flatMap(\.redefined) }

    package func redefining(as other: ChangeListBlueprint) -> ChangeListBlueprint {
        var copy = self
        for (place, present) in zip(members.indices, other.members) {
            copy.members[place].blueprint = members[place].blueprint.redefining(as: present.blueprint)
        }
        return copy
    }

    package func recreating(as other: ChangeListBlueprint) -> ChangeListBlueprint {
        var copy = self
        for (place, present) in zip(members.indices, other.members) {
            copy.members[place].blueprint = members[place].blueprint.recreating(as: present.blueprint)
        }
        return copy
    }

    package func differences(from other: ChangeListBlueprint) -> [String] {
        guard members.count == other.members.count else { return ["the plan has other changes"] }
        return zip(blueprints, other.blueprints).flatMap { $0.drift(from: $1) }
    }

    package func changes(since former: ChangeListBlueprint) -> [String] {
        zip(blueprints, former.blueprints).flatMap { $0.changes(since: $1) }
    }

    package var successorsInPlace: [SuccessorInPlace] { blueprints.flatMap(\.successorsInPlace) }

    package func returning(
        _ successor: ColumnFacts,
        with default: ReturnedDefault,
        to column: Identifier
    ) -> ChangeListBlueprint {
        with { member in
            guard member.successorsInPlace.contains(where: { $0.retired == column }) else { return member }
            return member.returning(successor, with: `default`, to: column)
        }
    }

    package func follows(_ former: ChangeListBlueprint) -> Bool {
        members.count == former.members.count
            && zip(blueprints, former.blueprints).allSatisfy { present, former in
                let isSame = AnyHashable(present) == AnyHashable(former)
                return isSame || present.follows(former)
            }
    }

    package func vanishing(afterContract: Bool) -> [NamedShape] {
        blueprints.flatMap { $0.vanishing(afterContract: afterContract) }
    }

    package func atGlance() -> ChangeListBlueprint { with { $0.atGlance() } }
    package var hasUnglanced: Bool { blueprints.contains(where: \.hasUnglanced) }
    package var unglanced: [NamedShape] { blueprints.flatMap(\.unglanced) }

    private func with(
        _ change: (any RenderedBlueprint) throws -> any RenderedBlueprint
    ) rethrows -> ChangeListBlueprint {
        var copy = self
        for place in members.indices { copy.members[place].blueprint = try change(members[place].blueprint) }
        return copy
    }
}

// MARK: - In the ledger

extension ChangeListBlueprint: Hashable {
    package static func == (first: ChangeListBlueprint, second: ChangeListBlueprint) -> Bool {
        first.plan == second.plan && first.table == second.table && first.keyColumns == second.keyColumns
            && first.members.map(\.line) == second.members.map(\.line)
            && first.blueprints.map { AnyHashable($0) } == second.blueprints.map { AnyHashable($0) }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(plan)
        for blueprint in blueprints { hasher.combine(AnyHashable(blueprint)) }
    }
}

extension ChangeListBlueprint.Member: Codable {
    private enum Key: CodingKey { case line, family, blueprint }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        line = try container.decode(String.self, forKey: .line)
        let family = try BlueprintCatalog.family(try container.decode(String.self, forKey: .family))
        blueprint = try family.init(from: try container.superDecoder(forKey: .blueprint))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(line, forKey: .line)
        try container.encode(blueprint.family, forKey: .family)
        try blueprint.encode(to: container.superEncoder(forKey: .blueprint))
    }
}

// MARK: - What has to be known of a member

/// A change of columns where their rows stand, which can be one of several.
protocol ListedBlueprint: RenderedBlueprint {
    var keyColumns: [Identifier] { get }

    /// The columns that contract sets aside, or that change their meaning in it.
    var outgoing: [Identifier] { get }

    /// Columns beside its own that its functions read.
    var reads: [Identifier] { get }
}

extension ListedBlueprint {
    var reads: [Identifier] { [] }
}

extension SameRowBlueprint: ListedBlueprint {
    var outgoing: [Identifier] { [old] }
}

extension ComposedColumnsBlueprint: ListedBlueprint {
    var outgoing: [Identifier] { old.map(\.name) }
}

extension DroppedColumnBlueprint: ListedBlueprint {
    var outgoing: [Identifier] { [column.name] }
}

extension RequiredColumnBlueprint: ListedBlueprint {
    var outgoing: [Identifier] { [] }
    var reads: [Identifier] { fill.columns.map { Identifier(shortening: $0) } }
}

// MARK: - The backfill that they share

/// A change whose rows are filled by an UPDATE of the table they stand in: several of them can share one.
protocol FilledInPlace: RenderedBlueprint {
    /// A condition that is true for rows not filled yet.
    func unfilledRows(_ prefix: String) -> String

    /// The columns that are filled, each with the SQL of its value in such a row.
    var fillings: [(column: Identifier, value: String)] { get }
}

extension ChangeListBlueprint {
    /// The variables of the templates that all members share; the members' own are rendered with theirs.
    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let fillings = filled.flatMap { member in
            member.fillings.map { (missing: member.unfilledRows(""), column: $0.column, value: $0.value) }
        }
        let left = filled.map { $0.unfilledRows("") }.joined(separator: " OR ")
        return TemplateContext([
            "table": .name(table), "relation": .identifier(table.name),
            "filled": .names(fillings.map(\.column)),
            "left": .condition(left.isEmpty ? "false" : "(\(left))"),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "assignments": .list(
                fillings.enumerated().map { place, filling in
                    [
                        "column": .identifier(filling.column), "missing": .condition(filling.missing),
                        "made": .condition(filling.value),
                        "comma": .condition(place + 1 < fillings.count ? "," : ""),
                    ]
                }
            ),
        ])
    }

    package static let specimen = ChangeListBlueprint(
        plan: "specimen",
        table: RequiredColumnBlueprint.specimen.table,
        keyColumns: RequiredColumnBlueprint.specimen.keyColumns,
        members: [Member(line: "one", blueprint: RequiredColumnBlueprint.specimen)]
    )
}

extension SameRowBlueprint: FilledInPlace {
    func unfilledRows(_ prefix: String) -> String { "(\(uncopied(MappedRow(prefix: prefix))))" }

    var fillings: [(column: Identifier, value: String)] {
        [(new, mapping == nil ? old.quoted : forward(.read, old))]
    }
}

extension RequiredColumnBlueprint: FilledInPlace {
    func unfilledRows(_ prefix: String) -> String { "(\(prefix)\(column.quoted) IS NULL)" }

    var fillings: [(column: Identifier, value: String)] { [(column, "(\(fill.text))")] }
}

extension ComposedColumnsBlueprint: FilledInPlace {
    func unfilledRows(_ prefix: String) -> String { uncopied(ComposedRow(prefix: prefix)) }
}
