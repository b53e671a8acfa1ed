import Foundation
import UnixSignals

/// The benchmark as a program: exit status 0 when every target is met.
@main
enum Bench {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") { return Screen.show(Settings.usage) }
        do {
            let settings = try Settings(arguments: arguments, environment: ProcessInfo.processInfo.environment)
            let report = try await untilInterrupted { try await run(settings) }
            exit(try conclude(report) ? 0 : 1)
        } catch is CancellationError {
            Screen.remark("interrupted; server and files are removed")
            exit(130)
        } catch {
            Screen.remark("error: \(error)")
            if case BenchError.usage = error { exit(64) }
            exit(1)
        }
    }

    private static func run(_ settings: Settings) async throws -> Report {
        let server = try await Server.start()
        do {
            try Task.checkCancellation()
            let report = try await measure(settings, on: server)
            await server.stop()
            return report
        } catch {
            await server.stop()
            try Task.checkCancellation()
            throw error
        }
    }

    private static func measure(_ settings: Settings, on server: Server) async throws -> Report {
        let program = Program(executable: settings.crossfade, plans: server.folder)
        let keys = try await Pace.supportedKeys(of: program)
        let stage = Stage(settings: settings, server: server, program: program, keys: keys)
        var report = Report(
            settings: settings,
            machine: .present,
            version: try await server.versionText(),
            serverSettings: try await server.settings(),
            unsupportedKeys: Pace.Key.allCases.filter { !keys.contains($0) },
            date: Date()
        )
        for name in settings.suites {
            do {
                report.findings.add(try await name.suite.run(on: stage))
            } catch {
                // One part that fails shall not cost the hours of the others; its targets count as missed.
                try Task.checkCancellation()
                Screen.remark("\(name.rawValue): error: \(error)")
                report.failures.append((name, "\(error)"))
            }
        }
        return report
    }

    /// Shows and writes the report; whether all is as it has to be.
    private static func conclude(_ report: Report) throws -> Bool {
        Screen.show(report.markdown)
        for path in try report.write() { Screen.remark("written: \(path)") }
        if report.settings.isQuick { return report.failures.isEmpty }
        for target in report.missed { Screen.remark("missed: \(target)") }
        return report.missed.isEmpty && report.failures.isEmpty
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
}
