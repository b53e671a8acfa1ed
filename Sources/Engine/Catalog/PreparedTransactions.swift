import Postgres
import SQL
import Workflow

/// Transactions that were prepared and forgotten: each keeps its locks until somebody ends it, over restarts too.
struct PreparedTransactions {
    let connection: Connection

    /// How old one must be to be taken for forgotten: a transaction manager ends its own within moments.
    private static let patience = Duration.seconds(10)

    /// Whether a lock `l` is one of a prepared transaction `p`: nobody's process holds it, and it belongs with the lock that the
    /// transaction has on its own number. (What `virtualtransaction` says of it differs before and after a restart.)
    static let isHolder = """
        l.pid IS NULL AND EXISTS (
          SELECT FROM pg_locks x
           WHERE x.pid IS NULL AND x.locktype = 'transactionid' AND x.transactionid = p.transaction
             AND x.virtualtransaction = l.virtualtransaction)
        """

    /// Those that hold a lock on one of the tables, or on a partition of one.
    func holding(_ tables: [QualifiedName]) throws -> [Finding] {
        try connection.queryKept(
            """
            SELECT p.gid, p.owner::text AS owner, to_char(p.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
                   min(l.relation::regclass::text) AS relation, quote_literal(p.gid) AS literal
              FROM pg_prepared_xacts p
              JOIN pg_locks l ON \(Self.isHolder)
             WHERE p.database = current_database() AND p.prepared < clock_timestamp() - make_interval(secs => $2)
               AND l.locktype = 'relation' AND l.relation IN (
                     WITH RECURSIVE tree AS (
                       SELECT to_regclass(t.name)::oid AS relid FROM unnest($1::text[]) t(name)
                       UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.relid = i.inhparent
                     ) SELECT relid FROM tree)
             GROUP BY p.gid, p.owner, p.prepared ORDER BY p.prepared
            """,
            [tables.map(\.quoted), Self.patience.seconds]
        ).map { row in
            let literal: String = try row.decode("literal")
            return Finding(
                "prepared-transaction",
                .refused,
                "the transaction \(literal), prepared by \(try row.decode("owner", as: String.self)) at "
                    + "\(try row.decode("since", as: String.self)), holds locks on \(try row.decode("relation", as: String.self))",
                hint: "COMMIT PREPARED \(literal) or ROLLBACK PREPARED \(literal), whichever its manager decided"
            )
        }
    }
}
