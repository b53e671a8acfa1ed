import SQL

/// The search_path of the role's ordinary sessions, for what a statement of Crossfade's sets off.
///
/// Sessions of Crossfade's have a pinned one, in which no object of a table's schema can be taken for one of PostgreSQL's. Triggers
/// that a copy fires have to find what they find in other sessions. So the path is set by the statement itself, whose own names and
/// operators were looked up before it began to run, and pinned again behind it.
enum SessionPath {
    private static let path = "crossfade_path AS MATERIALIZED (SELECT \(assignment) AS path)"
    private static let assignment =
        "pg_catalog.set_config('search_path', (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'search_path'), true)"

    /// A write without RETURNING as a query of one row: `rows` is how many were written.
    ///
    /// The result asks for the path first. The write begins after that, so that BEFORE STATEMENT triggers have it too.
    static func counting(_ write: String) -> String {
        """
        WITH \(path), crossfade_written AS (
        \(write)
        RETURNING 1)
        SELECT (SELECT path FROM crossfade_path) AS path, (SELECT count(*) FROM crossfade_written) AS rows
        """
    }

    /// A write with RETURNING as a query of what it returns, with the path in the same way.
    static func answering(_ write: String) -> String {
        """
        WITH \(path), crossfade_written AS (
        \(write))
        SELECT w.* FROM crossfade_written w WHERE (SELECT path FROM crossfade_path) IS NOT NULL
        """
    }

    /// A number for LIMIT, which is asked for before the first row is.
    static func limit(_ rows: Int) -> ServerText {
        ServerText("(SELECT CASE WHEN \(assignment) IS NOT NULL THEN \(rows) END)")
    }

    /// Behind such a statement, for those of Crossfade's own.
    static let pin = "SET LOCAL search_path = pg_catalog"
    /// Before COMMIT, for triggers that are deferred to it.
    static let release = "SET LOCAL search_path = DEFAULT"
}
