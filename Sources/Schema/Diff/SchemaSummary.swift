import SQL

/// A comparison for people, in the grammar of `prisma migrate diff`: what was added, removed and changed, part by part.
package struct SchemaSummary: Sendable {
    /// Without a line break at the end.
    package let text: String

    private enum Sign: String {
        case added = "[+] Added"
        case removed = "[-] Removed"
        case changed = "[*] Changed"
        case replaced = "[*] Replaced"
    }

    package init(_ diff: SchemaDiff) {
        let ids = Set(diff.changes.keys).union(diff.remarks)
        var wholes: [(id: ObjectID, sign: Sign, remarks: [String])] = []
        var parts: [String: [(id: ObjectID, line: String)]] = [:]
        for id in ids.sorted(by: { ($0.rank, $0.quoted) < ($1.rank, $1.quoted) }) {
            let sign = Self.sign(diff.changes[id])
            let remarks = Self.remarks(id, diff)
            guard let whole = Self.whole(of: id, diff) else {
                wholes.append((id, sign, remarks))
                continue
            }
            // What is made or dropped with its table is a part of that.
            guard diff.changes[whole] != .create, diff.changes[whole] != .drop else { continue }
            let suffix = remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"
            parts[whole.description, default: []].append((id, "  \(sign.rawValue) \(Self.part(id))\(suffix)"))
        }
        var lines: [String] = []
        for sign in [Sign.added, .removed] {
            let all = wholes.filter { $0.sign == sign }
            for kind in Self.kinds(of: all.map(\.id)) {
                lines.append("\(sign.rawValue) \(Self.plural(kind))")
                lines += all.filter { Self.kind($0.id) == kind }.map { "  - \(Self.name($0.id))" }
                lines.append("")
            }
        }
        let changed = wholes.filter { $0.sign == .changed || $0.sign == .replaced }
        let names = Set(parts.keys).union(changed.map(\.id.description))
        for name in names.sorted() {
            let own = changed.first { $0.id.description == name }
            let sign = own?.sign ?? .changed
            let remarks = own?.remarks ?? []
            lines.append(
                "\(sign.rawValue) the \(name)\(remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))")"
            )
            lines += (parts[name] ?? []).map(\.line)
            lines.append("")
        }
        text = lines.isEmpty ? "No difference detected." : lines.dropLast().joined(separator: "\n")
    }

    private static func sign(_ change: SchemaDiff.Change?) -> Sign {
        switch change {
        case .create: .added
        case .drop: .removed
        case .replace: .replaced
        case .alter, .retype, nil: .changed
        }
    }

    /// What differs beside the definition.
    private static func remarks(_ id: ObjectID, _ diff: SchemaDiff) -> [String] {
        guard diff.remarks.contains(id), let old = diff.old.entries[id], let new = diff.new.entries[id] else {
            return []
        }
        return [
            old.comment != new.comment ? "comment" : nil, old.privileges != new.privileges ? "privileges" : nil,
            diff.comparesOwners && old.owner != new.owner ? "owner" : nil,
        ].compactMap(\.self)
    }

    /// The table, view or domain that an object is a part of; nil for one that stands by itself.
    private static func whole(of id: ObjectID, _ diff: SchemaDiff) -> ObjectID? {
        let side = diff.new.entries[id] != nil ? diff.new : diff.old
        if let owner = id.owner {
            let candidates: [ObjectID] = [.table(owner), .view(owner), .materializedView(owner), .type(owner)]
            return candidates.first { side.entries[$0] != nil } ?? .table(owner)
        }
        switch id {
        case .indexAttachment(let name):
            // That of an index, or of a constraint's index, which is known by the constraint's name.
            if side.entries[.index(name)] != nil { return whole(of: .index(name), diff) }
            return side.entries.keys.first { other in
                guard case .constraint(let table, let own) = other else { return false }
                return own == name.name && table.schema == name.schema
            }.flatMap { whole(of: $0, diff) }
        case .sequence(let name):
            // One that belongs to a column comes and goes with it.
            return side.entries[.sequenceOwner(name)].flatMap { _ in whole(of: .sequenceOwner(name), diff) }
        case .index, .statistics, .sequenceOwner, .publicationTable, .publicationSchema:
            return (side.dependencies[id]?.keys).flatMap { others in
                others.lazy.compactMap { other -> ObjectID? in
                    switch other {
                    case .column(let table, _): .table(table)
                    case .table, .materializedView, .publication: other
                    default: nil
                    }
                }.min { $0.quoted < $1.quoted }
            }
        default: return nil
        }
    }

    private static func kinds(of ids: [ObjectID]) -> [String] {
        var seen: Set<String> = []
        return ids.map(kind).filter { seen.insert($0).inserted }
    }

    private static func kind(_ id: ObjectID) -> String { String(id.description.dropLast(id.quoted.count + 1)) }

    private static func plural(_ kind: String) -> String {
        if kind.hasSuffix("x") { return kind + "es" }
        return kind.hasSuffix("s") ? kind : kind + "s"
    }

    private static func name(_ id: ObjectID) -> String { id.quoted }

    /// A part as its table lists it: without the table's name.
    private static func part(_ id: ObjectID) -> String {
        switch id {
        case .column(_, let name): "column \(name.quoted)"
        case .columnDefault(_, let name): "default of column \(name.quoted)"
        case .constraint(_, let name): "constraint \(name.quoted)"
        case .trigger(_, let name): "trigger \(name.quoted)"
        case .rule(_, let name): "rule \(name.quoted)"
        case .policy(_, let name): "policy \(name.quoted)"
        default: id.description
        }
    }
}
