import Postgres
import SQL
import Workflow

/// Tables and columns of a change that are not there any more.
struct MissingShape: Sendable, Hashable {
    /// In words, each: `the table public.t`, `the column a of public.t`.
    let objects: [String]
    /// Whether the old shape is among them: then the new one may hold the only copy of the values.
    let includesOld: Bool

    /// Reads it of a run whose both shapes are to stand side by side.
    static func read(_ record: RunRecord, on connection: Connection) throws -> MissingShape {
        let blueprint = record.blueprint
        let old = blueprint.legacyNames ?? []
        let tables = try absent(blueprint.tables.map { NamedShape(table: $0, columns: []) }, on: connection)
        let supplanted = try TableIdentities(connection).supplanted(blueprint.tables, of: record)
        let legacy = try absent(old, on: connection)
        let added = try absent(
            blueprint.addedColumns + blueprint.retyped + blueprint.stayingColumns,
            on: connection
        )
        let isSettled = try absent([NamedShape(table: blueprint.settled, columns: [])], on: connection).isEmpty
        var objects: [String] = []
        // Of a table that is not the run's, nothing is missing.
        let others = supplanted.map { " of \($0.description)" }
        for name in tables + (legacy + added).filter({ name in !others.contains { name.hasSuffix($0) } })
            + supplanted.map(Self.supplanted) where !objects.contains(name)
        {
            objects.append(name)
        }
        let hasTable =
            try isSettled || absent([NamedShape(table: blueprint.table, columns: [])], on: connection).isEmpty
        let columns = old.filter { !$0.columns.isEmpty } + blueprint.retyped
        let includesOld = try columns.isEmpty ? !hasTable : !absent(columns, on: connection).isEmpty
        // Where the run has functions, a table without their triggers has nothing of it.
        let isSupplanted = supplanted.contains(blueprint.table) && !blueprint.functions.isEmpty
        return MissingShape(objects: objects, includesOld: includesOld || isSupplanted)
    }

    /// In words, of a table in whose place another one stands.
    private static func supplanted(_ table: QualifiedName) -> String {
        "the table \(table) with which the run began: another table has its name now"
    }

    /// The same, where that is all that is to be known of a run that goes on.
    static func supplanted(_ record: RunRecord, on connection: Connection) throws -> [String] {
        let blueprint = record.blueprint
        let hasEnded = record.run.status(of: .contract).hasBegun
        return try TableIdentities(connection).supplanted(hasEnded ? [blueprint.settled] : blueprint.tables, of: record)
            .map(supplanted)
    }

    /// The same of a run in any state: from contract on only the table is known by its name.
    static func ofRun(_ record: RunRecord, on connection: Connection) throws -> MissingShape {
        if record.isSynced { return try read(record, on: connection) }
        let settled = NamedShape(table: record.blueprint.settled, columns: [])
        let tables = record.run.status(of: .contract).hasBegun ? [settled] : []
        let objects = try absent(tables, on: connection) + (tables.isEmpty ? [] : supplanted(record, on: connection))
        return MissingShape(objects: objects, includesOld: !objects.isEmpty)
    }

    /// What is absent of shapes; of a table that is, its columns are not named.
    private static func absent(_ shapes: [NamedShape], on connection: Connection) throws -> [String] {
        try shapes.flatMap { shape in
            try connection.queryKept(
                """
                SELECT format('the table %s', $1::text) AS name WHERE to_regclass($2) IS NULL
                UNION ALL
                SELECT format('the column %I of %s', c, $1::text) FROM unnest($3::text[]) c
                 WHERE to_regclass($2) IS NOT NULL
                   AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($2) AND attname = c AND NOT attisdropped)
                """,
                [shape.table.description, shape.table.quoted, shape.columns.map(\.name)]
            ).map { try $0.decode("name", as: String.self) }
        }
    }
}
