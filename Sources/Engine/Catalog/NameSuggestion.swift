import Postgres
import SQL

/// What a plan has to write where the server finds nothing under a name: it is there in other letters, or in a schema that is not
/// searched.
struct NameSuggestion {
    let connection: Connection
    /// As in `SET search_path`.
    let path: String
    /// Whether the name is all of a value in the plan: in YAML, single quotes keep its own quotes.
    var isWhole = false

    /// A sentence for each name that is found elsewhere; nil: there is none.
    func hint(for names: MentionedNames) throws -> String? {
        try connection.execute("SAVEPOINT names; SET LOCAL search_path = \(path)")
        let found = try connection.queryKept(
            Self.query,
            [names.relations.sorted(), names.types.sorted(), names.functions.sorted()]
        ).map { row in
            let (name, kind) = (try row.decode("name", as: String.self), try row.decode("kind", as: String.self))
            let spellings = try row.decode("spellings", as: [String].self).map {
                isWhole ? "'\($0.replacing("'", with: "''"))'" : $0
            }
            return "for the \(kind) \(name) write \(spellings.joined(separator: " or "))"
        }
        try connection.execute("ROLLBACK TO SAVEPOINT names; RELEASE SAVEPOINT names")
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }

    /// `$1` relations, `$2` types, `$3` functions; nothing for one that is found under its name.
    private static let query = """
        WITH given AS (
          SELECT 'table' AS kind, name FROM pg_catalog.unnest($1::text[]) AS name
          UNION ALL SELECT 'type', name FROM pg_catalog.unnest($2::text[]) AS name
          UNION ALL SELECT 'function', name FROM pg_catalog.unnest($3::text[]) AS name
        ), there AS (
          SELECT 'table' AS kind, relname AS name, relnamespace AS schema, pg_catalog.pg_table_is_visible(oid) AS visible
            FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
          UNION ALL
          SELECT 'type', typname, typnamespace, pg_catalog.pg_type_is_visible(oid) FROM pg_catalog.pg_type
           WHERE typtype <> 'c' AND typelem = 0
          UNION ALL
          SELECT 'function', proname, pronamespace, pg_catalog.bool_or(pg_catalog.pg_function_is_visible(oid)) FROM pg_catalog.pg_proc
           GROUP BY 2, 3
        )
        SELECT given.kind, given.name,
               pg_catalog.array_agg(CASE WHEN there.visible THEN pg_catalog.quote_ident(there.name)
                                          ELSE pg_catalog.format('%I.%I', n.nspname, there.name) END ORDER BY n.nspname, there.name) AS spellings
          FROM given JOIN there ON there.kind = given.kind AND pg_catalog.lower(there.name) = pg_catalog.lower(given.name)
          JOIN pg_catalog.pg_namespace n ON n.oid = there.schema
         WHERE n.nspname NOT IN ('information_schema', 'crossfade') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
           AND NOT EXISTS (SELECT FROM there own WHERE own.kind = given.kind AND own.name = given.name AND own.visible)
         GROUP BY given.kind, given.name ORDER BY given.kind, given.name
        """
}

extension ExpressionProbe {
    /// What the expression may name, or what to write for a name that is found elsewhere.
    func hint(for expression: Expression, _ refusal: Refused, _ columns: [Source], _ path: String) throws
        -> String?
    {
        let names = try MentionedNames(in: expression)
        guard refusal.state == .undefinedColumn else {
            return try NameSuggestion(connection: connection, path: path).hint(for: names)
        }
        let others = try connection.queryKept(
            "SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attname = ANY ($2) ORDER BY 1",
            [table.oid, names.columns.subtracting(columns.map(\.name.name)).sorted()]
        ).map { try $0.decode("name", as: String.self) }
        let allowed = "it may name " + columns.map(\.name.quoted).joined(separator: ", ")
        return others.isEmpty
            ? allowed : "\(allowed), and not \(others.joined(separator: ", ")), which the change is not about"
    }
}
