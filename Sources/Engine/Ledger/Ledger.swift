import Diagnostics
import Foundation
package import Postgres
import SQL
package import Workflow

/// Crossfade's own tables: reading and writing of runs.
///
/// Every writing method is to be called inside the transaction that performs what it records.
package struct Ledger {
    let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// The version this program reads and writes.
    package static let version = 2

    package var isInstalled: Bool {
        get throws {
            if try connection.queryKept("SELECT to_regclass('crossfade.version') IS NOT NULL AS there").only().decode(
                "there"
            ) {
                return true
            }
            try requireNoOtherName()
            return false
        }
    }

    /// - Throws: ``Failure`` `refused` where the ledger's schema has been given another name: a ledger beside it would know
    ///   of no run.
    private func requireNoOtherName() throws {
        let renamed = try connection.queryKept(
            """
            SELECT n.nspname::text AS name, format('ALTER SCHEMA %I RENAME TO crossfade', n.nspname) AS statement FROM pg_namespace n
             WHERE n.nspname <> 'crossfade' AND obj_description(n.oid, 'pg_namespace') LIKE 'Ledger and sync functions of Crossfade.%'
               AND EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.pronamespace = n.oid AND p.proname <> 'refuse_change')
            """
        ).first
        guard let renamed else { return }
        throw Failure(
            .refused,
            "the ledger's schema has been renamed to \(try renamed.decode("name", as: String.self)), and triggers of a run still use it",
            hint: "give it its name back: \(try renamed.decode("statement", as: String.self))"
        )
    }

    /// Whether the ledger is there in this program's version.
    var isCurrent: Bool { get throws { try isInstalled && installedVersion() == Self.version } }

    /// Creates the ledger or brings it up to date, in one transaction; of two sessions at once, one does the work.
    ///
    /// - Throws: ``Failure`` `refused` when the ledger is of a newer program, or its owner is another role; `try_again` while
    ///   an older program runs.
    func install(_ scripts: LedgerScripts) throws {
        if try isInstalled, try installedVersion() == scripts.version { return }
        try connection.transaction { connection in
            // Two first runs at the same moment: the second waits for the first and finds the ledger.
            _ = try connection.queryKept("SELECT pg_advisory_xact_lock(hashtext('crossfade.ledger'))")
            let current = try isInstalled ? installedVersion() : 0
            guard current <= scripts.version else { throw Self.tooNew(current, known: scripts.version) }
            if current > 0, current < scripts.version {
                try becomeOwner(for: scripts.version)
                try refuseHolders(for: scripts.version)
            }
            for script in scripts.after(current) { try connection.execute(script.text) }
            if current == 0 { try close() }
        }
    }

    private static func tooNew(_ version: Int, known: Int) -> Failure {
        Failure(
            .refused,
            "the ledger in this database has version \(version), and this program knows \(known)",
            hint: "use a newer crossfade"
        )
    }

    /// For what reads or writes more than every version of the ledger has.
    ///
    /// - Throws: ``Failure`` `refused` when the ledger has another version than this program.
    func requireCurrent(for plan: PlanName) throws {
        let version = try installedVersion()
        guard version <= Self.version else { throw Self.tooNew(version, known: Self.version) }
        guard version < Self.version else { return }
        throw Failure(
            .refused,
            "the ledger in this database has version \(version), and this program needs \(Self.version)",
            hint: "crossfade advance \(plan.text) brings it up to date"
        )
    }

    /// Makes the session the ledger's owner, so that all objects of a new version belong to one role.
    ///
    /// Functions of the ledger run as their owner, in the application's statement: one that belonged to another role could
    /// fail that statement.
    private func becomeOwner(for version: Int) throws {
        let owner: String = try connection.queryKept(
            "SELECT pg_get_userbyid(relowner)::text AS owner FROM pg_class WHERE oid = 'crossfade.version'::regclass"
        ).only().decode("owner")
        do throws(PostgresError) {
            try connection.execute("SET LOCAL ROLE \(Identifier(shortening: owner).quoted)")
        } catch {
            guard error.sqlState == .insufficientPrivilege else { throw error }
            throw Failure(
                .refused,
                "the ledger must be brought up to version \(version), which only its owner, \(owner), may do",
                hint: "run crossfade init as \(owner), or as a member of that role"
            )
        }
    }

    /// Refuses while an older program runs, which would go on with tables of the old version.
    private func refuseHolders(for version: Int) throws {
        let holders = try connection.queryKept(
            """
            SELECT format('%s (process %s on %s)', plan, pid, host) AS holder FROM crossfade.lease
             WHERE expires_at > clock_timestamp() ORDER BY plan
            """
        ).map { try $0.decode("holder", as: String.self) }
        guard !holders.isEmpty else { return }
        throw Failure(
            .tryAgain,
            "the ledger must be brought up to version \(version), and an older program is running: "
                + holders.joined(separator: ", "),
            hint: "wait for its end, or pause the plan with the older program, and try again"
        )
    }

    /// The version of the tables that are there.
    func installedVersion() throws -> Int {
        try connection.queryKept("SELECT max(version) AS version FROM crossfade.version").only().decode("version")
    }
}

// MARK: - Runs

extension Ledger {
    /// How far the plan's newest run has come: what is there by then is its own, and nobody else's.
    func furthestPhase(of plan: PlanName) throws -> Phase? { try newestRun(of: plan)?.run.furthestPhase }

