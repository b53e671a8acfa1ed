import SQL

extension ExtractTable {
    /// Resolves the change against the catalog.
    ///
    /// - Returns: the blueprint, and everything found that refuses the change or has to be acknowledged; with a refusal
    ///   among the findings the blueprint must not be run.
    package func resolve(_ facts: MovedColumnsFacts, in plan: Plan)
        -> (blueprint: MovedColumnsBlueprint, findings: [Finding])
    {
        let resolver = MovedColumnsResolver(facts: facts, plan: plan)
        var findings = resolver.findings()
        if facts.targetExists, !facts.isUnderWay {
            findings.append(
                Finding(
                    "new-table",
                    .refused,
                    "there is a relation \(facts.target) already",
                    hint: "choose another name under into:, or move the columns to it with move_columns"
                )
            )
        }
        return (resolver.blueprint(ownKey: id, makesTable: true, missing: .create), findings)
    }
}

extension MoveColumns {
    /// Resolves the change against the catalog.
    ///
    /// - Returns: the blueprint, and everything found that refuses the change or has to be acknowledged; with a refusal
    ///   among the findings the blueprint must not be run.
    package func resolve(_ facts: MovedColumnsFacts, in plan: Plan)
        -> (blueprint: MovedColumnsBlueprint, findings: [Finding])
    {
        let resolver = MovedColumnsResolver(facts: facts, plan: plan)
        var findings = resolver.findings()
        let matched = facts.match.map(\.target.name).joined(separator: ", ")
        if !facts.targetIsUnique {
            findings.append(
                Finding(
                    "match-not-unique",
                    .refused,
                    "\(matched) of \(facts.target) is not unique: a value would have several places",
                    hint: "create a unique index on exactly \(matched), without a condition"
                )
            )
        }
        if missing == .create, !facts.neededColumns.isEmpty {
            let needed = facts.neededColumns.map(\.name).joined(separator: ", ")
            findings.append(
                Finding(
                    "missing-create",
                    .refused,
                    "a row of \(facts.target) cannot be made: \(needed) is NOT NULL and has no default",
                    hint: "use missing: report, or give \(needed) a default"
                )
            )
        }
        if missing == .create {
            findings.append(
                Finding(
                    "created-rows",
                    .acknowledge,
                    "a version of before meets rows of \(facts.target) that it did not make: an INSERT of its own fails with 23505, unless it "
                        + "is in the transaction that wrote the value",
                    hint: "have it insert with ON CONFLICT DO NOTHING first, or use missing: report"
                )
            )
        }
        for column in facts.columns where column.domainBase != nil {
            findings.append(
                Finding(
                    "domain",
                    .refused,
                    "\(facts.table).\(column.name) is of the domain \(column.type.text), which has constraints: adding such "
                        + "a column rewrites \(facts.target)",
                    hint: "change its type to the domain's base first"
                )
            )
        }
        return (resolver.blueprint(ownKey: nil, makesTable: false, missing: missing), findings)
    }
}

/// What the two kinds that move columns have in common.
private struct MovedColumnsResolver {
    let facts: MovedColumnsFacts
    let plan: Plan

    func blueprint(ownKey: ExtractTable.OwnKey?, makesTable: Bool, missing: MoveColumns.Missing)
        -> MovedColumnsBlueprint
    {
        MovedColumnsBlueprint(
            plan: plan.name.text,
            facts: facts,
            ownKey: ownKey,
            makesTable: makesTable,
            missing: missing,
            indexes: facts.indexes.map { MovedIndex(facts: $0, name: name(of: $0.name)) },
            checks: facts.checks.map { MovedCheck(facts: $0, name: name(of: $0.name)) }
        )
    }

    /// `User_street_idx` becomes `Address_street_idx`; another name is kept behind the table's.
    private func name(of original: Identifier) -> Identifier {
        let (old, new) = (facts.table.name.name, facts.target.name.name)
        guard original.name.hasPrefix(old + "_") else { return Identifier(shortening: new, original.name) }
        return Identifier(shortening: new, String(original.name.dropFirst(old.count + 1)))
    }

    func findings() -> [Finding] {
        facts.obstacles + keys() + columns() + names()
    }

    private func keys() -> [Finding] {
        var findings: [Finding] = []
        func refuse(_ id: String, _ message: String, _ hint: String?) {
            findings.append(Finding(id, .refused, message, hint: hint))
        }
        let sources = facts.match.map(\.source.name).joined(separator: ", ")
        if !facts.sourceIsKey {
            refuse(
                "match-no-key",
                "\(sources) of \(facts.table) is not a key: it must be NOT NULL and have a unique index",
                "match by the primary key"
            )
        }
        for problem in facts.unfitMatches { refuse("match-type", problem, "match by columns of one built-in type") }
        if facts.isPartitioned {
            refuse(
                "partitioned",
                "\(facts.table) or \(facts.target) is partitioned: its columns cannot be moved yet",
                nil
            )
        }
        if plan.dualWrite.conflict != .newWins {
            refuse(
                "conflict",
                "no statement writes \(facts.table) and \(facts.target) at once: there is no conflict to settle",
                "leave conflict out of the plan"
            )
        }
        return findings
    }

    private func columns() -> [Finding] {
        facts.columns.compactMap { column in
            guard column.default != nil || column.identity != nil else { return nil }
            return Finding(
                "default",
                .refused,
                "\(facts.table).\(column.name) has a default: an INSERT of a new version, which does not name it, would make a "
                    + "value in \(facts.target) that no statement wrote",
                hint: "drop the default and let the application write the value"
            )
        }
    }

    private func names() -> [Finding] {
        var findings: [Finding] = []
        for column in facts.columns where facts.tableColumns.contains(retiredName(of: column.name)) {
            findings.append(
                Finding(
                    "reserved-name",
                    .refused,
                    "\(facts.table) has a column \(retiredName(of: column.name)), the name that contract sets \(column.name) "
                        + "aside under",
                    hint: "purge or rename it first"
                )
            )
        }
        return findings
    }
}
