import Foundation
import Postgres
import Workflow

/// A screening as the ledger holds it.
struct ScreeningRecord: Sendable {
    let id: Int64
    let ordinal: Int64
    var screening: Screening
    let startedAt: Date
}

extension Ledger {
    /// Notes that one begins; one that was under way is given up for it.
    func begin(
        _ screening: Screening,
        writes: WriteCounters?,
        walUpto: String?,
        run: Int64
    ) throws -> ScreeningRecord {
        _ = try connection.queryKept("DELETE FROM crossfade.screening WHERE run = $1 AND finished_at IS NULL", [run])
        let row = try connection.queryKept(
            """
            INSERT INTO crossfade.screening (run, scope, pieces, next_block, writes, wal_upto)
            VALUES ($1, $2, $3, $4, $5, $6::text::pg_lsn) RETURNING id, ordinal, started_at
            """,
            [
                run, screening.scope.rawValue, try Self.encode(screening.pieces), screening.nextBlock,
                try writes.map { try Self.encode($0) }, walUpto,
            ]
        ).only()
        return ScreeningRecord(
            id: try row.decode("id"),
            ordinal: try row.decode("ordinal"),
            screening: screening,
            startedAt: try row.decode("started_at")
        )
    }

    /// The one under way, if nothing was changed since it began.
    func openScreening(of run: Int64) throws -> ScreeningRecord? {
        guard try isCurrent else { return nil }
        let change = try lastChange(of: run) ?? 0
        return try connection.queryKept(
            """
            SELECT id, ordinal, scope, pieces::text AS pieces, position, next_block, rows_read, blocks_read, started_at
              FROM crossfade.screening WHERE run = $1 AND finished_at IS NULL AND ordinal > $2 ORDER BY id DESC LIMIT 1
            """,
            [run, change]
        ).first.map { row in
            ScreeningRecord(
                id: try row.decode("id"),
                ordinal: try row.decode("ordinal"),
                screening: Screening(
                    try Self.word(try row.decode("scope")),
                    try Self.decode([Screening.Piece].self, try row.decode("pieces")),
                    position: try row.decode("position"),
                    nextBlock: try row.decode("next_block"),
                    rowsRead: try row.decode("rows_read"),
                    blocksRead: try row.decode("blocks_read")
                ),
                startedAt: try row.decode("started_at")
            )
        }
    }

    /// Notes how far it has come.
    ///
    /// - Returns: false when it was given up meanwhile.
    func save(_ record: ScreeningRecord) throws -> Bool {
        let screening = record.screening
        return try !connection.queryKept(
            """
            UPDATE crossfade.screening SET position = $2, next_block = $3, rows_read = $4, blocks_read = $5
             WHERE id = $1 AND finished_at IS NULL RETURNING id
            """,
            [record.id, screening.position, screening.nextBlock, screening.rowsRead, screening.blocksRead]
        ).isEmpty
    }

    /// Notes that it has found nothing.
    ///
    /// - Returns: false when something was changed since it began, so that it proves nothing.
    func finish(_ record: ScreeningRecord, run: Int64) throws -> Bool {
        guard try lastChange(of: run).map({ $0 < record.ordinal }) ?? true else {
            try giveUp(record)
            return false
        }
        return try !connection.queryKept(
            "UPDATE crossfade.screening SET finished_at = clock_timestamp() WHERE id = $1 AND finished_at IS NULL RETURNING id",
            [record.id]
        ).isEmpty
    }

    func giveUp(_ record: ScreeningRecord) throws {
        _ = try connection.queryKept(
            "DELETE FROM crossfade.screening WHERE id = $1 AND finished_at IS NULL",
            [record.id]
        )
    }

    /// When rows were looked at last, in a full check or by a screening.
    func lastLook(of run: Int64) throws -> Date? {
        try connection.queryKept(
            """
            SELECT max(at) AS at FROM (
              SELECT max(finished_at) AS at FROM crossfade.verification WHERE run = $1
              UNION ALL SELECT max(finished_at) FROM crossfade.screening WHERE run = $1) look
            """,
            [run]
        ).only().decodeIfPresent("at")
    }

    /// The newest place in the write-ahead log before which nothing need be read again, and when every row was read last.
    ///
    /// What was proved of a block stays so until it is written: it does not matter how long ago that was.
    func screened(_ run: Int64) throws -> (upto: String?, allReadAt: Date?) {
        let change = try lastChange(of: run) ?? 0
        let row = try connection.queryKept(
            """
            WITH clean AS (
              SELECT ordinal, wal_upto, finished_at, true AS whole FROM crossfade.verification WHERE run = $1 AND verdict = 'passed'
              UNION ALL SELECT ordinal, wal_upto, finished_at, scope = 'all' FROM crossfade.screening WHERE run = $1 AND finished_at IS NOT NULL
            )
            SELECT max(wal_upto)::text AS upto, max(finished_at) FILTER (WHERE whole) AS all_read_at FROM clean WHERE ordinal > $2
            """,
            [run, change]
        ).only()
        return (try row.decodeIfPresent("upto"), try row.decodeIfPresent("all_read_at"))
    }
}
