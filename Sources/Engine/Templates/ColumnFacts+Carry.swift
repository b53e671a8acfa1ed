import SQL
import Workflow

extension ColumnFacts {
    /// What has been changed of the column since, for a column that follows it; all of it without facts of before.
    func changedAttributes(since before: ColumnFacts?) throws(InvalidName) -> [String: TemplateValue] {
        func isChanged<T: Equatable>(_ attribute: KeyPath<ColumnFacts, T>) -> TemplateValue {
            .flag(before.map { $0[keyPath: attribute] != self[keyPath: attribute] } ?? true)
        }
        return [
            "revoked": .list(try (before.map { revoked(since: $0) } ?? grants).variables()),
            "granted": .list(try (before.map { granted(since: $0) } ?? grants).variables()),
            "changed_comment": isChanged(\.comment), "changed_storage": isChanged(\.storage),
            "changed_compression": isChanged(\.compression), "changed_statistics": isChanged(\.statisticsTarget),
            "changed_options": isChanged(\.options),
            "storage_text": try .text(storage ?? ""), "compression_text": try .text(compression ?? ""),
            "options_text": try .text(options?.text ?? ""),
        ]
    }

}

extension [ColumnFacts.Grant] {
    /// The variables of rights that are given or taken.
    func variables() throws(InvalidName) -> [[String: TemplateValue]] {
        var list: [[String: TemplateValue]] = []
        for grant in self {
            var values = SameRowBlueprint.variables(grant)
            values["privilege_text"] = try .text(grant.privilege)
            values["grantee_text"] = try .text(grant.grantee?.name ?? "")
            values["grantor_text"] = try .text(grant.grantor.name)
            values["grantable_text"] = try .text(grant.isGrantable ? "true" : "false")
            list.append(values)
        }
        return list
    }
}
