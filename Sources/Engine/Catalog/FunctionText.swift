/// Looks for a name in the text of a function.
enum FunctionText {
    /// A condition that is true where `body` has `name` as a word; both are SQL expressions of type text.
    ///
    /// A word ends at a boundary only where the name itself ends in a letter, a digit or `_`. A name that needs no quotes
    /// is written in upper case as well. In quotes a quote is doubled.
    static func condition(_ name: String, in body: String) -> String {
        let pattern = #"""
            (CASE WHEN \#(name) ~ '^\w' THEN '\m' ELSE '' END || regexp_replace(\#(name), '([^[:alnum:]_])', '\\\1', 'g')
             || CASE WHEN \#(name) ~ '\w$' THEN '\M' ELSE '' END)
            """#
        return """
            (\(body) ~ \(pattern) OR (\(name) ~ '^[a-z_][a-z0-9_$]*$' AND \(body) ~* \(pattern))
             OR (position('"' IN \(name)) > 0 AND position(replace(\(name), '"', '""') IN \(body)) > 0))
            """
    }
}
