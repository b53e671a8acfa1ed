import ArgumentParser
import Diagnostics
import Foundation
import Reporting
import Workflow

/// What to say when the arguments name no command that could be run: help, the version, or what is wrong with them.
struct Usage {
    private let arguments: [String]

    init(_ arguments: [String]) {
        self.arguments = arguments
    }

    /// Prints the answer and returns the exit status.
    func answer(_ error: any Error) -> Int32 {
        let console = Console(
            isJSON: arguments.contains("--json"),
            isQuiet: true,
            noColor: arguments.contains("--no-color")
        )
        if Crossfade.exitCode(for: error).isSuccess {
            console.write(Crossfade.fullMessage(for: error))
            return Failure.Code.done.rawValue
        }
        let failure = Failure(.usage, Crossfade.message(for: error), hint: suggestion)
        console.fail(failure)
        return failure.code.rawValue
    }

    /// What was meant, or where to read on.
    private var suggestion: String {
        let commands = ManualPage.commandNames
        let words = arguments.prefix { $0 != "--" }.filter { !$0.hasPrefix("-") }
        if let command = words.first(where: commands.contains) { return "crossfade help \(command)" }
        let meant = words.lazy.compactMap { word in closestMatch(to: word, among: commands) }.first
        return meant.map { "did you mean 'crossfade \($0)'?" } ?? "crossfade help"
    }
}
