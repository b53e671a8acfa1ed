import Diagnostics
import Postgres
import SQL
import Workflow

/// A table as found: its identity, and the name with its schema.
struct Relation {
    let oid: UInt32
    let name: QualifiedName
    let kind: TableFacts.RelationKind
}

/// Finds the table a plan names.
struct RelationLookup {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// A name without a schema is looked up as the role's own sessions would: by its default search_path.
    func find(_ name: QualifiedName) throws -> Relation {
        guard let relation = try findIfThere(name) else { throw CatalogProblem.noTable(name, near: try near(name)) }
        return relation
    }

    /// The same; nil where nothing has the name.
    func findIfThere(_ name: QualifiedName) throws -> Relation? {
        if name.schema == nil { _ = try connection.execute("SET LOCAL search_path = DEFAULT") }
        let rows = try connection.queryKept(
            """
            SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid = pg_catalog.to_regclass($1)
            """,
            [name.quoted]
        )
        if name.schema == nil { _ = try connection.execute("SET LOCAL search_path = pg_catalog") }
        return try rows.first.map { row in
            Relation(
                oid: try row.decode("oid"),
                name: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
                kind: TableFacts.RelationKind(rawValue: try row.decode("kind")) ?? .other
            )
        }
    }

    private func near(_ name: QualifiedName) throws -> String? {
        let rows = try connection.queryKept(
            """
            SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade')
            """
        )
        let all = try rows.map { row in
            QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
        }
        // The usual slip: Profile for profile, or a table of another schema.
        let folded = name.name.name.lowercased()
        if let same = all.first(where: { $0.name.name.lowercased() == folded }) { return same.description }
        guard let close = closestMatch(to: name.name.name, among: all.map(\.name.name)) else { return nil }
        return all.first { $0.name.name == close }?.description
    }
}
