import ArgumentParser
import Engine
import Reporting
import Workflow

/// May this phase begin? For CI.
struct GateCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "May this phase begin? For CI."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Argument(help: "The phase.")
    var phase: Phase

    @Option(help: "The form of the answer.")
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let gate = try await invocation.engine(plan).gate(phase)
        if format == .json && !invocation.output.isJSON {
            invocation.output.text(gate.json.line)
        } else {
            invocation.output.result(gate.text(invocation.output.paint), gate.json)
        }
        switch gate.verdict {
        case .open: return .done
        case .waiting: return .waiting
        case .closed: return .closed
        }
    }
}
