/// A script as psql reads it, cut into statements: DDL written by hand, a migration, or the output of pg_dump.
///
/// Statements that this program's parser does not know are cut all the same: only quotes, comments, parentheses and the
/// bodies of SQL routines decide where one ends. Rows of `COPY ... FROM stdin` are left out, and so are commands of psql that
/// are about the session.
package struct PsqlScript: Sendable {
    /// A statement without its semicolon.
    package struct Piece: Sendable, Hashable {
        package let text: String
        /// Where it begins, in Unicode scalars from the beginning of the script.
        package let start: Int

        /// A piece of a script, or the whole of one.
        package init(text: String, start: Int) {
            self.text = text
            self.start = start
        }
    }

    package let statements: [Piece]

    /// Cuts a script.
    ///
    /// - Throws: ``PsqlProblem`` for a command of psql that would change what the script says, and for an end within a quote.
    package init(cutting text: String) throws(PsqlProblem) {
        var cutter = PsqlCutter(text)
        try cutter.cut()
        statements = cutter.pieces
    }
}

/// Why a script cannot be cut.
package struct PsqlProblem: Error, Sendable, Hashable {
    package let message: String
    /// Where, in Unicode scalars from the beginning of the script.
    package let start: Int
    package let end: Int
}
