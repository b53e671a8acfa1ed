import Postgres
import SQL
import Workflow

/// A range of blocks of one partition, claimed by a worker.
struct Chunk: Sendable {
    let id: Int64
    let relation: String
    let firstBlock: Int64
    let endBlock: Int64

    var blocks: Int { Int(endBlock - firstBlock) }
}

/// The ledger's record of passes over a table: what was handed out and what is done.
///
/// A chunk is recorded as done in the transaction that copies its rows, so a killed worker loses the chunk in flight and
/// no more.
struct PassBook {
    let connection: Connection
    let run: Int64
    let step: String

    /// The number of the pass under way or last completed, 0 before the first.
    func latestPass() throws -> Int {
        try connection.query(
            "SELECT coalesce(max(number), 0) AS number FROM crossfade.pass WHERE run = $1 AND step = $2",
            [run, step]
        ).only().decode("number")
    }

    /// Whether blocks of the pass are still to be handed out or to be finished.
    func isUnfinished(_ number: Int) throws -> Bool {
        try connection.query(
            """
            SELECT EXISTS (SELECT FROM crossfade.pass p WHERE run = $1 AND step = $2 AND number = $3
              AND (next_block < bound OR EXISTS (SELECT FROM crossfade.chunk c WHERE c.pass = p.id AND c.status = 'claimed')))
              AS unfinished
            """,
            [run, step, number]
        ).only().decode("unfinished")
    }

    /// Makes the pass cover the given partitions as they are now.
    ///
    /// The bound is frozen when a partition's pass begins: rows in later blocks have gone through the sync trigger. A
    /// partition whose file is another one (VACUUM FULL, CLUSTER, TRUNCATE) begins again from its first block.
    func open(_ number: Int, over relations: [QualifiedName]) throws {
        // A partition that was dropped or detached meanwhile has nothing left to copy.
        _ = try connection.query(
            """
            DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation <> ALL ($4::text[])
            """,
            [run, step, number, relations.map(\.quoted)]
        )
        for relation in relations {
            _ = try connection.query(
                """
                DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation = $4
                   AND filenode IS DISTINCT FROM pg_relation_filenode(to_regclass($4))
                """,
                [run, step, number, relation.quoted]
            )
            _ = try connection.query(
                """
                INSERT INTO crossfade.pass (run, step, number, relation, filenode, bound)
                SELECT $1, $2, $3, $4, pg_relation_filenode(to_regclass($4)),
                       pg_relation_size(to_regclass($4)) / current_setting('block_size')::bigint
                 WHERE NOT EXISTS (SELECT FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation = $4)
                   AND to_regclass($4) IS NOT NULL
                """,
                [run, step, number, relation.quoted]
            )
        }
        // Whoever held these died: taking the plan over has waited for the end of their transactions.
        _ = try connection.query(
            "UPDATE crossfade.chunk SET lease_until = '-infinity' WHERE run = $1 AND status = 'claimed'",
            [run]
        )
    }

    /// Claims a chunk whose worker is gone, else the next blocks of the pass; nil when nothing is left to claim.
    func claim(_ number: Int, blocks: Int, worker: String) throws -> Chunk? {
        try reclaim(number, worker) ?? claimNext(number, blocks, worker)
    }

    private func reclaim(_ number: Int, _ worker: String) throws -> Chunk? {
        try connection.query(
            """
            UPDATE crossfade.chunk c SET worker = $4, attempts = attempts + 1, lease_until = clock_timestamp() + interval '60 s'
              FROM crossfade.pass p
             WHERE p.id = c.pass AND c.id = (
                     SELECT c.id FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass
                      WHERE c.run = $1 AND p.step = $2 AND p.number = $3 AND c.status = 'claimed'
                        AND c.lease_until < clock_timestamp()
                      ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED)
            RETURNING c.id, p.relation, c.first_block, c.end_block
            """,
            [run, step, number, worker]
        ).first.map(Self.chunk)
    }

