import Postgres
import Synchronization

/// One running instance of a version of a scenario's application, with a session and things of its own.
final class ScenarioClient: Sendable {
    private struct State {
        /// The value last committed, by key.
        var written: [Int: String] = [:]
        /// Keys of what it deleted.
        var deleted: Set<Int> = []
        var statistics = ClientStatistics()
        var turn = 0
        var isStopping = false
    }

    private static let pause = Duration.milliseconds(3)
    /// Things of different clients never have the same key.
    private static let span = 10_000_000

    let version: ApplicationVersion
    private let number: Int
    private let statements: Scenario.Statements
    private let value: @Sendable (Int) -> String
    private let state = Mutex(State())

    init(_ version: ApplicationVersion, number: Int, of scenario: Scenario) {
        self.version = version
        self.number = number
        statements = version == .old ? scenario.old : scenario.new
        value = scenario.value
    }

    var statistics: ClientStatistics { state.withLock { $0.statistics } }
    var written: [Int: String] { state.withLock { $0.written } }
    var deleted: Set<Int> { state.withLock { $0.deleted } }

    func takeRecentWait() -> Duration { state.withLock { $0.statistics.takeRecentWait() } }

    /// Lets the piece of work under way be the last.
    func stop() { state.withLock { $0.isStopping = true } }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Works until it is stopped; a lost session is a failure, and replaced.
    func run(on target: ConnectionTarget) async {
        while !isStopping, !Task.isCancelled {
            do {
                let session = try await Session.open(
                    target,
                    as: "demo/\(version)/\(number)",
                    statementTimeout: .seconds(30)
                )
                while !isStopping {
                    try await session.run { connection in try attempt(on: connection) }
                    try await Task.sleep(for: Self.pause)
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
        let turn = state.withLock { state in
            state.turn += 1
            return state.turn
        }
        let known = state.withLock { $0.written.keys.randomElement() }
        do throws(PostgresError) {
            switch (turn % 8, known) {
            case (0, let key?): try delete(key, on: connection)
            case (1, let key?), (3, let key?), (5, let key?): try read(key, on: connection)
            case (2, let key?), (6, let key?): try write(key, statements.update, turn, on: connection)
            default: try write(number * Self.span + turn, statements.insert, turn, on: connection)
            }
        } catch {
            if error.isConnectionProblem || error == .cancelled { throw error }
            state.withLock { $0.statistics.countFailure("\(version), turn \(turn): \(error)") }
        }
    }

    private func write(_ key: Int, _ list: [String], _ turn: Int, on connection: Connection) throws(PostgresError) {
        let value = value(turn * 10 + number)
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
            let wanted = state.written[key] ?? "nothing"
            state.statistics.countLostWrite("\(version) read \(found ?? "nothing") for \(key), not \(wanted)")
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
