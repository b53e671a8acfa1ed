/// Why the benchmark, or one measurement of it, could not be carried to its end.
enum BenchError: Error, Sendable {
    /// The command line is wrong.
    case usage(String)
    /// No executable file is where a program is expected.
    case programMissing(String, path: String)
    /// A command did not end with exit status 0.
    case commandFailed(String, ending: String, errors: String)
    /// A contender left rows that are not copied: its time is worth nothing.
    case notCopied(String, rows: Int)
    /// What a measurement needs is not there.
    case unmeasurable(String)
}

extension BenchError: CustomStringConvertible {
    var description: String {
        switch self {
        case .usage(let mistake): "\(mistake)\n\n\(Settings.usage)"
        case .programMissing(let name, let path): "there is no program \(name) at \(path)"
        case .commandFailed(let command, let ending, let errors):
            "\(command) \(ending)" + (errors.isEmpty ? "" : ":\n\(errors)")
        case .notCopied(let contender, let rows): "\(contender) left \(rows) rows that are not copied"
        case .unmeasurable(let reason): reason
        }
    }
}
