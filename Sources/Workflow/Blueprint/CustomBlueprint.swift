package import SQL

/// A change in a person's own SQL.
package struct CustomBlueprint: Blueprint {
    package static let family = "custom"

    /// A step, as the plan has it.
    package struct Step: Sendable, Hashable, Codable {
        package var title: String
        package var sql: String
        package var done: String
        package var mode: Custom.Step.Mode
    }

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var tables: [QualifiedName]
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    /// The steps of each phase's file, from `expand` and `expand.undo` to `purge`.
    package var steps: [String: [Step]]
    /// The statement that copies a chunk, with its marks; nil without a backfill.
    package var copy: String?
    /// What is true of rows left to copy.
    package var left: Expression?
    package var invariants: [Custom.Invariant]
    package var afterwards: [Custom.Invariant]

    package init(_ change: Custom, plan: String, table: QualifiedName, isPartitioned: Bool, keyColumns: [Identifier]) {
        self.plan = plan
        self.table = table
        tables = [table] + change.also
        self.isPartitioned = isPartitioned
        self.keyColumns = keyColumns
        steps = [
            "expand": change.expand.steps, "expand.undo": change.expand.undo, "enforce": change.enforce.steps,
            "enforce.undo": change.enforce.undo, "contract": change.contract.steps,
            "contract.undo": change.contract.undo, "purge": change.purge,
        ].mapValues { $0.map { Step(title: $0.title, sql: $0.sql, done: $0.done, mode: $0.mode) } }
        copy = change.backfill?.sql
        left = change.backfill?.left
        invariants = change.invariants
        afterwards = change.afterwards
    }

    package var legacyNames: [NamedShape]? { nil }
    package var claims: [String] { tables.map(\.quoted) }

    /// The trigger is the person's own, and writes down nothing.
    package var recordsWriters: Bool { false }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "no row of \(table) is left to copy",
            undone: "what the plan's own undo says is done",
            contracted: "the plan's own SQL for contract is run",
            unreturnable: (steps["contract.undo"] ?? []).isEmpty
                ? "the plan has no undo of contract, and what its SQL took away is gone"
                : "it runs the plan's own undo, and Crossfade counts nothing of what that would lose",
            purged: (steps["purge"] ?? []).isEmpty ? nil : (steps["purge"] ?? []).map(\.title).joined(separator: ", "),
            lost: "the plan's own SQL for purge was run, and has no undo",
            wayOut: "write a plan for the way back"
        )
    }
}
