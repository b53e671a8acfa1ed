import Foundation
import Postgres
import SQL
import Workflow

/// Reads the foreign keys from and to the column, as names and clauses: nothing in them is an expression.
struct ForeignKeyReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    func read(_ column: Identifier) throws -> [ForeignKeyFacts] {
        try read(
            """
            EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = $2
                     AND ((k.conrelid = $1 AND a.attnum = ANY (k.conkey)) OR (k.confrelid = $1 AND a.attnum = ANY (k.confkey))))
            """,
            [table.oid, column]
        )
    }

    /// Every foreign key from and to the table.
    func readAll() throws -> [ForeignKeyFacts] { try read("$1 IN (k.conrelid, k.confrelid)", [table.oid]) }

    private func read(_ condition: String, _ parameters: [any Parameter]) throws -> [ForeignKeyFacts] {
        // `conparentid = 0`: the copies that a partitioned table's partitions hold follow their parent.
        try connection.queryKept(
            """
            SELECT k.conname AS name, cn.nspname AS child_schema, c.relname AS child_name,
                   pn.nspname AS parent_schema, p.relname AS parent_name, k.convalidated AS validated,
                   \(Self.names("k.conkey", of: "k.conrelid")) AS columns,
                   \(Self.names("k.confkey", of: "k.confrelid")) AS parent_columns,
                   CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' WHEN 'p' THEN ' MATCH PARTIAL' ELSE '' END
                     || \(Self.action("UPDATE", "confupdtype")) || \(Self.action("DELETE", "confdeltype")) AS actions,
                   \(Self.deleteColumns(connection)) AS delete_columns,
                   CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END
                     || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS deferral,
                   \(Self.actsOnce) AS acts_once,
                   k.confrelid = $1 AND (p.relkind = 'p' OR c.relkind = 'p') AS stands_alone,
                   obj_description(k.oid, 'pg_constraint') AS comment
              FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
              JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
             WHERE k.contype = 'f' AND k.conparentid = 0 AND \(condition)
             ORDER BY k.conrelid = $1 DESC, cn.nspname, c.relname, k.conname
            """,
            parameters
        ).map { row in
            let succession = ForeignKeyFacts.Succession(
                deleteColumns: try row.decode("delete_columns", as: [String].self).map { try Identifier($0) },
                before: ServerText(try row.decode("actions")),
                after: ServerText(try row.decode("deferral"))
            )
            var key = ForeignKeyFacts(
                name: try row.decode("name"),
                child: QualifiedName(schema: try row.decode("child_schema"), name: try row.decode("child_name")),
                columns: try row.decode("columns", as: [String].self).map { try Identifier($0) },
                parent: QualifiedName(schema: try row.decode("parent_schema"), name: try row.decode("parent_name")),
                parentColumns: try row.decode("parent_columns", as: [String].self).map { try Identifier($0) },
                clauses: succession.clauses(),
                isValidated: try row.decode("validated"),
                comment: try row.decodeIfPresent("comment")
            )
            if try row.decode("acts_once") { key.succession = succession }
            if try row.decode("stands_alone") { key.standsAlone = true }
            return key
        }
    }

    private static func names(_ key: String, of relation: String) -> String {
        """
        ARRAY(SELECT a.attname::text FROM unnest(\(key)) WITH ORDINALITY u(attnum, position)
                JOIN pg_attribute a ON a.attrelid = \(relation) AND a.attnum = u.attnum ORDER BY u.position)
        """
    }

    private static func action(_ event: String, _ column: String) -> String {
        """
        CASE k.\(column) WHEN 'c' THEN ' ON \(event) CASCADE' WHEN 'n' THEN ' ON \(event) SET NULL'
          WHEN 'd' THEN ' ON \(event) SET DEFAULT' WHEN 'r' THEN ' ON \(event) RESTRICT' ELSE '' END
        """
    }

    /// `ON DELETE SET NULL (columns)` exists from 15 on.
    private static func deleteColumns(_ connection: Connection) -> String {
        guard connection.serverVersion >= 150_000 else { return "ARRAY[]::text[]" }
        return names("k.confdelsetcols", of: "k.conrelid")
    }

    /// Whether a second one on the same values would act beside the first `k`: on what that one sets, or on itself.
    static let actsOnce = """
        (k.confupdtype = 'd' OR k.confdeltype = 'd' OR (k.conrelid = k.confrelid AND k.conkey && k.confkey)
          OR coalesce(to_jsonb(k) -> 'confdelsetcols', 'null') <> 'null')
        """
}

