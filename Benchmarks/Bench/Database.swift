import Foundation
import Postgres

/// A database with one table of a shape, as one contender finds it.
struct Database: Sendable {
    let url: String
    let shape: TableShape
    /// Loaded rows.
    let rows: Int
    let session: Session

    init(url: String, shape: TableShape, rows: Int) async throws {
        self.url = url
        self.shape = shape
        self.rows = rows
        session = try await Self.session(url)
    }

    func newSession() async throws -> Session { try await Self.session(url) }

    private static func session(_ url: String) async throws -> Session {
        let target = ConnectionTarget(url: url, environment: [:])
        return try await Session.open(target, SessionOptions(applicationName: "bench"))
    }

    func close() async { await session.close() }

    func execute(_ script: String) async throws {
        try await session.run { connection in _ = try connection.execute(script) }
    }

    func value<T: ColumnDecodable & Sendable>(_ query: String, as type: T.Type = T.self) async throws -> T {
        try await session.run { connection in try connection.query(query).only().decode(at: 0) }
    }

    /// Statistics are fresh and nothing is left to write: what every contender begins with.
    func settle() async throws {
        try await execute("VACUUM (ANALYZE) \(TableShape.table)")
        try await execute("CHECKPOINT")
    }

    // MARK: - Figures

    func size() async throws -> TableSize {
        try await session.run { connection in
            let row = try connection.query(
                "SELECT pg_table_size($1) AS table_size, pg_total_relation_size($1) AS total",
                [TableShape.table]
            ).only()
            return TableSize(table: try row.decode("table_size"), total: try row.decode("total"))
        }
    }

    /// Bytes of WAL written so far by the whole server.
    func walPosition() async throws -> Double {
        try await value("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
    }

    /// - Throws: ``BenchError`` unless every row holds the same in both columns.
    func expectCopied(by contender: String) async throws {
        let left: Int = try await value(TableShape.uncopied)
        guard left == 0 else { throw BenchError.notCopied(contender, rows: left) }
    }
}

/// Bytes of the table with its TOAST table, and of all with the indexes.
struct TableSize: Sendable {
    let table: Double
    let total: Double
}
