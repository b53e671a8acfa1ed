import Diagnostics
import Postgres
import Reporting
import Shadow
import SQL
import Workflow

/// What the statements of a script have answered.
struct ScriptAnswers: Sendable {
    /// The server's command tag.
    let tag: String
    let columns: [String]
    /// NULL is nil.
    let rows: [[String?]]

    private init(_ result: CommandResult) throws(PostgresError) {
        tag = result.tag
        columns = result.rows.columnNames
        var rows: [[String?]] = []
        for row in result.rows {
            var values: [String?] = []
            for place in columns.indices { values.append(try row.decodeIfPresent(at: place, as: String.self)) }
            rows.append(values)
        }
        self.rows = rows
    }

    /// Runs a script as one message, or statement by statement.
    ///
    /// - Throws: ``Failure`` with the place of the statement that failed, and with how many were done before it.
    static func run(_ run: ScriptRun, on connection: Connection, apart: Bool, inTransaction: Bool) throws
        -> [ScriptAnswers]
    {
        guard apart || inTransaction else {
            let whole = PsqlScript.Piece(text: run.source.text, start: 0)
            // psql's own commands and rows of a COPY have no place in a message to the server.
            _ = try run.statements()
            return try answers(of: whole, run, on: connection)
        }
        let pieces = try run.statements()
        var answers: [ScriptAnswers] = []
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
    ) throws -> [ScriptAnswers] {
        do throws(PostgresError) {
            var answers: [ScriptAnswers] = []
            for result in try connection.execute(piece.text) { answers.append(try ScriptAnswers(result)) }
            return answers
        } catch {
            throw run.failure(error, piece)
        }
    }

    /// The answer of the command.
    static func report(_ answers: [ScriptAnswers], hasRows: Bool) -> some Report {
        ScriptReport(answers: answers, hasRows: hasRows)
    }
}

/// How a script ended, with the rows where they are asked for.
private struct ScriptReport: Report {
    let answers: [ScriptAnswers]
    let hasRows: Bool

    func text(in style: TextStyle) -> String {
        let count = answers.count
        let done = "\(style.marked(.done)) \(count) statement\(count == 1 ? "" : "s") executed"
        guard hasRows else { return done }
        var lines: [String] = []
        for answer in answers where !answer.columns.isEmpty {
            lines.append(answer.columns.map(\.harmless).joined(separator: "\t"))
            lines += answer.rows.map { row in row.map { $0?.harmless ?? "NULL" }.joined(separator: "\t") }
        }
        return (lines + [done]).joined(separator: "\n")
    }

    var json: JSON {
        let results = answers.map { answer -> JSON in
            .object([
                ("command", .string(answer.tag)), ("columns", .array(answer.columns.map(JSON.string))),
                (
                    "rows",
                    .array(answer.rows.map { row in .array(row.map { $0.map(JSON.string) ?? .null }) })
                ),
            ])
        }
        return .object([("statements", .integer(answers.count)), ("results", hasRows ? .array(results) : .array([]))])
    }
}
