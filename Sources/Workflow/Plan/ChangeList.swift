import Diagnostics
package import SQL
import YAML

/// Several changes of one table, which go through the phases together and share one backfill.
package struct ChangeList: Sendable, Hashable {
    /// At least one, all of the same table, in the plan's order.
    package var changes: [Change]

    /// The table of all of them.
    package let table: QualifiedName

    /// nil for an empty list.
    package init?(_ changes: [Change]) {
        guard let first = changes.first else { return nil }
        self.changes = changes
        table = first.kind.table
    }
}

extension ChangeList: ChangeKind {
    package static let key = "changes"
    package static let summary = "Several changes of one table, which share one backfill and every phase."
    /// The folder of the templates that all of them share.
    package static let family: String = "changes"

    package var family: String { Self.family }
    package var effects: [ApplicationEffect] { changes.flatMap(\.kind.effects).merged }
    package var families: [String] { [family] + Set(changes.flatMap(\.kind.families)).sorted() }
    package var canBeDualWritten: Bool { changes.contains { $0.kind.canBeDualWritten } }
    package var line: String { changes.map(\.kind.line).joined(separator: ", ") }
    package var nameWords: [String] { ["change", table.description] }
    package var fixed: [String] { changes.flatMap { ["\($0.key) \($0.kind.fixed.count)"] + $0.kind.fixed } }

    package static let form = ValueForm<[Change]>.list(of: Change.listableForm, isNonempty: true).checked {
        changes,
        cursor in
        guard let table = changes.first?.kind.table else { return false }
        var isOneTable = true
        for (change, entry) in zip(changes, cursor.list() ?? []) where change.kind.table != table {
            entry.refuse(
                .invalidValue,
                "the changes of one plan are of one table: \(change.kind.table) is not \(table)"
            )
            isOneTable = false
        }
        return isOneTable
    }.filtered(ChangeList.init)
}

extension Change {
    /// A change that can stand beside others of the same table.
    static let listableForm = ValueForm<Change>.oneKey(
        kinds.filter { $0.isListable }.map { $0.planKey },
        unsupported: kinds.filter { !$0.isListable }.map {
            Unsupported($0.key, "cannot be one of several changes: write a plan of its own")
        }
    )
}
