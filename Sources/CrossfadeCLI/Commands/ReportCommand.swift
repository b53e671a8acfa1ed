import ArgumentParser
import Engine
import Foundation
import Reporting
import Workflow

/// Writes the record of a plan's newest run.
struct ReportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the record of a run for approval and audit.",
        usage: "crossfade report PLAN [--format FORMAT] [--output FILE] [--values] [options]",
        discussion: """
              crossfade report rename-profile-bio
              crossfade report rename-profile-bio --format html --output record.html

            Only reads, and works when the run is over. The file is written whole or not at all.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: "The form of the record; markdown when left out, json with --json.")
    var format: RunReportForm?

    @Option(
        help: ArgumentHelp("The file to write; its path is then the answer.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Flag(help: "Tell the values that repairs wrote over, instead of counting them.")
    var values = false

    @OptionGroup
    var options: GlobalOptions

    var wantsJSON: Bool { options.json || format == .json }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        let report = try await engine.report(showsValues: values)
        let text = (format ?? (wantsJSON ? .json : .markdown)).text(of: report)
        guard let output else {
            invocation.console.write(text)
            return .done
        }
        try write(text, to: output)
        invocation.console.answer(WrittenRecord(plan: engine.plan.name.text, file: output))
        return .done
    }

    /// Beside its place first, and then there: nobody finds half a record.
    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure(
                .failed,
                "the record cannot be written to \(path): \(error.localizedDescription)",
                hint: "crossfade report \(plan) --output FILE, with a FILE in a folder that is there and can be written"
            )
        }
    }
}

extension RunReportForm: ExpressibleByArgument {}
