package import SQL

/// What each step of a plan will do: its SQL, its locks and whom they stop.
package struct PreviewReport: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package let title: String
        package let sql: String
        /// `transaction`, `none` (outside any transaction) or `chunk` (once for each range of blocks).
        package let mode: String
        package let locks: [RelationLock]
        package let scansTable: Bool
        /// Whether its postcondition holds already, so that it will be skipped.
        package let isDone: Bool

        package init(
            title: String,
            sql: String,
            mode: String,
            locks: [RelationLock],
            scansTable: Bool,
            isDone: Bool
        ) {
            self.title = title
            self.sql = sql
            self.mode = mode
            self.locks = locks
            self.scansTable = scansTable
            self.isDone = isDone
        }
    }

    package struct PhaseSteps: Sendable, Hashable {
        /// A phase's name, or `purge`.
        package let name: String
        package let steps: [Step]
        /// What can be undone, in words.
        package let undo: String

        package init(name: String, steps: [Step], undo: String) {
            self.name = name
            self.steps = steps
            self.undo = undo
        }
    }

    package let plan: String
    package let summary: String
    package let table: String
    package let rows: Int64?
    package let bytes: Int64
    package let findings: [Finding]
    /// Of the phases that are shown.
    package let effects: [ApplicationEffect]
    package let phases: [PhaseSteps]

    package init(
        plan: String,
        summary: String,
        table: String,
        rows: Int64?,
        bytes: Int64,
        findings: [Finding],
        effects: [ApplicationEffect],
        phases: [PhaseSteps]
    ) {
        self.plan = plan
        self.summary = summary
        self.table = table
        self.rows = rows
        self.bytes = bytes
        self.findings = findings
        self.effects = effects
        self.phases = phases
    }
}
