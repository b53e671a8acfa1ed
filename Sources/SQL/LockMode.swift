/// A table-level lock, weakest first (manual, 13.3.1).
package enum LockMode: Int, Comparable, CaseIterable, Sendable, Codable {
    case accessShare = 1
    case rowShare
    case rowExclusive
    case shareUpdateExclusive
    case share
    case shareRowExclusive
    case exclusive
    case accessExclusive

    /// As `LOCK TABLE` spells it: `ACCESS EXCLUSIVE`.
    package var name: String {
        switch self {
        case .accessShare: "ACCESS SHARE"
        case .rowShare: "ROW SHARE"
        case .rowExclusive: "ROW EXCLUSIVE"
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .exclusive: "EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }

    /// As `pg_locks.mode` spells it: `AccessExclusiveLock`.
    package var catalogName: String {
        name.split(separator: " ").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined() + "Lock"
    }

    /// Reads `pg_locks.mode`; nil for the predicate lock `SIReadLock` and for anything unknown.
    package init?(catalogName: String) {
        guard let mode = Self.allCases.first(where: { $0.catalogName == catalogName }) else { return nil }
        self = mode
    }

    /// Whether the two cannot be held on one table by two sessions at once (manual, table 13.2).
    package func conflicts(with other: LockMode) -> Bool {
        switch self {
        case .accessShare: other == .accessExclusive
        case .rowShare: other >= .exclusive
        case .rowExclusive: other >= .share
        case .shareUpdateExclusive: other >= .shareUpdateExclusive
        case .share: other >= .rowExclusive && other != .share
        case .shareRowExclusive: other >= .rowExclusive
        case .exclusive: other >= .rowShare
        case .accessExclusive: true
        }
    }

    /// What others cannot do meanwhile, in the words of someone who runs an application.
    package var blocks: String {
        switch self {
        case .accessShare, .rowShare: "nothing but changes of the table's own definition"
        case .rowExclusive: "index builds and schema changes"
        case .shareUpdateExclusive: "schema changes, VACUUM, ANALYZE and concurrent index builds"
        case .share: "writes"
        case .shareRowExclusive: "writes and schema changes"
        case .exclusive: "writes and row locks; plain reads go on"
        case .accessExclusive: "reads and writes"
        }
    }

    package static func < (left: LockMode, right: LockMode) -> Bool {
        left.rawValue < right.rawValue
    }
}
