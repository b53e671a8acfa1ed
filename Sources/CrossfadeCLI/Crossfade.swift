import ArgumentParser
import Foundation
import Workflow

/// The program: one subcommand for each thing a person does with a plan.
struct Crossfade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossfade",
        abstract: "Changes a PostgreSQL schema under running applications, one proven phase at a time.",
        discussion: """
            A first rename:
              crossfade new rename_column --table Profile --from bio --to biography
              crossfade check
              crossfade preview rename-profile-bio
              crossfade advance rename-profile-bio

            Exit status: 0 done or open, 1 failed, 2 closed, 3 waiting, 4 refused, 64 wrong usage, 65 invalid plan,
            69 database unreachable, 75 try again, 130 interrupted.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Author",
                subcommands: [NewCommand.self, CheckCommand.self, PreviewCommand.self, GenerateCommand.self]
            ),
            CommandGroup(
                name: "Run",
                subcommands: [
                    AdvanceCommand.self, ApproveCommand.self, PauseCommand.self, ResumeCommand.self, RepairCommand.self,
                    RollbackCommand.self, PurgeCommand.self,
                ]
            ),
            CommandGroup(
                name: "Observe",
                subcommands: [StatusCommand.self, VerifyCommand.self, GateCommand.self, HistoryCommand.self]
            ),
            CommandGroup(name: "Test", subcommands: [ClusterCommand.self]),
        ]
    )
}

/// A command that ends with one of the documented exit statuses.
protocol CrossfadeCommand: AsyncParsableCommand, Sendable {
    var options: GlobalOptions { get }

    func execute(_ invocation: Invocation) async throws -> Failure.Code
}

/// Maps one result to the exit status.
@main
enum Main {
    static func main() async {
        // A reader that went away (`crossfade history | head`) is no error of ours.
        signal(SIGPIPE, SIG_IGN)
        let arguments = GlobalOptions.behindTheCommand(Array(CommandLine.arguments.dropFirst()))
        do {
            let command = try Crossfade.parseAsRoot(arguments)
            if let command = command as? any CrossfadeCommand {
                exit(await run(command).rawValue)
            }
            var other = command
            try other.run()
        } catch {
            Crossfade.exit(withError: error)
        }
    }

    private static func run(_ command: any CrossfadeCommand) async -> Failure.Code {
        let output = Output(command.options)
        do {
            let invocation = try Invocation(command.options, output)
            return try await Interrupts.guarding(invocation) { try await command.execute(invocation) }
        } catch let failure as Failure {
            output.fail(failure)
            return failure.code
        } catch is CancellationError {
            output.fail(Failure(.interrupted, "interrupted; what was committed is saved", hint: nil))
            return .interrupted
        } catch {
            output.fail(Failure(.failed, "\(error)", hint: nil))
            return .failed
        }
    }
}
