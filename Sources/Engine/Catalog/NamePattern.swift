/// Patterns of the server's regular expressions for names in the text of functions.
enum NamePattern {
    /// A name as a word of its own, given as an SQL expression; without quotes a name is read in lower case, and within them
    /// a quote is doubled.
    static func word(_ name: String) -> String {
        """
        (CASE WHEN \(name) ~ '^[a-z_][a-z0-9_$]*$' THEN '(?i)' ELSE '' END
           || '(?<![[:alnum:]_$])' || regexp_replace(replace(\(name), '"', '""'), '([^[:alnum:]_])', '\\\\\\1', 'g') || '(?![[:alnum:]_$])')
        """
    }

    /// Whether a function `p` belongs to an extension.
    static let isOfExtension =
        "EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e')"
}
