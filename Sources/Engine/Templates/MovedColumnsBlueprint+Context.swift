package import SQL
package import Workflow

extension MovedColumnsBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] {
        [names.oldFunction, names.newFunction, names.truncateFunction, reuse.function]
            + (makesTable ? [] : [names.pullFunction]) + (createsAtCommit ? [create.function, lock.function] : [])
            + (required.isEmpty ? [] : [names.requiredFunction])
    }
    package var keepsValues: Bool { !makesTable }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values = try tableVariables()
        values.merge(try artefacts(use)) { $1 }
        values.merge(conditions(use)) { $1 }
        let former = use.former as? MovedColumnsBlueprint
        values["columns"] = .list(try columnVariables(since: former))
        values.merge(try changedVariables(since: former)) { $1 }
        values["match"] = .list(try matchVariables(since: use.former as? MovedColumnsBlueprint))
        values["required"] = .list(try requiredVariables())
        values["has_required"] = .flag(!required.isEmpty)
        values["indexes"] = .list(try indexVariables())
        values["checks"] = .list(try checkVariables())
        return TemplateContext(values)
    }
}

// MARK: - Names

extension MovedColumnsBlueprint {
    private func tableVariables() throws(InvalidName) -> [String: TemplateValue] {
        let into = target.name.name
        let matched = match.map(\.target)
        return [
            "table": .name(table), "table_text": try .text(table.quoted),
            "target": .name(target), "target_text": try .text(target.quoted),
            "target_schema_text": try .text(target.schema?.name ?? ""), "target_name_text": try .text(into),
            "makes_table": .flag(makesTable), "makes_rows": .flag(makesRows), "reports_missing": .flag(!makesRows),
            "has_own_key": .flag(ownKey != nil),
            "own_key": .identifier(ownKey?.name ?? table.name),
            "own_key_text": try .text(ownKey?.name.name ?? ""),
            "own_key_type": .verbatim(ServerText(ownKey?.type.text ?? "")),
            "primary_key": .names(ownKey.map { [$0.name] } ?? matched),
            "primary_key_name": .identifier(Identifier(shortening: into, "pkey")),
            "match_key_name": .identifier(Identifier(shortening: [into] + matched.map(\.name) + ["key"])),
            "foreign_key_name": .identifier(Identifier(shortening: [into] + matched.map(\.name) + ["fkey"])),
            "owner": .identifier(owner),
            "grants": .list(grants.map { Self.variables($0) }),
            "row_security": .flag(rowSecurity.isEnabled), "forces_row_security": .flag(rowSecurity.isForced),
            "purge_blocked": try .text(
                "an index, constraint, view or other object still contains a column of \(table) that was set aside: drop it first"
            ),
            "plan_text": try .text(plan),
            "caller_path": SyncExpression.callerPath, "member_path": SyncExpression.memberPath,
            "own_n": SyncExpression.isOwn("n"), "own_o": SyncExpression.isOwn("o"),
            "may_keep": SyncExpression.may(["INSERT"], "replaced"),
            "may_pull": SyncExpression.may(["SELECT", "INSERT", "UPDATE", "DELETE"], "pulled"),
        ]
    }

    private static func variables(_ grant: ColumnFacts.Grant) -> [String: TemplateValue] {
        [
            "by_other": .flag(!grant.isByOwner), "grantor": .identifier(grant.grantor),
            "privilege": .verbatim(ServerText(grant.privilege)),
            "to_public": .flag(grant.grantee == nil), "grantee": .identifier(grant.grantee ?? grant.grantor),
            "grantable": .flag(grant.isGrantable),
        ]
    }

