package import SQL

extension Array where Element: Hashable {
    /// What `named` says of each value that one of both lists has, and the other has not or has otherwise.
    func compared<Name: Hashable>(
        _ then: [Element],
        _ name: KeyPath<Element, Name>,
        named: (Element?, Element?) -> [String]
    ) -> [String] {
        let formers = Dictionary(then.map { ($0[keyPath: name], $0) }) { first, _ in first }
        let present = Set(map { $0[keyPath: name] })
        return then.filter { !present.contains($0[keyPath: name]) }.flatMap { named(nil, $0) }
            + filter { formers[$0[keyPath: name]] != $0 }.flatMap { named($0, formers[$0[keyPath: name]]) }
    }
}

extension [IndexFacts] {
    /// What has been changed of a table's indexes since, each as the statement that does it.
    package func changes(since former: [IndexFacts], of table: QualifiedName) -> [String] {
        compared(former, \.name) { now, then in
            now?.changes(since: then, of: table) ?? then.map { [$0.removal(from: table)] } ?? []
        }
    }
}

extension [CheckFacts] {
    /// The same of its checks.
    package func changes(since former: [CheckFacts], of table: QualifiedName) -> [String] {
        compared(former, \.name) { now, then in
            now?.changes(since: then, of: table) ?? then.map { ["ALTER TABLE \(table) DROP CONSTRAINT \($0.name)"] }
                ?? []
        }
    }
}

extension [ForeignKeyFacts] {
    /// The same of foreign keys, whichever table has them.
    package func changes(since former: [ForeignKeyFacts]) -> [String] {
        compared(former, \.place) { now, then in
            now?.changes(since: then) ?? then.map { ["ALTER TABLE \($0.child) DROP CONSTRAINT \($0.name)"] } ?? []
        }
    }
}

extension IndexFacts {
    fileprivate func removal(from table: QualifiedName) -> String {
        role == .index ? "DROP INDEX \(name)" : "ALTER TABLE \(table) DROP CONSTRAINT \(name)"
    }

    fileprivate func changes(since then: IndexFacts?, of table: QualifiedName) -> [String] {
        var changes: [String] = []
        if built != then?.built {
            let create =
                constraint.map { "ALTER TABLE \(table) ADD CONSTRAINT \(name) \($0.old.text)" }
                ?? "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(name) ON \(table) \(definition.old.text)"
            changes.append(create)
        }
        if comment != then?.comment {
            changes.append("COMMENT ON INDEX \(name) IS \(ColumnFacts.literal(comment))")
        }
        if constraintComment != then?.constraintComment {
            changes.append(
                "COMMENT ON CONSTRAINT \(name) ON \(table) IS \(ColumnFacts.literal(constraintComment))"
            )
        }
        if (isClustered == true) != (then?.isClustered == true) {
            changes.append(
                "ALTER TABLE \(table) \(isClustered == true ? "CLUSTER ON \(name)" : "SET WITHOUT CLUSTER")"
            )
        }
        if (isReplicaIdentity == true) != (then?.isReplicaIdentity == true) {
            let identity = isReplicaIdentity == true ? "USING INDEX \(name)" : "DEFAULT"
            changes.append("ALTER TABLE \(table) REPLICA IDENTITY \(identity)")
        }
        return changes
    }
}

extension CheckFacts {
    fileprivate func changes(since then: CheckFacts?, of table: QualifiedName) -> [String] {
        let alter = "ALTER TABLE \(table)"
        var changes: [String] = []
        if definition != then?.definition {
            changes.append(
                "\(alter) ADD CONSTRAINT \(name) \(definition.old.text)" + (isValidated ? "" : " NOT VALID")
            )
        } else if isValidated != then?.isValidated {
            changes.append(
                "\(alter) \(isValidated ? "VALIDATE CONSTRAINT \(name)" : "ADD CONSTRAINT \(name) NOT VALID")"
            )
        }
        if comment != then?.comment {
            changes.append("COMMENT ON CONSTRAINT \(name) ON \(table) IS \(ColumnFacts.literal(comment))")
        }
        return changes
    }
}

extension ForeignKeyFacts {
    /// What tells it from others: two tables may have foreign keys of one name.
    fileprivate var place: [String] { [child.quoted, name.name] }

    fileprivate func changes(since then: ForeignKeyFacts?) -> [String] {
        var changes: [String] = []
        if built != then?.built {
            func names(_ columns: [Identifier]) -> String { columns.map { "\($0)" }.joined(separator: ", ") }
            changes.append(
                "ALTER TABLE \(child) ADD CONSTRAINT \(name) FOREIGN KEY (\(names(columns))) REFERENCES \(parent) "
                    + "(\(names(parentColumns)))\(clauses.text)" + (isValidated ? "" : " NOT VALID")
            )
        } else if isValidated != then?.isValidated {
            changes.append("ALTER TABLE \(child) VALIDATE CONSTRAINT \(name)")
        }
        if comment != then?.comment {
            changes.append("COMMENT ON CONSTRAINT \(name) ON \(child) IS \(ColumnFacts.literal(comment))")
        }
        return changes
    }
}

extension RowSecurity {
    /// What has been changed of a table's row-level security since.
    func changes(since former: RowSecurity, of table: QualifiedName) -> [String] {
        let enabled = isEnabled == former.isEnabled ? [] : ["\(isEnabled ? "ENABLE" : "DISABLE") ROW LEVEL SECURITY"]
        let forced = isForced == former.isForced ? [] : ["\(isForced ? "FORCE" : "NO FORCE") ROW LEVEL SECURITY"]
        return (enabled + forced).map { "ALTER TABLE \(table) \($0)" }
    }
}
