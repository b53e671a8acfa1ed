import ArgumentParser
import Cluster
import Engine
import Foundation
import Reporting
import Workflow

/// Starts a throw-away PostgreSQL, for demonstrations and tests.
struct ClusterCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Starts a throw-away PostgreSQL and runs a command with its DATABASE_URL.",
        shouldDisplay: false
    )

    @OptionGroup var options: GlobalOptions

    @Argument(parsing: .postTerminator, help: "The command and its arguments; without it the server runs until stdin ends.")
    var command: [String] = []

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let cluster: Cluster
        do {
            cluster = try await Cluster.start()
        } catch {
            throw Failure(.failed, "\(error)", hint: nil)
        }
        let code = await use(cluster, invocation)
        await cluster.stop()
        return code
    }

    private func use(_ cluster: Cluster, _ invocation: Invocation) async -> Failure.Code {
        guard let program = command.first else {
            invocation.output.result(cluster.url, .object([("url", .string(cluster.url))]))
            while !invocation.interruption.isRequested, readLine() != nil {}
            return .done
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + command.dropFirst()
        process.environment = ProcessInfo.processInfo.environment.merging(["DATABASE_URL": cluster.url]) { $1 }
        do {
            try process.run()
        } catch {
            invocation.output.fail(Failure(.failed, "\(program) cannot be run: \(error.localizedDescription)", hint: nil))
            return .failed
        }
        process.waitUntilExit()
        return Failure.Code(rawValue: process.terminationStatus) ?? .failed
    }
}
