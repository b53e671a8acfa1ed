import Foundation
import Subprocess

/// The built `crossfade`, run as a person would, with the time and the memory that the process took.
struct Program: Sendable {
    /// A command that has ended.
    struct Ending: Sendable {
        let status: TerminationStatus
        let output: String
        let errors: String
        /// From the start of the process to its end.
        let seconds: Double
        /// Bytes; nil where the system does not tell.
        let peakMemory: Double?

        var isSuccess: Bool { status == .exited(0) }

        var wasKilled: Bool { if case .signaled = status { true } else { false } }
    }

    let executable: URL
    /// The folder with the plans.
    let plans: URL

    /// Runs one command, and throws unless it ends with exit status 0.
    @discardableResult
    func run(_ arguments: String..., on database: Database?) async throws -> Ending {
        let ending = try await end(arguments, on: database)
        guard ending.isSuccess else {
            throw BenchError.commandFailed(
                "crossfade " + arguments.joined(separator: " "),
                ending: "ended with \(ending.status)",
                errors: ending.errors + ending.output
            )
        }
        return ending
    }

    /// Runs one command to whatever end it has; `during` may end the process by calling what it is given.
    func end(
        _ arguments: [String],
        on database: Database?,
        during: @escaping @Sendable (_ kill: @Sendable () throws -> Void) async throws -> Void = { _ in }
    ) async throws -> Ending {
        let connection = database.map { ["--database", $0.url] } ?? []
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let memory = PeakMemory()
        let start = ContinuousClock.now
        let result = try await Subprocess.run(
            // The shell becomes the program: no FilePath, and so no swift-system, is needed.
            .name("sh"),
            arguments: Arguments(
                ["-c", #"exec "$0" "$@""#, executable.path, "--quiet", "--plans", plans.path] + connection + arguments
            ),
            platformOptions: options,
            input: .none,
            output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 24)
        ) { execution in
            memory.watch(execution.processIdentifier.value)
            try await during { try execution.send(signal: .kill) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        memory.stop()
        try Task.checkCancellation()
        return Ending(
            status: result.terminationStatus,
            output: result.standardOutput,
            errors: result.standardError,
            seconds: seconds,
            peakMemory: memory.bytes
        )
    }
}
