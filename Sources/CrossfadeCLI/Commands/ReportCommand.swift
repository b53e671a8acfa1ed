import ArgumentParser
import Engine
import Foundation
import Reporting
import Workflow

/// Writes the record of a run.
struct ReportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the record of a run, for a change board or an auditor.",
        usage: "crossfade report PLAN [--format FORMAT] [--output FILE] [options]",
        discussion: """
              crossfade report rename-profile-bio > record.md
              crossfade report rename-profile-bio --format html --output record.html

            What was run, when and by whom, with its SQL, locks and digests; rows, checks, evidence, approvals, the event log. \
            Reads the ledger only. The HTML is one file that loads nothing. No value of a row is in it but the keys of wrong \
            ones; statements that read the old shape are.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: "The form; --json is the same as json.")
    var format: RunRecordPage.Format = .markdown

    @Option(help: ArgumentHelp("Write a file instead of the answer.", valueName: "file"), completion: .file())
    var output: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try invocation.engine(plan)
        let record = RunRecordPage(try await engine.report(), as: options.json ? .json : format)
        guard let output else {
            invocation.console.write(record.content)
            return .done
        }
        do {
            // Whole or not at all: it is written beside the file and takes its place.
            try Data(record.content.utf8).write(to: URL(filePath: output), options: .atomic)
        } catch {
            throw Failure(
                .failed,
                "the record cannot be written to \(output): \(error.localizedDescription)",
                hint: "name another file with --output"
            )
        }
        let name = engine.plan.name.text
        invocation.console.answer(WrittenFiles(plan: name, files: [output], next: "crossfade status \(name)"))
        return .done
    }
}

extension RunRecordPage.Format: ExpressibleByArgument {}