    private func claimNext(_ number: Int, _ blocks: Int, _ worker: String) throws -> Chunk? {
        try connection.query(
            """
            WITH next AS (
              SELECT id, relation, next_block AS first_block, least(next_block + $4, bound) AS end_block FROM crossfade.pass
               WHERE run = $1 AND step = $2 AND number = $3 AND next_block < bound ORDER BY id LIMIT 1 FOR UPDATE
            ), handed_out AS (
              UPDATE crossfade.pass p SET next_block = next.end_block FROM next WHERE p.id = next.id
            ), claimed AS (
              INSERT INTO crossfade.chunk (run, pass, first_block, end_block, worker, lease_until)
              SELECT $1, id, first_block, end_block, $5, clock_timestamp() + interval '60 s' FROM next
              RETURNING id, first_block, end_block
            )
            SELECT claimed.id, next.relation, claimed.first_block, claimed.end_block FROM claimed, next
            """,
            [run, step, number, blocks, worker]
        ).first.map(Self.chunk)
    }

    /// Records the chunk as done, in the transaction that copied its rows.
    func finish(_ chunk: Chunk, rows: Int, seconds: Double) throws {
        _ = try connection.query(
            """
            UPDATE crossfade.chunk SET status = 'done', rows = $2, seconds = $3, finished_at = clock_timestamp(),
                   ordinal = nextval('crossfade.ordinal') WHERE id = $1
            """,
            [chunk.id, rows, seconds]
        )
    }

    /// Rows copied in one pass.
    func rows(in number: Int) throws -> Int64 {
        try connection.query(
            """
            SELECT coalesce(sum(c.rows), 0)::bigint AS rows FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass
             WHERE p.run = $1 AND p.step = $2 AND p.number = $3 AND c.status = 'done'
            """,
            [run, step, number]
        ).only().decode("rows")
    }

    private static func chunk(_ row: Row) throws -> Chunk {
        Chunk(
            id: try row.decode("id"),
            relation: try row.decode("relation"),
            firstBlock: try row.decode("first_block"),
            endBlock: try row.decode("end_block")
        )
    }
}

extension BackfillProgress {
    /// Reads the snapshot that every form of progress is made from; nil before the first pass.
    static func read(run: Int64, step: String?, workers: Int, on connection: Connection) throws -> BackfillProgress? {
        let row = try connection.query(
            """
            WITH latest AS (
              SELECT step, number FROM crossfade.pass WHERE run = $1 AND ($2::text IS NULL OR step = $2) ORDER BY id DESC LIMIT 1
            ), p AS (
              SELECT p.* FROM crossfade.pass p JOIN latest USING (step, number) WHERE p.run = $1
            ), c AS (
              SELECT c.*, c.end_block - c.first_block AS blocks FROM crossfade.chunk c
               WHERE c.pass IN (SELECT id FROM p) AND c.status = 'done'
            ), recent AS (
              SELECT sum(rows) AS rows, sum(blocks) AS blocks,
                     greatest(extract(epoch FROM clock_timestamp() - min(finished_at) + make_interval(secs => max(seconds))), 0.05) AS seconds
                FROM c WHERE finished_at > clock_timestamp() - interval '10 s'
            )
            SELECT (SELECT number FROM latest) AS number,
                   (SELECT coalesce(sum(c.rows), 0) FROM crossfade.chunk c JOIN crossfade.pass q ON q.id = c.pass
                     WHERE c.run = $1 AND c.status = 'done' AND q.step = (SELECT step FROM latest))::bigint AS rows_done,
                   (SELECT coalesce(sum(blocks), 0) FROM c)::bigint AS blocks_done,
                   (SELECT coalesce(sum(bound), 0) FROM p)::bigint AS blocks_total,
                   (SELECT nullif(sum(greatest(k.reltuples, 0)), 0) FROM p JOIN pg_class k ON k.oid = to_regclass(p.relation))::bigint AS rows_total,
                   (SELECT rows / seconds FROM recent)::float8 AS rows_per_second,
                   (SELECT blocks / seconds FROM recent)::float8 AS blocks_per_second
              FROM latest
            """,
            [run, step]
        ).first
        guard let row else { return nil }
        return BackfillProgress(
            rowsDone: try row.decode("rows_done"),
            rowsTotal: try row.decodeIfPresent("rows_total"),
            blocksDone: try row.decode("blocks_done"),
            blocksTotal: try row.decode("blocks_total"),
            rowsPerSecond: try row.decodeIfPresent("rows_per_second"),
            blocksPerSecond: try row.decodeIfPresent("blocks_per_second"),
            throttledBy: nil,
            workers: workers,
            pass: try row.decode("number")
        )
    }
}
