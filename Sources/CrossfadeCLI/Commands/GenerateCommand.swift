import ArgumentParser
import Engine
import Reporting
import Workflow
import Foundation
/// Writes each phase's migration and undo files.
struct GenerateCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Writes each phase's migration and undo files."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Option(help: ArgumentHelp("The folder to write into; the files lie in a folder of the plan's name in it.", valueName: "dir"))
    var into: String

    @Option(help: "How the files are laid out.")
    var layout: Layout = .plain

    enum Layout: String, ExpressibleByArgument, CaseIterable {
        case plain
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let files = try await invocation.engine(plan).generate(into: URL(filePath: into))
        invocation.output.result(
            files.map(\.relativePath).joined(separator: "\n"),
            .object([("files", .array(files.map { .string($0.relativePath) }))])
        )
        return .done
    }
}
