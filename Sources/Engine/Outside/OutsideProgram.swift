import Subprocess

/// A program of somebody else's, which is ended with all that it has started when its time is over.
struct OutsideProgram: Sendable {
    /// A name to look up in PATH, or with a slash the path of a file.
    let executable: String
    let arguments: [String]
    /// Beside what it inherits.
    var environment: [String: String] = [:]
    let timeout: Duration

    /// How it ended; nil when it did not in time.
    func run() async throws -> TerminationStatus? {
        try await withTimeout(timeout) {
            try await Subprocess.run(
                file,
                arguments: Arguments(arguments),
                environment: surroundings,
                platformOptions: Self.options,
                input: .none,
                output: .discarded,
                error: .discarded
            ).terminationStatus
        }
    }

    /// Gives it a text to read, and returns also the first of what it writes to stderr.
    func run(telling text: String, hearing limit: Int) async throws -> (status: TerminationStatus, words: String)? {
        try await withTimeout(timeout) {
            let result = try await Subprocess.run(
                file,
                arguments: Arguments(arguments),
                environment: surroundings,
                platformOptions: Self.options,
                input: .inputWriter,
                output: .discarded,
                error: .sequence
            ) { execution in
                // It need not read what it is told, and may have ended by now.
                _ = try? await execution.standardInputWriter.write(text)
                try? await execution.standardInputWriter.finish()
                var bytes: [UInt8] = []
                // A character has at most so many bytes. What comes after is read too, lest the program has to wait.
                for try await buffer in execution.standardError where bytes.count < 4 * limit {
                    unsafe buffer.withUnsafeBytes { unsafe bytes.append(contentsOf: $0.prefix(4 * limit)) }
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            return (result.terminationStatus, String(result.closureResult.prefix(limit)))
        }
    }

    /// Gives it a text to read, and returns also what it writes to stdout.
    func run(telling text: String, reading limit: Int) async throws -> (status: TerminationStatus, output: String)? {
        try await withTimeout(timeout) {
            let result = try await Subprocess.run(
                file,
                arguments: Arguments(arguments),
                environment: surroundings,
                platformOptions: Self.options,
                input: .string(text),
                output: .string(limit: limit),
                error: .discarded
            )
            return (result.terminationStatus, result.standardOutput)
        }
    }

    private var file: Executable {
        executable.contains("/") ? .path(Self.literal(executable)) : .name(executable)
    }

    /// The type of paths is of a package that only Subprocess knows.
    private static func literal<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
    where Path.StringLiteralType == String { Path(stringLiteral: text) }

    private var surroundings: Environment {
        let added = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        return .inherit.updating(Dictionary(added) { $1 })
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        // Ctrl-C on the terminal is for us, and what the program has started goes with it.
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        return options
    }
}
