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
            let (summary, nextCommands) = try await untilInterrupted { try await run(settings) }
            let isPassed = report(summary)
            if let nextCommands { Screen.show("\n" + nextCommands.text) }
            exit(isPassed ? 0 : 1)
        } catch is CancellationError {
            Screen.complain("interrupted; the server is stopped and its data removed")
            exit(130)
        } catch {
            Screen.complain("error: \(error)")
            if case DemoError.usage = error { exit(64) }
            exit(1)
        }
    }

    private static func run(_ settings: Settings) async throws -> (Summary, NextCommands?) {
        let start = ContinuousClock.now
        // Room for a load without checkpoints in between.
        let cluster = try await Cluster.start(configuration: ["max_wal_size": "4GB", "maintenance_work_mem": "256MB"])
        do {
            try Task.checkCancellation()
            var summary =
                if let scenario = settings.scenario {
                    try await ScenarioDemonstration.run(scenario, settings, on: cluster)
                } else {
                    try await RenameDemonstration.run(settings, on: cluster)
                }
            summary.time = .now - start
            if settings.keepsServer { return (summary, try await keep(cluster, settings)) }
            await cluster.stop()
            return (summary, nil)
        } catch {
            await cluster.stop()
            try Task.checkCancellation()
            throw error
        }
    }

    private static func keep(_ cluster: Cluster, _ settings: Settings) async throws -> NextCommands {
        let column = try await DemoDatabase.columnToRename(on: cluster)
        let plan = try settings.scenario?.plan(examples: settings.examples) ?? .rename
        return NextCommands(
            executable: settings.crossfade,
            folder: cluster.folder,
            plan: plan.name,
            column: column,
            process: try await cluster.keep(),
            workingFolder: FileManager.default.currentDirectoryPath
        )
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

    /// Shows the result, and tells whether it is as it has to be.
    private static func report(_ summary: Summary) -> Bool {
        Screen.show("\nResult\n\n\(summary.text)\n")
        let complaints = summary.complaints
        for complaint in complaints { Screen.complain("error: \(complaint)") }
        Screen.show(summary.verdict)
        return complaints.isEmpty
    }
}
