import ArgumentParser
import Diagnostics
import Engine
import Foundation
import Reporting
import Workflow

/// Writes the files that a person may read, edit and apply.
struct GenerateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write each phase's migration and undo files.",
        usage: "crossfade generate PLAN [--into DIR] [--phase PHASE] [--force] [--layout LAYOUT] [options]",
        discussion: """
              crossfade generate rename-profile-bio
              crossfade generate rename-profile-bio --into migrations
              crossfade generate rename-profile-bio --phase contract --force

            The files lie in a folder of the plan's name, and may be edited: advance runs them where it finds them, beside
            the plan or in --migrations, and still holds them to their postconditions. An edited file is never overwritten:
            the command exits with 4 and names it. With --force it is kept beside the new one, as NAME.sql.edited.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(
        help: ArgumentHelp("The folder to write into; where advance looks for them when left out.", valueName: "dir"),
        completion: .directory
    )
    var into: String?

    @Option(help: ArgumentHelp("Write the files of this phase only.", valueName: "phase"))
    var phase: Phase?

    @Flag(help: "Write edited files anew too; the edited text is kept as NAME.sql.edited.")
    var force = false

    enum Layout: String, ExpressibleByArgument, CaseIterable {
        case plain
    }

    @Option(help: "How the files are laid out.")
    var layout: Layout = .plain

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.engine(plan)
        let beside = URL(filePath: engine.plan.source.name).deletingLastPathComponent().relativePath
        let expected = options.migrations ?? beside
        let folder = into ?? expected
        let files = try await engine.generate(
            into: URL(filePath: folder, directoryHint: .isDirectory),
            of: phase,
            replacing: force
        )
        let migrations = folder == expected ? options.migrations : folder
        let next = "crossfade advance \(plan)" + (migrations.map { " --migrations \($0)" } ?? "")
        invocation.console.answer(
            WrittenFiles(
                plan: engine.plan.name.text,
                files: files.written.map(\.relativePath),
                kept: files.kept.map(\.relativePath),
                next: next
            )
        )
        return .done
    }
}
