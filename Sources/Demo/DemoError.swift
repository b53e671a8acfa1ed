/// Why the demonstration could not be carried to its end.
enum DemoError: Error, Sendable {
    /// The command line is wrong.
    case usage(String)
    /// No executable file is where `crossfade` is expected.
    case programMissing(String)
    /// A command of the program did not end with exit status 0.
    case commandFailed(String, ending: String, output: String)
    /// An example plan has no change in the form that the demonstration reads.
    case unreadableExample(String)
}

extension DemoError: CustomStringConvertible {
    var description: String {
        switch self {
        case .usage(let mistake): "\(mistake)\n\n\(Settings.usage)"
        case .programMissing(let path):
            "no program at \(path); build it with swift build --product crossfade, or name it with --crossfade"
        case .commandFailed(let command, let ending, let output):
            "crossfade \(command) \(ending); its output:\n\(output)"
        case .unreadableExample(let name):
            "the plan \(name).yaml in the folder of --plans has no text between change: and phases:"
        }
    }
}
