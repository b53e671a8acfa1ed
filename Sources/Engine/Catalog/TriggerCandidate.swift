import Foundation
import Postgres
import SQL
import Workflow

/// A trigger that names the column in its WHEN, or lists it and cannot simply be replaced where it stands.
///
/// Its statement in the pieces that the server writes it of, so that the table and the list of columns can be others.
struct TriggerCandidate {
    let name: Identifier
    let isConstraint: Bool
    /// How it is enabled, where it is not as it is when it is made: as in `ENABLE ALWAYS`.
    let enabling: String?
    let comment: Literal?
    /// As in `AFTER INSERT OR UPDATE OF `, `a, b` and ``; without a list the first alone.
    private let event: (head: String, columns: [Identifier], tail: String)
    /// What follows the table.
    private let rest: String
    let hasCondition: Bool
    /// Whether its list names the old column.
    let listsColumn: Bool
    /// What pg_get_triggerdef says.
    private let definition: String
    private let state: String
    private let relation: String
    private let head: String

    /// - Throws: PostgresError also where the server writes a trigger otherwise than it is known to.
    static func read(_ table: Relation, _ column: RedefinitionReader.Replacement, _ connection: Connection) throws
        -> [TriggerCandidate]
    {
        try connection.queryKept(query, [table.oid, column.old]).map { row in
            try TriggerCandidate(row, column)
        }
    }

    private init(_ row: Row, _ column: RedefinitionReader.Replacement) throws {
        name = try row.decode("name")
        isConstraint = try row.decode("is_constraint")
        enabling = try row.decodeIfPresent("enabling")
        comment = try row.decodeIfPresent("comment").map { try Literal($0) }
        hasCondition = try row.decode("has_condition")
        listsColumn = try row.decode("lists")
        definition = try row.decode("definition")
        state = try row.decode("state")
        relation = try row.decode("relation")
        head = try row.decode("head")
        let columns = try row.decode("columns", as: [String].self).map { try Identifier($0) }
        let pieces = try Self.pieces(
            definition,
            head: head,
            relation: relation
        )
        rest = pieces.rest
        guard !columns.isEmpty else {
            event = (pieces.event, [], "")
            return
        }
        let listed: String = try row.decode("listed")
        let parts = pieces.event.components(separatedBy: "UPDATE OF " + listed)
        guard parts.count == 2 else { throw Self.unknown(pieces.event) }
        event = (parts[0] + "UPDATE OF ", columns.filter { $0 != column.new }, parts[1])
    }

    /// Divides `head event ON relation rest`.
    static func pieces(_ definition: String, head: String, relation: String) throws -> (event: String, rest: String) {
        let on = " ON \(relation) "
        guard definition.hasPrefix(head), let place = definition.dropFirst(head.count).firstRange(of: on) else {
            throw unknown(definition)
        }
        return (
            String(definition.dropFirst(head.count)[..<place.lowerBound]), String(definition[place.upperBound...])
        )
    }

    private static func unknown(_ text: String) -> PostgresError {
        .decoding("pg_get_triggerdef reads otherwise than expected: \(text)")
    }

    /// With `added` the list names that column beside the old one.
    func statement(on table: QualifiedName, listing added: Identifier? = nil) -> ServerText {
        let columns = event.columns + (added.map { [$0] } ?? [])
        let text = event.head + columns.map(\.quoted).joined(separator: ", ") + event.tail
        return statement(text, rest, on: table)
    }

    /// As in `AFTER UPDATE OF a, b`, with the one column for the other.
    func event(listing new: Identifier, for old: Identifier) -> String {
        event.head + event.columns.map { ($0 == old ? new : $0).quoted }.joined(separator: ", ") + event.tail
    }

