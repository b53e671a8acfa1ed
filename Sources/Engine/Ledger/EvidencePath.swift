import Foundation
import Postgres
import SQL
import Workflow

/// The path of evidence: from the sync functions of a run, through crossfade.note, to crossfade.observation.
///
/// An application statement never fails because its evidence cannot be written. A gate must therefore not take a missing
/// row for a missing write: it asks first whether the catalog still lets the functions record.
struct EvidencePath {
    let connection: Connection
    let scripts: LedgerScripts
    let files: PhaseFiles
    private var blueprint: any RenderedBlueprint { files.blueprint }

    /// Something that keeps the sync functions from recording, or from writing the other table.
    struct Break: Sendable, Hashable {
        let reason: String
        /// The one statement or command that restores it, and the role that may run it.
        let remedy: String

        var text: String { "\(reason): \(remedy)" }

        var finding: Finding { Finding("evidence-rights", .blocksContract, reason, hint: remedy) }
    }

    /// The path as the catalog has it.
    struct State: Sendable {
        let breaks: [Break]
        /// Since when the path is known to be as it is; nil when it has not changed since the run began.
        let since: Date?
        /// The last event before a change of the path after which nothing has looked at it yet; nil when something has.
        let unseenSince: Date?
    }

    /// Identifies the path: it differs when a right, an owner or a function on it has changed meanwhile.
    func fingerprint() throws -> String {
        try connection.query("SELECT \(Self.fingerprint)").only().decode(at: 0)
    }

    init(connection: Connection, files: PhaseFiles) throws {
        self.connection = connection
        self.files = files
        scripts = try LedgerScripts(files.templates)
    }

    /// The path of a run's sync functions; nil while the run has none that record.
    init?(of record: RunRecord, _ files: PhaseFiles?, on connection: Connection) throws {
        guard let files, record.isSynced, record.blueprint.recordsWriters else { return nil }
        try self.init(connection: connection, files: files)
    }

    func state(of run: Int64) throws -> State {
        let row = try connection.query(
            """
            WITH path AS (\(Self.rows)), change AS (
              SELECT min(age(p.xmin)) AS age FROM path p
               -- What init has granted beside an unbroken path changes nothing.
               WHERE NOT EXISTS (SELECT FROM crossfade.event e WHERE e.xmin = p.xmin AND e.kind = '\(Ledger.granted)')
            )
            SELECT min(e.at) FILTER (WHERE age(e.xmin) < c.age) AS seen, max(e.at) FILTER (WHERE age(e.xmin) > c.age) AS before
              FROM change c LEFT JOIN crossfade.event e ON e.run = $1 GROUP BY c.age
            """,
            [run]
        ).first
        let before: Date? = try row?.decodeIfPresent("before")
        let seen: Date? = try row?.decodeIfPresent("seen")
        return State(
            breaks: try breaks(),
            since: before == nil ? nil : seen,
            unseenSince: seen == nil ? before : nil
        )
    }

    /// The catalog rows that the path consists of.
    ///
    /// The table is there by its row type: VACUUM FULL writes the table's own row anew.
    private static let rows = """
        SELECT 'schema ' || n.oid AS place, n.xmin FROM pg_namespace n WHERE n.nspname = 'crossfade'
        UNION ALL SELECT 'function ' || p.oid, p.xmin FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = 'crossfade' AND p.proname IN ('note', 'note_row')
        UNION ALL SELECT 'table ' || t.oid, t.xmin FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         WHERE n.nspname = 'crossfade' AND t.typname = 'observation'
        """

    private static let fingerprint =
        "(SELECT coalesce(string_agg(p.place || p.xmin, ' ' ORDER BY p.place), '') FROM (\(rows)) p)"

    /// A statement that raises unless the path is as it was found, and unbroken.
    func require(_ fingerprint: String, orSay message: String) throws -> String {
        """
        SELECT crossfade.require(\(Self.fingerprint) = \(try Literal(fingerprint).quoted) AND NOT EXISTS (\(try query())), \(try Literal(message).quoted))
        """
    }

    /// Everything that breaks the path now.
    func breaks() throws -> [Break] {
        try connection.query("SELECT DISTINCT reason, remedy FROM (\(try query())) b ORDER BY reason").map {
            Break(reason: try $0.decode("reason"), remedy: try $0.decode("remedy"))
        }
    }

    // MARK: - The query

