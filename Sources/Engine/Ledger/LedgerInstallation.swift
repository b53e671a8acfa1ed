import Postgres
import SQL
package import Workflow

/// What a role may do with the ledger.
package enum LedgerRight: String, CaseIterable, Sendable {
    /// Look: status, history, report.
    case observer
    /// Look, and approve as itself.
    case approver
    /// Look, and run plans on the tables it owns.
    case `operator`

    /// The scripts that grant it, each of which adds to the one before.
    fileprivate var scripts: [String] {
        switch self {
        case .observer: ["observer"]
        case .approver: ["observer", "approver"]
        case .operator: ["observer", "operator"]
        }
    }
}

/// Makes the ledger before the first plan needs it, and lets other roles use it.
package struct LedgerInstallation: Sendable {
    let workspace: Workspace

    package init(workspace: Workspace) { self.workspace = workspace }

    /// Creates the ledger or brings it up to date, and grants; doing so again changes nothing.
    ///
    /// - Returns: the ledger's version.
    /// - Throws: ``Failure`` `refused` for a role that does not exist, and where the session's own role may not do it.
    package func install(granting right: LedgerRight?, to role: String?) async throws -> Int {
        let session = try await open()
        do {
            try await session.run { [workspace] connection in
                try LedgerPublications(connection).require(
                    acknowledged: [],
                    orSay: "let the first advance make it here, of a plan with acknowledge: [\(LedgerPublications.id)]"
                )
                let scripts = try LedgerScripts(workspace.templates)
                try Ledger(connection).install(scripts)
                // Evidence from before what was missing is not complete, and must not pass for it.
                let wasMute = try Ledger(connection).hasMuteFunctions
                let isRestored = try Ledger(connection).restoreRecording(scripts)
                guard let right, let role else { return }
                try grant(right, to: role, on: connection, isAddition: !wasMute && !isRestored)
            }
            await session.close()
            return Ledger.version
        } catch {
            await session.close()
            throw Self.explained(error)
        }
    }

    private func open() async throws -> Session {
        do {
            return try await workspace.openSession("-", "init")
        } catch {
            throw Failure(
                .unreachable,
                "the database cannot be reached: \(error)",
                hint: "check --database, DATABASE_URL or the PG* variables"
            )
        }
    }

    /// Grants; as an `isAddition` beside a path of evidence that was whole, which is as good as before then.
    private func grant(_ right: LedgerRight, to role: String, on connection: Connection, isAddition: Bool) throws {
        let database: String = try connection.queryKept("SELECT current_database()::text AS name").only().decode("name")
        guard try !connection.queryKept("SELECT FROM pg_roles WHERE rolname = $1", [role]).isEmpty else {
            throw Failure(.refused, "there is no role \(role)", hint: "CREATE ROLE, then the same command again")
        }
        let context = TemplateContext([
            "role": .identifier(try Identifier(role)), "role_text": .literal(try Literal(role)),
            "database": .identifier(try Identifier(database)),
        ])
        try connection.transaction { connection in
            let ledger = Ledger(connection)
            for script in right.scripts {
                for step in try workspace.templates.render("ledger/\(script)", context).steps {
                    for statement in step.statements { try connection.execute(statement.text) }
                    let isDone = try connection.query(step.done).only().decode(at: 0, as: Bool.self)
                    // The server grants what the grantor cannot grant with a warning only.
                    guard isDone else { throw Self.notAllowed("GRANT had no effect") }
                }
            }
            if right == .operator { try ledger.grantUsage(toOwnersAround: role) }
            if try isAddition && ledger.hasOpenRun {
                let event = LedgerEvent(Ledger.granted, "\(right.rawValue) to \(role)")
                try ledger.append(event, run: nil, plan: "-", by: workspace.actor)
            }
        }
    }

    private static func explained(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError else { return error }
        return error.sqlState == .insufficientPrivilege
            ? notAllowed("\(error)") : Failure(.failed, "\(error)", hint: "the same command can be given again")
    }

    private static func notAllowed(_ reason: String) -> Failure {
        Failure(
            .refused,
            "this role may not do that: \(reason)",
            hint: "run crossfade init as the ledger's owner; for the first time, as a role with CREATE on the database"
        )
    }
}
