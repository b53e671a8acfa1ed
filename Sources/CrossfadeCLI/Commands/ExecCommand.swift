import ArgumentParser
import Diagnostics
import Foundation
import Postgres
import Reporting
import Shadow
import SQL
import Workflow

/// Runs a script on the database.
struct ExecCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a SQL script, as prisma db execute does.",
        usage: "crossfade exec --file FILE | - [--statements | --transaction] [--results] [options]",
        discussion: """
              crossfade exec --file repair.sql
              crossfade diff --from database --to migrations:prisma/migrations --script | crossfade exec -
              crossfade exec --file big.sql --statements --statement-timeout 1h

            The whole script is one message: where it has no BEGIN of its own, all of it is done or nothing. With --statements each \
            statement is sent by itself, and the first that fails ends the command; what was done before it stays. With --transaction \
            they are sent so within one transaction. A statement that fails is named by file, line and column.
            """
    )

    @Argument(help: ArgumentHelp("A dash for stdin, instead of --file.", valueName: "-"))
    var dash: String?

    @Option(help: ArgumentHelp("The script; - for stdin.", valueName: "file"), completion: .file())
    var file: String?

    @Option(help: .hidden)
    var url: String?

    @Flag(help: .hidden)
    var stdin = false

    @Flag(help: "Send each statement by itself.")
    var statements = false

    @Flag(help: "Send each statement by itself, in one transaction.")
    var transaction = false

    @Flag(help: "Print the rows that statements return.")
    var results = false

    @Option(help: ArgumentHelp("How long a statement may wait for a lock; 0s is no limit.", valueName: "duration"))
    var lockTimeout: WaitingTime?

    @Option(help: ArgumentHelp("How long a statement may take; 0s is no limit.", valueName: "duration"))
    var statementTimeout: WaitingTime?

    @OptionGroup
    var options: GlobalOptions

    /// Without an option.
    private static let lockLimit = Duration.seconds(5)
    private static let statementLimit = Duration.seconds(300)

    func validate() throws {
        if let dash, dash != "-" { throw ValidationError("the script is named with --file \(dash)") }
        let given = [dash != nil, file != nil, stdin].filter(\.self).count
        if given != 1 { throw ValidationError("give one script: --file FILE, or - for stdin") }
        if statements && transaction { throw ValidationError("--statements and --transaction exclude each other") }
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let source = try SourceText(reading: file ?? "-")
        let run = ScriptRun(source)
        let target = ConnectionTarget(
            url: url ?? options.database,
            environment: ProcessInfo.processInfo.environment
        )
        let session: Session
        do {
            session = try await Session.open(target, sessionOptions)
        } catch {
            throw Failure(
                .unreachable,
                "the database cannot be reached: \(error)",
                hint: "check --database, DATABASE_URL or the PG* variables"
            )
        }
        do {
            let answers = try await session.run { [transaction, statements] connection in
                try ScriptAnswers.run(run, on: connection, apart: statements, inTransaction: transaction)
            }
            await session.close()
            invocation.console.answer(ScriptReport(answers, showsRows: results))
            return .done
        } catch {
            await session.close()
            throw error
        }
    }

    private var sessionOptions: SessionOptions {
        func limit(_ given: WaitingTime?, _ standard: Duration) -> Duration? {
            let duration = given?.duration ?? standard
            return duration == .zero ? nil : duration
        }
        return SessionOptions(
            applicationName: "crossfade/-/exec",
            statementTimeout: limit(statementTimeout, Self.statementLimit),
            lockTimeout: limit(lockTimeout, Self.lockLimit),
            keepsSearchPath: true
        )
    }
}

extension ArgumentHelp {
    /// Accepted, since prisma db execute has it.
    fileprivate static let hidden = ArgumentHelp("As prisma db execute has it.", visibility: .hidden)
}
