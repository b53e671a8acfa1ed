package import SQL

extension RenamedTableBlueprint {
    /// What can be given to a view as to a table, and is meant for the table: who says it may not know which of both the name is.
    package struct ViewFace: Sendable, Hashable, Codable {
        package var owner: Identifier
        package var columns: [Column]
        package var grants: [Grant]
        /// nil where it is the one that marks the view.
        package var comment: String?

        package init(owner: Identifier, columns: [Column], grants: [Grant], comment: String?) {
            self.owner = owner
            self.columns = columns
            self.grants = grants
            self.comment = comment
        }
    }

    package func differences(from other: RenamedTableBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    /// The view can be made anew of the table as it is.
    package func follows(_ former: RenamedTableBlueprint) -> Bool { table == former.table && new == former.new }

    /// The table with what has been changed of the view as well, since the former resolution; where both were, the table decides.
    package func keepingFunction(of former: RenamedTableBlueprint) -> RenamedTableBlueprint {
        var copy = self
        copy.view = nil
        guard let view else { return copy }
        if owner == former.owner { copy.owner = view.owner }
        copy.comment = view.comment ?? comment
        for place in columns.indices {
            guard let before = former.columns.first(where: { $0.name == columns[place].name }),
                let shown = view.columns.first(where: { $0.name == columns[place].name })
            else { continue }
            if columns[place].default == before.default { copy.columns[place].default = shown.default }
            if columns[place].comment == before.comment { copy.columns[place].comment = shown.comment }
        }
        let stayed = grants.filter { !former.grants.contains($0) || view.grants.contains($0) }
        let given = view.grants.filter { !former.grants.contains($0) && !stayed.contains($0) }
        let all = stayed + given
        copy.grants = all.filter { grant in
            grant.grantee != copy.owner && (grant.isGrantable || !all.contains(grant.with(isGrantable: true)))
        }.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        return copy
    }

    package func changes(since former: RenamedTableBlueprint) -> [String] {
        let alter = "ALTER TABLE \(table)"
        let before = Dictionary(former.columns.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(columns.map(\.name))
        var changes = former.columns.filter { !names.contains($0.name) }.map { "\(alter) DROP COLUMN \($0.name)" }
        for column in columns {
            let known = before[column.name]
            if known == nil { changes.append("\(alter) ADD COLUMN \(column.name)") }
            if let known, known.default != column.default {
                let action = column.default.map { "SET DEFAULT \($0.text)" } ?? "DROP DEFAULT"
                changes.append("\(alter) ALTER COLUMN \(column.name) \(action)")
            }
            if known?.comment != column.comment {
                let text = ColumnFacts.literal(column.comment)
                changes.append("COMMENT ON COLUMN \(table).\(column.name) IS \(text)")
            }
        }
        if comment != former.comment { changes.append("COMMENT ON TABLE \(table) IS \(ColumnFacts.literal(comment))") }
        if owner != former.owner { changes.append("\(alter) OWNER TO \(owner)") }
        if hasRowSecurity != former.hasRowSecurity {
            changes.append("\(alter) \(hasRowSecurity ? "ENABLE" : "DISABLE") ROW LEVEL SECURITY")
        }
        changes += revoked(since: former).map {
            let right = $0.isOptionOnly ? "GRANT OPTION FOR " : ""
            return "REVOKE \(right)\($0.grant.privilege.text) ON \(table) FROM \($0.grant.shownGrantee)"
        }
        return changes
            + granted(since: former).map { grant in
                "GRANT \(grant.privilege.text) ON \(table) TO \(grant.shownGrantee)"
                    + (grant.isGrantable ? " WITH GRANT OPTION" : "")
            }
    }

    /// Rights that have come since.
    package func granted(since former: RenamedTableBlueprint) -> [Grant] {
        grants.filter {
            !former.grants.contains($0)
                && !($0.isGrantable == false && former.grants.contains($0.with(isGrantable: true)))
        }
    }

    /// Rights that are gone since, or are without the right to grant them; one that has got it is only granted again.
    package func revoked(since former: RenamedTableBlueprint) -> [(grant: Grant, isOptionOnly: Bool)] {
        former.grants.compactMap { grant in
            guard grant.grantee != owner, !grants.contains(grant), !grants.contains(grant.with(isGrantable: true))
            else {
                return nil
            }
            return (grant, grant.isGrantable && grants.contains(grant.with(isGrantable: false)))
        }
    }
}

extension RenamedTableBlueprint.Grant {
    fileprivate func with(isGrantable: Bool) -> RenamedTableBlueprint.Grant {
        RenamedTableBlueprint.Grant(privilege: privilege, grantee: grantee, isGrantable: isGrantable)
    }

    /// As the catalog is read: by role, and then by right.
    fileprivate var order: [String] { [grantee?.name ?? "unknown", privilege.text] }

    fileprivate var shownGrantee: String { grantee.map { "\($0)" } ?? "PUBLIC" }
}
