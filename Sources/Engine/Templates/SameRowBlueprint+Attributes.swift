import SQL
import Workflow

/// Which of the two columns the attributes are built for.
private enum Side {
    /// The new column, in enforce.
    case new
    /// The column that was set aside, on rollback: the old one, which gets its own names.
    case retired
    /// The same of a copy, whose attributes have the names that enforce gave them.
    case copy

    /// Whether they are the originals.
    var isOriginal: Bool { self == .retired }
}

extension SameRowBlueprint {
    /// The lists of indexes, checks and foreign keys, once for the new column and once for the old one set aside.
    func carriedAttributes() throws(InvalidName) -> [String: TemplateValue] {
        [
            "enforced": .list([try attributes(.new)]),
            "restored": .list([try attributes(isExchanged ? .copy : .retired)]),
            "not_null_check": .identifier(notNullCheck), "not_null_check_text": try .text(notNullCheck.name),
        ]
    }

    private func attributes(_ side: Side) throws(InvalidName) -> [String: TemplateValue] {
        let column = side == .new ? new : retired
        var indexVariables: [[String: TemplateValue]] = []
        for index in indexes { indexVariables.append(try variables(index, side)) }
        var checkVariables: [[String: TemplateValue]] = []
        for check in checks where !side.isOriginal || check.replacesOriginal {
            checkVariables.append(try variables(check, side))
        }
        var keyVariables: [[String: TemplateValue]] = []
        for key in foreignKeys where key.facts.succession == nil { keyVariables.append(try variables(key, side)) }
        var successors: [[String: TemplateValue]] = []
        for key in foreignKeys where key.facts.succession != nil { successors.append(try variables(key, side)) }
        var statisticsVariables: [[String: TemplateValue]] = []
        for object in statistics ?? [] { statisticsVariables.append(try variables(object, side)) }
        return [
            "column": .identifier(column), "column_text": try .text(column.name),
            "not_null": .flag(self.column.isNotNull),
            "indexes": .list(indexVariables),
            "checks": .list(checkVariables),
            "foreign_keys": .list(keyVariables), "successors": .list(successors),
            "clustered": .list(marked(\.isClustered)), "replica_identity": .list(marked(\.isReplicaIdentity)),
            "statistics": .list(statisticsVariables),
        ]
    }

    private func variables(_ object: CarriedStatistics, _ side: Side) throws(InvalidName) -> [String: TemplateValue] {
        let name = side.isOriginal ? object.name : object.working
        return [
            "name": .identifier(name.name), "name_text": try .text(name.name.name),
            "stat_schema_text": try .text(name.schema?.name ?? ""), "qualified_name": .name(name),
            "kinds": .verbatim(object.kinds),
            "elements": .verbatim(side == .new ? object.elements.new : object.elements.retired),
            "has_target": .flag(object.target != nil), "target": .number(object.target ?? -1),
            "has_comment": .flag(object.comment != nil), "comment": try .text(object.comment ?? ""),
            "original": .name(object.name), "original_text": try .text(object.name.name.name),
            "plain_name": .identifier(object.name.name),
            "working": .name(object.working), "plain_working": .identifier(object.working.name),
        ]
    }

    /// The index that bears a mark, which goes from one to the other in contract.
    private func marked(_ mark: KeyPath<IndexFacts, Bool?>) -> [[String: TemplateValue]] {
        indexes.filter { $0.facts[keyPath: mark] == true }.map {
            ["marked_original": .identifier($0.name.original), "marked_final": .identifier($0.name.final)]
        }
    }

    private func qualified(_ name: Identifier) -> QualifiedName { QualifiedName(schema: table.schema, name: name) }

