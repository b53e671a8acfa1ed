import Postgres
import Workflow

extension BackfillProgress {
    /// A process that has not renewed its row for so long, in seconds, takes part no more.
    private static let silence = 10

    /// Reads the snapshot that every form of progress is made from; nil before the first pass.
    ///
    /// `step` is the chunk step's title, or nil for the one copied last.
    static func read(run: Int64, step: String?, on connection: Connection) throws -> BackfillProgress? {
        let row = try connection.query(
            """
            WITH latest AS (
              SELECT step, number FROM crossfade.pass WHERE run = $1 AND ($2::text IS NULL OR step = $2) ORDER BY id DESC LIMIT 1
            ), p AS (
              SELECT p.* FROM crossfade.pass p JOIN latest USING (step, number) WHERE p.run = $1
            ), recent AS (
              SELECT sum(c.rows) AS rows, sum(c.end_block - c.first_block) AS blocks,
                     greatest(extract(epoch FROM clock_timestamp() - min(c.finished_at) + make_interval(secs => max(c.seconds))), 0.05) AS seconds
                FROM crossfade.chunk c
               WHERE c.run = $1 AND c.finished_at > clock_timestamp() - interval '10 s' AND c.pass IN (SELECT id FROM p)
            ), present AS (
              SELECT * FROM crossfade.participant
               WHERE run = $1 AND ended_at IS NULL AND seen_at > clock_timestamp() - interval '\(silence) s'
            )
            SELECT (SELECT number FROM latest) AS number,
                   (SELECT sum(rows_done) FROM crossfade.pass q JOIN latest USING (step) WHERE q.run = $1)::bigint AS rows_done,
                   (SELECT sum(blocks_done) FROM p)::bigint AS blocks_done,
                   (SELECT sum(bound) FROM p)::bigint AS blocks_total,
                   (SELECT nullif(sum(greatest(k.reltuples, 0)), 0) FROM p JOIN pg_class k ON k.oid = to_regclass(p.relation))::bigint AS rows_total,
                   (SELECT rows / seconds FROM recent)::float8 AS rows_per_second,
                   (SELECT blocks / seconds FROM recent)::float8 AS blocks_per_second,
                   (SELECT coalesce(sum(workers), 0) FROM present)::int AS workers,
                   (SELECT sum(workers * share) / nullif(sum(workers), 0) FROM present)::float8 AS share,
                   (SELECT max(pressure) FROM present) AS pressure,
                   -- Held is what no process can go on with.
                   (SELECT string_agg(DISTINCT held_by, '; ') FROM present HAVING bool_and(held_by IS NOT NULL)) AS held_by,
                   (SELECT count(*) FROM crossfade.rejection r WHERE r.pass IN (SELECT id FROM p)) AS rejected,
                   (SELECT sum(vacuums) FROM crossfade.pass q JOIN latest USING (step) WHERE q.run = $1)::int AS vacuums
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
            throttledBy: try row.decodeIfPresent("held_by"),
            workers: try row.decode("workers"),
            pass: try row.decode("number"),
            share: try row.decodeIfPresent("share"),
            pressure: try row.decodeIfPresent("pressure"),
            rejected: try row.decode("rejected"),
            vacuums: try row.decode("vacuums")
        )
    }
}
