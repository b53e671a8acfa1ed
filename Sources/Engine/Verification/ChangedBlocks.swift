import Postgres
import SQL
import Workflow

/// The blocks of a change's tables that were written since a place in the write-ahead log, by the server's WAL summaries.
///
/// (PostgreSQL 17's manual, 9.28 "WAL Summarization Information Functions".) A block that is listed may hold what it held;
/// one that is not listed does.
struct ChangedBlocks {
    let pieces: [Screening.Piece]
    /// The place up to which the server has summed up.
    let upto: String

    /// nil where the server cannot tell: no summaries, a gap in them, another timeline, a table that is not logged.
    static func read(_ tables: [QualifiedName], since place: String, on connection: Connection) throws -> ChangedBlocks?
    {
        guard try WALPosition.isSummarized(on: connection) else { return nil }
        let covered = try connection.queryKept(
            """
            WITH summary AS (
              SELECT tli, start_lsn, end_lsn, lag(end_lsn) OVER (ORDER BY start_lsn) AS former
                FROM pg_available_wal_summaries() WHERE end_lsn > $1::text::pg_lsn
            )
            SELECT max(end_lsn)::text AS upto
              FROM summary HAVING min(start_lsn) <= $1::text::pg_lsn AND bool_and(former IS NULL OR former = start_lsn) AND count(DISTINCT tli) = 1
            """,
            [place]
        ).first.flatMap { try $0.decodeIfPresent("upto", as: String.self) }
        // Nothing was summed up since: as far as the server has come, nothing changed.
        let upto = try covered ?? unchanged(since: place, on: connection)
        guard let upto else { return nil }
        let relations = try Relation.read(tables, on: connection)
        guard relations.allSatisfy(\.isLogged) else { return nil }
        var pieces: [Screening.Piece] = []
        for relation in relations where covered != nil {
            pieces += try blocks(of: relation, since: place, on: connection)
        }
        return ChangedBlocks(pieces: pieces, upto: upto)
    }

    /// The place itself, where the server has summed up just as far.
    private static func unchanged(since place: String, on connection: Connection) throws -> String? {
        try connection.queryKept(
            """
            SELECT $1::text AS upto WHERE NOT EXISTS (SELECT FROM pg_available_wal_summaries() WHERE end_lsn > $1::text::pg_lsn)
                                      AND (SELECT summarized_lsn FROM pg_get_wal_summarizer_state()) IS NOT NULL
            """,
            [place]
        ).first?.decode("upto")
    }

    private static func blocks(of relation: Relation, since place: String, on connection: Connection) throws
        -> [Screening.Piece]
    {
        let blocks = try connection.queryKept(
            """
            SELECT DISTINCT c.relblocknumber AS block
              FROM pg_available_wal_summaries() s CROSS JOIN LATERAL pg_wal_summary_contents(s.tli, s.start_lsn, s.end_lsn) c
             WHERE s.end_lsn > $1::text::pg_lsn AND c.relfilenode::bigint = $2 AND c.relforknumber = 0 AND NOT c.is_limit_block
               AND c.reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND c.relblocknumber < $3
            """,
            [place, relation.filenode, relation.blocks]
        ).map { try $0.decode("block", as: Int64.self) }
        return Screening.pieces(of: relation.name, blocks: blocks)
    }
}

extension ChangedBlocks {
    /// A table or partition with rows.
    struct Relation {
        /// Quoted, with its schema.
        let name: String
        let filenode: Int64
        let blocks: Int64
        let isLogged: Bool

        var whole: Screening.Piece { Screening.Piece(relation: name, first: 0, end: blocks) }

        static func read(_ tables: [QualifiedName], on connection: Connection) throws -> [Relation] {
            try connection.queryKept(
                """
                SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, pg_relation_filenode(c.oid)::bigint AS filenode,
                       pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks, c.relpersistence = 'p' AS logged
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'r'
                   AND c.oid IN (SELECT to_regclass(t.name)::oid FROM unnest($1::text[]) t(name)
                                 UNION SELECT p.relid::oid FROM unnest($1::text[]) t(name), pg_partition_tree(to_regclass(t.name)) p)
                 ORDER BY c.oid
                """,
                [tables.map(\.quoted)]
            ).map { row in
                Relation(
                    name: try row.decode("name"),
                    filenode: try row.decode("filenode"),
                    blocks: try row.decode("blocks"),
                    isLogged: try row.decode("logged")
                )
            }
        }
    }
}
