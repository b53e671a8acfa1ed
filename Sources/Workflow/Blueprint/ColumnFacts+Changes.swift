package import SQL

extension ColumnFacts {
    /// What has been changed of the column since, each as the statement that does it.
    package func changes(since former: ColumnFacts, of table: QualifiedName) -> [String] {
        let alter = "ALTER TABLE \(table) ALTER COLUMN \(name)"
        var changes: [String] = []
        if type != former.type || collation != former.collation {
            changes.append("\(alter) TYPE \(type.text)" + (collation.map { " COLLATE \($0)" } ?? ""))
        }
        if isNotNull != former.isNotNull { changes.append("\(alter) \(isNotNull ? "SET" : "DROP") NOT NULL") }
        if self.default != former.default {
            changes.append(self.default.map { "\(alter) SET DEFAULT \($0.text)" } ?? "\(alter) DROP DEFAULT")
        }
        if storage != former.storage { changes.append("\(alter) SET STORAGE \(storage ?? "DEFAULT")") }
        if compression != former.compression { changes.append("\(alter) SET COMPRESSION \(compression ?? "default")") }
        if statisticsTarget != former.statisticsTarget {
            changes.append("\(alter) SET STATISTICS \(statisticsTarget ?? -1)")
        }
        if options != former.options {
            changes.append(
                options.map { "\(alter) SET (\($0.text))" } ?? "\(alter) RESET (\(former.options?.text ?? ""))"
            )
        }
        if identity?.comparable != former.identity?.comparable {
            changes.append(
                identity.map { "\(alter) ADD GENERATED \($0.generation) AS IDENTITY (\($0.options))" }
                    ?? "\(alter) DROP IDENTITY"
            )
        }
        if ownedSequence != former.ownedSequence {
            let owner = ownedSequence == nil ? "NONE" : "\(table).\(name)"
            let sequence = (ownedSequence ?? former.ownedSequence).map { "\($0)" } ?? ""
            changes.append("ALTER SEQUENCE \(sequence) OWNED BY \(owner)")
        }
        if comment != former.comment {
            changes.append("COMMENT ON COLUMN \(table).\(name) IS \(Self.literal(comment))")
        }
        return changes + grants.changes(since: former.grants, of: table, column: name)
    }

    /// Rights that have come since, in the order to be granted.
    package func granted(since former: ColumnFacts) -> [Grant] { grants.granted(since: former.grants) }

    /// Rights that are gone, or are other ones since, in the order to be revoked.
    package func revoked(since former: ColumnFacts) -> [Grant] { grants.revoked(since: former.grants) }

    /// The same, NOT NULL also where another has it: once expand has taken it, the catalog no longer tells; what has got it since
    /// is to have it back as well.
    func required(also former: ColumnFacts) -> ColumnFacts {
        var copy = self
        copy.isNotNull = isNotNull || former.isNotNull
        copy.notNullName = former.isNotNull ? former.notNullName : notNullName
        return copy
    }

    /// A comment as COMMENT ON writes it.
    static func literal(_ comment: String?) -> String {
        comment.map { "'" + $0.replacing("'", with: "''") + "'" } ?? "NULL"
    }
}

extension [ColumnFacts.Grant] {
    /// Rights that have come since, in the order to be granted.
    package func granted(since former: Self) -> Self {
        let known = former.map(\.comparable)
        return filter { !known.contains($0.comparable) }
    }

    /// Rights that are gone, or are other ones since, in the order to be revoked.
    package func revoked(since former: Self) -> Self {
        let present = map(\.comparable)
        return former.filter { !present.contains($0.comparable) }.reversed()
    }

    /// What has been changed of the rights on a table, or on a column of it, each as the statement that does it.
    package func changes(since former: Self, of table: QualifiedName, column: Identifier? = nil) -> [String] {
        let place = column.map { " (\($0))" } ?? ""
        return revoked(since: former).map { "REVOKE \($0.privilege)\(place) ON \(table) FROM \($0.shownGrantee)" }
            + granted(since: former).map { grant in
                "GRANT \(grant.privilege)\(place) ON \(table) TO \(grant.shownGrantee)"
                    + (grant.isGrantable ? " WITH GRANT OPTION" : "")
            }
    }
}

extension ColumnFacts.Grant {
    /// The same for any owner: with the table PostgreSQL gives what its owner granted to the owner who follows.
    fileprivate var comparable: ColumnFacts.Grant {
        var copy = self
        if isByOwner { copy.grantor = Identifier(shortening: "owner") }
        return copy
    }

    fileprivate var shownGrantee: String { grantee.map { "\($0)" } ?? "PUBLIC" }
}

extension ColumnFacts.Identity {
    /// The same for any owner of its sequence, which is the table's.
    package var comparable: ColumnFacts.Identity {
        var copy = self
        copy.grants = grants.map(\.comparable)
        return copy
    }
}
