import Postgres
import Synchronization

/// One instance of a version of a scenario's application.
///
/// It writes only keys that no other client writes, so that it knows what a read of them must show.
final class ScenarioClient: ApplicationClient {
    /// The loaded keys that are a client's own: with 6 clients every sixth, beginning at its number.
    struct Share: Sendable {
        let number: Int
        let clients: Int
        let rows: Int

        func any() -> Int { number + clients * Int.random(in: 0...(rows - number) / clients) }
    }

    private struct State {
        /// The value last committed, by key.
        var written: [Int: String] = [:]
        /// Keys of what it deleted.
        var deleted: Set<Int> = []
        var statistics = ClientStatistics()
        var turn = 0
        var isStopping = false
    }

    static let versions: [ApplicationVersion] = [.old, .new]
    /// Between the new keys of two clients; more than there are loaded keys, and turns of a client.
    private static let span = 10_000_000

    let version: ApplicationVersion
    private let share: Share
    private let statements: Scenario.Statements
    private let value: @Sendable (Int) -> String
    private let state = Mutex(State())

    init(_ version: ApplicationVersion, of scenario: Scenario, share: Share) {
        self.version = version
        self.share = share
        statements = version == .old ? scenario.old : scenario.new
        value = scenario.value
    }

    var statistics: ClientStatistics { state.withLock { $0.statistics } }
    var written: [Int: String] { state.withLock { $0.written } }
    var deleted: Set<Int> { state.withLock { $0.deleted } }

    func takeRecentWait() -> Duration { state.withLock { $0.statistics.takeRecentWait() } }

    func stop() { state.withLock { $0.isStopping = true } }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: - Work

    func run(on target: ConnectionTarget) async {
        while !isStopping, !Task.isCancelled {
            do {
                let session = try await Session.open(
                    target,
                    as: "demo/\(version)/\(share.number)",
                    statementTimeout: .seconds(30)
                )
                while !isStopping {
                    try await session.run { connection in try attempt(on: connection) }
                    try await Task.sleep(for: Self.thinkTime)
                }
                await session.close()
            } catch {
                if !Task.isCancelled {
                    state.withLock { $0.statistics.countFailure("\(version), the session: \(error)") }
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// A failed piece of work is counted, and thrown only if the session is lost with it.
    private func attempt(on connection: Connection) throws(PostgresError) {
        let (turn, known, loaded) = state.withLock { state in
            state.turn += 1
            let loaded = share.any()
            return (state.turn, state.written.keys.randomElement(), state.deleted.contains(loaded) ? nil : loaded)
        }
        do throws(PostgresError) {
            switch (turn % 8, known, loaded) {
            case (0, let key?, _): try delete(key, on: connection)
            case (1, let key?, _), (3, let key?, _), (5, let key?, _): try read(key, on: connection)
            case (2, _, let key?), (6, let key?, _): try write(key, statements.update, turn, on: connection)
            default: try write(share.number * Self.span + turn, statements.insert, turn, on: connection)
            }
        } catch {
            if error.isConnectionProblem || error == .cancelled { throw error }
            state.withLock { $0.statistics.countFailure("\(version), turn \(turn): \(error)") }
        }
    }

    private func write(_ key: Int, _ list: [String], _ turn: Int, on connection: Connection) throws(PostgresError) {
        let value = value(turn * 10 + share.number)
        try send(list, key, value, on: connection)
        state.withLock { $0.written[key] = value }
    }

    private func delete(_ key: Int, on connection: Connection) throws(PostgresError) {
        try send(statements.delete, key, "", on: connection)
        state.withLock { state in
            state.written[key] = nil
            state.deleted.insert(key)
        }
    }

    private func read(_ key: Int, on connection: Connection) throws(PostgresError) {
        let start = ContinuousClock.now
        let rows = try connection.query(Self.text(statements.read, key, ""))
        let found: String? = try rows.first?.decodeIfPresent(at: 0)
        state.withLock { state in
            state.statistics.countStatement(took: ContinuousClock.now - start)
            guard found != state.written[key] else { return }
            let expected = state.written[key] ?? "no row"
            state.statistics.countLostWrite("\(version) read \(found ?? "no row") for key \(key), not \(expected)")
        }
    }

    /// One transaction.
    private func send(_ list: [String], _ key: Int, _ value: String, on connection: Connection) throws(PostgresError) {
        do {
            try connection.transaction { connection in
                for statement in list {
                    let start = ContinuousClock.now
                    defer { state.withLock { $0.statistics.countStatement(took: ContinuousClock.now - start) } }
                    _ = try connection.query(Self.text(statement, key, value))
                }
            }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw .usage("\(error)")
        }
    }

    /// Keys are numbers and values letters and digits: neither needs quoting beyond the marks.
    static func text(_ statement: String, _ key: Int, _ value: String) -> String {
        statement.replacing("{key}", with: "\(key)").replacing("{value}", with: "'\(value)'")
    }
}
