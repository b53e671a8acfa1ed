package import Diagnostics
package import Postgres
package import SQL
package import Workflow

/// Runs a script statement by statement, and tells a failure by its place in the file.
package struct ScriptRun: Sendable {
    package let source: SourceText

    package init(_ source: SourceText) { self.source = source }

    /// Runs it; each statement is a message of its own, and BEGIN and COMMIT are the script's own.
    ///
    /// - Throws: ``Failure`` with file, line, column and excerpt.
    package func run(on connection: Connection) throws {
        for piece in try statements() {
            do throws(PostgresError) {
                try connection.execute(piece.text)
            } catch {
                throw failure(error, piece)
            }
        }
    }

    /// The statements of the script.
    ///
    /// - Throws: ``Failure`` for what psql would not read as statements either.
    package func statements() throws(Failure) -> [PsqlScript.Piece] {
        do throws(PsqlProblem) {
            return try PsqlScript(cutting: source.text).statements
        } catch {
            var finder = PositionFinder(source)
            let range = finder.range(fromScalar: error.start, to: error.end)
            throw Self.failure(Diagnostic(.error, "sql.script", error.message, at: range), .failed)
        }
    }

    /// An error of a statement, as a person finds it in the file.
    package func failure(_ error: PostgresError, _ piece: PsqlScript.Piece) -> Failure {
        guard case .server(let told) = error else {
            return Failure(error.isConnectionProblem ? .unreachable : .failed, "\(source.name): \(error)")
        }
        var finder = PositionFinder(source)
        // The server counts characters from 1; without a position the whole statement is meant, by its first word.
        let place = told.position.map { max(0, $0 - 1) } ?? 0
        let length = piece.text.unicodeScalars.dropFirst(place).prefix { !$0.properties.isWhitespace }.count
        let range = finder.range(fromScalar: piece.start + place, to: piece.start + place + max(1, length))
        var notes = [Diagnostic.Note("SQLSTATE \(told.state)")]
        if let detail = told.detail { notes.append(Diagnostic.Note(detail)) }
        if let context = told.context { notes.append(Diagnostic.Note(context)) }
        return Self.failure(
            Diagnostic(.error, "sql.server", told.message, at: range, notes: notes, fix: told.hint),
            .failed
        )
    }

    private static func failure(_ diagnostic: Diagnostic, _ code: Failure.Code) -> Failure {
        Failure(code, DiagnosticRenderer(color: false).render(Diagnostics([diagnostic])))
    }
}
