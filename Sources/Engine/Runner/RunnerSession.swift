import Postgres
import Synchronization
import Workflow

/// The runner's session, opened again when the server went away.
///
/// **Invariant:** a statement whose outcome is unknown is never sent again from here; who asks must prove the outcome
/// first. Only reads and writes that may be repeated go through `retrying`.
final class RunnerSession: Sendable {
    private let workspace: Workspace
    private let plan: String
    private let role: String
    private let patience: Duration
    private let settings: [String: String]
    private let current: Mutex<Session>

    init(
        _ workspace: Workspace,
        plan: String,
        role: String,
        patience: Duration,
        settings: [String: String] = [:]
    ) async throws {
        self.workspace = workspace
        self.plan = plan
        self.role = role
        self.patience = patience
        self.settings = settings
        current = Mutex(try await workspace.openSession(plan, role, settings: settings))
    }

    func close() async { await workspace.closeSession(current.withLock { $0 }, plan, role, settings: settings) }

    /// Sends a script from BEGIN to COMMIT; returns the error that ended it, with the transaction rolled back.
    func attempt(_ script: String) async -> PostgresError? {
        await caught { connection in
            do throws(PostgresError) {
                try connection.execute(script)
            } catch {
                if !error.isConnectionProblem { _ = try connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// The session for statements that must not run in a transaction: this one, or one beside the pooler.
    ///
    /// - Throws: ``PoolerInTheWay``.
    func alone() async throws -> LoneSession {
        let session = current.withLock { $0 }
        guard session.isPooled else { return LoneSession(session: session, isBorrowed: true) }
        return LoneSession(session: try await workspace.openDirectSession(plan, role), isBorrowed: false)
    }

    /// Runs work that may be repeated, connecting again while the server restarts.
    func retrying<T: Sendable>(_ work: @Sendable (Connection) throws -> T) async throws -> T {
        let end = ContinuousClock.now + patience
        while true {
            let session = current.withLock { $0 }
            do {
                return try await session.run(work)
            } catch let error as PostgresError where error.isConnectionProblem && ContinuousClock.now < end {
                try await reconnect(until: end, error)
            }
        }
    }

    private func caught(_ work: @Sendable (Connection) throws -> Void) async -> PostgresError? {
        await current.withLock { $0 }.caught(work)
    }

    private func reconnect(until end: ContinuousClock.Instant, _ cause: PostgresError) async throws {
        workspace.remark(.notice("the connection was lost (\(cause)); connecting again"))
        while true {
            do {
                let session = try await workspace.openSession(plan, role, settings: settings)
                let old = current.withLock { current in
                    let old = current
                    current = session
                    return old
                }
                await old.close()
                return
            } catch let error as PostgresError where error.isConnectionProblem && ContinuousClock.now < end {
                try workspace.interruption.check()
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}

/// A session for statements that refuse a transaction; it has no timeout of the server's.
struct LoneSession: Sendable {
    fileprivate let session: Session
    /// Whether it is the runner's own, which stays open.
    fileprivate let isBorrowed: Bool

    var processID: Int32 { session.processID }

    /// Sends one statement; returns the error that ended it.
    func attempt(_ statement: String) async -> PostgresError? {
        await session.caught { connection in try connection.executeAlone(statement) }
    }

    /// Proves that the session is in the database of the lease, and the plan still ours.
    func require(_ lease: Lease) async throws {
        try await session.run { connection in try lease.require(on: connection) }
    }

    func close() async {
        if !isBorrowed { await session.close() }
    }
}

extension Session {
    /// Runs work and returns the error that ended it.
    fileprivate func caught(_ work: @Sendable (Connection) throws -> Void) async -> PostgresError? {
        do {
            try await run(work)
            return nil
        } catch let error as PostgresError {
            return error
        } catch is CancellationError {
            return .cancelled
        } catch {
            return .usage("\(error)")
        }
    }
}
