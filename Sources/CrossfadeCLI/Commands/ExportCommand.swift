import ArgumentParser
import Engine
import Foundation
import Reporting
import Workflow

/// Writes the plan of a run, as the ledger keeps it.
struct ExportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the plan of a run from the ledger.",
        usage: "crossfade export NAME [--output FILE] [options]",
        discussion: """
              crossfade export rename-profile-bio
              crossfade export rename-profile-bio --output Plans/rename-profile-bio.yaml

            The text is that of the last advance. A file that is there already is not overwritten.
            """
    )

    @Argument(help: "The run's name.", completion: .plans)
    var plan: String

    @Option(
        help: ArgumentHelp("The file to write; stdout when left out.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let text = try await invocation.storedText(of: plan)
        guard let output else {
            invocation.console.write(text)
            return .done
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: output), options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
            throw Failure(.refused, "\(output) is there already", hint: "choose another --output")
        } catch {
            throw Failure(.failed, "\(output) cannot be written: \(error.localizedDescription)")
        }
        invocation.console.answer(WrittenFiles(plan: plan, files: [output], next: "crossfade status \(plan)"))
        return .done
    }
}
