import Foundation

/// Programs of the machine that a test uses where they are installed.
enum Shell {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The path of a program; nil where it is not installed.
    static func find(_ name: String) -> String? {
        ["/usr/local/bin", "/usr/bin", "/bin"].map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end, with the built `crossfade` first in PATH.
    static func run(_ name: String, _ arguments: [String], input: String = "", in folder: URL? = nil) throws -> Result {
        struct NotInstalled: Error { let name: String }
        guard let path = find(name) else { throw NotInstalled(name: name) }
        let files = try TemporaryFolder()
        let (inputFile, outputFile, errorFile) = (
            files.url.appending(path: "input"), files.url.appending(path: "output"), files.url.appending(path: "errors")
        )
        // Files instead of pipes: no side can wait for the other.
        try Data(input.utf8).write(to: inputFile)
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let binaries = try Program.executable.deletingLastPathComponent().path
        process.environment = [
            "PATH": "\(binaries):/usr/local/bin:/usr/bin:/bin", "HOME": files.url.path, "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
        ]
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try String(contentsOf: outputFile, encoding: .utf8),
            errors: try String(contentsOf: errorFile, encoding: .utf8)
        )
    }
}
