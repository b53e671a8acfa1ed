package import SQL

/// One step of a phase: what is done in one transaction, in one statement outside any, or block by block.
package struct Step: Sendable, Hashable {
    /// How its statements are run.
    package enum Mode: String, Sendable, Hashable {
        /// All in one transaction.
        case transaction
        /// One statement outside any transaction.
        case none
        /// One statement, run once for each range of blocks by the backfill.
        case chunk
    }

    /// What it does, for people; no two steps of a file have the same.
    package let title: String

    /// A query for one boolean: true once the step has been done.
    package let done: String

    /// How its statements are run.
    package let mode: Mode

    /// For chunks: the table whose blocks they are ranges of; nil for the blueprint's own.
    package let over: QualifiedName?

    /// The family's list of checks that must hold under the step's own locks, right after its leading LOCK TABLE; nil where
    /// nothing is at stake.
    package let guardedBy: String?

    /// The statements in order, without the BEGIN and COMMIT of a file for psql.
    package let statements: [Statement]

    /// The step as it stands in its file, directives and comments included.
    package let text: String

    /// Whether it gathers statistics alone: they come and go with the rows.
    package var gathersStatistics: Bool { statements.allSatisfy(\.isAnalyze) }

    /// Whether a crash can leave it half done, so that only `done` knows.
    package var unsettled: Bool { mode != .transaction }
}
