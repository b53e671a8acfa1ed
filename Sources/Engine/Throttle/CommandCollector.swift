import Subprocess
import Workflow

/// A command that fails while the backfill is to hold.
struct CommandCollector: SignalCollector {
    let signal = Workflow.Signal.command
    var timeout = Duration.seconds(5)

    func interval(_: ThrottleSettings) -> Duration { .seconds(5) }

    func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        guard let command = settings.command else { return nil }
        let status = try await OutsideProgram(executable: "sh", arguments: ["-c", command], timeout: timeout).run()
        return switch status {
        case nil: .unmeasurable("the command did not end within \(ThrottleWords.seconds(timeout.seconds))")
        case .exited(0): .judged(holds: false, "the command exits with 0")
        case .exited(let code): .judged(holds: true, "the command exits with \(code)")
        case .signaled(let number): .judged(holds: true, "the command was ended by signal \(number)")
        }
    }
}
