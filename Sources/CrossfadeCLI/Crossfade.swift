import ArgumentParser

/// The program: one subcommand for each thing a person does with a plan.
struct Crossfade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossfade",
        abstract: "Changes a PostgreSQL schema under running applications, one proven phase at a time.",
        usage: "crossfade [options] COMMAND …",
        discussion: """
            A first rename:

              crossfade new rename_column --table Profile --from bio --to biography
              crossfade check rename-profile-bio
              crossfade preview rename-profile-bio
              crossfade advance rename-profile-bio

            The result goes to stdout, progress and remarks to stderr.

            Exit status: 0 done, open or valid; 1 failed; 2 closed, a fact is against it; 3 waiting for time or a \
            person; 4 refused in this state; 64 wrong usage; 65 invalid plan; 69 database unreachable; 75 try again; \
            130 interrupted, the state is saved.
            """,
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
                ]
            ),
            CommandGroup(
                name: "Observe",
                subcommands: [
                    StatusCommand.self, VerifyCommand.self, GateCommand.self, HistoryCommand.self, ReportCommand.self,
                ]
            ),
            // Hidden, and its group with it: for tests, demonstrations and benchmarks.
            CommandGroup(name: "Development", subcommands: [ClusterCommand.self]),
        ]
    )

    /// Here as well as in each command, so that the options may stand before the command's name.
    @OptionGroup
    var options: GlobalOptions
}
