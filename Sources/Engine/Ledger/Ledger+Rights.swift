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

    /// What sync functions call, with the rights of the role that made them.
    private static let called = [
        "note(text, text)", "note_row(text, text, text)", "wrote(xid)", "path_of_caller(text, text)",
    ]

    /// Whether the role of this session may note who writes: the sync functions that it makes do so as this role.
    ///
    /// - Throws: ``Failure`` `refused` where it may not, which would fail the application's statements.
    func requireNotes() throws {
        let row = try connection.query(
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
            "the role \(role) may not execute what sync functions call (crossfade.note and others): a sync function of its own would "
                + "fail the application's statements",
            hint: "as \(owner), who owns the ledger: crossfade init --grant-to \(role) --as operator"
        )
    }
}
