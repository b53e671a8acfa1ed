import Postgres
import Workflow

/// Who may do what with the ledger.
extension Ledger {
    /// Takes away what ALTER DEFAULT PRIVILEGES gave others on a ledger just made; rights on it are granted by name.
    func close() throws {
        let grants = try connection.query(
            """
            SELECT format('REVOKE ALL ON SCHEMA crossfade FROM %s CASCADE', CASE a.grantee WHEN 0 THEN 'PUBLIC'
                     ELSE quote_ident(pg_get_userbyid(a.grantee)) END) AS revocation
              FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'crossfade' AND a.grantee <> n.nspowner
            UNION ALL SELECT format('SELECT crossfade.revoke_all(%L::regclass)', oid::regclass) FROM pg_class
             WHERE relnamespace = 'crossfade'::regnamespace AND relkind IN ('r', 'S')
            UNION ALL SELECT format('SELECT crossfade.revoke_all(%L::regprocedure)', oid::regprocedure) FROM pg_proc
             WHERE pronamespace = 'crossfade'::regnamespace
            """
        ).map { try $0.decode("revocation", as: String.self) }
        try connection.execute(grants.joined(separator: "; "))
    }

    /// Lets the roles of an operator that own tables find names in the schema: its sync functions become theirs when it leaves
    /// (REASSIGN OWNED), and find the functions of a plan's expressions by name.
    func grantUsage(toOwnersAround role: String) throws {
        let grants = try connection.queryKept(
            """
            SELECT format('GRANT USAGE ON SCHEMA crossfade TO %I', r.rolname) AS statement FROM pg_roles r
             WHERE r.rolname <> $1 AND NOT r.rolsuper AND pg_has_role($1, r.oid, 'MEMBER')
               AND NOT has_schema_privilege(r.oid, 'crossfade', 'USAGE')
               AND EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p'))
            """,
            [role]
        ).map { try $0.decode("statement", as: String.self) }
        for grant in grants { try connection.execute(grant) }
    }

    /// The kind of event for rights that init has granted while a run is open.
    static let granted = "rights granted"

    var hasOpenRun: Bool {
        get throws {
            try connection.queryKept(
                "SELECT EXISTS (SELECT FROM crossfade.run WHERE state NOT IN ('completed', 'rolled_back')) AS open"
            ).only().decode("open")
        }
    }

    /// Whether the owner of a sync function, of any plan, may not call what records writes.
    var hasMuteFunctions: Bool {
        get throws {
            try connection.queryKept(
                """
                SELECT EXISTS (
                  SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
                   WHERE n.nspname = 'crossfade' AND NOT t.tgisinternal
                     AND NOT (has_schema_privilege(p.proowner, n.oid, 'USAGE') AND 2 = (
                       SELECT count(*) FROM pg_proc r WHERE r.pronamespace = n.oid AND r.proname IN ('note', 'note_row')
                          AND has_function_privilege(p.proowner, r.oid, 'EXECUTE')))) AS mute
                """
            ).only().decode("mute")
        }
    }

    /// Whether the table of evidence is there.
    var hasObservations: Bool {
        get throws {
            try connection.queryKept("SELECT to_regclass('crossfade.observation') IS NOT NULL AS there").only().decode(
                "there"
            )
        }
    }

    /// Makes again what recording needs and the ledger no longer has as its scripts made it; changes nothing else.
    ///
    /// - Returns: whether something was missing.
    func restoreRecording(_ scripts: LedgerScripts) throws -> Bool {
        var restoring: [String] = []
        if try !hasObservations {
            restoring += try scripts.evidence.table()
            restoring.append(Self.likeRights(of: "'crossfade.brownout'", on: "TABLE crossfade.observation"))
        }
        for function in try scripts.evidence.functions() where try !isMade(function) {
            restoring += [
                "DROP FUNCTION IF EXISTS crossfade.\(function.signature)", function.statement,
                "REVOKE ALL ON FUNCTION crossfade.\(function.signature) FROM PUBLIC",
                Self.likeRights(of: "'crossfade.wrote(xid)'", on: "FUNCTION crossfade.\(function.signature)"),
            ]
        }
        guard !restoring.isEmpty else { return false }
        try connection.transaction { connection in
            let owner: String = try connection.queryKept(
                "SELECT quote_ident(pg_get_userbyid(nspowner)) AS owner FROM pg_namespace WHERE nspname = 'crossfade'"
            ).only().decode("owner")
            try connection.execute("SET LOCAL ROLE \(owner)")
            for statement in restoring { try connection.execute(statement) }
        }
        return true
    }

    private func isMade(_ function: LedgerEvidence.Function) throws -> Bool {
        try connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('crossfade.' || $1) AND prosrc = $2 AND prosecdef
               AND prorettype = 'void'::regtype AND proowner = (SELECT nspowner FROM pg_namespace WHERE nspname = 'crossfade')
               AND proconfig = ARRAY['search_path=pg_catalog, pg_temp', 'lock_timeout=20ms']) AS made
            """,
            [function.signature, function.body]
        ).only().decode("made")
    }

    /// Gives what was made anew to the roles that have the same of its kind in the ledger.
    private static func likeRights(of model: String, on object: String) -> String {
        let rights =
            object.hasPrefix("TABLE")
            ? "pg_class c, aclexplode(c.relacl) a WHERE c.oid = \(model)::regclass AND a.grantee <> c.relowner"
            : "pg_proc p, aclexplode(p.proacl) a WHERE p.oid = \(model)::regprocedure AND a.grantee <> p.proowner"
        return """
            DO $restore$ DECLARE statement text; BEGIN
              FOR statement IN SELECT format('GRANT %s ON \(object) TO %s', a.privilege_type,
                  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) FROM \(rights)
              LOOP EXECUTE statement; END LOOP; END $restore$
            """
    }

    /// What sync functions call, with the rights of the role that made them.
    private static let called = ["note(text, text)", "note_row(text, text, text)"]

    /// Whether the role of this session may note who writes: the sync functions that it makes do so as this role.
    ///
    /// - Throws: ``Failure`` `refused` where it may not: without evidence contract could never begin.
    func requireNotes() throws {
        let row = try connection.queryKept(
            """
            SELECT current_user::text AS role, pg_get_userbyid(nspowner)::text AS owner,
                   has_schema_privilege(oid, 'USAGE')
                   AND (SELECT bool_and(has_function_privilege('crossfade.' || name, 'EXECUTE')) FROM unnest($1::text[]) name)
                   AND has_table_privilege('crossfade.replaced', 'INSERT')
                   AND has_table_privilege('crossfade.pulled', 'INSERT, UPDATE, DELETE') AS may
              FROM pg_namespace WHERE nspname = 'crossfade'
            """,
            [Self.called]
        ).only()
        guard try !row.decode("may") else { return }
        let role: String = try row.decode("role")
        let owner: String = try row.decode("owner")
        throw Failure(
            .refused,
            "the role \(role) may not execute what records writes (crossfade.note and others): sync functions of its own would "
                + "leave no evidence of who still writes the old shape",
            hint: "as \(owner), who owns the ledger: crossfade init --grant-to \(role) --as operator"
        )
    }
}
