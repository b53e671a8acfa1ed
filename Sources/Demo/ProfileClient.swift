import Postgres
import Synchronization

/// An instance of the shop's application, which reads and writes profiles.
///
/// It writes only rows that no other client writes, so that it knows what every read of them must show.
final class ProfileClient: ApplicationClient {
    private struct State {
        var memory: Memory
        var statistics = ClientStatistics()
        /// Makes every written value different.
        var writes = 0
        var isStopping = false
    }

    static let versions = ApplicationVersion.allCases

    let version: ApplicationVersion
    private let number: Int
    private let state: Mutex<State>

    init(_ version: ApplicationVersion, number: Int, memory: Memory) {
        self.version = version
        self.number = number
        state = Mutex(State(memory: memory))
    }

    var memory: Memory { state.withLock { $0.memory } }

    var statistics: ClientStatistics { state.withLock { $0.statistics } }

    func takeRecentWait() -> Duration { state.withLock { $0.statistics.takeRecentWait() } }

    func adopt(_ other: Memory) { state.withLock { $0.memory.adopt(other) } }

    func stop() { state.withLock { $0.isStopping = true } }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: - Work

    func run(on target: ConnectionTarget) async {
        while !isStopping, !Task.isCancelled {
            do {
                let name = "demo/\(version)/\(number)"
                let session = try await Session.open(target, as: name, statementTimeout: .seconds(30))
                try await work(on: session)
                await session.close()
            } catch {
                if !Task.isCancelled { countFailure(error, in: "the session") }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func work(on session: Session) async throws {
        while !isStopping {
            try await session.run { connection in try attempt(Action.any(for: version), on: connection) }
            try await Task.sleep(for: Self.thinkTime)
        }
    }

    /// A failed statement is counted, and thrown only if the session is lost with it.
    private func attempt(_ action: Action, on connection: Connection) throws(PostgresError) {
        do throws(PostgresError) {
            try perform(action, on: connection)
        } catch {
            if error.isConnectionProblem || error == .cancelled { throw error }
            countFailure(error, in: "\(action)")
        }
    }

    private func perform(_ action: Action, on connection: Connection) throws(PostgresError) {
        switch action {
        case .read: try read(on: connection)
        case .update: try update(on: connection)
        case .upsert: try upsert(on: connection)
        case .touch: try expectRow(send(ApplicationVersion.touch, [anyOwn()], on: connection))
        case .insert: try insert(on: connection, isEmpty: false)
        case .insertEmpty: try insert(on: connection, isEmpty: true)
        }
    }

    private func read(on connection: Connection) throws(PostgresError) {
        let id = anyOwn()
        let rows = try send(version.select, [id], on: connection)
        let expected = memory.expected(id)
        let row = try rows.only()
        for place in row.columnNames.indices {
            let value: String? = try row.decodeIfPresent(at: place)
            guard value != expected else { continue }
            let difference = "\(version) read \(value.map { "'\($0)'" } ?? "NULL") in profile \(id), not '\(expected)'"
            state.withLock { $0.statistics.countLostWrite(difference) }
        }
    }

    private func update(on connection: Connection) throws(PostgresError) {
        let (id, value) = (anyOwn(), nextValue())
        try expectRow(send(version.update, [value, id], on: connection))
        remember(value, for: id)
    }

    private func upsert(on connection: Connection) throws(PostgresError) {
        let (user, value) = (memory.anyLoaded(), nextValue())
        let id: Int = try send(version.upsert, [user, value], on: connection).only().decode("id")
        remember(value, for: id)
    }

    /// A user and the profile in one transaction.
    private func insert(on connection: Connection, isEmpty: Bool) throws(PostgresError) {
        let value = nextValue()
        var id = 0
        do {
            try connection.transaction { connection in
                let person = [value.replacing(" ", with: ".") + "@example.com", value]
                let user: Int = try send(ApplicationVersion.insertUser, person, on: connection).only().decode("id")
                let profile =
                    try isEmpty
                    ? send(ApplicationVersion.insertEmpty, [user], on: connection)
                    : send(version.insert, [user, value], on: connection)
                id = try profile.only().decode("id")
            }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw .usage("\(error)")
        }
        remember(isEmpty ? "" : value, for: id)
    }

    // MARK: - Accounts

    private func send(
        _ statement: String,
        _ parameters: [any Parameter],
        on connection: Connection
    ) throws(PostgresError) -> Rows {
        let start = ContinuousClock.now
        defer {
            let wait = ContinuousClock.now - start
            state.withLock { $0.statistics.countStatement(took: wait) }
        }
        return try connection.query(statement, parameters)
    }

    private func expectRow(_ rows: Rows) throws(PostgresError) {
        guard rows.affected == 1 else { throw .usage("\(rows.affected) rows were touched instead of one") }
    }

    private func anyOwn() -> Int { state.withLock { $0.memory.anyOwn() } }

    private func nextValue() -> String {
        state.withLock { state in
            state.writes += 1
            return "\(version) \(number) \(state.writes)"
        }
    }

    private func remember(_ value: String, for id: Int) { state.withLock { $0.memory.remember(value, for: id) } }

    private func countFailure(_ error: any Error, in action: String) {
        state.withLock { $0.statistics.countFailure("\(version), \(action): \(error)") }
    }
}