    /// The plan's newest run; nil when it never began or there is no ledger yet.
    package func newestRun(of plan: PlanName) throws -> RunRecord? {
        guard try isInstalled else { return nil }
        let rows = try connection.queryKept(
            """
            SELECT id, plan, state, rollback_to, blocked, change_digest, template_digest, author, author_role, blueprint, created_at
              FROM crossfade.run r WHERE plan = $1 AND \(Self.isRemembered) ORDER BY id DESC LIMIT 1
            """,
            [plan.ofRun]
        )
        guard let row = rows.first else { return nil }
        let id: Int64 = try row.decode("id")
        let phases = try phaseRecords(of: id)
        let blueprint = try BlueprintCatalog.decode(try row.decode("blueprint"))
        let rollbackTo: String? = try row.decodeIfPresent("rollback_to")
        return RunRecord(
            id: id,
            plan: try row.decode("plan"),
            run: Run(
                state: try Self.word(try row.decode("state")),
                phases: phases.mapValues(\.status),
                isBlocked: try row.decode("blocked"),
                rollbackTarget: rollbackTo.flatMap(Phase.init(rawValue:)),
                movesPrimaryKey: blueprint.movesPrimaryKey
            ),
            changeDigest: try row.decode("change_digest"),
            templateDigest: try row.decode("template_digest"),
            author: try row.decode("author"),
            authorRole: try row.decode("author_role"),
            blueprint: blueprint,
            createdAt: try row.decode("created_at"),
            phases: phases
        )
    }

    private func phaseRecords(of run: Int64) throws -> [Phase: RunRecord.PhaseRecord] {
        var records: [Phase: RunRecord.PhaseRecord] = [:]
        let rows = try connection.queryKept(
            """
            SELECT phase, status, attempts, edited, started_at, applied_at, finished_at, baseline
              FROM crossfade.phase WHERE run = $1
            """,
            [run]
        )
        for row in rows {
            let phase: Phase = try Self.word(try row.decode("phase"))
            records[phase] = RunRecord.PhaseRecord(
                status: try Self.word(try row.decode("status")),
                attempts: try row.decode("attempts"),
                isEdited: try row.decode("edited"),
                startedAt: try row.decodeIfPresent("started_at"),
                appliedAt: try row.decodeIfPresent("applied_at"),
                finishedAt: try row.decodeIfPresent("finished_at"),
                baseline: try row.decodeIfPresent("baseline", as: String.self).map {
                    try Self.decode(ObservationBaseline.self, $0)
                }
            )
        }
        return records
    }

    /// Records a new run with its phases and returns its number.
    func createRun(
        _ plan: Plan,
        _ blueprint: any RenderedBlueprint,
        author: String,
        digests: (change: String, templates: String)
    )
        throws
        -> Int64
    {
        let id: Int64 = try connection.queryKept(
            """
            INSERT INTO crossfade.run (plan, state, change_digest, template_digest, author, blueprint, plan_text)
            VALUES ($1, 'new', $2, $3, $4, $5, $6) RETURNING id
            """,
            [
                plan.name.text, digests.change, digests.templates, author, try Self.encode(blueprint), plan.source.text,
            ]
        ).only().decode("id")
        for (position, phase) in Phase.allCases.enumerated() {
            _ = try connection.queryKept(
                "INSERT INTO crossfade.phase (run, phase, position) VALUES ($1, $2, $3)",
                [id, phase.rawValue, position + 1]
            )
        }
        return id
    }

    /// Writes what an event made of a run; the times of a phase follow its status.
    func save(_ run: Run, was before: Run, id: Int64) throws {
        _ = try connection.queryKept(
            """
            UPDATE crossfade.run SET state = $2, rollback_to = $3, blocked = $4,
                   finished_at = CASE WHEN $2 IN ('completed', 'rolled_back') THEN coalesce(finished_at, clock_timestamp()) END
             WHERE id = $1
            """,
            [id, run.state.rawValue, run.rollbackTarget?.rawValue, run.isBlocked]
        )
        for phase in Phase.allCases where run.status(of: phase) != before.status(of: phase) {
            _ = try connection.queryKept(
                """
                UPDATE crossfade.phase SET status = $3,
                       started_at = CASE WHEN $3 = 'applying' AND status <> 'failed' THEN clock_timestamp() ELSE started_at END,
                       applied_at = CASE WHEN $3 = 'applied' THEN clock_timestamp() ELSE applied_at END,
                       finished_at = CASE WHEN $3 IN ('verified', 'rolled_back') THEN clock_timestamp() END,
                       baseline = CASE WHEN $3 IN ('applying', 'rolled_back') THEN NULL ELSE baseline END
                 WHERE run = $1 AND phase = $2
                """,
                [id, phase.rawValue, run.status(of: phase).rawValue]
            )
        }
    }

    func countAttempt(_ phase: Phase, isEdited: Bool, run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.phase SET attempts = attempts + 1, edited = $3 WHERE run = $1 AND phase = $2",
            [run, phase.rawValue, isEdited]
        )
    }

    func saveBaseline(_ baseline: ObservationBaseline, _ phase: Phase, run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.phase SET baseline = $3 WHERE run = $1 AND phase = $2",
            [run, phase.rawValue, try Self.encode(baseline)]
        )
    }

    func saveBlueprint(_ blueprint: any RenderedBlueprint, run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.run SET blueprint = $2 WHERE id = $1",
            [run, try Self.encode(blueprint)]
        )
        try keepTables(of: blueprint, run: run)
    }

    func keepTables(of blueprint: any RenderedBlueprint, run: Int64) throws {
        try TableIdentities(connection).keep(blueprint, run: run)
    }
}

// MARK: - Coding

extension Ledger {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    static func word<T: RawRepresentable>(_ text: String) throws -> T where T.RawValue == String {
        guard let value = T(rawValue: text) else {
            throw PostgresError.decoding("the ledger holds the unknown word '\(text)'")
        }
        return value
    }
}
