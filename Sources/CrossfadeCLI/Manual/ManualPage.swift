import ArgumentParser

/// What there is to know of the program or of one command, made from its declaration.
struct ManualPage: Sendable {
    /// Commands of one purpose, as `crossfade help` groups them.
    struct Group: Sendable {
        struct Entry: Sendable {
            let command: String
            let abstract: String
        }

        let name: String
        let entries: [Entry]
    }

    /// The program's name, such as `crossfade`, or with the command's: `crossfade-advance`.
    let name: String
    let abstract: String
    /// How to call it; placeholders in capitals.
    let usage: String
    let description: [ManualBlock]
    let arguments: [CommandSurface.Argument]
    /// What every command takes; empty on the program's own page, where they are its arguments.
    let commonOptions: [CommandSurface.Argument]
    /// The program's commands; empty for a command.
    let groups: [Group]
    let examples: [ManualBlock]
    /// Names of other pages.
    let related: [String]

    /// The program's page, then one for each command, in the order of the help.
    ///
    /// - Throws: see ``CommandSurface/program()``.
    static func all() throws -> [ManualPage] {
        let surface = try CommandSurface.program()
        let common = surface.shown
        var pages = [program(surface)]
        for group in commandGroups {
            for command in group.subcommands {
                let name = command.configuration.commandName ?? ""
                let own = (surface.subcommand(name)?.shown ?? []).filter { !common.contains($0) }
                let mates = group.subcommands.compactMap { $0.configuration.commandName }.filter { $0 != name }
                let (description, examples) = ManualBlock.divide(ManualBlock.parse(command.configuration.discussion))
                pages.append(
                    ManualPage(
                        name: pageName(name),
                        abstract: command.configuration.abstract,
                        usage: command.configuration.usage ?? "crossfade \(name) [options]",
                        description: description,
                        arguments: own,
                        commonOptions: common,
                        groups: [],
                        examples: examples,
                        related: ["crossfade"] + mates.map(pageName)
                    )
                )
            }
        }
        return pages
    }

    /// The commands that are shown to people.
    static var commandGroups: [CommandGroup] {
        Crossfade.configuration.groupedSubcommands.compactMap { group in
            let shown = group.subcommands.filter { $0.configuration.shouldDisplay }
            return shown.isEmpty ? nil : CommandGroup(name: group.name, subcommands: shown)
        }
    }

    /// The names of these commands.
    static var commandNames: [String] {
        commandGroups.flatMap { $0.subcommands }.compactMap { $0.configuration.commandName }
    }

    private static func program(_ surface: CommandSurface) -> ManualPage {
        let (description, examples) = ManualBlock.divide(ManualBlock.parse(Crossfade.introduction))
        let groups = commandGroups.map { group in
            Group(
                name: group.name,
                entries: group.subcommands.map {
                    .init(command: $0.configuration.commandName ?? "", abstract: $0.configuration.abstract)
                }
            )
        }
        return ManualPage(
            name: "crossfade",
            abstract: Crossfade.configuration.abstract,
            usage: Crossfade.configuration.usage ?? "crossfade",
            description: description,
            arguments: surface.shown,
            commonOptions: [],
            groups: groups,
            examples: examples,
            related: groups.flatMap(\.entries).map { pageName($0.command) }
        )
    }

    /// What the page of a command is called.
    static func pageName(_ command: String) -> String { "crossfade-\(command)" }
}
