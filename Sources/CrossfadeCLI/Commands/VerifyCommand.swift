import ArgumentParser
import Engine
import Reporting
import Workflow

/// Runs a full check now.
struct VerifyCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Runs a full check now."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan).verify()
        invocation.output.result(report.text(invocation.output.paint), report.json)
        switch report.verdict {
        case .passed: return .done
        case .failed: return .closed
        case .inconclusive: return .waiting
        }
    }
}
