import Postgres
import SQL
import Workflow

/// Lists the views that read a column, and lets the server itself write each anew for another one.
///
/// Over an empty clone of the table that has both columns each view is created as it is to be, and must read exactly what it read,
/// but for the column. Nothing of it outlives the transaction, and the views themselves are not locked.
struct ViewReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What the views of a column come to: those that enforce can switch, and a finding for each.
    struct Views {
        var switched: [DependentView] = []
        var findings: [Finding] = []
    }

    /// Why a view has to be left to a person.
    struct Hindrance: Error {
        let message: String
    }

    /// A column, and the one that takes its place.
    struct Replacement {
        let old: Identifier
        let new: Identifier
        /// The new column's type, with a collation where it has one.
        let type: String
        /// Whether the table has the new column already.
        let isThere: Bool
        /// The old value of the new one, where it is another.
        var oldValue: OldValue?

        /// What a person does about a materialized view, whose rows only its owner's refresh makes current.
        fileprivate func exchanging(_ view: ViewCandidate) -> String {
            let beside = QualifiedName(
                schema: view.name.schema,
                name: Identifier(shortening: "crossfade", view.name.name.name)
            )
            return
                "after enforce fill another one beside it: CREATE MATERIALIZED VIEW \(beside.quoted) AS its query with \(new) in place of "
                + "\(old), with its indexes and rights; then BEGIN; DROP MATERIALIZED VIEW \(view.name.quoted); ALTER MATERIALIZED VIEW "
                + "\(beside.quoted) RENAME TO \(view.name.name.quoted); COMMIT. Before a rollback of enforce, the same with \(old)"
        }

        fileprivate func blocking(_ view: ViewCandidate, _ hint: String) -> Finding {
            Finding("view", .blocksContract, "\(view.shown) reads \(old)", hint: hint)
        }
    }

    /// The findings alone, without a look at what could be done about them.
    func glance(_ old: Identifier, _ new: Identifier) throws -> [Finding] {
        let hint = "let it read \(new), or drop it"
        let column = Replacement(old: old, new: new, type: "", isThere: false)
        return try ViewCandidate.read(old, table, connection).filter(\.readsColumn)
            .sorted { $0.name.quoted < $1.name.quoted }.map { column.blocking($0, hint) }
    }

    /// Reads the views of each column, as they would be over the new columns.
    ///
    /// A view of several columns is switched from one after the other: it is then in the list of each, and what the first
    /// made of it is what the second begins with.
    func read(_ columns: [Replacement]) throws -> [Views] {
        let readers = try columns.map { try ViewCandidate.read($0.old, table, connection) }
        guard readers.contains(where: { !$0.isEmpty }) else { return columns.map { _ in Views() } }
        let clone = try ViewClone(self, columns, views: readers.flatMap(\.self))
        var present: [QualifiedName: ServerText] = [:]
        return try columns.indices.map { place in
            let others = columns.indices.filter { $0 != place }.flatMap { readers[$0].map(\.oid) }
            let candidates = readers[place].map { candidate in
                var candidate = candidate
                candidate.definition = present[candidate.name] ?? candidate.definition
                return candidate
            }
            let rewriting = try ViewRewriting(candidates, columns[place], over: clone, shared: Set(others))
            let views = views(candidates, columns[place], rewriting)
            for view in views.switched { present[view.name] = view.after }
            return views
        }
    }

    private func views(_ candidates: [ViewCandidate], _ column: Replacement, _ rewriting: ViewRewriting) -> Views {
        var views = Views()
        var told: [(view: ViewCandidate, finding: Finding)] = []
        for group in Self.groups(candidates, rewriting) {
            let isSingle = group.count == 1
            if let (hinderer, reason) = Self.hinderer(of: group, rewriting) {
                for view in group where view.readsColumn {
                    let why =
                        view.oid == hinderer.oid
                        ? reason : "it is created anew together with \(hinderer.shown), and of that one: \(reason)"
                    let hint =
                        view.isMaterialized ? column.exchanging(view) : "let it read \(column.new), or drop it: \(why)"
                    told.append((view, column.blocking(view, hint)))
                }
                continue
            }
            for view in group {
                guard var written = rewriting.written[view.oid] else { continue }
                if !isSingle { (written.group, written.recreation) = (group.first?.name, view.recreation) }
                views.switched.append(written)
                guard view.readsColumn else { continue }
                let others = group.filter { $0.oid != view.oid }.map(\.shown)
                let how =
                    written.recreation == nil ? "lets it read \(column.new)" : "creates it anew to read \(column.new)"
                let along = others.isEmpty ? "" : ", together with \(others.joined(separator: ", "))"
                let message = "\(view.shown) reads \(column.old)"
                told.append((view, Finding("view", .carried, message, hint: "enforce \(how)\(along)")))
            }
        }
        views.findings = told.sorted { $0.view.name.quoted < $1.view.name.quoted }.map(\.finding)
        return views
    }

    /// The views that have to be switched in one step: those that are replaced in place by themselves, one that is created anew
    /// together with all that read it.
    private static func groups(_ candidates: [ViewCandidate], _ rewriting: ViewRewriting) -> [[ViewCandidate]] {
        var groups: [[ViewCandidate]] = []
        var created: Set<UInt32> = []
        for view in candidates {
            if rewriting.written[view.oid]?.recreation != nil || !view.below.isDisjoint(with: created) {
                created.insert(view.oid)
                let joined = groups.filter { $0.contains { created.contains($0.oid) && view.below.contains($0.oid) } }
                groups.removeAll { $0.contains { created.contains($0.oid) && view.below.contains($0.oid) } }
                groups.append(joined.flatMap(\.self) + [view])
            } else if view.readsColumn {
                groups.append([view])
            }
        }
        return groups
    }

    /// The first of them that is left to a person, and why.
    private static func hinderer(of group: [ViewCandidate], _ rewriting: ViewRewriting) -> (ViewCandidate, String)? {
        for view in group {
            if let reason = rewriting.hindrances[view.oid] { return (view, reason) }
            guard group.count > 1 || rewriting.written[view.oid]?.recreation != nil else { continue }
            if let fixture = view.fixture {
                let cause =
                    view.readsColumn && rewriting.written[view.oid]?.isExchanged != true
                    ? "its columns change type, and it" : "it"
                return (view, "\(cause) cannot be created anew: \(fixture)")
            }
        }
        return nil
    }
}
