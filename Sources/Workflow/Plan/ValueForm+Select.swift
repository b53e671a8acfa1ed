import Diagnostics
import SQL
import YAML

extension ValueForm where Value == String {
    /// One query that only reads; the value is its text without a final semicolon.
    static var select: ValueForm {
        ValueForm(.text(pattern: nil)) { cursor in
            guard let scalar = cursor.text() else { return nil }
            if scalar.isFollowedByComment {
                cursor.refuse(
                    PlanMistake.commentInSQL.rawValue,
                    "what follows '#' is a comment, not part of the SQL",
                    severity: .warning,
                    fix: "quote the SQL, or put the comment on a line of its own"
                )
            }
            do throws(SyntaxError) {
                let statements = try Script(parsing: scalar.text).statements
                if let problem = problem(with: statements) {
                    cursor.refuse(.invalidSQL, "\(cursor.label) must be one SELECT that only reads: \(problem)")
                    return nil
                }
                return statements[0].text
            } catch {
                cursor.refuse(.invalidSQL, error.message, at: cursor.node.range(ofCharacter: error.position))
                return nil
            }
        }
    }

    private static func problem(with statements: [Statement]) -> String? {
        guard let statement = statements.first else { return "there is none" }
        if statements.count > 1 { return "these are \(statements.count) statements" }
        // Only a query can stand in FROM, and none that ends the parentheses would have parsed by itself.
        guard (try? Script(parsing: "SELECT FROM (\n\(statement.text)\n) AS assertion")) != nil else {
            return "this is another statement"
        }
        guard let lock = statement.locks.first(where: { $0.mode != .accessShare }) else { return nil }
        return "this locks \(lock.relation) in \(lock.mode.name) mode"
    }
}
