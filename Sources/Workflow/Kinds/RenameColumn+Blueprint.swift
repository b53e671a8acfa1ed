package import SQL

/// The reserved name of a column between retire and purge.
package func retiredName(of column: Identifier) -> Identifier {
    Identifier(shortening: "crossfade_old", column.name)
}

extension RenameColumn {
    /// Resolves the change against the catalog.
    ///
    /// - Returns: the blueprint, and everything found that refuses the change or has to be acknowledged; with a refusal
    ///   among the findings the blueprint must not be run.
    ///
    /// With `retypes` the new column has another type, and only it can stay in the end.
    package func resolve(
        _ facts: TableFacts,
        in plan: Plan,
        retypes: Bool = false
    ) -> (blueprint: SameRowBlueprint, findings: [Finding]) {
        let names = ArtefactNames(plan: plan.name)
        let retired = retiredName(of: from)
        let carrier = Carrier(facts: facts, old: from, new: to, retired: retired, names: names)
        let exchanges = exchanges(facts, retypes: retypes)
        var blueprint = SameRowBlueprint(
            family: SameRowBlueprint.family,
            plan: plan.name.text,
            facts: facts,
            new: to,
            retired: retired,
            conflict: plan.dualWrite.conflict,
            keeper: plan.dualWrite.by,
            names: names,
            indexes: facts.indexes.map(carrier.carry),
            checks: facts.checks.map(carrier.carry) + carrier.domainCheck(),
            foreignKeys: facts.foreignKeys.map(carrier.carry)
        )
        var findings = facts.obstacles
        if exchanges {
            blueprint.exchanges = true
            blueprint.foreignKeys.removeAll { $0.facts.standsAlone == true }
            blueprint.views = []
            blueprint.redefinitions = []
            let stays = facts.anchors + facts.redefinitionFindings + facts.viewFindings
            findings += stays.map(staying) + copyFindings(facts, beside: blueprint)
        } else {
            findings += facts.redefinitionFindings + facts.viewFindings
        }
        findings += refusals(facts, plan, names) + carrier.collisions(in: blueprint)
        return (blueprint, findings)
    }

    /// Whether the column has something that its copy cannot have, or has otherwise: a column with a domain is copied into one
    /// of the domain's base type.
    private func exchanges(_ facts: TableFacts, retypes: Bool) -> Bool {
        !retypes && !(facts.anchors.isEmpty && facts.viewAnchors.isEmpty && facts.column.domainBase == nil)
    }

    /// What hangs on the column goes with it when it gets the new name.
    private func staying(_ finding: Finding) -> Finding {
        Finding(
            finding.id,
            .carried,
            finding.message,
            hint: "it stays with the column, which contract gives the name \(to)",
            carriedIn: .contract
        )
    }

    /// What others have made on the new column would be set aside with it.
    private func copyFindings(_ facts: TableFacts, beside blueprint: SameRowBlueprint) -> [Finding] {
        var own = Set(blueprint.indexes.map(\.name.working) + blueprint.checks.map(\.name.working))
        own.formUnion(blueprint.foreignKeys.map(\.name.working) + (blueprint.statistics ?? []).map(\.working.name))
        own.insert(blueprint.notNullCheck)
        let triggers = Set(blueprint.columnTriggers.map(\.name))
        return facts.copyDependants.filter { dependant in
            dependant.name.map { !own.contains($0) && !triggers.contains($0.name) } ?? true
        }.map { dependant in
            let remedy =
                dependant.remedy
                ?? "make it for \(from) instead, which holds the same and is what contract gives the name \(to)"
            return Finding(
                "on-the-copy",
                .blocksContract,
                "\(to) of \(facts.name) has \(dependant.shown), and it is the copy that contract sets aside",
                hint: remedy
            )
        }
    }

    /// So many rows are indexed in less time than a statement may wait for a lock without being noticed.
    private static let rowsIndexedAtOnce: Double = 200_000

    private func deferrableFindings(_ facts: TableFacts) -> [Finding] {
        guard facts.estimatedRows > Self.rowsIndexedAtOnce else { return [] }
        return facts.indexes.filter(\.isDeferrable).map { index in
            let when = index.role == .primaryKey ? "in enforce, and again in contract" : "in enforce"
            return Finding(
                "blocking-scan",
                .acknowledge,
                "\(index.name) is deferrable: its like on \(to) is built \(when) under ACCESS EXCLUSIVE, and \(facts.name) can be "
                    + "neither read nor written meanwhile",
                hint: "acknowledge blocking-scan, and run these phases at a quiet hour"
            )
        }
    }

    private func refusals(_ facts: TableFacts, _ plan: Plan, _ names: ArtefactNames) -> [Finding] {
        var findings: [Finding] = []
        let column = facts.column
        if column.default != nil || column.identity != nil, plan.dualWrite.conflict == .oldWins {
            findings.append(
                Finding(
                    "conflict-default",
                    .refused,
                    "\(facts.name).\(from) has a default, which with conflict: old_wins beats the value a new version wrote",
                    hint: "use conflict: new_wins"
                )
            )
        }
        if (column.default != nil && !column.defaultIsConstant) || column.identity != nil,
            plan.dualWrite.conflict == .reject
        {
            findings.append(
                Finding(
                    "conflict-default",
                    .refused,
                    "\(facts.name).\(from) has a default made for each row, so that conflict: reject would refuse every "
                        + "INSERT of a new version",
                    hint: "use conflict: new_wins"
                )
            )
        }
        if column.default != nil, column.knowableDefault == nil, !column.isNotNull {
            findings.append(.explicitNull(in: [to], defaultsOf: [from], of: facts.name))
        }
        findings += deferrableFindings(facts)
        if plan.dualWrite.by == .application {
            findings += column.dualWriteFindings(of: facts.name)
            findings += facts.beforeTriggers.map { .dualWriteTrigger($0, of: facts.name) }
        }
        for trigger in facts.beforeTriggers
        where trigger.utf8.lexicographicallyPrecedes(names.trigger.name.utf8) == false {
            findings.append(
                Finding(
                    "trigger-order",
                    .refused,
                    "trigger \(trigger) of \(facts.name) fires after the sync trigger \(names.trigger.name)",
                    hint: "rename it: ALTER TRIGGER ... ON \(facts.name.quoted) RENAME TO ..."
                )
            )
        }
        let retired = retiredName(of: from)
        if facts.columns.contains(retired) {
            findings.append(
                Finding(
                    "reserved-name",
                    .refused,
                    "\(facts.name) has a column \(retired), the name that contract sets \(from) aside under",
                    hint: "purge or rename it first"
                )
            )
        }
        return findings
    }
}
