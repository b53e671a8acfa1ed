package import Foundation
package import Postgres
import Synchronization
package import Workflow

/// Everything a command works with: where the database is, whose templates, who asks, how to stop, whom to tell.
package struct Workspace: Sendable {
    package let target: ConnectionTarget
    package let templates: TemplateLibrary
    package let actor: Actor
    package let interruption: Interruption
    package let faults: FaultInjector
    /// Folder with generated files; beside the plan when nil.
    package let migrations: URL?
    package let remark: @Sendable (Remark) -> Void
    /// Where sessions of the present command rest between its questions.
    let sessions: SessionStore
    /// Reads the plan's file again, so that its pace may be edited while it runs; nil where there is no file.
    package var rereadPlan: @Sendable () throws -> Plan? = { nil }

    package init(
        target: ConnectionTarget,
        templates: TemplateLibrary,
        actor: Actor,
        interruption: Interruption = Interruption(),
        faults: FaultInjector = .none,
        migrations: URL? = nil,
        sessions: SessionStore = SessionStore(),
        remark: @escaping @Sendable (Remark) -> Void = { _ in }
    ) {
        self.target = target
        self.templates = templates
        self.actor = actor
        self.interruption = interruption
        self.faults = faults
        self.migrations = migrations
        self.sessions = sessions
        self.remark = remark
    }

    /// Where statements go that a pooler cannot carry, when `target` leads through one; nil: where all others go.
    package var direct: ConnectionTarget?

    /// Whether unqualified names mean what they mean to the role's other sessions; else they are an error.
    var keepsSearchPath = false

    /// Opens a session whose application_name tells plan and role; `settings` are beside those that all have.
    func openSession(_ plan: String, _ role: String, settings: [String: String] = [:]) async throws -> Session {
        let options = options(plan, role, settings)
        if let session = await sessions.take(options) { return session }
        return try await Session.open(target, options)
    }

    /// Ends the work of a session that ``openSession(_:_:settings:)`` opened with the same arguments.
    func closeSession(_ session: Session, _ plan: String, _ role: String, settings: [String: String] = [:]) async {
        await sessions.giveBack(session, options(plan, role, settings))
    }

    /// Opens a session that is one session of the server, for statements that refuse a transaction.
    ///
    /// - Throws: ``PoolerInTheWay`` where the database is known through a pooler only.
    func openDirectSession(_ plan: String, _ role: String, settings: [String: String] = [:]) async throws -> Session {
        let session = try await Session.open(direct ?? target, options(plan, role, settings))
        guard session.isPooled else { return session }
        await session.close()
        throw PoolerInTheWay(isDirectURL: direct != nil)
    }

    private func options(_ plan: String, _ role: String, _ settings: [String: String]) -> SessionOptions {
        SessionOptions(
            applicationName: "crossfade/\(plan)/\(role)",
            keepsSearchPath: keepsSearchPath,
            settings: settings,
            mark: StatementHistory.mark
        )
    }
}

/// A statement needs a session of its own on the server, and there is a pooler between.
struct PoolerInTheWay: Error, CustomStringConvertible {
    /// Whether it was asked for by `--direct`.
    let isDirectURL: Bool

    /// As the end of a sentence about the statement.
    var description: String {
        isDirectURL
            ? "it needs a direct connection, and the URL of --direct leads to a pooler"
            : "it needs a direct connection, and the database URL leads to a pooler"
    }
}

/// Who runs a command.
package struct Actor: Sendable, Hashable {
    package let user: String
    package let host: String
    package let pid: Int32

    package init(user: String, host: String, pid: Int32) {
        self.user = user
        self.host = host
        self.pid = pid
    }

    /// The person of `CROSSFADE_ACTOR`, else the operating system's user, on this host.
    package static func current(environment: [String: String]) -> Actor {
        let process = ProcessInfo.processInfo
        let named = environment["CROSSFADE_ACTOR"].flatMap { $0.isEmpty ? nil : $0 }
        return Actor(user: named ?? process.userName, host: process.hostName, pid: process.processIdentifier)
    }

    /// `user@host`, as the event log has it.
    package var name: String { "\(user)@\(host)" }
}

/// A person's wish to stop at the next safe place.
package final class Interruption: Sendable {
    private let state = Mutex(false)

    package init() {}

    package func request() { state.withLock { $0 = true } }

    /// What follows is what was asked for, and is not to be stopped by it.
    package func answer() { state.withLock { $0 = false } }

    package var isRequested: Bool { state.withLock { $0 } }

    /// Throws when a stop is wished for; called where nothing is half done.
    func check() throws {
        if isRequested { throw Interrupted() }
    }
}

/// The run was left at a safe place, as a person asked.
struct Interrupted: Error {}
