import Diagnostics
import Foundation
import Postgres
import SQL
package import Workflow

/// Everything a command does with one plan.
///
/// Every method throws ``Failure`` for what a person can act on.
package struct PlanEngine: Sendable {
    package let plan: Plan
    package let workspace: Workspace

    package init(plan: Plan, workspace: Workspace) {
        self.plan = plan
        var workspace = workspace
        workspace.keepsSearchPath = plan.change.kind.keepsSearchPath
        self.workspace = workspace
    }

    /// The plan's generated files lie in a folder of its name, beside the plan unless `--migrations` says otherwise.
    var migrationsFolder: URL {
        let base = workspace.migrations ?? URL(filePath: plan.source.name).deletingLastPathComponent()
        return base.appending(path: plan.name.text)
    }

    func files(_ blueprint: any RenderedBlueprint) -> PhaseFiles {
        PhaseFiles(templates: workspace.templates, blueprint: blueprint, folder: migrationsFolder)
    }

    /// Decides gates of a run; nil is a plan that has none yet.
    func keeper(of record: RunRecord?, on connection: Connection) -> Gatekeeper {
        Gatekeeper(
            connection: connection,
            plan: plan,
            record: record,
            files: record.map { files($0.blueprint) },
            templates: workspace.templates
        )
    }

    /// Runs a command on a session of its own, without taking the plan.
    func observing<T: Sendable>(_ role: String, _ work: @Sendable (Connection) throws -> T) async throws -> T {
        try await explaining {
            let session = try await workspace.openSession(plan.name.text, role)
            do {
                let result = try await session.run(work)
                await workspace.closeSession(session, plan.name.text, role)
                return result
            } catch {
                await session.close()
                throw error
            }
        }
    }

    /// What the role lacks, where that is why a command failed; nil where the error is about something else, or the catalog
    /// does not tell.
    private func withoutRight(_ error: any Error, for use: MissingRights.Use) async -> Failure? {
        guard let denied = error as? PostgresError, denied.sqlState == .insufficientPrivilege else { return nil }
        do {
            let session = try await workspace.openSession(plan.name.text, "rights")
            let missing: MissingRights
            do {
                missing = try await session.run { [plan] connection in
                    let missing = try MissingRights.read(for: use, plan, on: connection)
                    // A check is recorded, too.
                    return missing.remedies.isEmpty ? try MissingRights.read(for: .run, plan, on: connection) : missing
                }
            } catch {
                await session.close()
                throw error
            }
            await session.close()
            guard !missing.remedies.isEmpty else { return nil }
            return Failure(
                .refused,
                "the role \(missing.role) may not do that: \(denied)",
                hint: missing.remedies.joined(separator: "; ")
            )
        } catch {
            // Then the server's own words are all that is known.
            return nil
        }
    }

    /// Runs a command that moves the run, holding the plan.
    func controlling<T: Sendable>(_ work: (RunControl) async throws -> T) async throws -> T {
        try await explaining {
            let control: RunControl
            do {
                control = try await RunControl.open(plan, workspace)
            } catch {
                throw await withoutRight(error, for: .run) ?? error
            }
            do {
                // What a process that died has left untold comes first.
                await control.hooks.tell()
                let result = try await work(control)
                await control.hooks.tell()
                await control.close()
                return result
            } catch {
                let gone = await absence(behind: error, control)
                await control.close()
                if let gone { throw gone }
                throw await withoutRight(error, for: .run) ?? error
            }
        }
    }

    /// The files of the run, as recorded, or as the catalog has the table now.
    func resolution(_ control: RunControl) async throws -> Resolution {
        try await control.session.retrying { [plan] connection in try Resolution.resolve(plan, on: connection) }
    }
}

// MARK: - Contract begun in vain

extension PlanEngine {
    /// The run as it was before contract, where contract was begun and has changed nothing: a process died, or the gate shut,
    /// while it waited for its lock.
    ///
    /// Both shapes still stand, and what was found when it began is not found for ever: everything is looked at again.
    func withoutEmptyContract(_ record: RunRecord, on connection: Connection) throws -> RunRecord {
        guard record.run.status(of: .contract).hasBegun, record.run.status(of: .contract) != .verified,
            case let steps = try files(record.blueprint).generated(.phase(.contract)), !steps.isEmpty,
            try steps.allSatisfy({ try !$0.isDone(on: connection) })
        else { return record }
        return record.beforeContract()
    }
}

