import SQL

/// The statements for comments, owners and privileges.
struct RemarkSteps {
    private let diff: SchemaDiff
    private(set) var steps: [Step] = []

    init(_ diff: SchemaDiff) {
        self.diff = diff
        let made = diff.changes.filter(\.value.creates).keys
        let ids = Set(made).union(diff.remarks).sorted(by: DependencyGraph.precedes)
        for id in ids { appendComment(id) }
        if diff.comparesOwners { for id in ids { appendOwner(id) } }
        for id in Set(ids).union(columnsOfRevoked(ids)).sorted(by: DependencyGraph.precedes) { appendPrivileges(id) }
    }

    /// What is there before; nil for what the script makes.
    private func before(_ id: ObjectID) -> DatabaseSchema.Entry? {
        diff.changes[id]?.creates == true ? nil : diff.old.entries[id]
    }

    private mutating func appendComment(_ id: ObjectID) {
        guard let entry = diff.new.entries[id], entry.comment != before(id)?.comment else { return }
        let comment = entry.comment?.literal ?? "NULL"
        steps.append(Step("COMMENT ON \(entry.object.keyword) \(id.quoted) IS \(comment)"))
    }

    private mutating func appendOwner(_ id: ObjectID) {
        guard let entry = diff.new.entries[id], let owner = entry.owner else { return }
        guard owner != (before(id)?.owner ?? diff.old.role) else { return }
        steps.append(Step("ALTER \(entry.object.keyword) \(id.quoted) OWNER TO \(owner.quoted)"))
    }

    private mutating func appendPrivileges(_ id: ObjectID) {
        guard let entry = diff.new.entries[id], let wanted = entry.privileges else { return }
        let change = PrivilegeChange(old: present(id, wanted.kind), new: wanted.grants)
        let owner = (diff.comparesOwners ? entry.owner : before(id)?.owner ?? diff.old.role)?.quoted ?? "CURRENT_USER"
        for sentence in change.sentences {
            if case .column(let table, let name) = id {
                let columns = sentence.privileges.map { "\($0) (\(name.quoted))" }
                let ofColumn = PrivilegeChange.Sentence(
                    verb: sentence.verb,
                    privileges: columns,
                    grantee: sentence.grantee,
                    suffix: sentence.suffix
                )
                steps.append(Step(ofColumn.text(on: "TABLE \(table.quoted)", owner: owner)))
            } else {
                steps.append(Step(sentence.text(on: "\(wanted.kind.rawValue) \(id.quoted)", owner: owner)))
            }
        }
    }

    /// The privileges when the statements before have run.
    private func present(_ id: ObjectID, _ kind: Privileges.Kind) -> Set<Privileges.Grant> {
        guard let old = before(id)?.privileges?.grants else { return initial(id, kind) }
        guard case .column(let table, _) = id, let change = tableChange(table) else { return old }
        // To revoke something on a table revokes it on all its columns.
        return old.filter { grant in
            !change.contains { $0.grantee == grant.grantee && $0.privileges.contains(grant.privilege) }
        }
    }

    /// Columns whose privileges go when something is revoked on their table.
    private func columnsOfRevoked(_ ids: [ObjectID]) -> [ObjectID] {
        let tables = Set(
            ids.compactMap { id -> QualifiedName? in
                guard case .table(let table) = id, before(id) != nil else { return nil }
                return tableChange(table)?.isEmpty == false ? table : nil
            }
        )
        guard !tables.isEmpty else { return [] }
        return diff.new.entries.compactMap { id, entry in
            guard case .column(let table, _) = id, entry.privileges?.grants.isEmpty == false else { return nil }
            return tables.contains(table) ? id : nil
        }
    }

    private func tableChange(_ table: QualifiedName) -> [PrivilegeChange.Sentence]? {
        guard let old = diff.old.entries[.table(table)]?.privileges,
            let new = diff.new.entries[.table(table)]?.privileges
        else { return nil }
        return PrivilegeChange(old: old.grants, new: new.grants).sentences.filter { $0.verb == "REVOKE" }
    }

    /// What a new object has by the default privileges of the role that runs the script.
    private func initial(_ id: ObjectID, _ kind: Privileges.Kind) -> Set<Privileges.Grant> {
        let scope: DefaultPrivileges.Scope.Kind
        switch kind {
        case .column: return []
        case .table: scope = .tables
        case .sequence: scope = .sequences
        case .routine: scope = .routines
        case .type: scope = .types
        case .schema: scope = .schemas
        }
        guard let role = diff.old.role else { return kind.initial }
        func grants(_ schema: Identifier?) -> Set<Privileges.Grant>? {
            let id = ObjectID.defaultPrivileges(.init(role: role, schema: schema, kind: scope))
            return (diff.old.entries[id]?.object as? DefaultPrivileges)?.grants
        }
        let everywhere = grants(nil) ?? kind.initial
        return id.schema.flatMap(grants).map(everywhere.union) ?? everywhere
    }
}

extension ObjectID {
    /// The schema that the object is in, for the kinds that have privileges.
    fileprivate var schema: Identifier? {
        switch self {
        case .type(let name), .sequence(let name), .table(let name), .view(let name), .materializedView(let name),
            .routine(let name, _):
            name.schema
        default: nil
        }
    }
}
