import Postgres
import SQL
import Workflow

/// Reads who may do what with a table, for one that is made of it or takes over a part of it.
struct TableRights {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// The owner's grants first, each grantor's after the grant that lets it grant.
    func grants() throws -> [ColumnFacts.Grant] {
        try connection.queryKept(
            """
            SELECT pg_get_userbyid(x.grantor) AS grantor, CASE WHEN x.grantee <> 0 THEN pg_get_userbyid(x.grantee) END AS grantee,
                   x.privilege_type AS privilege, x.is_grantable AS grantable, x.grantor = c.relowner AS by_owner
              FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) WITH ORDINALITY x
             WHERE c.oid = $1 AND x.grantee <> c.relowner ORDER BY x.grantor <> c.relowner, x.ordinality
            """,
            [table.oid]
        ).map { row in
            ColumnFacts.Grant(
                grantor: try row.decode("grantor"),
                grantee: try row.decodeIfPresent("grantee"),
                privilege: try row.decode("privilege"),
                isGrantable: try row.decode("grantable"),
                isByOwner: try row.decode("by_owner")
            )
        }
    }

    func owner() throws -> Identifier {
        try connection.queryKept(
            "SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = $1",
            [table.oid]
        ).only().decode("owner")
    }

    // MARK: - Row level security

    func rowSecurity() throws -> RowSecurity {
        let row = try connection.queryKept(
            "SELECT relrowsecurity AS enabled, relforcerowsecurity AS forced FROM pg_class WHERE oid = $1",
            [table.oid]
        ).only()
        return RowSecurity(isEnabled: try row.decode("enabled"), isForced: try row.decode("forced"))
    }

    /// What row level security asks for where a new table holds what this one held.
    ///
    /// It is switched on there, and a person has to write the policies. The columns are those of the new table, each with the one of
    /// this table that it references.
    func rowSecurityFindings(_ target: QualifiedName, match: [(target: Identifier, source: Identifier)]) throws
        -> [Finding]
    {
        guard try rowSecurity().isEnabled else { return [] }
        let sees = match.map { "o.\($0.source.quoted) = \(target.name.quoted).\($0.target.quoted)" }.joined(
            separator: " AND "
        )
        let visible = "(EXISTS (SELECT FROM \(table.name.quoted) o WHERE \(sees)))"
        let policies = try connection.queryKept(
            """
            SELECT quote_ident(p.polname) AS name, CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
                     || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                                      WHEN 'd' THEN ' FOR DELETE' ELSE '' END
                     || ' TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ')
                                     FROM unnest(p.polroles) r) AS clauses,
                   p.polcmd = 'a' AS inserts
              FROM pg_policy p WHERE p.polrelid = $1 ORDER BY p.polname
            """,
            [table.oid]
        ).map { row in
            let condition = try row.decode("inserts", as: Bool.self) ? "WITH CHECK" : "USING"
            return "CREATE POLICY \(try row.decode("name", as: String.self)) ON \(target.quoted)"
                + "\(try row.decode("clauses", as: String.self)) \(condition) \(visible)"
        }
        let message =
            "\(table.name) has row level security: \(target) has it too, and no policy, so that only its owner and roles that bypass it "
            + "see rows"
        let hint =
            policies.isEmpty
            ? "as \(table.name) has no policy, it needs none"
            : "after expand, and before versions that use it, for example: \(policies.joined(separator: "; "))"
        return [Finding("row-security", .acknowledge, message, hint: hint)]
    }

    /// Whom a column that another table gets is open to there, and was not here: rights on a table are rights on every column.
    ///
    /// The sync trigger writes this table for whoever may write the other one.
    func widerRights(of columns: [(here: Identifier, there: Identifier)], on target: Relation) throws -> [Finding] {
        var findings: [Finding] = []
        for column in columns {
            let roles = try connection.queryKept(
                """
                SELECT format('%s (%s)', grantee, string_agg(privilege, ', ' ORDER BY privilege)) AS opened FROM (
                  SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee) END AS grantee, x.privilege_type AS privilege
                    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) x
                   WHERE c.oid = $1 AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
                  UNION SELECT pg_get_userbyid(c.relowner), p FROM pg_class c, unnest('{SELECT,INSERT,UPDATE}'::text[]) p WHERE c.oid = $1
                ) there
                 WHERE NOT has_column_privilege(grantee, $2::oid, $3::text, CASE privilege WHEN 'INSERT' THEN 'UPDATE' ELSE privilege END)
                 GROUP BY grantee ORDER BY grantee
                """,
                [target.oid, table.oid, column.here]
            ).map { try $0.decode("opened", as: String.self) }
            guard !roles.isEmpty else { continue }
            let message =
                "\(target.name).\(column.there) is open to roles that have rights on all of \(target.name) and not on "
                + "\(table.name).\(column.here): \(roles.joined(separator: ", "))"
            let hint = "grant on \(target.name) column by column, or let them have it"
            findings.append(Finding("wider-rights", .acknowledge, message, hint: hint))
        }
        if try rowSecurity().isEnabled {
            let message =
                "\(table.name) has row level security, whose policies do not guard what \(target.name) gets of it"
            findings.append(
                Finding("row-security", .acknowledge, message, hint: "see to it that policies of \(target.name) do")
            )
        }
        return findings
    }
}
