import Postgres
import SQL
import Synchronization

/// A table with its partitions, as the monitoring session finds it.
final class TableTree: Sendable {
    private let name: QualifiedName
    private let found = Mutex<UInt32?>(nil)

    init(_ name: QualifiedName) {
        self.name = name
    }

    /// The table's oid, found once.
    func oid(_ connection: Connection) throws -> UInt32 {
        if let oid = found.withLock({ $0 }) { return oid }
        let oid = try connection.rolledBack { try RelationLookup($0).find(name).oid }
        found.withLock { $0 = oid }
        return oid
    }

    /// A query of the oids of the table and of all its partitions, the table's oid being `$1`.
    ///
    /// Not pg_partition_tree, which locks them all, and so queues up behind the very waits that are looked for.
    static let query = """
        WITH RECURSIVE partitions AS (
          SELECT $1::oid AS relid UNION SELECT i.inhrelid FROM pg_inherits i JOIN partitions p ON p.relid = i.inhparent
        ) SELECT relid FROM partitions
        """
}
