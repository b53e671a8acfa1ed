/// Why the demonstration could not be carried to its end.
enum DemoError: Error, Sendable {
    /// The command line is wrong.
    case usage(String)
    /// No executable file is where `crossfade` is expected.
    case programMissing(String)
    /// A command of the program did not end with exit status 0.
    case commandFailed(String, ending: String)
    /// An application version could not begin its work.
    case clientFailed(String)
}

extension DemoError: CustomStringConvertible {
    var description: String {
        switch self {
        case .usage(let mistake): "\(mistake)\n\n\(Settings.usage)"
        case .programMissing(let path):
            "there is no program at \(path): swift build --product crossfade, or name it with --crossfade"
        case .commandFailed(let command, let ending): "crossfade \(command) \(ending)"
        case .clientFailed(let reason): reason
        }
    }
}