// MARK: - Errors

extension PlanEngine {
    /// Turns every error into what happened, to what, and the next command.
    func explaining<T>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let failure as Failure {
            throw failure
        } catch let failure as StepFailure {
            throw failure.failure(plan.name.text)
        } catch let refusal as Refusal {
            throw explain(refusal)
        } catch is Interrupted {
            throw Failure(
                .interrupted,
                "stopped at a safe place, as asked; the state is saved",
                hint: "crossfade advance \(plan.name.text) goes on from there"
            )
        } catch is CancellationError {
            throw Failure(
                .interrupted,
                "the statement under way was cancelled; what was committed before is saved",
                hint: "crossfade advance \(plan.name.text) goes on from there"
            )
        } catch is Paused {
            throw Failure(.waiting, "the run was paused", hint: "crossfade resume \(plan.name.text)")
        } catch let error as PostgresError {
            throw await withoutRight(error, for: .look) ?? explain(error)
        } catch let problem as CatalogProblem {
            throw Failure(.closed, problem.message, hint: problem.hint)
        }
    }

    private func explain(_ refusal: Refusal) -> Failure {
        let code: Failure.Code =
            switch refusal.reason {
            case .failedCheck: .closed
            case .paused: .waiting
            case .gate(_, let verdict), .purgeGate(let verdict): verdict == .waiting ? .waiting : .closed
            default: .refused
            }
        let name = plan.name.text
        let hint: String =
            switch refusal.reason {
            case .failedCheck:
                "crossfade verify \(name) names the rows; crossfade repair \(name) copies them again; a clean verify must follow"
            case .paused: "crossfade resume \(name)"
            case .rollingBack(let target):
                "crossfade rollback \(name)" + (target.map { " --to \($0.rawValue)" } ?? "") + " --confirm \(name)"
            default:
                refusal.legal.isEmpty ? "nothing is left to do" : "legal now: " + refusal.legal.joined(separator: ", ")
            }
        return Failure(code, "\(refusal.event) is refused: \(refusal.message)", hint: hint)
    }

    private func explain(_ error: PostgresError) -> Failure {
        switch error {
        case .connectionFailed(let message):
            return Failure(
                .unreachable,
                "the database cannot be reached: \(message)",
                hint: "check --database, DATABASE_URL or the PG* variables"
            )
        case .connectionLost, .deadlineExceeded:
            return Failure(
                .unreachable,
                "the connection to the database was lost: \(error)",
                hint: "the same command goes on where it was when the server is back"
            )
        case .cancelled:
            return Failure(
                .interrupted,
                "the statement under way was cancelled",
                hint: "crossfade status \(plan.name.text)"
            )
        default: break
        }
        switch error.sqlState {
        case .leaseLost: return StepFailure.leaseLost.failure(plan.name.text)
        case .some(.characterNotInRepertoire):
            return Failure(
                .closed,
                "the database holds text that is not UTF-8, and has the encoding SQL_ASCII, which does not say what it is: \(error)",
                hint:
                    "names, defaults and other definitions of the table, and keys that are shown, must be UTF-8 or ASCII; values of "
                    + "other columns may be any bytes"
            )
        case .some(.untranslatableCharacter):
            return Failure(
                .refused,
                "the database's encoding cannot hold what was sent: \(error)",
                hint:
                    "use characters of that encoding (SHOW server_encoding) in the plan, its files, --reason and CROSSFADE_ACTOR"
            )
        case .some(.lockNotAvailable):
            return Failure(.tryAgain, "a lock was not granted: \(error)", hint: "try again")
        case .some(.readOnlyTransaction):
            return Failure(
                .refused,
                "this session may only read: \(error)",
                hint:
                    "connect to the primary; where this is the primary, default_transaction_read_only is on for the role, the database or the "
                    + "server: ALTER ROLE ... SET default_transaction_read_only = off for the role that runs crossfade"
            )
        case .some(.insufficientPrivilege):
            return Failure(
                .refused,
                "\(error)",
                hint:
                    "run as the table's owner, with CREATE on the database for the ledger's schema; or have the ledger's owner "
                    + "say crossfade init --grant-to ROLE --as operator"
            )
        default:
            return Failure(
                error.isConnectionProblem ? .unreachable : .failed,
                "\(error)",
                hint: "crossfade status \(plan.name.text) tells where the run stands"
            )
        }
    }
}
