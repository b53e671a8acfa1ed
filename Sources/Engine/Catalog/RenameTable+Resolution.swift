import Postgres
import SQL
import Workflow

extension RenameTable: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let lookup = RelationLookup(connection)
            let named = try lookup.find(from)
            let other = QualifiedName(schema: named.name.schema, name: to)
            // From enforce on the table has its new name, and the old one is the view.
            let furthest = try Ledger(connection).furthestPhase(of: plan.name)
            let isOurs = try furthest.map { $0 >= .enforce } ?? false || isOwnView(named.name, plan, on: connection)
            let isSwapped = named.kind == .view && isOurs
            let relation = isSwapped ? try lookup.find(other) : named
            let reader = RenamedTableReader(connection: connection, table: relation)
            var blueprint = RenamedTableBlueprint(
                plan: plan.name.text,
                table: named.name,
                new: to,
                owner: try reader.owner(),
                hasRowSecurity: try reader.hasRowSecurity(),
                columns: try reader.columns(),
                grants: try reader.grants(),
                objects: names == .follow ? try reader.objects(from: named.name.name, to: to) : []
            )
            blueprint.comment = try reader.comment()
            let view = isSwapped ? named : try lookup.findIfThere(other)
            if let view, view.kind == .view {
                blueprint.view = try RenamedTableReader(connection: connection, table: view).face(markedBy: plan)
            }
            var findings = try CrossTableObstacles(connection, relation).read().filter {
                !["user-triggers", "row-security", "publications"].contains($0.id)
                    && !($0.id == "table-kind" && relation.kind == .partitioned)
            }
            findings += try RenamedTableObstacles(connection: connection, table: relation, blueprint: blueprint).read(
                hasBegun: try furthest != nil || isSwapped || isOwnView(other, plan, on: connection)
            )
            return Resolution((blueprint, findings))
        }
    }

    /// Whether it is the view that the plan's files make, whoever ran them.
    private func isOwnView(_ name: QualifiedName, _ plan: Plan, on connection: Connection) throws -> Bool {
        try connection.queryKept(
            """
            SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'v'
                              AND obj_description(oid, 'pg_class') = $2) AS found
            """,
            [name.quoted, RenamedTableBlueprint.comment(of: plan.name.text)]
        ).only().decode("found")
    }
}

/// Reads what a view has to repeat of a table.
private struct RenamedTableReader {
    let connection: Connection
    let table: Relation

    func owner() throws -> Identifier {
        try connection.queryKept("SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = $1", [table.oid])
            .only()
            .decode("owner")
    }

    func comment() throws -> String? {
        try connection.query("SELECT obj_description($1, 'pg_class') AS comment", [table.oid]).only().decodeIfPresent(
            "comment"
        )
    }

    /// What a view has; nil of one without a comment, which another program has made anew without all that was on it.
    func face(markedBy plan: Plan) throws -> RenamedTableBlueprint.ViewFace? {
        guard let comment = try comment() else { return nil }
        return RenamedTableBlueprint.ViewFace(
            owner: try owner(),
            columns: try columns(),
            grants: try grants(),
            comment: comment == RenamedTableBlueprint.comment(of: plan.name.text) ? nil : comment
        )
    }

    func hasRowSecurity() throws -> Bool {
        try connection.queryKept("SELECT relrowsecurity AS found FROM pg_class WHERE oid = $1", [table.oid]).only()
            .decode(
                "found"
            )
    }

    func columns() throws -> [RenamedTableBlueprint.Column] {
        try connection.queryKept(
            """
            SELECT a.attname AS name, pg_get_expr(f.adbin, f.adrelid) AS text, col_description(a.attrelid, a.attnum) AS comment FROM pg_attribute a
              LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum AND a.attgenerated = ''
             WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """,
            [table.oid]
        ).map { row in
            RenamedTableBlueprint.Column(
                name: try row.decode("name"),
                default: try row.decodeIfPresent("text").map { ServerText($0) },
                comment: try row.decodeIfPresent("comment")
            )
        }
    }

    /// Rights that a view can have a use for, of the table and of its columns.
    func grants() throws -> [RenamedTableBlueprint.Grant] {
        try connection.queryKept(
            """
            SELECT x.privilege_type AS privilege, x.grantee = 0 AS to_public, pg_get_userbyid(x.grantee) AS grantee, x.is_grantable AS grantable
              FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) x
             WHERE c.oid = $1 AND x.grantee <> c.relowner AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
            UNION ALL
            SELECT x.privilege_type || ' (' || quote_ident(a.attname) || ')', x.grantee = 0, pg_get_userbyid(x.grantee), x.is_grantable
              FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x
             WHERE a.attrelid = $1 AND NOT a.attisdropped AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
             ORDER BY grantee, privilege
            """,
            [table.oid]
        ).map { row in
            RenamedTableBlueprint.Grant(
                privilege: ServerText(try row.decode("privilege")),
                grantee: try row.decode("to_public") ? nil : try row.decode("grantee"),
                isGrantable: try row.decode("grantable")
            )
        }
    }

