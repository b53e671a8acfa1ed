import Postgres
import SQL
import Workflow

/// The ledger's record of passes over a table: what was handed out and what is done.
///
/// A chunk is recorded as done in the transaction that copies its rows, so a killed worker loses the chunk in flight and
/// no more.
struct PassBook {
    let connection: Connection
    let run: Int64
    let step: String

    /// How long a claim is believed when it cannot be told whether the session that made it is still there, in seconds.
    static let leaseSeconds = 60

    /// True for a pass `p` of which something is still to be handed out.
    private static let isOpen = """
        CASE p.ordering WHEN 'blocks' THEN p.next_block < p.bound
          ELSE p.last_key IS NOT NULL AND p.next_key IS DISTINCT FROM p.last_key END
        """

    /// The number of the pass under way or last completed, 0 before the first.
    func latestPass() throws -> Int {
        try connection.queryKept(
            "SELECT coalesce(max(number), 0) AS number FROM crossfade.pass WHERE run = $1 AND step = $2",
            [run, step]
        ).only().decode("number")
    }

    /// Whether ranges of the pass are still to be handed out or to be finished.
    func isUnfinished(_ number: Int) throws -> Bool {
        try connection.query(
            """
            SELECT EXISTS (SELECT FROM crossfade.pass p WHERE run = $1 AND step = $2 AND number = $3
              AND (\(Self.isOpen) OR EXISTS (SELECT FROM crossfade.chunk c WHERE c.pass = p.id AND c.status = 'claimed')))
              AS unfinished
            """,
            [run, step, number]
        ).only().decode("unfinished")
    }

    /// Whether a pass goes by key; nil when there is none.
    func isByKey(_ number: Int) throws -> Bool? {
        try connection.queryKept(
            "SELECT ordering = 'key' AS keyed FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 LIMIT 1",
            [run, step, number]
        ).first?.decode("keyed")
    }

    // MARK: - Opening

    /// Makes the pass cover the given partitions as they are now.
    ///
    /// The bound is frozen when a partition's pass begins: rows written later have gone through the sync trigger. A
    /// partition whose file is another one (VACUUM FULL, CLUSTER, TRUNCATE) begins again from its first block.
    func open(_ number: Int, over relations: [QualifiedName], by range: ChunkRange) throws {
        // A partition that was dropped or detached meanwhile has nothing left to copy.
        _ = try connection.queryKept(
            """
            DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation <> ALL ($4::text[])
            """,
            [run, step, number, relations.map(\.quoted)]
        )
        // A pass of another order cannot be gone on with; the rows it copied are copied.
        _ = try connection.queryKept(
            "DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND ordering <> $4",
            [run, step, number, range.ordering]
        )
        for relation in relations {
            _ = try connection.queryKept(
                """
                DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation = $4 AND ordering = 'blocks'
                   AND filenode IS DISTINCT FROM pg_relation_filenode(to_regclass($4))
                """,
                [run, step, number, relation.quoted]
            )
            let isThere: Bool = try connection.queryKept(
                """
                SELECT to_regclass($4) IS NULL
                    OR EXISTS (SELECT FROM crossfade.pass WHERE run = $1 AND step = $2 AND number = $3 AND relation = $4) AS there
                """,
                [run, step, number, relation.quoted]
            ).only().decode("there")
            if !isThere { try begin(number, relation, range) }
        }
    }

    /// Takes out of every pass the partitions that were dropped meanwhile: nothing of them is left to copy.
    ///
    /// - Returns: whether there were any.
    func forgetDropped() throws -> Bool {
        try connection.queryKept(
            "DELETE FROM crossfade.pass WHERE run = $1 AND step = $2 AND to_regclass(relation) IS NULL",
            [run, step]
        ).affected > 0
    }

    private func begin(_ number: Int, _ relation: QualifiedName, _ range: ChunkRange) throws {
        switch range {
        case .blocks:
            _ = try connection.queryKept(
                """
                INSERT INTO crossfade.pass (run, step, number, relation, filenode, bound)
                SELECT $1, $2, $3, $4, pg_relation_filenode(to_regclass($4)),
                       pg_relation_size(to_regclass($4)) / current_setting('block_size')::bigint
                """,
                [run, step, number, relation.quoted]
            )
        case .key(let order):
            let last = try connection.query(
                "SELECT \(order.texts) AS key FROM \(relation.quoted) ORDER BY \(order.descending) LIMIT 1"
            ).first?.decode("key", as: [String].self)
            _ = try connection.queryKept(
                """
                INSERT INTO crossfade.pass (run, step, number, relation, filenode, bound, ordering, last_key)
                SELECT $1, $2, $3, $4, pg_relation_filenode(oid), greatest(reltuples, 1)::bigint, 'key', $5::text[]
                  FROM pg_class WHERE oid = to_regclass($4)
                """,
                [run, step, number, relation.quoted, last]
            )
        }
    }

    // MARK: - Claiming

