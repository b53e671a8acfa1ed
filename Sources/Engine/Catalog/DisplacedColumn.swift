import Postgres
import SQL
import Workflow

/// A column of a run that a person gave another name: the conditions of the run's triggers name it by its place.
struct DisplacedColumn: Sendable, Hashable {
    let table: QualifiedName
    let expected: Identifier
    let present: Identifier

    /// Reads those of a run whose both shapes are to stand side by side.
    ///
    /// Of a table that lacks several columns, or whose triggers tell several others, none is named; nor where the triggers have no
    /// condition, as those of `using:`.
    static func read(_ record: RunRecord, on connection: Connection) throws -> [DisplacedColumn] {
        let blueprint = record.blueprint
        let functions = blueprint.functions.map { $0.quoted + "()" }
        guard record.isSynced, !functions.isEmpty else { return [] }
        let shapes =
            (blueprint.legacyNames ?? []) + blueprint.addedColumns + blueprint.retyped + blueprint.stayingColumns
        // Every column that the run is about has its name in the ledger.
        let known = try Ledger.encode(blueprint)
        return try blueprint.tables.compactMap { table in
            let columns = shapes.filter { $0.table == table }.flatMap(\.columns)
            let absent = try connection.query(
                """
                SELECT DISTINCT c AS name FROM unnest($2::text[]) c WHERE to_regclass($1) IS NOT NULL
                   AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = c AND NOT attisdropped)
                """,
                [table.quoted, columns.map(\.name)]
            ).map { try $0.decode("name", as: Identifier.self) }
            guard absent.count == 1, let expected = absent.first else { return nil }
            let named = try connection.query(
                """
                SELECT DISTINCT a.attname AS name
                  FROM pg_trigger g JOIN pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = g.oid
                   AND d.refclassid = 'pg_class'::regclass AND d.refobjid = g.tgrelid
                  JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = d.refobjsubid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE g.tgrelid = to_regclass($1) AND g.tgfoid = ANY (SELECT to_regprocedure(f)::oid FROM unnest($2::text[]) f)
                """,
                [table.quoted, functions]
            ).map { try $0.decode("name", as: Identifier.self) }
            let others = try named.filter { try !known.contains(Ledger.encode($0.name)) }
            guard others.count == 1, let present = others.first else { return nil }
            return DisplacedColumn(table: table, expected: expected, present: present)
        }
    }

    /// What has happened to it.
    var sentence: String { "the column \(expected) of \(table) was renamed to \(present)" }

    /// The statement that gives it its name back.
    var remedy: String {
        "ALTER TABLE \(table.quoted) RENAME COLUMN \(present.quoted) TO \(expected.quoted)"
    }
}
