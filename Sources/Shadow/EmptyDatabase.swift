import Postgres
import SQL
import Workflow

/// Removes everything from a database that is known to be a shadow's.
struct EmptyDatabase {
    let connection: Connection

    /// The schema that tells a shadow database from one that is in use; it is there while scripts are run.
    private static let mark = "crossfade_shadow"

    /// - Throws: ``Failure`` `refused` for a database that holds something and was not left by a shadow.
    func requireShadow() throws {
        let found: String? = try connection.query(
            """
            SELECT (SELECT string_agg(name, ', ') FROM (
                      SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.oid >= 16384
                         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                       ORDER BY 1 LIMIT 3) f) AS found
             WHERE to_regnamespace($1) IS NULL
            """,
            [Self.mark]
        ).first?.decodeIfPresent("found")
        guard let found else { return }
        throw Failure(
            .refused,
            "the shadow database is not empty: it has \(found)",
            hint: "name an empty database with --shadow: everything in it is removed"
        )
    }

    /// Leaves what a new database has, and the mark.
    func make() throws {
        try requireShadow()
        try connection.transaction { connection in
            let drops = try connection.query(
                """
                SELECT statement FROM (
                  SELECT 1 AS place, format('DROP EVENT TRIGGER %I', evtname) AS statement FROM pg_event_trigger
                  UNION ALL SELECT 2, format('DROP PUBLICATION %I', pubname) FROM pg_publication
                  UNION ALL SELECT 3, format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
                             WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
                  UNION ALL SELECT 4, format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
                  UNION ALL SELECT 5, format('ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE ALL ON %s FROM %s', d.defaclrole::regrole,
                                     CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                                              WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
                                     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
                             FROM pg_default_acl d, aclexplode(d.defaclacl) a WHERE d.defaclnamespace = 0 AND a.grantee <> d.defaclrole
                ) s ORDER BY place
                """
            ).map { try $0.decode("statement", as: String.self) }
            for drop in drops { try connection.execute(drop) }
            let hasOwnerRole = connection.serverVersion >= 140_000
            try connection.execute(
                """
                CREATE SCHEMA \(Self.mark); COMMENT ON SCHEMA \(Self.mark) IS 'Everything in this database may be removed by crossfade.';
                CREATE SCHEMA public; COMMENT ON SCHEMA public IS 'standard public schema';
                GRANT USAGE\(connection.serverVersion < 150_000 ? ", CREATE" : "") ON SCHEMA public TO PUBLIC;
                """
            )
            // Whose it is in a new database; a role that may not give it away keeps it.
            if hasOwnerRole, connection.serverVersion >= 150_000 {
                try connection.execute("SAVEPOINT owner")
                do throws(PostgresError) {
                    try connection.execute("ALTER SCHEMA public OWNER TO pg_database_owner; RELEASE SAVEPOINT owner")
                } catch {
                    guard error.sqlState == .insufficientPrivilege else { throw error }
                    try connection.execute("ROLLBACK TO SAVEPOINT owner; RELEASE SAVEPOINT owner")
                }
            }
        }
    }

    /// The schema of the mark, which no comparison sees.
    static var ownSchema: Identifier { Identifier(shortening: mark) }
}
