import Diagnostics
import SQL
import YAML

extension ValueForm where Value == String {
    /// Statements of a person's own, as psql would take them.
    static var script: ValueForm {
        ValueForm(.text(pattern: nil)) { cursor in
            cursor.sql {
                $0
            } check: { statements in
                statements.isEmpty ? "there is none" : nil
            }
        }
    }

    /// One statement with marks for a chunk's table and rows.
    static var chunkStatement: ValueForm {
        ValueForm(.text(pattern: nil)) { cursor in
            cursor.sql { text in
                text.replacing(Custom.leafMark, with: "leaf").replacing(Custom.rangeMark, with: "true")
            } check: { statements in
                statements.count == 1 ? nil : "a chunk is copied by one statement, and these are \(statements.count)"
            }.flatMap { text in
                guard !text.contains(Custom.rangeMark) else { return text }
                let message =
                    "\(cursor.label) will not do: \(Custom.rangeMark), which chooses the rows of a chunk, is missing"
                cursor.refuse(.invalidSQL, message)
                return nil
            }
        }
    }
}

extension Cursor {
    /// A text of SQL; it is parsed as `readable` makes it, and its own form returned.
    fileprivate func sql(_ readable: (String) -> String, check: ([Statement]) -> String?) -> String? {
        guard let scalar = text() else { return nil }
        if scalar.isFollowedByComment {
            refuse(
                PlanMistake.commentInSQL.rawValue,
                "what follows '#' is a comment, not part of the SQL",
                severity: .warning,
                fix: "quote the SQL, or put the comment on a line of its own"
            )
        }
        do throws(SyntaxError) {
            let statements = try Script(parsing: readable(scalar.text)).statements
            var problem = check(statements)
            if scalar.text.contains("--@") { problem = problem ?? "'--@' begins a directive, and is Crossfade's own" }
            guard let problem else { return scalar.text }
            refuse(.invalidSQL, "\(label) will not do: \(problem)")
        } catch {
            refuse(.invalidSQL, "\(label): \(error.message)")
        }
        return nil
    }
}
