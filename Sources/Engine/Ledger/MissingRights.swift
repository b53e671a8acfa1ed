import Postgres
import SQL
import Workflow

/// What a role lacks for a command, each as the statement or command that gives it.
struct MissingRights: Sendable {
    /// What a command does with a plan's run.
    enum Use: Sendable {
        /// It only reads.
        case look
        /// It moves the run, or writes to it.
        case run

        fileprivate var right: LedgerRight { self == .look ? .observer : .operator }
    }

    let role: String
    /// None where the catalog shows no right that is missing.
    let remedies: [String]

    /// Reads it from the catalog, which every role may read; names are not resolved, for that takes rights as well.
    static func read(for use: Use, _ plan: Plan, on connection: Connection) throws -> MissingRights {
        let role: String = try connection.queryKept("SELECT current_user::text AS name").only().decode("name")
        let ledger = try connection.queryKept(
            """
            SELECT DISTINCT pg_get_userbyid(n.nspowner)::text AS owner FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
               AND c.relkind = 'r' AND c.relname NOT IN ('repaired', 'replaced')
             WHERE n.nspname = 'crossfade'
               AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT')
                    OR ($1 AND c.relname = 'run' AND NOT has_table_privilege(c.oid, 'INSERT, UPDATE')))
            """,
            [use == .run]
        ).map { row in
            "as \(try row.decode("owner", as: String.self)), who owns the ledger: crossfade init --grant-to \(role) --as \(use.right.rawValue)"
        }
        let tables = try connection.queryKept(
            """
            SELECT n.nspname AS schema, c.relname AS name, has_schema_privilege(n.oid, 'USAGE') AS usage,
                   has_table_privilege(c.oid, 'SELECT') AS reading
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND (n.nspname, c.relname) IN (SELECT s, t FROM unnest($1::text[], $2::text[]) u(s, t))
             ORDER BY 1, 2
            """,
            [
                try names(plan, on: connection).map { $0.schema?.name ?? "public" },
                try names(plan, on: connection).map(\.name.name),
            ]
        ).flatMap { row in
            let name = QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
            let grantee = try Identifier(role).quoted
            let usage =
                try row.decode("usage") ? nil : name.schema.map { "GRANT USAGE ON SCHEMA \($0.quoted) TO \(grantee)" }
            let reading = try row.decode("reading") ? nil : "GRANT SELECT ON TABLE \(name.quoted) TO \(grantee)"
            return [usage, reading].compactMap(\.self)
        }
        return MissingRights(role: role, remedies: ledger + tables)
    }

    /// The change's tables: those of the run where its record can be read, or else the plan's.
    private static func names(_ plan: Plan, on connection: Connection) throws -> [QualifiedName] {
        let own = [plan.change.kind.table]
        let mayRead = try connection.queryKept(
            """
            SELECT coalesce(bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')), false) AS may
              FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = 'crossfade' AND c.relkind = 'r'
               AND c.relname IN ('version', 'run', 'phase')
            """
        ).only().decode("may", as: Bool.self)
        guard mayRead, let record = try Ledger(connection).newestRun(of: plan.name) else { return own }
        return record.blueprint.tables
            + own.filter { table in !record.blueprint.tables.contains { $0.name == table.name } }
    }
}
