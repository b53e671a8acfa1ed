package import SQL

extension MovedColumnsBlueprint {
    package var tables: [QualifiedName] { [table, target] }

    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: columns.map(\.facts.name))] }
    package var addedColumns: [NamedShape] {
        makesTable ? [] : [NamedShape(table: target, columns: columns.map(\.facts.name))]
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

    /// What expand relaxed is NOT NULL no more: only the former blueprint knows what its constraint was called.
    package func keepingFunction(of former: MovedColumnsBlueprint) -> MovedColumnsBlueprint {
        var copy = self
        for position in copy.columns.indices {
            guard let before = former.columns.first(where: { $0.name == copy.columns[position].name }) else { continue }
            copy.columns[position].facts.isNotNull = before.facts.isNotNull
            copy.columns[position].facts.notNullName = before.facts.notNullName
        }
        return copy
    }

    package func differences(from other: MovedColumnsBlueprint) -> [String] {
        var differences: [String] = []
        if !follows(other) { differences += changes(since: other).map { "\($0), since enforce" } }
        if Set(indexes.map(\.facts)) != Set(other.indexes.map(\.facts)) {
            differences.append("the indexes on the moved columns have changed since enforce")
        }
        if Set(checks.map(\.facts.comparable)) != Set(other.checks.map(\.facts.comparable)) {
            differences.append("the checks on the moved columns have changed since enforce")
        }
        return differences
    }

    package func changes(since former: MovedColumnsBlueprint) -> [String] {
        keepingFunction(of: former).columns.flatMap { column in
            let before = former.columns.first { $0.name == column.name }
            return before.map { column.facts.changes(since: $0.facts, of: table) } ?? []
        }
    }

    /// Indexes and checks are enforce's, which has to be undone for other ones; all else of a column can be given to its like.
    package func follows(_ former: MovedColumnsBlueprint) -> Bool {
        func made(_ blueprint: MovedColumnsBlueprint) -> [AnyHashable] {
            let columns = blueprint.columns.map(\.facts).flatMap { facts -> [AnyHashable?] in
                [facts.name, facts.type, facts.collation, facts.isNotNull, facts.identity, facts.ownedSequence]
            }
            return [
                columns, blueprint.table, blueprint.target, blueprint.match, Set(blueprint.indexes.map(\.facts)),
                Set(blueprint.checks.map(\.facts.comparable)),
            ]
        }
        return made(keepingFunction(of: former)) == made(former)
    }
}
