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
    private let current: Mutex<Session>

    init(_ workspace: Workspace, plan: String, role: String, patience: Duration) async throws {
        self.workspace = workspace
        self.plan = plan
        self.role = role
        self.patience = patience
        current = Mutex(try await workspace.openSession(plan, role))
    }

    var processID: Int32 { current.withLock { $0.processID } }

    func close() async { await current.withLock { $0 }.close() }

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

    /// Sends one statement that must not run in a transaction, without timeouts of the server's.
    func attemptAlone(_ statement: String) async -> PostgresError? {
        await caught { connection in
            try connection.execute("SET lock_timeout = 0")
            try connection.execute("SET statement_timeout = 0")
            try connection.execute(statement)
        }
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
        let session = current.withLock { $0 }
        do {
            try await session.run(work)
            return nil
        } catch let error as PostgresError {
            return error
        } catch is CancellationError {
            return .cancelled
        } catch {
            return .usage("\(error)")
        }
    }

    private func reconnect(until end: ContinuousClock.Instant, _ cause: PostgresError) async throws {
        workspace.remark(.notice("the connection was lost (\(cause)); connecting again"))
        while true {
            do {
                let session = try await workspace.openSession(plan, role)
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