    /// Claims the next range of the pass, else a chunk whose worker is gone; nil when there is neither.
    func claim(_ number: Int, size: Int, by range: ChunkRange, worker: String) throws -> Chunk? {
        let next =
            switch range {
            case .blocks: try claimBlocks(number, size, worker)
            case .key(let order): try claimKeys(number, size, order, worker)
            }
        return try next ?? reclaim(number, range, worker)
    }

    /// Of the partitions with something left the one that fewest workers are on: leaves are copied side by side.
    private static func nextPass(_ range: ChunkRange) -> String {
        """
        SELECT p.id, p.relation, p.next_block, p.bound, p.next_key, p.last_key FROM crossfade.pass p
         WHERE p.run = $1 AND p.step = $2 AND p.number = $3 AND p.ordering = '\(range.ordering)' AND \(isOpen)
         ORDER BY (SELECT count(*) FROM crossfade.chunk c WHERE c.pass = p.id AND c.status = 'claimed'), p.id
         LIMIT 1 FOR UPDATE OF p
        """
    }

    private func claimBlocks(_ number: Int, _ size: Int, _ worker: String) throws -> Chunk? {
        try connection.query(
            """
            WITH next AS (
              SELECT id, relation, next_block AS first_block, least(next_block + $4, bound) AS end_block FROM (\(Self.nextPass(.blocks))) p
            ), handed_out AS (
              UPDATE crossfade.pass p SET next_block = next.end_block FROM next WHERE p.id = next.id
            ), claimed AS (
              INSERT INTO crossfade.chunk (run, pass, first_block, end_block, worker, lease_until, backend_pid, backend_start)
              SELECT $1, id, first_block, end_block, $5, \(Self.until), \(backend) FROM next
              RETURNING id, attempts, first_block, end_block, after_key, upto_key
            )
            SELECT claimed.*, next.relation FROM claimed, next
            """,
            [run, step, number, size, worker]
        ).first.map(Self.chunk)
    }

    private func claimKeys(_ number: Int, _ size: Int, _ order: KeyOrder, _ worker: String) throws -> Chunk? {
        guard let pass = try connection.query(Self.nextPass(.key(order)), [run, step, number]).first else { return nil }
        let relation: String = try pass.decode("relation")
        let after = try pass.decodeIfPresent("next_key", as: [String].self)
        let last: [String] = try pass.decode("last_key")
        let end = try connection.query(
            """
            SELECT \(order.texts) AS key FROM \(relation) WHERE \(order.range.text)
             ORDER BY \(order.ascending) OFFSET \(size - 1) LIMIT 1
            """,
            order.values(after: after, upto: last)
        ).first?.decode("key", as: [String].self)
        return try connection.query(
            """
            WITH handed_out AS (
              UPDATE crossfade.pass p SET next_block = next_block + $4, next_key = $6::text[] WHERE p.id = $3
              RETURNING p.next_block
            )
            INSERT INTO crossfade.chunk
                   (run, pass, first_block, end_block, worker, lease_until, backend_pid, backend_start, after_key, upto_key)
            SELECT $1, $3, next_block - $4, next_block, $7, \(Self.until), \(backend), $5::text[], $6::text[] FROM handed_out
            RETURNING id, attempts, first_block, end_block, after_key, upto_key, $2::text AS relation
            """,
            [run, relation, try pass.decode("id", as: Int64.self), size, after, end ?? last, worker]
        ).first.map(Self.chunk)
    }

    /// Takes a chunk over whose session has ended, or that was claimed too long ago.
    ///
    /// One that is being copied is locked (`crossfade.hold_chunk`) and passed by.
    private func reclaim(_ number: Int, _ range: ChunkRange, _ worker: String) throws -> Chunk? {
        try connection.query(
            """
            UPDATE crossfade.chunk c SET worker = $4, attempts = attempts + 1, lease_until = \(Self.until),
                   (backend_pid, backend_start) = (SELECT \(backend))
              FROM crossfade.pass p
             WHERE p.id = c.pass AND c.id = (
                     SELECT c.id FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass
                      WHERE c.run = $1 AND p.step = $2 AND p.number = $3 AND c.status = 'claimed'
                        AND p.ordering = '\(range.ordering)'
                        AND (c.lease_until < clock_timestamp()
                             -- A role that may not see others' sessions finds their start to be NULL.
                             -- Nor has a worker behind a pooler one session of the server's: only time tells of its end.
                             OR c.backend_pid IS NOT NULL
                                AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = c.backend_pid
                                                   AND coalesce(a.backend_start = c.backend_start, true)))
                      ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED)
            RETURNING c.id, c.attempts, p.relation, c.first_block, c.end_block, c.after_key, c.upto_key
            """,
            [run, step, number, worker]
        ).first.map(Self.chunk)
    }

    private static let until = "clock_timestamp() + interval '\(leaseSeconds) s'"
    private var backend: String {
        connection.isPooled
            ? "NULL::integer, NULL::timestamptz"
            : "pg_backend_pid(), (SELECT backend_start FROM pg_stat_get_activity(pg_backend_pid()))"
    }

    // MARK: - Copying