    /// What is called `table_...`, as PostgreSQL and the ORMs name things; too long a name is kept.
    func objects(from old: Identifier, to new: Identifier) throws -> [RenamedTableBlueprint.Object] {
        try connection.queryKept(
            """
            SELECT 'constraint' AS kind, conname::text AS name FROM pg_constraint WHERE conrelid = $1
            UNION ALL
            SELECT 'index', c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE i.indrelid = $1 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = $1 AND k.contype IN ('p', 'u', 'x'))
            UNION ALL
            SELECT 'sequence', s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
             WHERE d.classid = 'pg_class'::regclass AND d.refobjid = $1 AND d.deptype IN ('a', 'i')
            UNION ALL
            SELECT 'trigger', tgname FROM pg_trigger WHERE tgrelid = $1 AND NOT tgisinternal AND tgparentid = 0 AND \(TriggerReader.isForeign)
             ORDER BY kind, name
            """,
            [table.oid]
        ).compactMap { row in
            let name: String = try row.decode("name")
            guard let kind = RenamedTableBlueprint.Object.Kind(rawValue: try row.decode("kind")),
                name.hasPrefix(old.name + "_"),
                let after = try? Identifier(new.name + name.dropFirst(old.name.utf8.count))
            else { return nil }
            return RenamedTableBlueprint.Object(kind: kind, before: try Identifier(name), after: after)
        }
    }
}

/// Lists what stands against two names for one table.
private struct RenamedTableObstacles {
    let connection: Connection
    let table: Relation
    let blueprint: RenamedTableBlueprint

    func read(hasBegun: Bool) throws -> [Finding] {
        try names(hasBegun) + rowSecurity() + publications() + [limits] + statements()
            + ViewDependants(connection).read(blueprint).map(\.finding)
            + TableDependants(connection, table).bodies(
                named: blueprint.table.name,
                hint: "let it use \(blueprint.new)"
            )
    }

    private func names(_ hasBegun: Bool) throws -> [Finding] {
        var wanted = blueprint.objects.map { $0.kind == .trigger ? nil : $0.after.name }.compactMap { $0 }
        if !hasBegun { wanted += [blueprint.new.name, blueprint.setAside.name.name] }
        return try connection.queryKept(
            """
            SELECT c.relname AS name FROM pg_class c JOIN pg_class t ON t.relnamespace = c.relnamespace
             WHERE t.oid = $1 AND c.relname = ANY ($2::text[]) ORDER BY 1
            """,
            [table.oid, wanted]
        ).map { row in
            let message = "the name \(try row.decode("name", as: String.self)) is needed and is taken"
            return Finding(
                "name-taken",
                .refused,
                message,
                hint: "rename the object that has it, or choose names: keep"
            )
        }
    }

    private func rowSecurity() -> [Finding] {
        guard blueprint.hasRowSecurity else { return [] }
        if connection.serverVersion < 150_000 {
            let message = "\(table.name) has row-level security, which a view of PostgreSQL before 15 goes round"
            return [Finding("row-security", .refused, message, hint: nil)]
        }
        guard blueprint.grants.contains(where: { $0.privilege.text.contains("(") }) else { return [] }
        let message = "\(table.name) has row-level security and rights on single columns, which a view cannot have both"
        return [Finding("row-security", .refused, message, hint: "give the rights on the table as a whole")]
    }

    private func publications() throws -> [Finding] {
        try connection.queryKept(
            """
            SELECT DISTINCT p.pubname AS name FROM pg_publication_tables p JOIN pg_class c ON c.relname = p.tablename
              JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schemaname WHERE c.oid = $1 ORDER BY 1
            """,
            [table.oid]
        ).map { row in
            let message =
                "\(table.name) is published by \(try row.decode("name", as: String.self)): its subscribers look for the table by its name"
            return Finding(
                "publications",
                .acknowledge,
                message,
                hint: "rename it there at enforce, and back at its undo"
            )
        }
    }

    private var limits: Finding {
        let merge = connection.serverVersion < 170_000 ? ", MERGE INTO" : ""
        return Finding(
            "view-limits",
            .acknowledge,
            "until contract one of the two names is a view: COPY, TRUNCATE\(merge), ON CONFLICT ON CONSTRAINT, TABLESAMPLE, ctid, "
                + "WHERE CURRENT OF, GROUP BY the key with other columns, REFERENCES and other DDL fail under it, and "
                + "pg_get_serial_sequence gives NULL",
            hint: "use \(blueprint.table.name) for these until enforce, \(blueprint.new) from then on"
        )
    }

    /// Statements of that sort, as far as the server remembers statements.
    private func statements() throws -> [Finding] {
        try StatementHistory(connection).matching(
            "\\m(copy|truncate|merge)\\M|on constraint|tablesample|\\mctid\\M|current of",
            naming: blueprint.table.name
        ).map { query in
            Finding(
                "view-limits",
                .acknowledge,
                "a statement that a view cannot serve: \(query)",
                hint: "let it use the name that is the table"
            )
        }
    }
}
