import Foundation
import Postgres
import SQL
import Workflow

/// Compares the old shape with what the ledger has of it, while both shapes live.
struct OutsideChangeReader {
    let plan: Plan
    let record: RunRecord

    /// What `check`, `gate` and `verify` list; nil where the two shapes do not stand side by side.
    func changes(in resolution: Resolution) -> OutsideChanges? {
        guard record.isSynced else { return nil }
        return OutsideChanges(findings(resolution.blueprint.keeping(record.blueprint), since: record.blueprint))
    }

    /// The same, where a table that is gone or a role without the right to look is no error of the command.
    func changes(on connection: Connection) throws -> OutsideChanges? {
        guard record.isSynced else { return nil }
        do {
            return changes(in: try Resolution.resolve(plan, on: connection))
        } catch let failure as Failure where failure.code == .closed {
            return OutsideChanges([], notEvaluated: "not evaluated: \(failure.message)")
        } catch let error as PostgresError where !error.isConnectionProblem {
            return OutsideChanges([], notEvaluated: "not evaluated: \(error) (\(command), as the table's owner)")
        }
    }

    /// What `status` lists: definitions that only the server itself can write anew are left to `check`.
    func glance(at seen: Resolution?, on connection: Connection) throws -> OutsideChanges? {
        guard record.isSynced else { return nil }
        do {
            let resolution = try seen ?? Resolution.resolve(plan, on: connection, isGlance: true)
            let (present, former) = (resolution.blueprint.keeping(record.blueprint), record.blueprint)
            let findings = findings(present.atGlance(), since: former.atGlance())
            let isPart = try former.hasUnglanced || Self.hasUnglanced(present.unglanced, on: connection)
            return OutsideChanges(
                findings,
                notEvaluated: isPart
                    ? "not evaluated: views, triggers, policies, functions and statistics objects (\(command))" : nil
            )
        } catch let failure as Failure where failure.code == .closed {
            return OutsideChanges([], notEvaluated: "not evaluated: \(failure.message)")
        }
    }

    /// Whether something depends on the columns that a glance does not read.
    private static func hasUnglanced(_ shapes: [NamedShape], on connection: Connection) throws -> Bool {
        try shapes.contains { shape in
            try connection.queryKept(
                """
                SELECT EXISTS (SELECT FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass($1) AND a.attname = ANY ($2::text[])
                           AND (d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass, 'pg_proc'::regclass)
                             OR d.classid = 'pg_trigger'::regclass AND d.objid IN (SELECT oid FROM pg_trigger
                                  WHERE tgrelid = d.refobjid AND NOT tgisinternal AND \(TriggerReader.isForeign)))) AS found
                """,
                [shape.table.quoted, shape.columns.map(\.name)]
            ).only().decode("found")
        }
    }

    private var command: String { "crossfade check \(plan.name.text)" }

    private func findings(_ present: any RenderedBlueprint, since former: any RenderedBlueprint) -> [Finding] {
        let isCarried = present.follows(former)
        let begun = record.phases.values.compactMap(\.startedAt).max()
        let since = begun.map { " since \($0.formatted(.iso8601))" } ?? ""
        let hint =
            isCarried
            ? "crossfade advance \(plan.name.text) carries it over"
            : "crossfade rollback \(plan.name.text) --to dual_write_check, then advance, carries it over"
        return present.changes(since: former).map { change in
            Finding("changed", isCarried ? .carried : .blocksContract, "\(change)\(since)", hint: hint)
        }
    }
}
