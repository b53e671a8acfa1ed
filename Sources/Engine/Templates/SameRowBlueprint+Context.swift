package import SQL
package import Workflow

extension SameRowBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] { [function] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values = try namesAndShape()
        values.merge(try conditions(use.body)) { $1 }
        values.merge(try carriedAttributes()) { $1 }
        values.merge(try viewVariables()) { $1 }
        values.merge(try retirement()) { $1 }
        values.merge(try keyGuard()) { $1 }
        let source = use.sources[function.quoted + "()"] ?? .none
        values["function_source"] = try .text(source.expected)
        values["settled_source"] = try .text(source.settled)
        values["interim_source"] = try .text(source.interim)
        let isRefilling = use.isRefilling
        values["left"] = .condition(isRefilling ? unfilled(.read) : uncopied)
        values["left_t"] = .condition(
            isRefilling ? unfilled(MappedRow(prefix: "t.")) : uncopied(MappedRow(prefix: "t."))
        )
        if isRefilling { values["key"] = .condition(keyText(renaming: old, to: live)) }
        values.merge(try mappingVariables()) { $1 }
        values["ahead_live"] = .condition(isAhead(live, use) ?? "false")
        values["ahead_new"] = .condition(isAhead(new, use) ?? "false")
        values.merge(observed(use.body)) { $1 }
        values.merge(
            try changedAttributes(
                since: use.former as? SameRowBlueprint,
                isRefilling: use.isRefilling
            )
        ) { $1 }
        return TemplateContext(values)
    }

    /// What is different while the deployed code keeps both columns equal, and the trigger only watches it.
    private func observed(_ body: SyncBody) -> [String: TemplateValue] {
        let isObserved = keeper == .application
        let isObserving = isObserved && body == .copying
        return [
            "observed": .flag(isObserved), "observing": .flag(isObserving), "still_copying": SyncBody.stillCopying,
            "has_pair": .flag(firstTrigger != nil), "paired": .flag(firstTrigger != nil && !isObserving),
            "partitioned": .flag(isPartitioned),
            "differs_last": .condition(isObserving ? wrong(.written) : differsLast(.written)),
            "fires_last": .condition(isObserving ? wrong(.fired) : differsLast(.fired)),
            "fires_always": .flag(firesAlways(body)),
            "checks_early": .flag(firesAlways(body) && !isObserving && firstTrigger == nil),
            "checks_late": .flag(firesAlways(body) && (isObserving || firstTrigger != nil)),
            "key_new": .condition(keyColumns.isEmpty ? "NULL" : keyText(renaming: old, to: old, "NEW.")),
        ]
    }
}

// MARK: - Names and the column

extension SameRowBlueprint {
    private func namesAndShape() throws(InvalidName) -> [String: TemplateValue] {
        [
            "table": .name(table), "table_text": try .text(table.quoted),
            "schema_text": try .text(table.schema?.name ?? ""), "relname_text": try .text(table.name.name),
            "old": .identifier(old), "old_text": try .text(old.name),
            "new": .identifier(new), "new_text": try .text(new.name),
            "retired": .identifier(retired), "retired_text": try .text(retired.name),
            "type": .verbatim(column.domainBase ?? column.type),
            "type_text": try .text((column.domainBase ?? column.type).text),
            "has_domain": .flag(column.domainBase != nil), "exchanged": .flag(isExchanged),
            "has_storage": .flag(column.storage != nil), "storage": .verbatim(ServerText(column.storage ?? "")),
            "has_compression": .flag(column.compression != nil),
            "compression": .verbatim(ServerText(column.compression ?? "")),
            "has_statistics_target": .flag(column.statisticsTarget != nil),
            "statistics_target": .number(column.statisticsTarget ?? -1),
            "has_options": .flag(column.options != nil), "options": .verbatim(column.options ?? ServerText("")),
            "has_comment": .flag(column.comment != nil), "comment": try .text(column.comment ?? ""),
            "grants": .list(column.grants.map(Self.variables)),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "trigger": .identifier(trigger), "trigger_text": try .text(trigger.name),
            "first_trigger": .identifier(firstTrigger ?? trigger),
            "first_trigger_text": try .text((firstTrigger ?? trigger).name),
            "artefact_comment": try .text(keeperComment),
            "column_triggers": .list(
                columnTriggers.map {
                    [
                        "with_old": .verbatim($0.withOld), "with_both": .verbatim($0.withBoth),
                        "with_new": .verbatim($0.withNew),
                    ]
                }
            ),
            "redefinitions": .list(try redefinitionVariables { $0.followsNames != true }),
            "parsed_functions": .list(try redefinitionVariables { $0.followsNames == true }),
            "analyzed": .names([new] + Set((statistics ?? []).flatMap(\.otherColumns)).sorted { $0.name < $1.name }),
        ]
    }

    private func redefinitionVariables(_ isAsked: (Redefinition) -> Bool) throws(InvalidName) -> [[String:
        TemplateValue]]
    {
        var variables: [[String: TemplateValue]] = []
        for redefinition in (redefinitions ?? []).filter(isAsked) {
            let changed = "\(redefinition.object) has just been changed: crossfade advance \(plan) takes it as it is"
            let changedSince =
                "\(redefinition.object) of \(table) is not as contract made it: set it back to what it was then, and roll back again"
            variables.append([
                "with_old": .verbatim(redefinition.withOld), "with_new": .verbatim(redefinition.withNew),
                "unchanged": .verbatim(redefinition.unchanged), "changed": try .text(changed),
                "as_made": .verbatim(redefinition.asMade), "changed_since": try .text(changedSince),
            ])
        }
        return variables
    }

    private var keeperComment: String {
        let keeps = keeper == .application ? "watches, and from enforce on keeps," : "keeps"
        return "Crossfade: \(keeps) \(old) and \(new) of \(table) equal (plan \(plan))"
    }

    static func variables(_ grant: ColumnFacts.Grant) -> [String: TemplateValue] {
        [
            "by_other": .flag(!grant.isByOwner), "grantor": .identifier(grant.grantor),
            "privilege": .verbatim(ServerText(grant.privilege)),
            "to_public": .flag(grant.grantee == nil), "grantee": .identifier(grant.grantee ?? grant.grantor),
            "grantable": .flag(grant.isGrantable),
        ]
    }
}

extension TemplateValue {
    /// Text as an SQL literal.
    static func text(_ text: String) throws(InvalidName) -> TemplateValue { .literal(try Literal(text)) }

    /// A condition composed of quoted names.
    static func condition(_ text: String) -> TemplateValue { .verbatim(ServerText(text)) }

    /// Names in a column list.
    static func names(_ names: [Identifier]) -> TemplateValue {
        .verbatim(ServerText(names.map(\.quoted).joined(separator: ", ")))
    }
}
