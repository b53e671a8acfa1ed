import ArgumentParser
import Engine
import Foundation
import Workflow

/// Reads the arguments, runs the command they name, and maps its one result to the exit status.
@main
enum Main {
    static func main() async {
        // A reader that went away must not end a run half-way: writing to it fails instead, and is given up.
        signal(SIGPIPE, SIG_IGN)
        ProcessInfo.processInfo.environment["CROSSFADE_FAULT"].flatMap(FaultInjector.init(specification:))?.reached(
            .start
        )
        // On Linux Swift reads them from /proc/self/cmdline; the program's own name is always among them.
        guard !CommandLine.arguments.isEmpty else {
            try? FileHandle.standardError.write(
                contentsOf: Data("error: the arguments cannot be read\nhint: mount /proc, from which they come\n".utf8)
            )
            exit(Failure.Code.failed.rawValue)
        }
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        let command: any ParsableCommand
        do {
            command = try Crossfade.parseAsRoot(arguments)
        } catch {
            return Usage(arguments).answer(error)
        }
        if let command = command as? any Command { return await run(command) }
        do {
            // The root without a command, and `help`: both answer by throwing what is to be printed.
            var command = command
            try command.run()
            return Failure.Code.done.rawValue
        } catch {
            return Usage(arguments).answer(error)
        }
    }

    private static func run(_ command: some Command) async -> Int32 {
        let invocation = Invocation(command.options, isJSON: command.wantsJSON)
        do {
            let code = try await Interrupts.handled(in: invocation, type(of: command).stopping) {
                try await command.execute(invocation)
            }
            if code == .done, let problem = invocation.console.problem {
                throw Failure(.failed, "the answer could not be written: \(problem)")
            }
            return code.rawValue
        } catch let status as ExitCode {
            return status.rawValue
        } catch {
            return answer(error, invocation)
        }
    }

    private static func answer(_ error: any Error, _ invocation: Invocation) -> Int32 {
        // Whoever ends `status --watch` knows.
        if error is CancellationError, !invocation.console.isJSON { return Failure.Code.interrupted.rawValue }
        let failure =
            switch error {
            case let failure as Failure where failure.code == .refused && invocation.interruption.isRequested:
                // A question that was interrupted counts as not answered.
                Failure(.interrupted, "interrupted before the question was answered", hint: failure.hint)
            case let failure as Failure: failure
            case is CancellationError: Failure(.interrupted, "interrupted")
            default: Failure(.failed, "\(error)", hint: "this is a mistake in crossfade: please report it")
            }
        invocation.console.fail(failure)
        return failure.code.rawValue
    }
}
