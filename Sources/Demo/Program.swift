import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The built `crossfade`, run as a person would, with its output shown.
struct Program: Sendable {
    let executable: URL
    let database: String
    /// The folder with the plan.
    let plans: URL

    /// Runs one command, and throws unless it ends with exit status 0.
    func run(_ arguments: String...) async throws {
        let command = arguments.joined(separator: " ")
        Screen.show("$ crossfade \(command)")
        var options = PlatformOptions()
        // What is under way gets its own end when the demonstration is interrupted.
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            .path(FilePath(executable.path)),
            arguments: Arguments(["--database", database, "--plans", plans.path] + arguments),
            platformOptions: options,
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        try Task.checkCancellation()
        Screen.show("")
        switch result.terminationStatus {
        case .exited(0): return
        case .exited(let status): throw DemoError.commandFailed(command, ending: "ended with exit status \(status)")
        case .signaled(let signal): throw DemoError.commandFailed(command, ending: "was ended by signal \(signal)")
        }
    }
}