    private func variables(_ index: CarriedIndex, _ side: Side) throws(InvalidName) -> [String: TemplateValue] {
        let facts = index.facts
        let name = side.isOriginal ? index.restored : index.name.working
        let isConstraint = facts.role == .uniqueConstraint
        // A primary key that is deferrable has a deferrable unique constraint for its like, until contract.
        let isMadeConstraint = isConstraint || (facts.role == .primaryKey && facts.isDeferrable)
        var partitions: [[String: TemplateValue]] = []
        for part in index.partitions {
            let partName = side.isOriginal ? part.restored : part.name
            let qualifiedPart = QualifiedName(schema: part.partition.schema, name: partName)
            partitions.append([
                "part_name": .identifier(partName),
                "part_name_text": try .text(qualifiedPart.quoted),
                "part_qualified_name": .name(qualifiedPart),
                "partition": .name(part.partition), "partition_text": try .text(part.partition.quoted),
            ])
        }
        let constraint = facts.constraintText(
            side == .new ? facts.constraint?.new : facts.constraint?.retired,
            "UNIQUE"
        )
        // The comments of a primary key go with the constraint, in contract.
        let keepsComments = facts.role != .primaryKey
        return [
            "plain_table": .flag(!isPartitioned),
            "name": .identifier(name), "name_text": try .text(qualified(name).quoted),
            "qualified_name": .name(qualified(name)), "constraint_text": try .text(name.name),
            "unique": .flag(facts.isUnique),
            "definition": .verbatim(side == .new ? facts.definition.new : facts.definition.retired),
            "is_unique_constraint": .flag(isConstraint), "is_plain_index": .flag(facts.role == .index),
            "is_constraint": .flag(isMadeConstraint), "constraint_definition": .verbatim(constraint),
            "deferrable": .flag(facts.isDeferrable),
            "partitions": .list(partitions),
            "has_comment": .flag(facts.comment != nil && keepsComments), "comment": try .text(facts.comment ?? ""),
            "has_constraint_comment": .flag(facts.constraintComment != nil && isConstraint),
            "constraint_comment": try .text(facts.constraintComment ?? ""),
            "original": .identifier(index.name.original), "qualified_original": .name(qualified(index.name.original)),
            "renamed": .flag(index.name.isRenamed && keepsComments), "gets_name": .flag(index.name.getsName),
            "final": .identifier(index.name.final), "qualified_final": .name(qualified(index.name.final)),
            "final_text": try .text(qualified(index.name.final).quoted),
        ]
    }

    private func variables(_ check: CarriedCheck, _ side: Side) throws(InvalidName) -> [String: TemplateValue] {
        let name = side.isOriginal ? check.name.original : check.name.working
        return [
            "name": .identifier(name), "name_text": try .text(name.name),
            "definition": .verbatim(side == .new ? check.facts.definition.new : check.facts.definition.retired),
            "validated": .flag(check.facts.isValidated),
            "has_comment": .flag(check.facts.comment != nil), "comment": try .text(check.facts.comment ?? ""),
            "replaces_original": .flag(check.replacesOriginal),
            "original": .identifier(check.name.original), "renamed": .flag(check.name.isRenamed),
            "gets_name": .flag(check.name.getsName && check.replacesOriginal),
            // One that stands in for a domain goes with the copy.
            "lasts": .flag(check.replacesOriginal || !isExchanged),
            "final": .identifier(check.name.final), "final_text": try .text(check.name.final.name),
        ]
    }

    private func variables(_ key: CarriedForeignKey, _ side: Side) throws(InvalidName) -> [String: TemplateValue] {
        let facts = key.facts
        let name = side.isOriginal ? key.name.original : key.name.working
        let isPlain = !(isPartitioned && facts.child == table)
        let clauses = facts.succession?.clauses(old, by: side == .new ? new : retired) ?? facts.clauses
        var parts: [[String: TemplateValue]] = []
        if !isPlain {
            for partition in partitions {
                parts.append(["partition": .name(partition), "partition_text": try .text(partition.quoted)])
            }
        }
        return [
            "plain_table": .flag(isPlain), "partitions": .list(parts),
            "child": .name(facts.child), "child_text": try .text(facts.child.quoted),
            "parent": .name(facts.parent), "two_tables": .flag(facts.child != facts.parent),
            "name": .identifier(name), "name_text": try .text(name.name),
            "columns": .names(side == .new ? key.columns : key.retiredColumns),
            "parent_columns": .names(side == .new ? key.parentColumns : key.retiredParentColumns),
            "clauses": .verbatim(clauses),
            "validated": .flag(facts.isValidated),
            "has_comment": .flag(facts.comment != nil), "comment": try .text(facts.comment ?? ""),
            "original": .identifier(key.name.original), "renamed": .flag(key.name.isRenamed),
            "gets_name": .flag(key.name.getsName),
            "final": .identifier(key.name.final), "final_text": try .text(key.name.final.name),
        ]
    }
}

// MARK: - Retire, set back, purge

