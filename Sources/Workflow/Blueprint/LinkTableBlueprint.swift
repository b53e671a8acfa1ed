package import SQL

/// A foreign key that becomes a table of links, resolved against the catalog.
package struct LinkTableBlueprint: Blueprint {
    package static let family = "link_table"

    /// A column of the table of links.
    package struct Column: Sendable, Hashable, Codable {
        package var name: Identifier
        package var type: ServerText
        package var table: QualifiedName
        package var key: Identifier
        package var foreignKey: Identifier
        /// On the column it is made of.
        package var grants: [ColumnFacts.Grant]
    }

    /// Whom the old table is open to, and the table of links is from the start.
    package struct Rights: Sendable, Hashable, Codable {
        package var owner: Identifier
        /// On the table as a whole.
        package var grants: [ColumnFacts.Grant]
        /// On the key of its rows, and on the old column.
        package var onKey: [ColumnFacts.Grant]
        package var onColumn: [ColumnFacts.Grant]
        package var rowSecurity: RowSecurity

        package init(
            owner: Identifier,
            grants: [ColumnFacts.Grant],
            onKey: [ColumnFacts.Grant],
            onColumn: [ColumnFacts.Grant],
            rowSecurity: RowSecurity
        ) {
            self.owner = owner
            self.grants = grants
            self.onKey = onKey
            self.onColumn = onColumn
            self.rowSecurity = rowSecurity
        }
    }

    package var family: String = Self.family
    package var plan: String
    /// The table with the old column, the key of its rows, and the column.
    package var old: MoveRelationBlueprint.Side
    /// The table that the old column references.
    package var target: QualifiedName
    package var targetKey: Identifier
    package var retired: Identifier
    package var column: ColumnFacts
    package var foreignKey: ForeignKeyFacts?
    package var link: QualifiedName
    /// In the order of the primary key.
    package var columns: [Column]
    package var primaryKey: Identifier
    package var index: Identifier
    package var refusesSecond: Bool
    package var checksAtCommit: Bool
    /// Set where a value stands for a link that is yet to come, instead of a check at commit.
    package var placeholder: Placeholder?
    package var rights: Rights

    package init(
        plan: String,
        old: MoveRelationBlueprint.Side,
        target: QualifiedName,
        targetKey: Identifier,
        targetKeyType: ServerText,
        column: ColumnFacts,
        foreignKey: ForeignKeyFacts?,
        change: LinkTable,
        rights: Rights
    ) {
        self.plan = plan
        self.old = old
        self.target = target
        self.targetKey = targetKey
        retired = retiredName(of: old.reference)
        self.column = column
        self.foreignKey = foreignKey
        let layout = change.layout
        link = QualifiedName(schema: layout.table.schema ?? old.table.schema, name: layout.table.name)
        let name = link.name.name
        columns = layout.columns.map { column in
            let isOld = column.table == old.table.name.name
            return Column(
                name: column.name,
                type: isOld ? old.keyType : targetKeyType,
                table: isOld ? old.table : target,
                key: isOld ? old.key : targetKey,
                foreignKey: Identifier(shortening: name, column.name.name, "fkey"),
                grants: isOld ? rights.onKey : rights.onColumn
            )
        }
        let isPrismas = layout.columns.map(\.name.name) == ["A", "B"]
        primaryKey = isPrismas ? Identifier(shortening: name, "AB", "pkey") : Identifier(shortening: name, "pkey")
        let second = layout.columns.last?.name.name ?? ""
        index = isPrismas ? Identifier(shortening: name, "B", "index") : Identifier(shortening: name, second, "idx")
        refusesSecond = change.secondLink == .refuse
        checksAtCommit = change.required == .atCommit
        placeholder = change.required == .placeholder && column.isNotNull ? Placeholder(type: column.type) : nil
        self.rights = rights
    }

    /// The link's column for the rows of the old table.
    package var near: Column? { columns.first { $0.table == old.table } }
    /// The link's column for the rows they are linked to.
    package var far: Column? { columns.first { $0.table == target } }

    package var table: QualifiedName { old.table }
    package var tables: [QualifiedName] { [old.table, link] }
    package func vanishing(afterContract _: Bool) -> [NamedShape] { [NamedShape(table: link, columns: [])] }
    package var legacyNames: [NamedShape]? { [NamedShape(table: old.table, columns: [old.reference])] }
    package var readColumns: [String] {
        ["\(old.table.quoted).\(old.key.quoted)", "\(target.quoted).\(targetKey.quoted)"]
    }
    package var claims: [String] {
        ["\(old.table.quoted).\(old.reference.quoted)", "\(old.table.quoted).\(retired.quoted)", link.quoted]
    }

    package var words: BlueprintWords {
        let near = "\(old.table.name).\(old.reference)"
        return BlueprintWords(
            invariant: "every row is linked alike by \(near) and in \(link.name)",
            invariants: [
                "missing": "the link of \(near) is one of the row's links in \(link.name)",
                "extra": "a row without a link by \(near) has none in \(link.name)",
                "orphan": "no link in \(link.name) is that of a row that does not exist",
                "second": "no row has a second link in \(link.name)",
            ],
            undone: "the table \(link.name) is dropped, \(near) keeps every link",
            contracted: "versions that still use \(near) fail from here on; it is set aside",
            unreturnable:
                "the first row of \(old.table.name) with a second link is the point of no return: from then on it is "
                + "refused, and names the rows"
                + (column.isNotNull ? "; rows without a link refuse it too, since \(near) was NOT NULL" : ""),
            purged: "\(retired) of \(old.table)",
            lost: "\(near) was purged, and only \(link.name) holds the links",
            wayOut: "write a plan that makes the column anew"
        )
    }

    /// What expand takes from the old column; nil: nothing.
    package var givenUp: GivenUp? {
        column.isNotNull ? GivenUp(timing: placeholder == nil ? nil : foreignKey?.timing) : nil
    }

    /// The comment of the functions that keep both sides equal.
    package func comment(_ givenUp: GivenUp?) -> String {
        "Crossfade: keeps \(old.table).\(old.reference) and \(link) equal\(givenUp?.words(of: old.reference) ?? "") (plan \(plan))"
    }

    package func keepingFunction(of former: LinkTableBlueprint) -> LinkTableBlueprint {
        var copy = self
        copy.column = column.required(also: former.column)
        copy.placeholder = former.placeholder
        // Expand has it checked at commit; undo has to know when it was before.
        if former.placeholder != nil, foreignKey?.untimed == former.foreignKey?.untimed {
            copy.foreignKey = former.foreignKey
        }
        return copy
    }

    package func differences(from other: LinkTableBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    package func changes(since former: LinkTableBlueprint) -> [String] {
        var changes = column.changes(since: former.column, of: old.table)
        changes += (foreignKey.map { [$0] } ?? []).changes(since: former.foreignKey.map { [$0] } ?? [])
        if rights.owner != former.rights.owner { changes.append("ALTER TABLE \(old.table) OWNER TO \(rights.owner)") }
        changes += rights.rowSecurity.changes(since: former.rights.rowSecurity, of: old.table)
        changes += rights.grants.changes(since: former.rights.grants, of: old.table)
        changes += rights.onKey.changes(since: former.rights.onKey, of: old.table, column: old.key)
        return changes
    }

    /// The table of links has the plan's own keys, and of the old table who may do what with it.
    package func follows(_ former: LinkTableBlueprint) -> Bool {
        func made(_ blueprint: LinkTableBlueprint) -> [AnyHashable?] {
            [
                blueprint.old, blueprint.target, blueprint.targetKey, blueprint.link, blueprint.column.type,
                blueprint.column.default, blueprint.column.identity,
                blueprint.placeholder == nil ? nil : blueprint.foreignKey,
            ]
        }
        return made(self) == made(former)
    }
}
