import SQL
import Workflow

/// The NOT NULLs that expand takes from old columns, since a version that does not know them could add no row.
///
/// They are read off expand's statements, so that what is taken again is what was taken.
struct Relaxation {
    /// A step for each, which is done while the column may be NULL.
    let steps: [Step]

    init(_ files: PhaseFiles) throws {
        // What steps of a plan's own take from a column, another of its phases may give again.
        guard !files.blueprint.functions.isEmpty else {
            steps = []
            return
        }
        let statements = try files.ofPlan.generated(.phase(.expand)).flatMap(\.statements)
        steps = try statements.compactMap { statement in
            guard let relaxed = statement.relaxedColumn else { return nil }
            let (table, column) = (try Literal(relaxed.table.quoted).quoted, try Literal(relaxed.column.name).quoted)
            let text = statement.text + ";"
            return Step(
                title: "let rows of \(relaxed.table) be added without \(relaxed.column)",
                done: """
                    SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                      WHERE attrelid = to_regclass(\(table)) AND attname = \(column) AND attnotnull)
                    """,
                mode: .transaction,
                over: nil,
                guardedBy: nil,
                statements: try Script(parsing: text).statements,
                text: text
            )
        }
    }
}