extension SameRowBlueprint {
    /// The variables of contract and its undo.
    func retirement() throws(InvalidName) -> [String: TemplateValue] {
        let identity = column.identity
        var grants: [[String: TemplateValue]] = []
        for grant in identity?.grants ?? [] {
            grants.append([
                "privilege": .verbatim(ServerText(grant.privilege)),
                "to_public": .flag(grant.grantee == nil), "grantee": .identifier(grant.grantee ?? grant.grantor),
                "grantable": .flag(grant.isGrantable),
            ])
        }
        return [
            "other_tables": .list(otherTables.map { ["other": .name($0)] }),
            "primary_key": .list(try primaryKey()),
            "has_identity": .flag(identity != nil),
            "generation": .verbatim(ServerText(identity?.generation ?? "")),
            "sequence": .name(identity?.sequence ?? table),
            "sequence_text": try .text(identity?.sequence.quoted ?? ""),
            "sequence_options": .verbatim(ServerText(identity?.options ?? "")),
            "has_sequence_comment": .flag(identity?.comment != nil),
            "sequence_comment": try .text(identity?.comment ?? ""),
            "sequence_grants": .list(grants),
            "has_default": .flag(column.default != nil), "default": .verbatim(column.default ?? ServerText("NULL")),
            "has_owned_sequence": .flag(column.ownedSequence != nil),
            "owned_sequence": .name(column.ownedSequence ?? table),
            "new_not_null_name": .list(
                try notNullName(of: new, losesName ? customNotNullName : column.notNullName)
            ),
            "working_not_null_name": .list(
                try notNullName(
                    of: live,
                    // Another than that of the check, which is there for the old column at the same time, and dropped.
                    (losesName ? customNotNullName : column.notNullName).map { _ in
                        Identifier(shortening: "crossfade_live_not_null", plan).name
                    }
                )
            ),
            "old_not_null_name": .list(try notNullName(of: old, column.notNullName)),
            "exchanged_not_null_name": .list(try notNullName(of: new, exchangedNotNullName)),
            "copy_not_null_name": .list(try notNullName(of: new, column.notNullName.map { _ in plainNotNullName })),
            "still_used": try .text(
                "an index, constraint, view or other object still contains \(retired) of \(table): drop it first"
            ),
        ]
    }

    /// The old NOT NULL constraint's name, where it is not the one PostgreSQL itself gives.
    private var customNotNullName: String? {
        column.notNullName.flatMap { $0 == "\(table.name)_\(old)_not_null" ? nil : $0 }
    }

    /// What the constraint is called under the new name: as a copy of the column would have it.
    private var exchangedNotNullName: String? {
        column.notNullName.map { _ in customNotNullName ?? plainNotNullName }
    }

    private var plainNotNullName: String { Identifier(shortening: table.name.name, new.name, "not_null").name }

    private func notNullName(of column: Identifier, _ name: String?) throws(InvalidName) -> [[String: TemplateValue]] {
        guard let name else { return [] }
        return [["named_column_text": try .text(column.name), "not_null_name_text": try .text(name)]]
    }

    private func primaryKey() throws(InvalidName) -> [[String: TemplateValue]] {
        guard let key = indexes.first(where: { $0.facts.role == .primaryKey }) else { return [] }
        var inbound: [[String: TemplateValue]] = []
        for reference in foreignKeys
        where reference.facts.parent == table && reference.facts.parentColumns.contains(old)
            && reference.facts.succession == nil
        {
            inbound.append(["child": .name(reference.facts.child), "name": .identifier(reference.name.working)])
        }
        return [
            [
                "original": .identifier(key.name.original), "final": .identifier(key.name.final),
                "name": .identifier(key.name.working), "restored": .identifier(key.restored),
                "deferrable": .flag(key.facts.isDeferrable),
                "definition": .verbatim(key.facts.constraintText(key.facts.constraint?.new, "PRIMARY KEY")),
                "restored_definition": .verbatim(
                    key.facts.constraintText(key.facts.constraint?.retired, "PRIMARY KEY")
                ),
                "has_constraint_comment": .flag(key.facts.constraintComment != nil),
                "constraint_comment": try .text(key.facts.constraintComment ?? ""),
                "inbound": .list(inbound),
            ]
        ]
    }
}

extension IndexFacts {
    /// The definition of a constraint as pg_get_constraintdef writes it, as one of the given kind and with the index's options.
    fileprivate func constraintText(_ definition: ServerText?, _ kind: String) -> ServerText {
        guard var text = definition?.text else { return ServerText("") }
        for known in ["PRIMARY KEY", "UNIQUE"] where text.hasPrefix(known) {
            text = kind + text.dropFirst(known.count)
            break
        }
        guard let options else { return ServerText(text) }
        let end = text.ranges(of: " DEFERRABLE").last?.lowerBound ?? text.endIndex
        text.insert(contentsOf: " WITH (\(options.text))", at: end)
        return ServerText(text)
    }
}
