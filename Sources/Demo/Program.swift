import Foundation

/// The real `crossfade`, run as a release manager would.
struct Program {
    let url: String
    let plan: URL
    private let executable: URL

    /// A command that did not end with status 0.
    struct Failed: Error, CustomStringConvertible {
        let command: String
        let status: Int32

        var description: String { "\(command) ended with status \(status)" }
    }

    init(url: String, plan: URL) throws {
        self.url = url
        self.plan = plan
        let beside = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "crossfade")
        executable = ProcessInfo.processInfo.environment["CROSSFADE_BIN"].map { URL(filePath: $0) } ?? beside
    }

    /// Runs a command with its output in view.
    ///
    /// - Returns: how many seconds it took.
    @discardableResult
    func run(_ arguments: String...) throws -> Double {
        let command = "crossfade " + arguments.joined(separator: " ")
        print("$ \(command)")
        fflush(nil)
        let start = ContinuousClock.now
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments + ["--plans", plan.path]
        process.environment = ProcessInfo.processInfo.environment.merging(["DATABASE_URL": url]) { $1 }
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(command: command, status: process.terminationStatus) }
        print("")
        return (ContinuousClock.now - start).seconds
    }
}
