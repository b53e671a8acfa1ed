import SQL

/// Expressions in the bodies of sync functions that write another table.
///
/// They call nothing of the schema crossfade, and ask the catalog before they write there: an application's statement must
/// not fail because the function's owner has lost a right on the schema, or because something in it is gone.
enum SyncExpression {
    /// The search_path for the triggers of the table that is written next, where the session has the rights of the sync
    /// function's owner: that of the session, `sync.path`, in which they find what they find without Crossfade.
    static let memberPath = TemplateValue.condition(#"replace(sync.path, '"$user"', quote_ident(\#(caller)))"#)

    private static let caller =
        "CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END"

    /// The same for the table `sync.written` in other sessions: the triggers run with the rights of the function's owner, and
    /// to a session that has not those of the table's owner only schemas are left in which no other role can create anything.
    static let callerPath = TemplateValue.condition(
        """
        (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
                     THEN replace(sync.path, '"$user"', quote_ident(u.name))
                     ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                             FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                        WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                        ELSE lower(m.part[1]) END AS name
                                     FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                                    UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                             JOIN pg_namespace s ON s.nspname = p.name
                            WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                              AND NOT EXISTS (
                                SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                                 WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                                       OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                           AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                                  FROM pg_database d WHERE d.datname = current_database())))))
                END
           FROM (SELECT \(caller) AS name) u,
                pg_class w
          WHERE w.oid = to_regclass(sync.written))
        """
    )

    /// Whether a row that can be seen was written by this transaction, in a subtransaction too: its writer is still in progress.
    static func isOwn(_ alias: String) -> TemplateValue {
        .condition(
            """
            (CASE WHEN age(\(alias).xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint \
            + age(pg_current_xact_id()::xid) - age(\(alias).xmin))::text::xid8) = 'in progress' ELSE false END)
            """
        )
    }

    /// Whether the function's owner has all these rights on a table of the ledger, which is there.
    static func may(_ privileges: [String], _ table: String) -> TemplateValue {
        let rights = privileges.map { " AND has_table_privilege(c.oid, '\($0)')" }.joined()
        return .condition(
            """
            EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                     WHERE s.nspname = 'crossfade' AND c.relname = '\(table)' AND has_schema_privilege(s.oid, 'USAGE')\(rights))
            """
        )
    }
}
