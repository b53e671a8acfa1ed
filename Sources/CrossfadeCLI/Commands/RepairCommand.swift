import ArgumentParser
import Engine
import Reporting
import Workflow

/// Copies violating rows again; a clean verify must follow.
struct RepairCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Copies violating rows again; a clean verify must follow."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let rows = try await invocation.engine(plan).repair()
        invocation.output.result(
            "\(Words.count(rows, "row")) copied again\nnext: crossfade verify \(plan)",
            .object([("plan", .string(plan)), ("rowsCopied", .number(rows))])
        )
        return .done
    }
}
