package import Diagnostics
import Postgres
package import Workflow

/// The plan of the newest run of a name, as the ledger keeps it.
package struct StoredPlan: Sendable {
    package let name: PlanName
    /// The text of its last advance; nil for a run of before the ledger kept texts.
    package let text: String?
    /// Whether nothing is left to do in it: a new run may begin, with another change.
    package let isOver: Bool
    private let changeDigest: String

    /// Whether a plan is the run's own: its name and its change are.
    package func isOf(_ plan: Plan) -> Bool { name == plan.name && changeDigest == plan.changeDigest }

    /// Reads the newest run of the first of the names that has one; nil where none has, or there is no ledger.
    ///
    /// - Throws: ``PostgresError`` where the database cannot be reached or the ledger not be read.
    package static func newest(of names: [PlanName], in workspace: Workspace) async throws -> StoredPlan? {
        let session = try await workspace.openSession("-", "status")
        do {
            let found = try await session.run { connection in
                guard try Ledger(connection).isInstalled else { return nil as StoredPlan? }
                for name in names {
                    if let stored = try Ledger(connection).storedPlan(of: name) { return stored }
                }
                return nil
            }
            await session.close()
            return found
        } catch {
            await session.close()
            throw error
        }
    }

    init(name: PlanName, text: String?, isOver: Bool, changeDigest: String) {
        self.name = name
        self.text = text
        self.isOver = isOver
        self.changeDigest = changeDigest
    }
}

extension Ledger {
    /// The plan of the newest run; nil where the plan has none.
    func storedPlan(of name: PlanName) throws -> StoredPlan? {
        // As JSON: a ledger of before version 2 has no such columns, and is read all the same.
        try connection.queryKept(
            """
            SELECT to_jsonb(r) ->> 'plan_text' AS text, state IN ('completed', 'rolled_back') AS over, change_digest
              FROM crossfade.run r WHERE plan = $1 AND \(Self.isRemembered) ORDER BY id DESC LIMIT 1
            """,
            [name.ofRun]
        ).first.map { row in
            StoredPlan(
                name: name,
                text: try row.decodeIfPresent("text"),
                isOver: try row.decode("over"),
                changeDigest: try row.decode("change_digest")
            )
        }
    }

    /// Whether a run (`r`) was not forgotten.
    static let isRemembered = "to_jsonb(r) ->> 'forgotten_at' IS NULL"

    /// Keeps the text of a run's plan, which may say other things of its phases than before; the change is the same.
    func keep(_ plan: Plan, run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.run SET plan_text = $2 WHERE id = $1 AND plan_text IS DISTINCT FROM $2",
            [run, plan.source.text]
        )
    }

    /// Makes a run one that never was; its events stay in the log.
    func forget(_ run: Int64) throws {
        _ = try connection.queryKept(
            """
            UPDATE crossfade.run SET state = 'rolled_back', finished_at = clock_timestamp(), forgotten_at = clock_timestamp()
             WHERE id = $1
            """,
            [run]
        )
    }
}
