import SQL
import Workflow

extension ColumnFacts {
    /// What has been changed of the column since, for a column that follows it; all of it without facts of before.
    func changedAttributes(since before: ColumnFacts?) throws(InvalidName) -> [String: TemplateValue] {
        func isChanged<T: Equatable>(_ attribute: KeyPath<ColumnFacts, T>) -> TemplateValue {
            .flag(before.map { $0[keyPath: attribute] != self[keyPath: attribute] } ?? true)
        }
        var taken: [[String: TemplateValue]] = []
        for grant in before.map({ revoked(since: $0) }) ?? grants { taken.append(try Self.variables(grant)) }
        var given: [[String: TemplateValue]] = []
        for grant in before.map({ granted(since: $0) }) ?? grants { given.append(try Self.variables(grant)) }
        return [
            "revoked": .list(taken), "granted": .list(given),
            "changed_comment": isChanged(\.comment), "changed_storage": isChanged(\.storage),
            "changed_compression": isChanged(\.compression), "changed_statistics": isChanged(\.statisticsTarget),
            "changed_options": isChanged(\.options),
            "storage_text": try .text(storage ?? ""), "compression_text": try .text(compression ?? ""),
            "options_text": try .text(options?.text ?? ""),
        ]
    }

    private static func variables(_ grant: Grant) throws(InvalidName) -> [String: TemplateValue] {
        var values = SameRowBlueprint.variables(grant)
        values["privilege_text"] = try .text(grant.privilege)
        values["grantee_text"] = try .text(grant.grantee?.name ?? "")
        values["grantor_text"] = try .text(grant.grantor.name)
        values["grantable_text"] = try .text(grant.isGrantable ? "true" : "false")
        return values
    }
}
