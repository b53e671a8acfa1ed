import Postgres
import SQL
import Schema

extension SchemaReader {
    mutating func readRoutines() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT p.oid, n.nspname, p.proname, ARRAY(SELECT format_type(a, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY u (a, place) ORDER BY place),
                   pg_get_userbyid(p.proowner), \(Self.grants("p.proacl", owner: "p.proowner")), p.prokind,
                   CASE WHEN p.prokind = 'a' THEN \(Self.aggregate)
                        WHEN l.lanname NOT IN ('internal', 'c') OR p.oid >= 16384 THEN pg_get_functiondef(p.oid) END,
                   coalesce(pg_get_function_result(p.oid), ''), coalesce(p.proargnames, '{}')::text, coalesce(p.proargmodes, '{}')::text,
                   ARRAY(SELECT format_type(a, NULL) FROM unnest(p.proallargtypes) WITH ORDINALITY u (a, place) ORDER BY place)::text,
                   p.pronargdefaults
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
              LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
             WHERE \(Self.visible("p.pronamespace"))
               AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let name = try fields.name()
            let arguments = try fields.next([String].self).map { ServerText($0) }
            let owned = try DatabaseSchema.Entry.Ownership(&fields, .routine)
            let kind: Routine.Kind =
                switch try fields.next(String.self) {
                case "p": .procedure
                case "a": .aggregate
                case "w": .window
                default: .function
                }
            var routine = try Routine(kind, definition: fields.text())
            routine.interface = [try fields.text(), try fields.text(), try fields.text(), try fields.text()]
            routine.defaults = try fields.next()
            keep(.routine(name, arguments), owned.entry(routine), at: Address(.routine, oid))
        }
    }

    /// What stands after the name in CREATE AGGREGATE: the arguments and the parameters that are not the default.
    private static let aggregate = {
        func function(_ name: String, _ column: String) -> String {
            """
            CASE WHEN \(column) <> 0 THEN '\(name) = ' || (SELECT quote_ident(fn.nspname) || '.' || quote_ident(f.proname)
                FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = \(column)) END
            """
        }
        func modify(_ name: String, _ column: String) -> String {
            let initial = "CASE WHEN a.aggkind IN ('o', 'h') THEN 's' ELSE 'r' END"
            return """
                CASE WHEN \(column) <> 'r' OR a.aggkind IN ('o', 'h') AND \(column) <> 's' THEN CASE WHEN \(column) <> \(initial) THEN
                    '\(name) = ' || CASE \(column) WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END END
                """
        }
        let parts = [
            function("SFUNC", "a.aggtransfn"),
            "'STYPE = ' || format_type(a.aggtranstype, NULL)",
            "CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END",
            function("FINALFUNC", "a.aggfinalfn"),
            "CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END",
            modify("FINALFUNC_MODIFY", "a.aggfinalmodify"),
            function("COMBINEFUNC", "a.aggcombinefn"),
            function("SERIALFUNC", "a.aggserialfn"),
            function("DESERIALFUNC", "a.aggdeserialfn"),
            "'INITCOND = ' || quote_literal(a.agginitval)",
            function("MSFUNC", "a.aggmtransfn"),
            function("MINVFUNC", "a.aggminvtransfn"),
            "CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END",
            "CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END",
            function("MFINALFUNC", "a.aggmfinalfn"),
            "CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END",
            "CASE WHEN a.aggmtransfn <> 0 THEN \(modify("MFINALFUNC_MODIFY", "a.aggmfinalmodify")) END",
            "'MINITCOND = ' || quote_literal(a.aggminitval)",
            """
            CASE WHEN a.aggsortop <> 0 THEN (SELECT 'SORTOP = OPERATOR(' || quote_ident(opn.nspname) || '.' || op.oprname || ')'
                FROM pg_operator op JOIN pg_namespace opn ON opn.oid = op.oprnamespace WHERE op.oid = a.aggsortop) END
            """,
            "CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END",
            "CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END",
        ]
        let arguments = "CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END"
        return "'(' || \(arguments) || ') (' || concat_ws(', ', \(parts.joined(separator: ", "))) || ')'"
    }()

    mutating func readTriggers() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT t.oid, t.tgrelid, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let relation: UInt32 = try fields.next()
            guard let table = objects[Address(.relation, relation)], let name = table.relation else { continue }
            let id = try ObjectID.trigger(name, fields.next())
            var trigger = try Trigger(definition: fields.text())
            trigger.firing = try fields.firing()
            keep(id, .init(trigger), at: Address(.trigger, oid))
            schema.note(id, dependsOn: table, .automatic)
        }
    }

    mutating func readRules() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT r.oid, r.ev_class, r.rulename, pg_get_ruledef(r.oid), r.ev_enabled
              FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let relation: UInt32 = try fields.next()
            guard let table = objects[Address(.relation, relation)], let name = table.relation else { continue }
            let rule: Identifier = try fields.next()
            // A view is the rule of this name.
            if case .table = table {
            } else if rule.name == "_RETURN" {
                objects[Address(.rule, oid)] = table
                continue
            }
            let id = ObjectID.rule(name, rule)
            var object = try Rule(definition: fields.statement())
            object.firing = try fields.firing()
            keep(id, .init(object), at: Address(.rule, oid))
            schema.note(id, dependsOn: table, .automatic)
        }
    }

    mutating func readPolicies() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT p.oid, p.polrelid, p.polname, p.polpermissive,
                   CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                   ARRAY(SELECT pg_get_userbyid(r) FROM unnest(p.polroles) r WHERE r <> 0 ORDER BY 1),
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
              FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let relation: UInt32 = try fields.next()
            guard case .table(let table) = objects[Address(.relation, relation)] else { continue }
            let id = try ObjectID.policy(table, fields.next())
            var policy = Policy()
            policy.isPermissive = try fields.next()
            policy.command = try fields.next()
            policy.roles = try fields.next()
            policy.using = try fields.textIfPresent()
            policy.check = try fields.textIfPresent()
            keep(id, .init(policy), at: Address(.policy, oid))
            schema.note(id, dependsOn: .table(table), .automatic)
        }
    }
}

extension FieldCursor {
    mutating func firing() throws(PostgresError) -> Firing {
        switch try next(String.self) {
        case "D": .disabled
        case "R": .onReplica
        case "A": .always
        default: .enabled
        }
    }

    /// A query or statement that the server ends with a semicolon.
    mutating func statement() throws(PostgresError) -> ServerText {
        var text: String = try next()
        while text.last == ";" || text.last?.isWhitespace == true { text.removeLast() }
        return ServerText(text)
    }
}

extension ObjectID {
    /// The name of a table or view.
    var relation: QualifiedName? {
        switch self {
        case .table(let name), .view(let name), .materializedView(let name): name
        default: nil
        }
    }
}

extension DatabaseSchema.Entry {
    /// The owner and the privileges of an object, as two columns of its row.
    struct Ownership {
        let owner: Identifier
        let privileges: Privileges

        init(_ fields: inout FieldCursor, _ kind: Privileges.Kind) throws(PostgresError) {
            owner = try fields.next()
            privileges = try Privileges(kind, grants: fields.grants())
        }

        func entry(_ object: any SchemaObject) -> DatabaseSchema.Entry {
            var entry = DatabaseSchema.Entry(object)
            entry.owner = owner
            entry.privileges = privileges
            return entry
        }
    }
}
