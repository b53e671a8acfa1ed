import Postgres
import TestSupport
import Workflow

/// An application's session that keeps its prepared statements through all phases, and the row versions it has read.
final class Bystander {
    private let connection: Connection
    /// The tables that were there at first, and their columns.
    private let tables: [(name: String, columns: [String])]
    private var prepared: [Statement] = []
    /// For each table a digest of the `xmin` of its rows.
    private var versions: [String: String] = [:]

    private struct Statement {
        let name: String
        let table: String
        /// Nil where it returns all of them.
        let column: String?
    }

    init(_ database: ScratchDatabase) throws {
        let connection = try database.connect(as: "bystander")
        try connection.execute("SET plan_cache_mode = force_generic_plan")
        let names = try connection.query(
            """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade') ORDER BY 1
            """
        ).map { try $0.decode("name", as: String.self) }
        tables = try names.map { ($0, try Self.columns(of: $0, on: connection)) }
        self.connection = connection
        try prepare()
    }

    /// What has become of its statements and rows since the last look; then it prepares the statements anew.
    func look() throws -> Set<ApplicationEffect.Kind> {
        var noticed: Set<ApplicationEffect.Kind> = []
        for statement in prepared {
            let columns = try Self.columns(of: statement.table, on: connection)
            // One that names what is gone is a statement of an old version.
            guard statement.column.map(columns.contains) ?? !columns.isEmpty else { continue }
            if try isRefused("EXECUTE \(statement.name)") {
                noticed.insert(statement.column == nil ? .preparedStar : .preparedColumn)
            }
        }
        let before = versions
        try connection.execute("DEALLOCATE ALL")
        try prepare()
        if versions.contains(where: { table, now in before[table].map { $0 != now } ?? false }) {
            noticed.insert(.rowVersions)
        }
        return noticed
    }

    private func prepare() throws {
        prepared = []
        versions = [:]
        for (number, table) in tables.enumerated() {
            let present = try Self.columns(of: table.name, on: connection)
            guard !present.isEmpty else { continue }
            versions[table.name] = try connection.query(
                "SELECT md5(coalesce(string_agg(xmin::text, ' ' ORDER BY xmin::text), '')) FROM \(table.name)"
            ).only().decode(at: 0)
            prepared.append(Statement(name: "all_\(number)", table: table.name, column: nil))
            for (position, column) in table.columns.enumerated() where present.contains(column) {
                prepared.append(Statement(name: "one_\(number)_\(position)", table: table.name, column: column))
            }
        }
        for statement in prepared {
            try connection.execute(
                """
                PREPARE \(statement.name) AS SELECT \(statement.column ?? "*") FROM \(statement.table);
                EXECUTE \(statement.name)
                """
            )
        }
    }

    /// Empty where there is no such table, or a view in its place.
    private static func columns(of table: String, on connection: Connection) throws -> [String] {
        try connection.query(
            """
            SELECT quote_ident(a.attname) AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             WHERE a.attrelid = to_regclass($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """,
            [table]
        ).map { try $0.decode("name") }
    }

    private func isRefused(_ statement: String) throws -> Bool {
        do throws(PostgresError) {
            try connection.execute(statement)
            return false
        } catch {
            guard error.sqlState?.rawValue == "0A000" else { throw error }
            return true
        }
    }
}

extension ChangeKind {
    /// What a bystander notices of a phase; with contract comes the purge that follows it at once.
    func noticed(in phase: Phase) -> Set<ApplicationEffect.Kind> {
        Set(effects.filter { effect in effect.moments.contains { $0.rawValue == phase.rawValue } }.map(\.kind))
            .intersection([.preparedStar, .preparedColumn, .rowVersions])
    }
}
