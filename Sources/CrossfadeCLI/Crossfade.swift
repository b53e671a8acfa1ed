import ArgumentParser
import Workflow

/// The program: one subcommand for each thing a person does with a plan.
struct Crossfade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossfade",
        abstract: "Changes a PostgreSQL schema under running applications, one proven phase at a time.",
        usage: "crossfade [options] COMMAND …",
        discussion: "\(introduction)\n\nExit status: \(exitStatuses).",
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Author",
                subcommands: [NewCommand.self, CheckCommand.self, PreviewCommand.self, GenerateCommand.self]
            ),
            CommandGroup(
                name: "Run",
                subcommands: [
                    InitCommand.self, AdvanceCommand.self, ApproveCommand.self, BrownoutCommand.self, PauseCommand.self,
                    ResumeCommand.self, WorkCommand.self, RepairCommand.self, RollbackCommand.self, PurgeCommand.self,
                    ForgetCommand.self,
                ]
            ),
            CommandGroup(
                name: "Observe",
                subcommands: [
                    StatusCommand.self, VerifyCommand.self, GateCommand.self, HistoryCommand.self, ReportCommand.self,
                    ExportCommand.self,
                ]
            ),
            CommandGroup(name: "Schemas", subcommands: [DiffCommand.self, ExecCommand.self]),
            CommandGroup(name: "Help", subcommands: [CompletionsCommand.self, ManualCommand.self]),
            // Hidden, and its group with it: for tests, demonstrations and benchmarks.
            CommandGroup(name: "Development", subcommands: [ClusterCommand.self]),
        ]
    )

    /// What help and manual begin with.
    static let introduction = """
        A first rename:

          crossfade new rename_column --table Profile --from bio --to biography
          crossfade check rename-profile-bio
          crossfade preview rename-profile-bio
          crossfade advance rename-profile-bio

        The result goes to stdout, progress and remarks to stderr.
        """

    private static let exitStatuses = Failure.Code.allCases.map { "\($0.rawValue) \($0.brief)" }.joined(separator: "; ")

    /// Here as well as in each command, so that the options may stand before the command's name.
    @OptionGroup
    var options: GlobalOptions
}
