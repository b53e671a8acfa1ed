import Foundation
import Subprocess

/// Programs of the machine that a test uses where they are installed.
enum Shell {
    struct Result {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    struct NotInstalled: Error {
        let name: String
    }

    /// The path of a program; nil where it is not installed.
    static func find(_ name: String) -> String? {
        ["/usr/local/bin", "/usr/bin", "/bin"].map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end, with the built `crossfade` first in PATH and a home of its own.
    static func run(_ name: String, _ arguments: [String], input: String = "", in folder: URL? = nil) async throws
        -> Result
    {
        guard let path = find(name) else { throw NotInstalled(name: name) }
        let home = try TemporaryFolder()
        let binaries = try Program.executable.deletingLastPathComponent().path
        let limit = 16 << 20
        let result = try await Subprocess.run(
            // The shell changes the folder and becomes the program, as in `Program`.
            .name("sh"),
            arguments: Arguments(["-c", "cd \"$0\" && exec \"$@\"", (folder ?? home.url).path, path] + arguments),
            environment: .custom([
                "PATH": "\(binaries):/usr/local/bin:/usr/bin:/bin", "HOME": home.url.path, "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
            ]),
            input: .string(input),
            output: .string(limit: limit),
            error: .string(limit: limit)
        )
        return Result(
            succeeded: result.terminationStatus.isSuccess,
            output: result.standardOutput ?? "",
            errors: result.standardError ?? ""
        )
    }
}
