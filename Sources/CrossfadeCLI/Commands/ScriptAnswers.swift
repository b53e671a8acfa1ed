import Diagnostics
import Postgres
import Reporting
import Shadow
import SQL
import Workflow

/// What the statements of a script have answered.
enum ScriptAnswers {
    /// Runs a script as one message, or statement by statement.
    ///
    /// - Throws: ``Failure`` with the place of the statement that failed, and with how many were done before it.
    static func run(_ run: ScriptRun, on connection: Connection, apart: Bool, inTransaction: Bool) throws
        -> [ScriptReport.Answer]
    {
        guard apart || inTransaction else {
            let whole = PsqlScript.Piece(text: run.source.text, start: 0)
            // psql's own commands and rows of a COPY have no place in a message to the server.
            _ = try run.statements()
            return try answers(of: whole, run, on: connection)
        }
        let pieces = try run.statements()
        var answers: [ScriptReport.Answer] = []
        if inTransaction { try connection.execute("BEGIN") }
        for (number, piece) in pieces.enumerated() {
            do {
                answers += try self.answers(of: piece, run, on: connection)
            } catch let failure as Failure {
                if inTransaction { try connection.execute("ROLLBACK") }
                let kept =
                    inTransaction
                    ? "nothing was changed" : "\(number) of \(pieces.count) statements were done before it"
                throw Failure(failure.code, "\(failure.message)\n\(kept)", hint: failure.hint)
            }
        }
        if inTransaction { try connection.execute("COMMIT") }
        return answers
    }

    private static func answers(
        of piece: PsqlScript.Piece,
        _ run: ScriptRun,
        on connection: Connection
    ) throws -> [ScriptReport.Answer] {
        do throws(PostgresError) {
            var answers: [ScriptReport.Answer] = []
            for result in try connection.execute(piece.text) { answers.append(try ScriptReport.Answer(result)) }
            return answers
        } catch {
            throw run.failure(error, piece)
        }
    }
}

extension ScriptReport.Answer {
    fileprivate init(_ result: CommandResult) throws(PostgresError) {
        let columns = result.rows.columnNames
        var rows: [[String?]] = []
        for row in result.rows {
            var values: [String?] = []
            for place in columns.indices { values.append(try row.decodeIfPresent(at: place, as: String.self)) }
            rows.append(values)
        }
        self.init(command: result.tag, columns: columns, rows: rows)
    }
}