    private func artefacts(_ use: TemplateUse) throws(InvalidName) -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [
            "insert_trigger": .identifier(names.insertTrigger),
            "insert_trigger_text": try .text(names.insertTrigger.name),
            "update_trigger": .identifier(names.updateTrigger),
            "update_trigger_text": try .text(names.updateTrigger.name),
            "delete_trigger": .identifier(names.deleteTrigger),
            "delete_trigger_text": try .text(names.deleteTrigger.name),
            "truncate_trigger": .identifier(names.truncateTrigger),
            "truncate_trigger_text": try .text(names.truncateTrigger.name),
            "required_trigger": .identifier(names.requiredTrigger),
            "required_trigger_text": try .text(names.requiredTrigger.name),
            "pull_trigger": .identifier(names.pullTrigger), "pull_trigger_text": try .text(names.pullTrigger.name),
            "create_trigger": .identifier(create.trigger), "create_trigger_text": try .text(create.trigger.name),
            "lock_trigger": .identifier(lock.trigger), "lock_trigger_text": try .text(lock.trigger.name),
            "reuse_trigger": .identifier(reuse.trigger), "reuse_trigger_text": try .text(reuse.trigger.name),
            "rekey_trigger": .identifier(rekeyTrigger), "rekey_trigger_text": try .text(rekeyTrigger.name),
            "artefact_comment": try .text("Crossfade: keeps \(table) and \(target) equal (plan \(plan))"),
        ]
        for (key, function) in [
            ("old_function", names.oldFunction), ("new_function", names.newFunction),
            ("pull_function", names.pullFunction),
            ("truncate_function", names.truncateFunction), ("required_function", names.requiredFunction),
            ("create_function", create.function), ("lock_function", lock.function),
            ("reuse_function", reuse.function),
        ] {
            values[key] = .name(function)
            values["\(key)_text"] = try .text(function.quoted + "()")
        }
        var sources: [[String: TemplateValue]] = []
        for function in functions {
            let source = use.sources[function.quoted + "()"] ?? .none
            sources.append([
                "function_text": try .text(function.quoted + "()"),
                "function_source": try .text(source.expected), "settled_source": try .text(source.settled),
            ])
        }
        values["functions"] = .list(sources)
        return values
    }

    private func columnVariables(since former: MovedColumnsBlueprint?) throws(InvalidName) -> [[String: TemplateValue]]
    {
        var values: [[String: TemplateValue]] = []
        for column in columns {
            let facts = column.facts
            let before = former?.columns.first { $0.name == column.name }?.facts
            var variables = try facts.changedAttributes(since: before)
            variables.merge([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "type": .verbatim(facts.type), "type_text": try .text(facts.type.text),
                "has_collation": .flag(facts.collation != nil), "collation": .name(facts.collation ?? table),
                "has_storage": .flag(facts.storage != nil), "storage": .verbatim(ServerText(facts.storage ?? "")),
                "has_compression": .flag(facts.compression != nil),
                "compression": .verbatim(ServerText(facts.compression ?? "")),
                "has_statistics_target": .flag(facts.statisticsTarget != nil),
                "statistics_target": .number(facts.statisticsTarget ?? -1),
                "has_options": .flag(facts.options != nil), "options": .verbatim(facts.options ?? ServerText("")),
                "has_comment": .flag(facts.comment != nil), "comment": try .text(facts.comment ?? ""),
                "column_grants": .list(facts.grants.map { Self.variables($0) }),
                "retired": .identifier(column.retired), "retired_text": try .text(column.retired.name),
            ]) { $1 }
            values.append(variables)
        }
        return values
    }

    private func matchVariables(since former: MovedColumnsBlueprint?) throws(InvalidName) -> [[String: TemplateValue]] {
        var values: [[String: TemplateValue]] = []
        for pair in match {
            let before = former?.match.first { $0.target == pair.target }?.grants
            values.append([
                "match_column": .identifier(pair.target), "match_column_text": try .text(pair.target.name),
                "match_type": .verbatim(pair.type),
                "match_grants": .list(pair.grants.map { Self.variables($0) }),
                "match_revoked": .list(try (before.map(pair.grants.revoked) ?? pair.grants).variables()),
                "match_granted": .list(try (before.map(pair.grants.granted) ?? pair.grants).variables()),
                "has_match_collation": .flag(pair.collation != nil), "match_collation": .name(pair.collation ?? table),
            ])
        }
        return values
    }

    private func requiredVariables() throws(InvalidName) -> [[String: TemplateValue]] {
        var values: [[String: TemplateValue]] = []
        for column in required {
            // PostgreSQL's own words, and its own name for the constraint where it has one.
            let message =
                "null value in column \"\(column.name)\" of relation \"\(table.name)\" violates not-null constraint"
            let custom = column.facts.notNullName.flatMap { $0 == "\(table.name)_\(column.name)_not_null" ? nil : $0 }
            values.append([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "not_null_check": .identifier(column.notNullCheck),
                "not_null_check_text": try .text(column.notNullCheck.name),
                "null_message": try .text(message), "relation_text": try .text(table.name.name),
                "custom_not_null_name": .list(custom == nil ? [] : [["not_null_name_text": try .text(custom ?? "")]]),
            ])
        }
        return values
    }
}

// MARK: - Carried objects

extension MovedColumnsBlueprint {
    private func indexVariables() throws(InvalidName) -> [[String: TemplateValue]] {
        var values: [[String: TemplateValue]] = []
        for index in indexes {
            let facts = index.facts
            let old = QualifiedName(schema: table.schema, name: facts.name)
            let new = QualifiedName(schema: target.schema, name: index.name)
            values.append([
                "name": .identifier(index.name), "qualified_name": .name(new), "name_text": try .text(new.quoted),
                "constraint_text": try .text(index.name.name),
                "original": .identifier(facts.name), "qualified_original": .name(old),
                "original_text": try .text(old.quoted), "original_constraint_text": try .text(facts.name.name),
                "unique": .flag(facts.isUnique), "definition": .verbatim(facts.definition.old),
                "is_unique_constraint": .flag(facts.role == .uniqueConstraint),
                "is_plain_index": .flag(facts.role == .index),
                "deferrable": .flag(facts.isDeferrable), "initially_deferred": .flag(facts.isInitiallyDeferred),
                "has_comment": .flag(facts.comment != nil), "comment": try .text(facts.comment ?? ""),
                "has_constraint_comment": .flag(facts.constraintComment != nil),
                "constraint_comment": try .text(facts.constraintComment ?? ""),
            ])
        }
        return values
    }

    private func checkVariables() throws(InvalidName) -> [[String: TemplateValue]] {
        var values: [[String: TemplateValue]] = []
        for check in checks {
            values.append([
                "name": .identifier(check.name), "name_text": try .text(check.name.name),
                "original": .identifier(check.facts.name), "original_text": try .text(check.facts.name.name),
                "definition": .verbatim(check.facts.definition.old), "validated": .flag(check.facts.isValidated),
                "has_comment": .flag(check.facts.comment != nil), "comment": try .text(check.facts.comment ?? ""),
            ])
        }
        return values
    }
}