    /// All of it by object number and not by name: the session itself may have no USAGE on the schema.
    private func query() throws -> String {
        let functions = try blueprint.functions.map { try Literal($0.name.name).quoted }.joined(separator: ", ")
        let tables = try blueprint.tables.map { try Literal($0.quoted).quoted }.joined(separator: ", ")
        return """
            WITH home AS (SELECT oid, nspowner, pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'crossfade'),
            sync AS (
              SELECT p.oid, p.proname, p.proowner, pg_get_userbyid(p.proowner) AS role,
                     format('as %s: crossfade init --grant-to %s --as operator', h.owner, pg_get_userbyid(p.proowner)) AS init
                FROM pg_proc p JOIN home h ON h.oid = p.pronamespace
               WHERE p.proname = ANY (ARRAY[\(functions)]::name[]) AND p.prorettype = 'trigger'::regtype
            ), made(name, body) AS (VALUES \(try made())),
            noted AS (
              SELECT m.name, m.body, p.oid, p.proowner, p.prosrc, p.prosecdef, p.proconfig, p.prorettype FROM made m CROSS JOIN home h
                -- By the name alone first, since that is what the index has.
                LEFT JOIN pg_proc p ON p.proname = split_part(m.name, '(', 1)::name AND p.pronamespace = h.oid
                 AND format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)) = m.name
            ), book AS (
              SELECT c.* FROM pg_class c JOIN home h ON h.oid = c.relnamespace WHERE c.relname = 'observation'
            ), kept AS (
              SELECT c.* FROM pg_class c JOIN home h ON h.oid = c.relnamespace
               WHERE c.relname = 'observation' OR (c.relname IN ('replaced', 'pulled') AND \(blueprint.keepsValues))
            )
            SELECT format('%s, the owner of crossfade.%I, has no USAGE on the schema crossfade', s.role, s.proname) AS reason, s.init AS remedy
              FROM sync s, home h WHERE NOT has_schema_privilege(s.proowner, h.oid, 'USAGE')
            UNION ALL SELECT format('%s, the owner of crossfade.%I, has no EXECUTE on crossfade.%s', s.role, s.proname, n.name), s.init
              FROM sync s, noted n WHERE NOT has_function_privilege(s.proowner, n.oid, 'EXECUTE')
            UNION ALL SELECT format('crossfade.%s is missing', n.name), s.init FROM sync s, noted n WHERE n.oid IS NULL
            UNION ALL SELECT format('crossfade.%s is not the function that crossfade made', n.name), s.init
              FROM sync s, noted n
             WHERE n.prosrc <> n.body OR NOT n.prosecdef OR n.prorettype <> 'void'::regtype
                OR n.proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, pg_temp', 'lock_timeout=20ms']
            UNION ALL SELECT format('%s, the owner of crossfade.%s, has no %s', pg_get_userbyid(n.proowner), n.name,
                                    CASE WHEN has_schema_privilege(n.proowner, h.oid, 'USAGE') THEN 'INSERT on crossfade.observation'
                                         ELSE 'USAGE on the schema crossfade' END),
                             CASE WHEN n.proowner <> b.relowner
                                  THEN format('ALTER FUNCTION crossfade.%s OWNER TO %I', n.name, pg_get_userbyid(b.relowner))
                                  WHEN has_schema_privilege(n.proowner, h.oid, 'USAGE')
                                  THEN format('GRANT INSERT ON crossfade.observation TO %I', pg_get_userbyid(n.proowner))
                                  ELSE format('GRANT USAGE ON SCHEMA crossfade TO %I', pg_get_userbyid(n.proowner)) END
              FROM noted n, book b, home h
             WHERE NOT (has_schema_privilege(n.proowner, h.oid, 'USAGE') AND has_table_privilege(n.proowner, b.oid, 'INSERT'))
            UNION ALL SELECT 'the table crossfade.observation is missing', s.init
              FROM sync s WHERE NOT EXISTS (SELECT FROM book WHERE relkind = 'r')
            UNION ALL SELECT format('the column %s of crossfade.observation is missing', x.name),
                             format('ALTER TABLE crossfade.observation ADD COLUMN %s %s', x.name, x.type)
              FROM book b, (VALUES ('plan', 'text'), ('side', 'text'), ('role', 'text'), ('application_name', 'text'), ('client', 'inet'),
                                   ('seen_at', 'timestamptz'), ('key', 'text')) x(name, type)
             WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = b.oid AND a.attname = x.name AND NOT a.attisdropped)
            UNION ALL SELECT format('crossfade.%I has the %s', x.place, x.what), format(x.remedy, x.place)
              FROM (SELECT k.relname AS place, format('trigger %I', t.tgname) AS what, format('DROP TRIGGER %I ON crossfade.%%I', t.tgname) AS remedy
                      FROM kept k JOIN pg_trigger t ON t.tgrelid = k.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                    UNION ALL SELECT k.relname, format('constraint %I', c.conname), format('ALTER TABLE crossfade.%%I DROP CONSTRAINT %I', c.conname)
                      FROM kept k JOIN pg_constraint c ON c.conrelid = k.oid
                     WHERE c.contype <> 'n' AND NOT (k.relname = 'pulled' AND c.contype = 'p')
                    UNION ALL SELECT k.relname, format('rule %I', r.rulename), format('DROP RULE %I ON crossfade.%%I', r.rulename)
                      FROM kept k JOIN pg_rewrite r ON r.ev_class = k.oid
                    UNION ALL SELECT k.relname, 'row-level security of another owner', 'ALTER TABLE crossfade.%I DISABLE ROW LEVEL SECURITY'
                      FROM kept k, LATERAL (SELECT n.proowner FROM noted n WHERE k.relname = 'observation'
                                            UNION ALL SELECT s.proowner FROM sync s WHERE k.relname <> 'observation') w(writer)
                     WHERE k.relrowsecurity AND (k.relforcerowsecurity OR w.writer <> k.relowner)) x
            UNION ALL SELECT format('%s, the owner of crossfade.%I, has no %s on %s: writes of the other table will fail', s.role, s.proname, p.privilege, t.oid),
                             format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', t.oid, s.role)
              FROM sync s, unnest(ARRAY[\(tables)]) x(name), to_regclass(x.name) t(oid), unnest(ARRAY['SELECT', 'UPDATE']) p(privilege)
             WHERE cardinality(ARRAY[\(tables)]) > 1 AND NOT has_table_privilege(s.proowner, t.oid, p.privilege)
            \(try mappings())
            """
    }

