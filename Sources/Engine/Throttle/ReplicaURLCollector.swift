import Foundation
import Postgres
import Workflow

/// The time that replicas are behind which are asked themselves: those whose state this server does not know, or not show.
struct ReplicaURLCollector: SignalCollector {
    let signal = Signal.replicaURLs
    let place: Watchpoint
    let environment: [String: String]
    private var sessions: [String: MonitorSession] = [:]
    private var clock = ReplayClock()
    private var begin: Date?

    init(_ place: Watchpoint, environment: [String: String]) {
        self.place = place
        self.environment = environment
    }

    func close() async {
        for session in sessions.values { await session.close() }
    }

    mutating func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        let (position, system) = try await place.session.run { connection in
            let row = try connection.queryKept(
                """
                SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::int8 AS position,
                       (SELECT system_identifier FROM pg_control_system()) AS system
                """
            ).only()
            return (try row.decode("position", as: Int64.self), try row.decode("system", as: Int64.self))
        }
        let noted = Date()
        clock.note(position, at: noted)
        let begin = begin ?? noted
        self.begin = begin

        let urls = settings.replicaURLs ?? []
        for gone in sessions.keys where !urls.contains(gone) { await sessions.removeValue(forKey: gone)?.close() }
        for url in urls where sessions[url] == nil {
            guard let target = target(of: url) else {
                return .unmeasurable("the environment variable \(url.dropFirst()) is not set")
            }
            sessions[url] = Self.session(of: target)
        }
        var behind: [(lag: ReplayLag, name: String)] = []
        let answers = await Self.ask(sessions)
        let now = Date()
        for (url, answer) in answers.sorted(by: { $0.key < $1.key }) {
            let name = url.hasPrefix("$") ? url : target(of: url)?.description ?? url
            switch answer {
            case .failure(let error): return .unmeasurable("\(name): \(error)")
            case .success(let answer):
                guard answer.isInRecovery, let replayed = answer.replayed else {
                    return .unmeasurable("\(name) is no replica: it is not in recovery")
                }
                guard answer.system == system else { return .unmeasurable("\(name) is a replica of another server") }
                behind.append((ReplayLag(clock.lag(of: replayed, at: now), replayed: replayed, of: position), name))
            }
        }
        let limit = settings.replicaLag ?? ThrottleSettings().replicaLag ?? .zero
        return ReplayLag.reading(of: behind, watched: now.timeIntervalSince(begin), limit: limit.seconds)
    }

    // MARK: - Asking

    private struct Answer: Sendable {
        let isInRecovery: Bool
        let system: Int64
        let replayed: Int64?
    }

    /// All at once: one that does not answer delays none of the others' answers, only the reading.
    private static func ask(_ sessions: [String: MonitorSession]) async -> [String: Result<Answer, any Error>] {
        // Not a group of tasks: one whose results were pairs of a text and a Result ended the program, optimized by Swift 6.3.
        let asked = sessions.mapValues { session in Task { try await session.run(answer) } }
        return await withTaskCancellationHandler {
            var answers: [String: Result<Answer, any Error>] = [:]
            for (url, task) in asked { answers[url] = await task.result }
            return answers
        } onCancel: {
            for task in asked.values { task.cancel() }
        }
    }

    private static func answer(_ connection: Connection) throws -> Answer {
        let row = try connection.queryKept(
            """
            SELECT pg_is_in_recovery() AS recovery, (SELECT system_identifier FROM pg_control_system()) AS system,
                   pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::int8 AS replayed
            """
        ).only()
        return Answer(
            isInRecovery: try row.decode("recovery"),
            system: try row.decode("system"),
            replayed: try row.decodeIfPresent("replayed")
        )
    }

    private func target(of url: String) -> ConnectionTarget? {
        guard url.hasPrefix("$") else { return ConnectionTarget(url: url, environment: [:]) }
        guard let value = environment[String(url.dropFirst())], !value.isEmpty else { return nil }
        return ConnectionTarget(url: value, environment: [:])
    }

    private static func session(of target: ConnectionTarget) -> MonitorSession {
        MonitorSession {
            try await Session.open(
                target,
                SessionOptions(
                    applicationName: "crossfade/monitor",
                    connectTimeout: .seconds(2),
                    settings: MonitorSession.settings
                )
            )
        }
    }
}
