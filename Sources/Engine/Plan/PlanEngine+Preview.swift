import Diagnostics
package import Foundation
import Postgres
import SQL
package import Workflow

extension PlanEngine {
    /// What each step will do: SQL, locks, what they stop, whether it scans.
    ///
    /// Only the given phase, or all of them and purge.
    package func preview(_ phase: Phase?) async throws -> PreviewReport {
        try await observing("preview") { [self] connection in
            let record = try Ledger(connection).newestRun(of: plan.name)
            let stored = record.flatMap {
                $0.run.status(of: .contract).hasBegun && !$0.run.state.isOver ? $0.blueprint : nil
            }
            let resolution = try stored == nil ? Resolution.resolve(plan, on: connection) : nil
            guard let blueprint = stored ?? resolution?.blueprint else { throw Failure(.failed, "nothing to preview") }
            let size = try Self.size(of: blueprint.table, on: connection)
            return PreviewReport(
                plan: plan.name.text,
                summary: plan.summary,
                table: blueprint.table.description,
                rows: size.rows,
                bytes: size.bytes,
                findings: resolution?.findings ?? [],
                effects: effects(of: phase),
                phases: try phases(phase, files(blueprint), on: connection)
            )
        }
    }

    /// Of a phase, or of all; contract is shown with the purge that may follow at once.
    private func effects(of phase: Phase?) -> [ApplicationEffect] {
        guard let phase else { return plan.change.kind.effects }
        let shown = phase == .contract ? ["contract", "purge"] : [phase.rawValue]
        return plan.change.kind.effects.compactMap { $0.limited(to: { shown.contains($0.rawValue) }) }
    }

    private func phases(_ only: Phase?, _ files: PhaseFiles, on connection: Connection) throws -> [PreviewReport
        .PhaseSteps]
    {
        var result: [PreviewReport.PhaseSteps] = []
        for phase in Phase.allCases where only == nil || only == phase {
            let file = try files.load(.phase(phase))
            result.append(
                PreviewReport.PhaseSteps(
                    name: phase.rawValue,
                    steps: try steps(file, on: connection),
                    undo: undo(phase, files.blueprint.words)
                )
            )
        }
        if only == nil || only == .contract, files.blueprint.words.purged != nil {
            result.append(
                PreviewReport.PhaseSteps(
                    name: "purge",
                    steps: try steps(try files.load(.purge), on: connection),
                    undo: "cannot be undone"
                )
            )
        }
        return result
    }

    private func steps(_ file: LoadedFile?, on connection: Connection) throws -> [PreviewReport.Step] {
        try (file?.steps ?? []).map { step in
            PreviewReport.Step(
                title: step.title,
                sql: Self.withoutDirectives(step.text),
                mode: step.mode.rawValue,
                locks: step.statements.flatMap(\.locks).strongest,
                scansTable: step.statements.contains(where: \.scansTable) && step.mode != .chunk,
                isDone: try isDone(step, on: connection)
            )
        }
    }

    /// The SQL and its comments, as it is sent.
    private static func withoutDirectives(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("--@") }
        return lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    /// A postcondition may name what does not exist yet; then it does not hold.
    private func isDone(_ step: Step, on connection: Connection) throws -> Bool {
        do throws(PostgresError) {
            return try connection.query(step.done).first?.decodeIfPresent(at: 0, as: Bool.self) == true
        } catch {
            guard error.sqlState?.errorClass == "42" else { throw error }
            return false
        }
    }

    private func undo(_ phase: Phase, _ words: BlueprintWords) -> String {
        switch phase {
        case .expand: words.undone.map { "rollback: \($0)" } ?? "there is nothing to undo"
        case .backfill: "copied values are harmless; rollback takes them for not copied yet again"
        case .dualWriteCheck: "there is nothing to undo"
        case .enforce:
            "rollback takes back what it made required, step by step" + (plan.unkept.map { "; \($0)" } ?? "")
        case .contract: words.afterContract
        }
    }

    private static func size(of table: QualifiedName, on connection: Connection) throws -> (rows: Int64?, bytes: Int64)
    {
        let row = try connection.queryKept(
            """
            SELECT nullif(sum(greatest(c.reltuples, -1)), -1)::bigint AS rows, sum(pg_table_size(c.oid))::bigint AS bytes
              FROM pg_class c
             WHERE c.oid = to_regclass($1) AND c.relkind = 'r' OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf)
            """,
            [table.quoted]
        ).only()
        return (try row.decodeIfPresent("rows"), try row.decodeIfPresent("bytes") ?? 0)
    }

    /// The change as the phase that is next will have it.
    private func present(on connection: Connection) throws -> any RenderedBlueprint {
        guard let stored = try Ledger(connection).newestRun(of: plan.name), !stored.run.state.isOver else {
            return try Resolution.resolve(plan, on: connection).blueprint
        }
        let record = try withoutEmptyContract(stored, on: connection)
        let contracted = try record.blueprint.asContracted(on: connection)
        let steps = try files(contracted).generated(.phase(.contract))
        if try record.run.status(of: .contract).hasBegun || steps.contains(where: { try $0.isDone(on: connection) }) {
            return contracted
        }
        let present = try Resolution.resolve(plan, on: connection).blueprint
        guard let furthest = record.run.furthestPhase else { return present }
        return furthest >= .enforce && record.run.status(of: .enforce) == .verified
            ? record.blueprint.redefining(as: present) : present.keeping(record.blueprint)
    }

    /// Writes each phase's migration and undo files into `folder/<plan>`, or those of one phase, and the ledger's own script.
    ///
    /// Files that a person edited are overwritten only with `replacing`, and then kept beside.
    ///
    /// - Throws: ``Failure`` `refused` with the names of edited files, before any is written.
    package func generate(
        into folder: URL,
        of phase: Phase? = nil,
        replacing: Bool = false
    ) async throws -> GeneratedFiles {
        let blueprint = try await observing("generate") { try present(on: $0) }
        return try await explaining {
            let files = try files(blueprint).generatedFiles(of: phase)
            let ledger =
                try phase.map { $0 == .expand } ?? true ? [LedgerScripts(workspace.templates).generatedFile] : []
            return try PhaseFileFolder(plan: plan.name.text, url: folder.appending(path: plan.name.text))
                .write(ledger + files, replacing: replacing)
        }
    }
}
