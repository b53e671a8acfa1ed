import Cluster
import Foundation
import UnixSignals

/// The demonstration as a program: exit status 0 when nothing failed, nothing was lost and nothing is left wrong.
@main
enum Demo {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") { return Screen.show(Settings.usage) }
        do {
            let settings = try Settings(arguments: arguments, environment: ProcessInfo.processInfo.environment)
            let summary = try await untilInterrupted { try await run(settings) }
            exit(report(summary) ? 0 : 1)
        } catch is CancellationError {
            Screen.complain("interrupted; server and files are removed")
            exit(130)
        } catch {
            Screen.complain("error: \(error)")
            if case DemoError.usage = error { exit(64) }
            exit(1)
        }
    }

    private static func run(_ settings: Settings) async throws -> Summary {
        // Room for a load without checkpoints in between.
        let cluster = try await Cluster.start(configuration: ["max_wal_size": "4GB", "maintenance_work_mem": "256MB"])
        do {
            try Task.checkCancellation()
            let summary =
                if let scenario = settings.scenario {
                    try await ScenarioDemonstration.run(scenario, settings, on: cluster)
                } else {
                    try await Demonstration.run(settings, on: cluster)
                }
            await cluster.stop()
            return summary
        } catch {
            await cluster.stop()
            try Task.checkCancellation()
            throw error
        }
    }

    /// Ctrl-C cancels the work, which cleans up after itself.
    private static func untilInterrupted<T: Sendable>(
        _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let task = Task { try await work() }
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) { task.cancel() }
        }
        defer { signals.cancel() }
        return try await task.value
    }

    private static func report(_ summary: Summary) -> Bool {
        Screen.heading("Result")
        Screen.show(summary.text + "\n")
        let complaints = summary.complaints
        for complaint in complaints { Screen.complain("error: \(complaint)") }
        return complaints.isEmpty
    }
}
