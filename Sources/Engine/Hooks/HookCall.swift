import Diagnostics
import Foundation
import Postgres
import Subprocess
import Workflow

/// How a plan's hooks are called, and what is known of their answers.
struct HookCall: Sendable {
    private let folder: URL
    private let environment: [String: String]
    private let target: ConnectionTarget
    /// What must not get into an answer's words.
    private let secrets: [String]

    init(_ plan: Plan, target: ConnectionTarget, environment: [String: String] = ProcessInfo.processInfo.environment) {
        folder = URL(filePath: plan.source.name).deletingLastPathComponent()
        self.environment = environment
        self.target = target
        let variables = plan.hooks.flatMap { hook -> [String] in
            guard case .post(let address, let authorization) = hook.call else { return [] }
            return [address] + (authorization.map { [$0] } ?? [])
        }
        let values =
            variables.compactMap { environment[$0] } + [environment["DATABASE_URL"] ?? ""].filter(Self.isAddress)
        secrets = values.filter { !$0.isEmpty }
    }

    /// How much of what an executable writes to stderr is kept, in characters.
    private static let hearing = 2_000

    /// Calls a hook once.
    ///
    /// - Returns: nil when it says yes; else what it did instead, as the end of a sentence on one line without secrets.
    func objection(of hook: Hook, to message: HookMessage) async throws -> String? {
        let answer =
            switch hook.call {
            case .run(let words): try await run(words, hook.timeout, message)
            case .post(let address, let authorization):
                try await post(message, to: address, authorization, hook.timeout)
            }
        try Task.checkCancellation()
        return answer.map(scrubbed)
    }

    private func scrubbed(_ words: String) -> String {
        secrets.reduce(target.scrubbed(words)) { $0.replacing($1, with: "***") }
    }

    // MARK: - Executables

    private func run(_ words: [String], _ timeout: Duration, _ message: HookMessage) async throws -> String? {
        let program = OutsideProgram(
            executable: path(of: words.first ?? ""),
            arguments: Array(words.dropFirst()),
            environment: message.environment,
            timeout: timeout
        )
        do {
            guard let end = try await program.run(telling: message.json.line + "\n", hearing: Self.hearing) else {
                return "did not end within \(ThrottleWords.seconds(timeout.seconds))"
            }
            let said = end.words.contains { !$0.isWhitespace } ? ": \(end.words)" : ""
            return switch end.status {
            case .exited(0): nil
            case .exited(let code): "exits with \(code)\(said)"
            case .signaled(let number): "was ended by signal \(number)\(said)"
            }
        } catch is SubprocessError {
            return "cannot be started: there is no such executable, or it may not be run"
        }
    }

    /// With a slash it is a file, which a relative path looks for beside the plan; without, PATH says where it is.
    private func path(of executable: String) -> String {
        guard executable.contains("/"), !executable.hasPrefix("/") else { return executable }
        return folder.appending(path: executable).path(percentEncoded: false)
    }

    // MARK: - Addresses

    private func post(
        _ message: HookMessage,
        to variable: String,
        _ authorization: String?,
        _ timeout: Duration
    ) async throws -> String? {
        for name in [variable] + (authorization.map { [$0] } ?? []) where environment[name, default: ""].isEmpty {
            return "cannot be called: the environment variable \(name) is not set"
        }
        guard let text = environment[variable], Self.isAddress(text), let url = URL(string: text), url.host() != nil
        else { return "cannot be called: the environment variable \(variable) holds no address of the web" }
        let call = WebCall(
            url: url,
            body: message.json.line,
            authorization: authorization.flatMap { environment[$0] },
            timeout: timeout
        )
        return switch try await call.answer() {
        case .status(200..<300): nil
        case .status(let code): "answers with \(code)"
        case .silence: "did not answer within \(ThrottleWords.seconds(timeout.seconds))"
        case .unreachable(let why): "does not answer (\(why))"
        case .unsent(let why): "cannot be called: \(why)"
        }
    }

    private static func isAddress(_ text: String) -> Bool { text.contains("://") }
}
