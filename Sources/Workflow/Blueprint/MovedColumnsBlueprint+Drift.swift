package import SQL

extension MovedColumnsBlueprint {
    package var tables: [QualifiedName] { [table, target] }

    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: columns.map(\.facts.name))] }
    package var addedColumns: [NamedShape] {
        makesTable ? [] : [NamedShape(table: target, columns: columns.map(\.facts.name))]
    }
    package func vanishing(afterContract _: Bool) -> [NamedShape] {
        makesTable ? [NamedShape(table: target, columns: [])] : addedColumns
    }
    package var claims: [String] {
        let own = columns.flatMap { [$0.name, $0.retired] } + match.map(\.source)
        let others = makesTable ? [] : columns.map(\.name) + match.map(\.target)
        return own.map { "\(table.quoted).\($0.quoted)" }
            + (makesTable ? [target.quoted] : others.map { "\(target.quoted).\($0.quoted)" })
    }

    package var readColumns: [String] {
        match.flatMap { ["\(table.quoted).\($0.source.quoted)", "\(target.quoted).\($0.target.quoted)"] }
    }

    package var words: BlueprintWords {
        let names = columns.map(\.name.name).joined(separator: ", ")
        return BlueprintWords(
            invariant: "every row of \(table) has its values in \(target)",
            invariants: [
                "missing": "every row of \(table) with values in \(names) has its row in \(target)",
                "different": "every row of \(table) and its row in \(target) hold the same values in \(names)",
                "extra": "every row of \(target) has its row in \(table)",
            ],
            undone: makesTable
                ? "the table \(target) is dropped, \(table) keeps every value"
                : "\(names) of \(target) are dropped, \(table) keeps every value",
            contracted: "versions that still use \(names) of \(table) fail from here on; they are set aside",
            unreturnable: unreturnable,
            purged: "\(columns.map(\.retired.name).joined(separator: ", ")) of \(table)",
            lost: "\(names) of \(table) were purged: only \(target) holds the values",
            wayOut: "write a plan that moves \(names) back: move_columns from \(target) to \(table)"
        )
    }

    private var unreturnable: String {
        let needed = required.map(\.name.name).joined(separator: " or ")
        let refused =
            needed.isEmpty ? [] : ["rows of \(table) without a value in \(needed), NOT NULL before, refuse it"]
        return (refused + ["rows of \(target) without a row in \(table) stay there only"]).joined(separator: "; ")
    }

    /// What expand relaxed is NOT NULL no more: only the former blueprint knows it, and what its constraint was called.
    package func keepingFunction(of former: MovedColumnsBlueprint) -> MovedColumnsBlueprint {
        var copy = self
        for position in copy.columns.indices {
            guard let before = former.columns.first(where: { $0.name == copy.columns[position].name }) else { continue }
            copy.columns[position].facts = copy.columns[position].facts.required(also: before.facts)
        }
        return copy
    }

    package func differences(from other: MovedColumnsBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    package func changes(since former: MovedColumnsBlueprint) -> [String] {
        var changes = columns.flatMap { column in
            let before = former.columns.first { $0.name == column.name }
            return before.map { column.facts.changes(since: $0.facts, of: table) } ?? []
        }
        changes += indexes.map(\.facts).changes(since: former.indexes.map(\.facts), of: table)
        changes += checks.map(\.facts.comparable).changes(since: former.checks.map(\.facts.comparable), of: table)
        guard makesTable else { return changes }
        if owner != former.owner { changes.append("ALTER TABLE \(table) OWNER TO \(owner)") }
        changes += rowSecurity.changes(since: former.rowSecurity, of: table)
        changes += grants.changes(since: former.grants, of: table)
        for column in match {
            guard let before = former.match.first(where: { $0.target == column.target }) else { continue }
            changes += column.grants.changes(since: before.grants, of: table, column: column.source)
        }
        return changes
    }

    /// All of a column can be given to its like; the functions and the columns themselves are made for one type and one key.
    package func follows(_ former: MovedColumnsBlueprint) -> Bool {
        func made(_ blueprint: MovedColumnsBlueprint) -> [AnyHashable] {
            let columns = blueprint.columns.map(\.facts).flatMap { facts -> [AnyHashable?] in
                [
                    facts.name, facts.type, facts.collation, facts.identity?.comparable, facts.ownedSequence,
                    facts.default,
                ]
            }
            let match = blueprint.match.map { column in
                var column = column
                column.grants = []
                return column
            }
            return [columns, blueprint.table, blueprint.target, match]
        }
        return made(self) == made(former)
    }

    /// What enforce built for the columns as they were, and would not build for them as they are.
    package func superseded(by present: MovedColumnsBlueprint) -> Superseded<MovedColumnsBlueprint>? {
        var (gone, rest) = (self, self)
        gone.indexes.removeAll { mine in
            present.indexes.contains { $0.name == mine.name && $0.facts.built == mine.facts.built }
        }
        gone.checks.removeAll { mine in
            present.checks.contains { $0.name == mine.name && $0.facts.built == mine.facts.built }
        }
        (rest.indexes, rest.checks) = ([], [])
        return Superseded(gone: gone, rest: rest)
    }
}
