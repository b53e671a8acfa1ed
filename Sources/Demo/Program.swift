import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The built `crossfade`, run from outside as a person would run it.
struct Program: Sendable {
    let executable: URL
    let database: String
    /// The folder with the plan.
    let plans: URL

    /// Runs one command, which fails unless it ends with exit status 0.
    func run(_ arguments: String...) async throws {
        let answer = try await execute(arguments)
        try check(answer, of: arguments)
    }

    /// Waits for the gate of the next phase and runs it; `gauge` is told how much of the backfill is copied.
    ///
    /// The output of a failed command is followed by the plan's status.
    func advance(_ plan: String, _ gauge: Gauge) async throws {
        let arguments = Self.advance(plan)
        var answer = try await execute(arguments + ["--json"]) { line in
            // Only a progress event has a percentage.
            let event = try? JSONDecoder().decode(ProgressEvent.self, from: Data(line.utf8))
            if let percent = event?.backfill?.percent { gauge.note(percent: Int(percent)) }
        }
        if answer.status != .exited(0) {
            answer.output += try await execute(["status", plan]).output
        }
        try check(answer, of: arguments)
    }

    /// The command that runs one phase.
    static func advance(_ plan: String) -> [String] { ["advance", plan, "--wait", "--confirm", plan] }

    // MARK: - Processes

    private struct Answer {
        let status: TerminationStatus
        var output: String
    }

    /// A line of `--json` on standard error.
    private struct ProgressEvent: Decodable {
        struct Backfill: Decodable {
            let percent: Double?
        }

        let backfill: Backfill?
    }

    private func execute(
        _ arguments: [String],
        onRemark: @Sendable (String) -> Void = { _ in }
    ) async throws -> Answer {
        var options = PlatformOptions()
        // An interrupted command has time to end by itself.
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            .path(FilePath(executable.path)),
            arguments: Arguments(["--database", database, "--plans", plans.path] + arguments),
            platformOptions: options,
            input: .none,
            output: .string(limit: 1 << 20),
            error: .sequence
        ) { execution in
            var remarks: [String] = []
            for try await line in execution.standardError.strings() {
                onRemark(line)
                remarks.append(line)
            }
            return remarks
        }
        try Task.checkCancellation()
        let remarks = result.closureResult.map { $0 + "\n" }.joined()
        return Answer(status: result.terminationStatus, output: remarks + result.standardOutput)
    }

    private func check(_ answer: Answer, of arguments: [String]) throws(DemoError) {
        let command = arguments.joined(separator: " ")
        switch answer.status {
        case .exited(0): return
        case .exited(let status):
            throw .commandFailed(command, ending: "ended with exit status \(status)", output: answer.output)
        case .signaled(let signal):
            throw .commandFailed(command, ending: "was ended by signal \(signal)", output: answer.output)
        }
    }
}
