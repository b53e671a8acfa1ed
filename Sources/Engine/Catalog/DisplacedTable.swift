import Postgres
package import SQL
import Workflow

/// A table of a run that a person gave another name or schema: the triggers that keep both shapes equal are on it still.
package struct DisplacedTable: Sendable, Hashable {
    let expected: QualifiedName
    let present: QualifiedName
    /// Whether it is the view that is a table's other name.
    var isView = false

    /// Reads those of a run whose both shapes are to stand side by side.
    ///
    /// A table is known by the run's trigger functions; where they tell several, none is named.
    static func read(_ record: RunRecord, on connection: Connection) throws -> [DisplacedTable] {
        let functions = record.blueprint.functions.map { $0.quoted + "()" }
        guard record.isSynced else { return [] }
        if functions.isEmpty { return try record.blueprint.displaced(on: connection) }
        let tables = record.blueprint.tables
        let there = try connection.queryKept(
            "SELECT to_regclass(t) IS NOT NULL AS there FROM unnest($1::text[]) WITH ORDINALITY AS t (t, place) ORDER BY place",
            [tables.map(\.quoted)]
        ).map { try $0.decode("there", as: Bool.self) }
        let missing = zip(tables, there).filter { !$1 }.map(\.0)
        guard !missing.isEmpty else { return [] }
        let found = try connection.queryKept(
            """
            SELECT DISTINCT n.nspname AS schema, c.relname AS name
              FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE g.tgfoid = ANY (SELECT to_regprocedure(f)::oid FROM unnest($1::text[]) f) AND NOT c.relispartition
               AND c.oid <> ALL (SELECT to_regclass(t)::oid FROM unnest($2::text[]) t WHERE to_regclass(t) IS NOT NULL)
             ORDER BY 1, 2
            """,
            [functions, tables.map(\.quoted)]
        ).map { QualifiedName(schema: try $0.decode("schema"), name: try $0.decode("name")) }
        if missing.count == 1, found.count == 1 { return [DisplacedTable(expected: missing[0], present: found[0])] }
        // Of two tables each is known where it kept its name in another schema.
        return missing.compactMap { expected in
            let namesakes = found.filter { $0.name == expected.name }
            return namesakes.count == 1 ? DisplacedTable(expected: expected, present: namesakes[0]) : nil
        }
    }

    /// What has happened to it.
    var sentence: String { "the \(isView ? "view" : "table") \(expected) is called \(present) now" }

    /// The statements that give it its place back.
    var remedy: String {
        var statements: [String] = []
        if let schema = expected.schema, schema != present.schema {
            statements.append("ALTER TABLE \(present.quoted) SET SCHEMA \(schema.quoted)")
        }
        if present.name != expected.name {
            let table = QualifiedName(schema: expected.schema ?? present.schema, name: present.name)
            statements.append("ALTER TABLE \(table.quoted) RENAME TO \(expected.name.quoted)")
        }
        return statements.joined(separator: "; ")
    }
}
