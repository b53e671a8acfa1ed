package import Postgres
package import SQL
package import Workflow

/// Reads from the catalog what a change needs to know of its table.
///
/// Everything is read in one transaction that is rolled back. The table itself is only locked ACCESS SHARE; definitions
/// that name the column are rewritten by the server in a clone.
package struct CatalogReader {
    let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Reads the facts a rename needs.
    ///
    /// With `isGlance` nothing is cloned, and definitions stand as they are under all three names: enough to tell what
    /// stands against a change, at the price of a few reads.
    ///
    /// - Throws: ``CatalogProblem`` when there is nothing to read facts of; PostgresError from the server.
    package func facts(for change: RenameColumn, isGlance: Bool = false) throws -> TableFacts {
        try facts(for: change, retyping: nil, isGlance: isGlance)
    }

    /// The same for a column that gets another type on the way.
    func facts(for change: RenameColumn, retyping: TypeMapping?, isGlance: Bool) throws -> TableFacts {
        try connection.rolledBack { connection in
            let table = try RelationLookup(connection).find(change.table)
            let column = try ColumnReader(connection, table).read(change.from)
            var facts = TableFacts(
                name: table.name,
                kind: table.kind,
                serverVersion: connection.serverVersion,
                column: column
            )
            try TableReader(connection, table).read(into: &facts)
            facts.indexes = try IndexReader(connection, table).read(change.from)
            facts.foreignKeys = try ForeignKeyReader(connection, table).read(change.from)
            facts.checks = try CheckReader(connection, table).read(change.from)
            facts.leave(try SingularConstraint.read(table, connection))
            let triggers = TriggerReader(connection, table)
            facts.columnTriggers =
                try retyping == nil || retyping?.keepsNew == true
                ? triggers.renamedTriggers(change.from, change.to) : triggers.columnTriggers(change.from, change.to)
            facts.beforeTriggers = try TriggerReader(connection, table).beforeTriggers()
            let found = try ObstacleReader(connection, table).readApart(
                change.from,
                change.to,
                leaving: table.kind == .partitioned
                    ? RedefinitionReader.parts : RedefinitionReader.parts.union([.singleKeys, .marks])
            )
            for (finding, isAnchor) in found {
                if isAnchor, retyping == nil {
                    facts.anchors.append(finding)
                } else if let finding = suited(finding, facts, change, retyping) {
                    facts.obstacles.append(finding)
                }
            }
            try readRedefinitions(of: table, for: change, retyping, isGlance, into: &facts)
            if !isGlance { try DefinitionProbe(connection, table).rewrite(&facts, to: change.to, retyping: retyping) }
            try readViews(of: table, for: change, retyping, isGlance, into: &facts)
            if retyping == nil, facts.columns.contains(change.to) {
                facts.copyDependants = try CopyDependantReader(connection, table).read(change.to, of: change.from)
            }
            return facts
        }
    }
}

extension CatalogReader {
    private func readRedefinitions(
        of table: Relation,
        for change: RenameColumn,
        _ retyping: TypeMapping?,
        _ isGlance: Bool,
        into facts: inout TableFacts
    ) throws {
        var replacement = RedefinitionReader.Replacement(
            old: change.from,
            new: change.to,
            retired: retiredName(of: change.from)
        )
        replacement.type = retyping?.type
        replacement.losesName = retyping == nil || retyping?.keepsNew == true
        replacement.oldValue = OldValue(retyping, of: change.from, in: change.to)
        // Under the name that the column keeps, their text is right again after contract.
        if retyping != nil { facts.obstacles.removeAll { $0.id == "function" } }
        if isGlance {
            facts.obstacles += try ParsedFunction.read(table, replacement, connection).compactMap {
                $0.finding(replacement)
            }
            return
        }
        let redefinitions = try RedefinitionReader(connection, table).read(replacement)
        facts.columnTriggers += redefinitions.columnTriggers
        facts.redefinitions = redefinitions.others
        facts.statistics = redefinitions.statistics
        facts.obstacles += redefinitions.listed
        facts.redefinitionFindings = redefinitions.carried
        if retyping == nil { facts.anchors += redefinitions.anchors } else { facts.obstacles += redefinitions.anchors }
    }

    /// The finding as it is of this change; nil: it is none.
    private func suited(_ finding: Finding, _ facts: TableFacts, _ change: RenameColumn, _ retyping: TypeMapping?)
        -> Finding?
    {
        guard let retyping else {
            return finding.id == "publications" ? subscriberSQL(finding, facts, change) : finding
        }
        guard finding.id == "function-bodies", retyping.keepsNew != true else { return finding }
        // Under the name that the column keeps, a body finds the new one from contract on, whose values are the same, as text too.
        if retyping.changesMeaning == false, retyping.printsAs(facts.column.type) { return nil }
        var finding = finding
        finding.hint =
            "\(change.from) has values of \(retyping.type.text) from contract on: let it take either, then acknowledge function-bodies"
        return finding
    }

    /// The finding with what a subscriber has to have, statement by statement.
    private func subscriberSQL(_ finding: Finding, _ facts: TableFacts, _ change: RenameColumn) -> Finding {
        let retired = Identifier(shortening: "crossfade_old", change.from.name)
        let table = "ALTER TABLE \(facts.name.quoted)"
        let type = facts.column.type.text
        var finding = finding
        finding.hint =
            "on the subscriber, before expand: \(table) ADD COLUMN \(change.to.quoted) \(type); before contract: "
            + "\(table) ADD COLUMN \(retired.quoted) \(type), ALTER COLUMN \(change.from.quoted) DROP NOT NULL"
        return finding
    }

    /// Views are the one dependant that can be written anew for the other column.
    private func readViews(
        of table: Relation,
        for change: RenameColumn,
        _ retyping: TypeMapping?,
        _ isGlance: Bool,
        into facts: inout TableFacts
    ) throws {
        let reader = ViewReader(connection, table)
        facts.obstacles.removeAll { $0.id == "view" }
        if isGlance {
            facts.viewFindings = try reader.glance(change.from, change.to)
            return
        }
        let replacement = ViewReader.Replacement(
            facts.column,
            change.to,
            retyping,
            isThere: facts.columns.contains(change.to)
        )
        guard let views = try reader.read([replacement]).first else { return }
        facts.views = views.switched
        facts.viewFindings = views.findings
    }
}

extension ViewReader.Replacement {
    init(_ column: ColumnFacts, _ new: Identifier, _ retyping: TypeMapping?, isThere: Bool) {
        let collation = (retyping.map(\.collation) ?? column.collation).map { " COLLATE \($0.quoted)" } ?? ""
        let type = retyping?.type ?? column.domainBase ?? column.type
        self.init(old: column.name, new: new, type: type.text + collation, isThere: isThere)
        // A cast alone is another type in a view, and no other value.
        if retyping?.changesValues == true { oldValue = OldValue(retyping, of: column.name, in: new) }
    }
}

/// Why the catalog has nothing to resolve the change against.
package enum CatalogProblem: Error, Hashable, Sendable {
    case noTable(QualifiedName, near: String?)
    case noColumn(QualifiedName, Identifier, near: String?)

    package var message: String {
        switch self {
        case .noTable(let name, _): "there is no table \(name) in the database"
        case .noColumn(let table, let column, _): "table \(table) has no column \(column)"
        }
    }

    package var hint: String? {
        switch self {
        case .noTable(_, let near), .noColumn(_, _, let near): near.map { "did you mean \($0)?" }
        }
    }
}
