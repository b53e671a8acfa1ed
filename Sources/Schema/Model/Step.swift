/// One statement of a script.
package struct Step: Sendable, Hashable {
    /// When a statement runs.
    package enum Stage: Sendable, Hashable {
        /// Before the transaction and outside it: a value of an enum can be used only once it is committed.
        case apart
        /// In the order of dependencies.
        case ordered
        /// When every object is there.
        case late
    }

    /// The statement without its semicolon.
    package let text: String
    package let caution: Caution?
    package let stage: Stage

    package init(_ text: String, _ caution: Caution? = nil, stage: Stage = .ordered) {
        self.text = text
        self.caution = caution
        self.stage = stage
    }
}

/// Why a statement deserves a look before it runs on a database in use.
package enum Caution: Sendable, Hashable {
    case destroysRows
    case destroysColumn
    case destroysMaterializedRows
    case rewritesTable
    case scansTable
    case blocksWriters
    case needsValues

    /// The comment above the statement.
    package var comment: String {
        switch self {
        case .destroysRows: "Destroys the rows of the table. Safer: a plan of the kind drop_table."
        case .destroysColumn: "Destroys the values of the column. Safer: a plan of the kind drop_column."
        case .destroysMaterializedRows: "Drops the stored rows; they are computed again at the end."
        case .rewritesTable:
            "Rewrites the table and blocks reads and writes meanwhile. Safer: a plan of the kind change_type."
        case .scansTable:
            "Reads the whole table and blocks writes meanwhile. Safer: a plan of the kind add_constraint."
        case .blocksWriters:
            "Blocks writes while the index is built. Safer: a plan of the kind add_constraint, or CREATE INDEX CONCURRENTLY."
        case .needsValues:
            "Fails if the table has rows: the column has no value for them. Safer: a plan of the kind add_required_column."
        }
    }
}