    func statement(_ event: String, _ rest: String, on table: QualifiedName) -> ServerText {
        var statements: [String] = []
        if isConstraint {
            // It cannot be replaced. Under ACCESS EXCLUSIVE nobody sees the table without it, and no row waits for it.
            statements.append("DROP TRIGGER IF EXISTS \(name.quoted) ON \(table.quoted)")
            statements.append("CREATE CONSTRAINT TRIGGER \(name.quoted) \(event) ON \(table.quoted) \(rest)")
            if let comment {
                statements.append("COMMENT ON TRIGGER \(name.quoted) ON \(table.quoted) IS \(comment.quoted)")
            }
        } else {
            statements.append("CREATE OR REPLACE TRIGGER \(name.quoted) \(event) ON \(table.quoted) \(rest)")
        }
        if let enabling { statements.append("ALTER TABLE \(table.quoted) \(enabling) TRIGGER \(name.quoted)") }
        return ServerText(statements.joined(separator: ";\n"))
    }

    /// Conditions that it is as it was read, and as it is with another event and rest.
    func found(on table: QualifiedName, made: (event: String, rest: String)) throws(InvalidName) -> (
        unchanged: ServerText, asMade: ServerText
    ) {
        (
            try condition(definition, on: table),
            try condition("\(head)\(made.event) ON \(relation) \(made.rest)", on: table)
        )
    }

    private func condition(_ definition: String, on table: QualifiedName) throws(InvalidName) -> ServerText {
        let (table, name) = (try Literal(table.quoted).quoted, try Literal(name.name).quoted)
        return ServerText(
            "(SELECT pg_catalog.pg_get_triggerdef(oid) = \(try Literal(definition).quoted) AND tgenabled = '\(state)' "
                + "FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass(\(table)) AND tgname = \(name)) IS TRUE"
        )
    }

    func blocking(_ column: RedefinitionReader.Replacement) -> Finding {
        guard listsColumn else {
            let message = "trigger \(name) names \(column.old) in its WHEN"
            return Finding("trigger", .blocksContract, message, hint: "create it again with \(column.new)")
        }
        let why = isConstraint ? "is a constraint trigger" : hasCondition ? "has a WHEN" : "is not simply enabled"
        let message = "trigger \(name) lists \(column.old) and \(why)"
        return Finding("trigger", .refused, message, hint: "drop the column list, or the trigger")
    }

    /// `$1` is the table, `$2` the old column.
    ///
    /// The triggers that TriggerReader replaces are not among them.
    private static let query = """
        SELECT g.tgname AS name, g.tgconstraint <> 0 AS is_constraint, pg_get_triggerdef(g.oid) AS definition,
               'CREATE ' || CASE WHEN g.tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER ' || quote_ident(g.tgname) || ' ' AS head,
               format('%I.%I', n.nspname, r.relname) AS relation,
               CASE g.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'D' THEN 'DISABLE' END AS enabling,
               g.tgenabled::text AS state, obj_description(g.oid, 'pg_trigger') AS comment, g.tgqual IS NOT NULL AS has_condition,
               a.attnum = ANY (g.tgattr::int2[]) AS lists,
               ARRAY(SELECT l.attname::text FROM unnest(g.tgattr::int2[]) WITH ORDINALITY u(attnum, position)
                       JOIN pg_attribute l ON l.attrelid = g.tgrelid AND l.attnum = u.attnum ORDER BY u.position) AS columns,
               (SELECT string_agg(quote_ident(l.attname), ', ' ORDER BY u.position)
                  FROM unnest(g.tgattr::int2[]) WITH ORDINALITY u(attnum, position)
                  JOIN pg_attribute l ON l.attrelid = g.tgrelid AND l.attnum = u.attnum) AS listed
          FROM pg_trigger g JOIN pg_class r ON r.oid = g.tgrelid JOIN pg_namespace n ON n.oid = r.relnamespace
          JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attname = $2 AND NOT a.attisdropped
         WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND g.tgparentid = 0 AND \(TriggerReader.isForeign)
           AND NOT (g.tgconstraint = 0 AND g.tgqual IS NULL AND g.tgenabled = 'O')
           AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = g.oid
                          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.refobjsubid = a.attnum)
         ORDER BY g.tgname
        """
}
