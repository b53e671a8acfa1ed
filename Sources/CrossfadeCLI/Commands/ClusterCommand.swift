import ArgumentParser
import Cluster
import Subprocess
import Workflow

/// Starts a throw-away PostgreSQL, for tests, demonstrations and benchmarks.
struct ClusterCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Start a throw-away PostgreSQL.",
        usage: "crossfade cluster [options] [-- COMMAND …]",
        discussion: """
              crossfade cluster                       prints its URL and runs until the input ends
              crossfade cluster -- make integration   runs a command with its DATABASE_URL, and exits as that does

            The server and its data are gone afterwards.
            """,
        shouldDisplay: false
    )

    @Argument(parsing: .postTerminator, help: "A command and its arguments.")
    var command: [String] = []

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let cluster = try await start()
        do {
            let status = try await use(cluster, invocation.console)
            await cluster.stop()
            if status != 0 { throw ExitCode(status) }
            return .done
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private func start() async throws(Failure) -> Cluster {
        do throws(ClusterError) {
            return try await Cluster.start()
        } catch {
            throw Failure(.failed, "\(error)")
        }
    }

    /// Returns the exit status of the command, or 0 once nobody needs the server any more.
    private func use(_ cluster: Cluster, _ console: Console) async throws -> Int32 {
        guard let program = command.first else {
            console.write(console.isJSON ? JSON.object([("url", .string(cluster.url))]).line : cluster.url)
            await StandardInput.end()
            return 0
        }
        // An interruption gives the command time to end by itself.
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
        let result = try await Subprocess.run(
            // The shell finds a program by its path as well as by its name.
            .name("sh"),
            arguments: Arguments(["-c", "exec \"$@\"", "crossfade", program] + command.dropFirst()),
            environment: .inherit.updating(["DATABASE_URL": cluster.url]),
            platformOptions: options,
            input: .currentStandardInput,
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        return switch result.terminationStatus {
        case .exited(let status): status
        // As a shell tells of a signal.
        case .signaled(let signal): 128 + signal
        }
    }
}
