import Postgres
import Workflow

/// What a run has left in the database whose ledger was dropped under it (`DROP SCHEMA crossfade CASCADE`).
///
/// Nothing can tell it from what somebody else made under the same names: a person decides, and runs the undo files.
struct LostRun {
    /// The undo files that still have something to do, in the order in which they are run.
    let files: [PhaseFile]
    /// What they would do, by the titles of their steps.
    let titles: [String]

    /// Asks the undo steps of the phases that change the shape; nil where none has anything to do.
    ///
    /// - Parameter files: those of a plan that has no run under way.
    static func read(_ files: PhaseFiles, on connection: Connection) throws -> LostRun? {
        var (left, titles): ([PhaseFile], [String]) = ([], [])
        for file in [PhaseFile.undo(.enforce), .undo(.expand)] {
            let undone = try files.generated(file).filter { step in
                guard step.mode != .chunk else { return false }
                do throws(PostgresError) {
                    return try connection.query(step.done).first?.decodeIfPresent(at: 0, as: Bool.self) == false
                } catch {
                    // What a postcondition names may never have been made.
                    guard error.sqlState?.errorClass == "42" else { throw error }
                    return false
                }
            }
            guard !undone.isEmpty else { continue }
            left.append(file)
            titles += undone.map(\.title)
        }
        return left.isEmpty ? nil : LostRun(files: left, titles: titles)
    }

    /// What is left, and how to remove it.
    func finding(_ plan: PlanName) -> Finding {
        Finding(
            "lost-run",
            .refused,
            "the ledger has no run of \(plan), and the undo of the plan has something to do: \(titles.joined(separator: "; "))",
            hint: "where it is of a run whose ledger was dropped: crossfade generate \(plan), then in its folder psql \"$DATABASE_URL\" "
                + "-v ON_ERROR_STOP=1 \(files.map { "-f \($0.fileName)" }.joined(separator: " "))"
        )
    }
}