    /// What keeps the copy and the checks from calling the functions of the plan's expressions; sync calls none of them.
    private func mappings() throws -> String {
        let names = blueprint.mappingFunctions.flatMap { [$0.name.name] + ($0.isWrapped ? [$0.inner.name] : []) }
        guard !names.isEmpty else { return "" }
        let bodies = try files.load(.phase(.expand))?.steps.flatMap(\.statements).compactMap(\.function) ?? []
        let called = Set(blueprint.mappingFunctions.map(\.name.name))
        let made = try names.map { name in
            let body = try bodies.first { $0.name.name == name }?.body.map { try Literal($0).quoted } ?? "NULL::text"
            return "(\(try Literal(name.name).quoted), \(body), \(called.contains(name)))"
        }
        let remedy = try Literal("crossfade repair \(blueprint.plan.prefix { $0 != PlanName.mark })").quoted
        return """
            UNION ALL SELECT format('crossfade.%I, a function of the plan''s expressions, is missing', m.name), \(remedy)
              FROM (VALUES \(made.joined(separator: ", "))) m(name, body, is_called), home h
             WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = h.oid AND p.proname = m.name)
            UNION ALL SELECT format('crossfade.%I, a function of the plan''s expressions, is not the one that crossfade made', m.name), \(remedy)
              FROM (VALUES \(made.joined(separator: ", "))) m(name, body, is_called), home h, pg_proc p
             WHERE p.pronamespace = h.oid AND p.proname = m.name
               AND CASE WHEN m.body IS NULL THEN p.prosqlbody IS NULL ELSE p.prosrc <> m.body END
            UNION ALL SELECT format('%s has no EXECUTE on %s', x.role, p.oid::regprocedure),
                             format('GRANT EXECUTE ON FUNCTION %s TO %s', p.oid::regprocedure, x.grantee)
              FROM (VALUES \(made.joined(separator: ", "))) m(name, body, is_called), home h, pg_proc p,
                   LATERAL (SELECT CASE WHEN m.is_called THEN current_user ELSE pg_get_userbyid(p.proowner) END,
                                   CASE WHEN m.is_called THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(p.proowner)) END) x(role, grantee)
             WHERE p.pronamespace = h.oid AND p.proname = m.name AND NOT has_function_privilege(x.role, p.oid, 'EXECUTE')
            """
    }

    /// The functions that record, and the bodies that the ledger's script gives them.
    private func made() throws -> String {
        try scripts.evidence.functions().map { "(\(try Literal($0.signature).quoted), \(try Literal($0.body).quoted))" }
            .joined(separator: ", ")
    }
}
