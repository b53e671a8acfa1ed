import Foundation
import Postgres
import SQL
import Workflow

/// The end of a run whose tables or columns are gone: what of the old shape is left gets back what expand took from it, and
/// everything that is the plan's own goes, but for columns that alone hold the values.
extension PlanEngine {
    /// Why a phase's undo steps have nothing to run on; nil where the error is about something else.
    func absence(_ error: any Error, _ record: RunRecord, _ control: RunControl) async throws -> MissingShape? {
        let known = Self.serverError(error)
        guard known?.isAboutAbsence == true || error is CatalogProblem else { return nil }
        let missing = try await control.session.retrying { try MissingShape.ofRun(record, on: $0) }
        guard missing.objects.isEmpty else { return missing }
        // After contract the reserved names are not known here: the server names what it misses.
        guard record.run.status(of: .contract).hasBegun, let message = known?.serverMessage else { return nil }
        return MissingShape(objects: [message], includesOld: true)
    }

    /// What the server said, where that is why a command failed.
    private static func serverError(_ error: any Error) -> PostgresError? {
        switch error {
        case StepFailure.statement(_, let error): error
        case let error as PostgresError: error
        default: nil
        }
    }

    /// The tables and columns that are gone, where a command failed for want of them.
    func absence(behind error: any Error, _ control: RunControl) async -> Failure? {
        guard Self.serverError(error)?.isAboutAbsence == true else { return nil }
        // What cannot be read any more leaves the error as it is.
        return try? await control.session.retrying { try absence(on: $0) }
    }

    /// The same of a command that does not hold the plan.
    func absence(behind error: any Error) async -> Failure? {
        guard Self.serverError(error)?.isAboutAbsence == true else { return nil }
        return try? await observing("absence") { try absence(on: $0) }
    }

    private func absence(on connection: Connection) throws -> Failure? {
        guard let record = try Ledger(connection).newestRun(of: plan.name), !record.run.state.isOver,
            case let missing = try MissingShape.ofRun(record, on: connection), !missing.objects.isEmpty
        else { return nil }
        let name = plan.name.text
        return Failure(
            .closed,
            missing.sentence,
            hint:
                "restore it; or crossfade rollback \(name) --confirm \(name) ends the run, and drops what is left of it"
        )
    }

    /// Undoes of a phase what can be undone, and records that no more was.
    func abandon(_ phase: Phase, _ missing: MissingShape, _ control: RunControl) async throws -> Int {
        let record = try await control.existing()
        workspace.remark(.notice("undoing \(phase.rawValue) as far as there is anything to undo: \(missing.sentence)"))
        var ran = 0
        if !missing.includesOld, phase < .contract {
            for step in try files(record.blueprint).generated(.undo(phase)) where step.mode != .chunk {
                if try await control.session.retrying({ try step.isDone(on: $0) }) { continue }
                try await runTolerantly(step, control)
                ran += 1
            }
        }
        let event = LedgerEvent(
            "phase undone",
            phase: phase,
            "\(ran) steps, as far as there was anything to undo: \(missing.sentence)"
        )
        _ = try await control.apply(.undone(phase), event) { ledger, stored in
            if phase == .contract { try ledger.endBrownout(.ended, run: stored.id) }
        }
        return ran
    }

    /// Runs the statements of a step but for those that are about something that is gone.
    private func runTolerantly(_ step: Step, _ control: RunControl) async throws {
        if step.mode == .none {
            let alone = try await control.session.alone()
            let error = await alone.attempt(step.statements.first?.text ?? "")
            await alone.close()
            if let error, !error.isAboutAbsence { throw StepFailure.statement(step: step.title, error) }
            return
        }
        try await patiently(step.title, control) { connection in
            for statement in step.statements {
                try connection.execute("SAVEPOINT statement")
                do throws(PostgresError) {
                    try connection.execute(statement.text)
                    try connection.execute("RELEASE SAVEPOINT statement")
                } catch {
                    guard error.isAboutAbsence else { throw error }
                    try connection.execute("ROLLBACK TO SAVEPOINT statement; RELEASE SAVEPOINT statement")
                }
            }
        }
    }

    /// Drops what the plan's files make in the ledger's schema, where it is still there, with the triggers that call it.
    ///
    /// - Returns: how many functions there were.
    func sweep(_ record: RunRecord, _ control: RunControl) async throws -> Int {
        let files = files(record.blueprint)
        let schema = Identifier(shortening: "crossfade")
        let made = Set(
            try PhaseFile.allCases.flatMap { try files.generated($0) }.flatMap(\.statements).compactMap(
                \.function?.name
            )
        )
        let left = try await control.session.retrying { connection in
            try connection.queryKept(
                """
                SELECT p.proname AS name, p.oid::regprocedure::text AS signature
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                 WHERE n.nspname = 'crossfade' AND starts_with(p.proname, 'crossfade_') ORDER BY 1
                """
            ).map {
                (
                    name: try $0.decode("name", as: Identifier.self),
                    signature: try $0.decode("signature", as: String.self)
                )
            }
        }.filter { made.contains(QualifiedName(schema: schema, name: $0.name)) }
        guard !left.isEmpty else { return 0 }
        try await patiently("drop what is left", control) { connection in
            for function in left { try connection.execute("DROP FUNCTION \(function.signature) CASCADE") }
        }
        return left.count
    }

    /// Runs work in one transaction, again and again while a lock is not to be had, up to the plan's deadline.
    private func patiently(
        _ title: String,
        _ control: RunControl,
        _ work: @escaping @Sendable (Connection) throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        var tries = 0
        while true {
            try workspace.interruption.check()
            tries += 1
            do {
                return try await control.session.retrying { [plan, lease = control.lease] connection in
                    try lease.transaction(on: connection) { connection in
                        let milliseconds = Int((plan.pace.lockTimeout.seconds * 1000).rounded())
                        try connection.execute("SET LOCAL lock_timeout = \(milliseconds)")
                        try work(connection)
                    }
                }
            } catch let error as PostgresError where error.isWorthRetrying || error.sqlState == .lockNotAvailable {
                let waited = ContinuousClock.now - start
                guard waited < plan.pace.lockDeadline else {
                    throw StepFailure.lock(
                        step: title,
                        tries: tries,
                        waited: .seconds(Int(waited.seconds.rounded())),
                        blockers: []
                    )
                }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}

extension MissingShape {
    /// What is gone, as a sentence.
    var sentence: String {
        let names = objects.joined(separator: ", ")
        return includesOld && objects.count == 1 && !names.hasPrefix("the ") ? names : "gone: \(names)"
    }
}