/// Reads the table's own triggers.
struct TriggerReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// Those of its partitions too: a trigger of the table's stands on each partition among theirs.
    ///
    /// Bits of pg_trigger.tgtype (catalog/pg_trigger.h): 1 row, 2 before, 4 insert, 16 update.
    func beforeTriggers() throws -> [String] {
        try connection.queryKept(
            """
            SELECT DISTINCT tgname FROM pg_trigger
             WHERE tgrelid IN (SELECT $1::oid UNION SELECT relid::oid FROM pg_partition_tree($1)) AND tgparentid = 0 AND NOT tgisinternal AND tgenabled <> 'D'
               AND tgtype & 1 = 1 AND tgtype & 2 = 2 AND tgtype & 20 <> 0 AND \(Self.isForeign)
             ORDER BY tgname
            """,
            [table.oid]
        ).map { try $0.decode("tgname") }
    }

    /// The triggers of a table and its partitions that can keep a row from being written, each with its table and function.
    static func keepers(of table: QualifiedName, on connection: Connection) throws -> [String] {
        try connection.queryKept(
            """
            SELECT DISTINCT format('%I of %s (function %s)', tgname, tgrelid::regclass, tgfoid::regprocedure) AS trigger
              FROM pg_trigger
             WHERE tgrelid IN (SELECT to_regclass($1) UNION SELECT relid FROM pg_partition_tree(to_regclass($1))) AND tgparentid = 0
               AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 3 = 3 AND tgtype & 20 <> 0 AND \(isForeign) ORDER BY 1
            """,
            [table.quoted]
        ).map { try $0.decode("trigger") }
    }

    /// Whether a trigger is not one of Crossfade's.
    static let isForeign =
        "tgfoid NOT IN (SELECT oid FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'crossfade'))"

    /// What is said of a trigger `g` of the table `t`, whose function finds names by whatever path it is called with.
    ///
    /// A sync function hands its caller's on, but for the schemas in which others than the owners may create objects: see
    /// ``SyncExpression/callerPath``.
    static let pathWarning = """
        (SELECT CASE WHEN l.lanname IN ('internal', 'c') OR EXISTS (SELECT FROM unnest(f.proconfig) c WHERE c LIKE 'search_path=%') THEN ''
                ELSE '; roles that are no members of ' || quote_ident(pg_get_userbyid(t.relowner)) || ' have it run without the schema '
                     || quote_ident(h.nspname) || ', in which others may create objects: a name without its schema is not found there, and '
                     || 'their statement fails (ALTER FUNCTION ' || f.oid::regprocedure || ' SET search_path = ...)' END
           FROM pg_proc f JOIN pg_language l ON l.oid = f.prolang, pg_namespace h
          WHERE f.oid = g.tgfoid AND h.oid = t.relnamespace
            AND EXISTS (SELECT FROM (SELECT h.nspowner AS role UNION SELECT a.grantee FROM aclexplode(h.nspacl) a WHERE a.privilege_type = 'CREATE') c
                         CROSS JOIN LATERAL (SELECT CASE WHEN c.role = 'pg_database_owner'::regrole
                           THEN (SELECT datdba FROM pg_database WHERE datname = current_database()) ELSE c.role END AS role) p
                        WHERE p.role = 0 OR NOT (pg_has_role(p.role, current_user, 'MEMBER') OR pg_has_role(p.role, t.relowner, 'MEMBER'))))
        """

    func columnTriggers(_ old: Identifier, _ new: Identifier) throws -> [ColumnTriggerFacts] {
        try columnTriggers([old], [new])
    }

    /// The triggers that a rename creates again: those whose column list names the column, and those that hand its name to a
    /// function written in C, which takes it for nothing else.
    func renamedTriggers(_ old: Identifier, _ new: Identifier) throws -> [ColumnTriggerFacts] {
        var triggers = try columnTriggers(old, new)
        for told in try toldTriggers()
        where told.definition.arguments.contains(where: { $0.utf8.elementsEqual(old.name.utf8) }) {
            if let place = triggers.firstIndex(where: { $0.name == told.name }) {
                let listed = try TriggerDefinition(parsing: triggers[place].withNew)
                triggers[place].withNew = listed.replacing(old, by: new)
            } else {
                let text = TriggerDefinition.inPlace(told.definition.text)
                triggers.append(
                    ColumnTriggerFacts(
                        name: told.name,
                        withOld: text,
                        withBoth: text,
                        withNew: TriggerDefinition.inPlace(told.definition.replacing(old, by: new))
                    )
                )
            }
        }
        return triggers
    }

    /// Triggers that can be replaced where they stand, with arguments for a function of the server or of a library.
    private func toldTriggers() throws -> [(name: String, definition: TriggerDefinition)] {
        try connection.queryKept(
            """
            SELECT g.tgname AS name, pg_get_triggerdef(g.oid) AS definition
              FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_language l ON l.oid = p.prolang
             WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgnargs > 0
               AND g.tgconstraint = 0 AND g.tgqual IS NULL AND g.tgenabled = 'O' AND l.lanname IN ('c', 'internal')
             ORDER BY g.tgname
            """,
            [table.oid]
        ).map { row in
            (try row.decode("name"), try TriggerDefinition(parsing: ServerText(try row.decode("definition"))))
        }
    }

    /// The triggers whose column list names one of the old columns, with the new ones listed too, or instead.
    ///
    /// Only those that can be replaced where they stand: the others are refused (ObstacleReader).
    func columnTriggers(_ olds: [Identifier], _ news: [Identifier]) throws -> [ColumnTriggerFacts] {
        try connection.queryKept(
            """
            SELECT g.tgname AS name, pg_get_triggerdef(g.oid) AS definition,
                   ARRAY(SELECT a.attname::text FROM unnest(g.tgattr::int2[]) WITH ORDINALITY u(attnum, position)
                           JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = u.attnum ORDER BY u.position) AS columns,
                   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.position)
                      FROM unnest(g.tgattr::int2[]) WITH ORDINALITY u(attnum, position)
                      JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = u.attnum) AS listed
              FROM pg_trigger g
             WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND g.tgparentid = 0 AND \(Self.isForeign)
               AND g.tgconstraint = 0 AND g.tgqual IS NULL AND g.tgenabled = 'O'
             ORDER BY g.tgname
            """,
            [table.oid]
        ).compactMap { row in
            let definition: String = try row.decode("definition")
            let columns = try row.decode("columns", as: [String].self).map { try Identifier($0) }
            guard let first = columns.first(where: olds.contains) else { return nil }
            let listed = "UPDATE OF " + (try row.decode("listed", as: String.self))
            let without = columns.filter { !news.contains($0) }
            return ColumnTriggerFacts(
                name: try row.decode("name"),
                withOld: try Self.rewrite(definition, listed, without),
                withBoth: try Self.rewrite(definition, listed, without + news),
                withNew: try Self.rewrite(
                    definition,
                    listed,
                    without.flatMap { $0 == first ? news : olds.contains($0) ? [] : [$0] }
                )
            )
        }
    }

    /// Puts another column list in the place of the one the server wrote, which is known to the letter.
    private static func rewrite(_ definition: String, _ listed: String, _ columns: [Identifier]) throws -> ServerText {
        let pieces = definition.components(separatedBy: listed + " ")
        guard pieces.count == 2, definition.hasPrefix("CREATE TRIGGER ") else {
            throw PostgresError.decoding("pg_get_triggerdef reads otherwise than expected: \(definition)")
        }
        let list = "UPDATE OF " + columns.map(\.quoted).joined(separator: ", ") + " "
        return ServerText(
            "CREATE OR REPLACE TRIGGER " + pieces.joined(separator: list).dropFirst("CREATE TRIGGER ".count)
        )
    }
}
