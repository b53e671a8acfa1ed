package import SQL

extension ChangeType {
    /// Resolves the change against the catalog; the mapping is what the server made of types and expressions.
    ///
    /// - Returns: the blueprint, and everything found that refuses the change or has to be acknowledged.
    package func resolve(_ facts: TableFacts, _ mapping: TypeMapping, in plan: Plan) -> (
        blueprint: SameRowBlueprint, findings: [Finding]
    ) {
        let rename = RenameColumn(table: table, from: column, to: working)
        var (blueprint, findings) = rename.resolve(facts, in: plan, retypes: true)
        blueprint.mapping = mapping
        // As ALTER COLUMN TYPE does, the new column leaves a domain's constraints behind.
        blueprint.checks.removeAll { !$0.replacesOriginal }
        blueprint.mapping?.newKeys = staysUnique(facts, mapping) ? [] : facts.newKeys
        let isSeen =
            !staysUnique(facts, mapping) && ![facts.column.type.text, mapping.type.text].allSatisfy(TypeMapping.isText)
        if isSeen { blueprint.mapping?.isSeen = true }
        findings += refusals(facts, mapping)
        guard keeps == .column else { return (blueprint, findings) }
        if isSeen { findings.append(advice(facts, mapping)) }
        // The column keeps its name, and so does everything that hangs on it.
        let names = ArtefactNames(plan: plan.name)
        func keep(_ name: inout CarriedName) {
            name = CarriedName(original: name.original, working: names.working(name.original), final: name.original)
        }
        for position in blueprint.indexes.indices { keep(&blueprint.indexes[position].name) }
        for position in blueprint.checks.indices { keep(&blueprint.checks[position].name) }
        for position in blueprint.foreignKeys.indices { keep(&blueprint.foreignKeys[position].name) }
        return (blueprint, findings)
    }

    /// One name for two types: who reads or writes it is right before contract or after it.
    private func advice(_ facts: TableFacts, _ mapping: TypeMapping) -> Finding {
        let message =
            "\(column) of \(facts.name) is \(facts.column.type.text) until contract and \(mapping.type.text) after it, under one name: a version "
            + "that uses it has to take both, and after a rollback writes the new values into the old type"
        let hint = "as: and keeps: as give the new type a name of its own, which stays"
        return Finding("one-name", .advice, message, hint: hint)
    }

    /// Whether values that differ stay different: those of an integer that only gets wider.
    private func staysUnique(_ facts: TableFacts, _ mapping: TypeMapping) -> Bool {
        let integers = ["smallint", "integer", "bigint"]
        guard using == nil, let from = integers.firstIndex(of: facts.column.type.text) else { return false }
        return integers.firstIndex(of: mapping.type.text).map { $0 >= from } ?? false
    }

    private func refusals(_ facts: TableFacts, _ mapping: TypeMapping) -> [Finding] {
        var findings: [Finding] = []
        let shown = "\(facts.name).\(column)"
        let integers: Set = ["smallint", "integer", "bigint"]
        let types = [facts.column.type.text, mapping.type.text]
        if mapping.changesValues == true {
            findings += facts.foreignKeys.map { key in
                let message =
                    "foreign key \(key.name) of \(key.child) compares values of \(column), and using: makes others of them"
                return Finding("foreign-key-type", .refused, message, hint: "drop it first")
            }
            if facts.column.identity != nil {
                let message = "\(shown) is an identity column: its sequence would go on with the old values"
                let hint = "drop the identity first, or leave using: out"
                findings.append(Finding("identity", .refused, message, hint: hint))
            }
        } else if !facts.foreignKeys.isEmpty, !integers.isSuperset(of: types), !types.allSatisfy(TypeMapping.isText) {
            let names = facts.foreignKeys.map { "\($0.name)" }.joined(separator: ", ")
            let message = "foreign keys cannot compare \(facts.column.type.text) with \(mapping.type.text): \(names)"
            findings.append(
                Finding("foreign-key-type", .refused, message, hint: "change both sides' types by plans of their own")
            )
        }
        if facts.column.knowableDefault != nil, !facts.column.defaultIsConstant, !facts.column.isNotNull {
            findings.append(.explicitNull(in: [working], defaultsOf: [column], of: facts.name))
        }
        if mapping.backwardFails, facts.column.isNotNull {
            let inNewRows = standIn.map { "becomes \($0.text) in new rows" } ?? "is refused in new rows"
            let firstOne = mapping.standIn == nil ? "the first one in an old row on" : "the first one on"
            let message =
                "a value of \(mapping.type.text) that \(facts.column.type.text) cannot hold \(inNewRows) until contract, and "
                + "from \(firstOne) there is no rollback"
            findings.append(
                Finding("unconvertible", .acknowledge, message, hint: "keep to the old type's values until contract")
            )
        }
        let told = facts.newKeys.first { !$0.key.nullsAreEqual && $0.key.columns.contains(working) }
        if mapping.forwardFacts.mapsNull, !facts.column.isNotNull, let told {
            let message =
                "rows whose \(shown) is NULL do not collide in \(told.index), and the value that NULL becomes does: from enforce on "
                + "the second such row is refused"
            let hint = "have using: give NULL for NULL, or make the index partial first"
            findings.append(Finding("unique-null", .acknowledge, message, hint: hint))
        }
        findings += carriedFindings(facts, mapping)
        if mapping.standIn != nil, let index = facts.indexes.first(where: { $0.isUnique }) {
            let message = "two new rows with the stand-in may collide in \(index.name), and the second is refused"
            findings.append(Finding("stand-in", .acknowledge, message, hint: nil))
        }
        if mapping.forwardFails, facts.column.isNotNull {
            let message =
                "a value of \(facts.column.type.text) that \(mapping.type.text) cannot hold is refused in new rows from enforce on"
            let hint = "an expression under using: that gives every value a counterpart removes this restriction"
            findings.append(Finding("unconvertible", .acknowledge, message, hint: hint))
        }
        return findings
    }

    /// What the checks and indexes made for the new values may refuse that the old ones let pass.
    private func carriedFindings(_ facts: TableFacts, _ mapping: TypeMapping) -> [Finding] {
        var findings: [Finding] = []
        if mapping.isLossy, !facts.checks.isEmpty {
            let names = facts.checks.map { "\($0.name)" }.joined(separator: ", ")
            let message =
                "loss: acknowledged lets values of \(column) change: \(names) hold them to what they become, and may refuse from enforce "
                + "on a value that they let pass before"
            let hint = "drop them before, and add others after contract"
            findings.append(Finding("lossy-check", .acknowledge, message, hint: hint))
        }
        var mapped = facts.checks.filter { $0.isMapped == true }.map(\.name.name)
        mapped += facts.indexes.filter { $0.isMapped == true }.map(\.name.name)
        if mapping.changesMeaning == true { mapped += facts.redefinitions.map(\.object) }
        if mapping.changesValues == true { mapped += facts.views.map { "view \($0.name)" } }
        if mapping.backwardFails, !mapped.isEmpty {
            let names = mapped.joined(separator: ", ")
            let message =
                "\(names): made for the new values by \(mapping.backward.text), which refuses a value that \(facts.column.type.text) cannot "
                + "hold, after contract too"
            let hint = "replace them after contract by ones that are written for \(mapping.type.text)"
            findings.append(Finding("unconvertible", .acknowledge, message, hint: hint))
        }
        return findings
    }
}