    /// Makes sure that the chunk is still the worker's, and keeps it from being taken until the transaction ends.
    func hold(_ chunk: Chunk) throws {
        _ = try connection.queryKept("SELECT crossfade.hold_chunk($1, $2)", [chunk.id, chunk.attempt])
    }

    /// Leaves a claimed chunk to anybody.
    func giveBack(_ chunk: Chunk) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.chunk SET lease_until = '-infinity' WHERE id = $1 AND attempts = $2 AND status = 'claimed'",
            [chunk.id, chunk.attempt]
        )
    }

    /// Counts rows of a chunk that is copied in pieces, in the transaction that copied them.
    func count(_ rows: Int, in chunk: Chunk) throws {
        _ = try connection.queryKept(
            """
            WITH counted AS (
              UPDATE crossfade.chunk SET rows = coalesce(rows, 0) + $2, ordinal = nextval('crossfade.ordinal') WHERE id = $1
              RETURNING pass
            )
            UPDATE crossfade.pass SET rows_done = rows_done + $2 WHERE id = (SELECT pass FROM counted)
            """,
            [chunk.id, rows]
        )
    }

    /// Records the chunk as done, in the transaction that copied its last rows.
    func finish(_ chunk: Chunk, rows: Int, seconds: Double) throws {
        _ = try connection.queryKept(
            """
            WITH finished AS (
              UPDATE crossfade.chunk SET status = 'done', rows = coalesce(rows, 0) + $2, seconds = $3,
                     finished_at = clock_timestamp(), ordinal = nextval('crossfade.ordinal') WHERE id = $1
              RETURNING pass, end_block - first_block AS blocks
            )
            UPDATE crossfade.pass p SET rows_done = rows_done + $2, blocks_done = blocks_done + f.blocks
              FROM finished f WHERE p.id = f.pass
            """,
            [chunk.id, rows, seconds]
        )
    }

    /// Rows copied in one pass.
    func rows(in number: Int) throws -> Int64 {
        try connection.queryKept(
            """
            SELECT coalesce(sum(rows_done), 0)::bigint AS rows FROM crossfade.pass
             WHERE run = $1 AND step = $2 AND number = $3
            """,
            [run, step, number]
        ).only().decode("rows")
    }

    /// Rows copied in all passes.
    func rows() throws -> Int64 {
        try connection.queryKept(
            "SELECT coalesce(sum(rows_done), 0)::bigint AS rows FROM crossfade.pass WHERE run = $1 AND step = $2",
            [run, step]
        ).only().decode("rows")
    }

    // MARK: - Rejected rows

    /// Records a row that turned the copy away, and tells how many there are in the same pass over the partition.
    func reject(_ key: String, of chunk: Chunk, because error: ServerError) throws -> Int {
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.rejection (run, pass, relation, key, sql_state, message)
            SELECT $1, pass, $3, $4, $5, $6 FROM crossfade.chunk c WHERE id = $2
               -- A worker that died after this was committed leaves the row to be found again.
               AND NOT EXISTS (SELECT FROM crossfade.rejection r WHERE r.pass = c.pass AND r.relation = $3 AND r.key = $4)
            """,
            [run, chunk.id, chunk.relation, key, error.state.rawValue, error.message]
        )
        return try connection.queryKept(
            "SELECT count(*) AS count FROM crossfade.rejection WHERE pass = (SELECT pass FROM crossfade.chunk WHERE id = $1)",
            [chunk.id]
        ).only().decode("count")
    }

    /// How many rows turned the copy away in a pass.
    func rejections(in number: Int) throws -> Int {
        try connection.queryKept(
            """
            SELECT count(*) AS count FROM crossfade.rejection r JOIN crossfade.pass p ON p.id = r.pass
             WHERE p.run = $1 AND p.step = $2 AND p.number = $3
            """,
            [run, step, number]
        ).only().decode("count")
    }

    /// The first rows that turned the copy away in a pass, each with its error: `id=7: value too long (22001)`.
    func rejectionTexts(in number: Int, limit: Int) throws -> [String] {
        try connection.queryKept(
            """
            SELECT r.key || ': ' || r.message || ' (' || r.sql_state || ')' AS text
              FROM crossfade.rejection r JOIN crossfade.pass p ON p.id = r.pass
             WHERE p.run = $1 AND p.step = $2 AND p.number = $3 ORDER BY r.id LIMIT $4
            """,
            [run, step, number, limit]
        ).map { try $0.decode("text") }
    }

    private static func chunk(_ row: Row) throws -> Chunk {
        let upto = try row.decodeIfPresent("upto_key", as: [String].self)
        let after = try row.decodeIfPresent("after_key", as: [String].self)
        return Chunk(
            id: try row.decode("id"),
            attempt: try row.decode("attempts"),
            relation: try row.decode("relation"),
            first: try row.decode("first_block"),
            end: try row.decode("end_block"),
            place: upto.map { .key(after: after, upto: $0) } ?? .blocks
        )
    }
}

extension SQLState {
    /// Raised by crossfade.hold_chunk.
    static let chunkLost = SQLState(rawValue: "CF003")
}
