import Foundation
import Subprocess
import Workflow

/// One request over HTTP, of which only the status of the answer matters.
///
/// The program curl sends it: the system's libcurl would add 30 libraries to the start of every command, an HTTP client in
/// Swift a TLS library to the program.
struct WebCall: Sendable {
    let url: URL
    /// JSON, which is posted; nil asks with GET.
    var body: String?
    /// The value of the header of that name.
    var authorization: String?
    let timeout: Duration
    /// The program: a name to look up in PATH, or a path.
    var curl = "curl"

    /// What became of it.
    enum Answer: Sendable, Equatable {
        case status(Int)
        /// Nothing within the time.
        case silence
        /// In words that do not hold the address, and with it a token.
        case unreachable(String)
        /// Nothing was sent, with the reason.
        case unsent(String)

        var isYes: Bool { if case .status(200..<300) = self { true } else { false } }
    }

    func answer() async throws -> Answer {
        if authorization?.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) == true {
            return .unsent("the authorization holds a control character, such as a line break")
        }
        // -q: without a .curlrc. The configuration comes by stdin, since the list of processes shows arguments.
        let program = OutsideProgram(executable: curl, arguments: ["-q", "--config", "-"], timeout: timeout)
        do {
            let end = try await program.run(telling: configuration, reading: 1_000)
            try Task.checkCancellation()
            return end.map { Self.answer($0.status, $0.output) } ?? .silence
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            return error.code == .executableNotFound
                ? .unsent("the program curl is not installed; run: apt-get install curl")
                : .unreachable("curl failed: \(error)")
        }
    }

    private static func answer(_ status: TerminationStatus, _ output: String) -> Answer {
        switch status {
        case .exited(0): Int(output).map { .status($0) } ?? .unreachable("curl tells no status")
        // The exit codes of curl(1).
        case .exited(5), .exited(6): .unreachable("no such host")
        case .exited(7): .unreachable("cannot connect")
        case .exited(28): .silence
        case .exited(35), .exited(51), .exited(53), .exited(54), .exited(58), .exited(59), .exited(60), .exited(66),
            .exited(77), .exited(80), .exited(82), .exited(83), .exited(90), .exited(91), .exited(98):
            .unreachable("no secure connection")
        case .exited(47): .unreachable("too many redirections")
        case .exited(let code): .unreachable("curl exits with \(code)")
        case .signaled(let number): .unreachable("curl was ended by signal \(number)")
        }
    }

    // MARK: - What curl is told

    private var configuration: String {
        var options = [
            ("url", url.absoluteString), ("proto", "=http,https"), ("proto-redir", "=http,https"),
            ("max-redirs", "16"), ("max-time", "\(timeout.seconds + 5)"), ("user-agent", "crossfade"),
            ("output", "/dev/null"), ("write-out", "%{http_code}"),
        ]
        if let body {
            let pieces = Self.pieces(body)
            // Several of the former would be joined by &; the latter is curl 7.82's.
            options += pieces.map { (pieces.count == 1 ? "data-raw" : "json", $0) }
            options += ["Content-Type: application/json", "Accept: */*", "Expect:"].map { ("header", $0) }
        }
        if let authorization { options.append(("header", "Authorization: \(authorization)")) }
        // A redirection turns a POST into a GET: what is posted is not asked for elsewhere.
        let switches = ["silent", "globoff"] + (body == nil ? ["location"] : [])
        return (switches + options.map { "\($0) = \(Self.quoted($1))" }).joined(separator: "\n") + "\n"
    }

    /// A value as curl's configuration reads it.
    private static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\", "\"": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            default: String(scalar)
            }
        }
        return "\"\(scalars.joined())\""
    }

    /// Parts of a body, which curl sends one after the other: it refuses lines of more than 100 KiB.
    private static func pieces(_ body: String) -> [String] {
        var pieces = [""]
        for scalar in body.unicodeScalars {
            // One that begins with @ would be the name of a file.
            if pieces[pieces.count - 1].utf8.count >= 40_000, scalar != "@" { pieces.append("") }
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces
    }
}
