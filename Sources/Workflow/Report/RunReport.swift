package import struct Foundation.Date

/// The record of one run: what was done to the database, by whom, and what proved it.
package struct RunReport: Sendable, Hashable {
    package let head: Head
    package let phases: [StatusReport.PhaseLine]
    /// Every step that was performed or tried, in that order.
    package let steps: [Step]
    /// The SQL of these steps, each form once.
    package let scripts: [Script]
    package let passes: [Pass]
    package let repairs: Repairs
    /// How fast rows were copied, for each step that copies any.
    package let throughput: [Throughput]
    package let checks: [Check]
    package let writers: [Writer]
    /// Statements that read the old shape; nil when nobody has looked.
    package let readers: Readers?
    /// Oldest first.
    package let brownouts: [Brownout]
    package let approvals: [Approval]
    /// The event log of the run, oldest first.
    package let events: [HistoryEntry]

    package init(
        head: Head,
        phases: [StatusReport.PhaseLine],
        steps: [Step],
        scripts: [Script],
        passes: [Pass],
        repairs: Repairs,
        throughput: [Throughput],
        checks: [Check],
        writers: [Writer],
        readers: Readers?,
        brownouts: [Brownout],
        approvals: [Approval],
        events: [HistoryEntry]
    ) {
        self.head = head
        self.phases = phases
        self.steps = steps
        self.scripts = scripts
        self.passes = passes
        self.repairs = repairs
        self.throughput = throughput
        self.checks = checks
        self.writers = writers
        self.readers = readers
        self.brownouts = brownouts
        self.approvals = approvals
        self.events = events
    }

    /// The requirements of a phase's gate that somebody passed over, with the reason.
    package func overrides(of phase: Phase) -> [HistoryEntry] {
        events.filter { $0.kind == "overridden" && $0.phase == phase.rawValue }
    }

    /// Whether a form of the change that was approved is the one that was run.
    package func isOfThisChange(_ approval: Approval) -> Bool { approval.changeDigest == head.changeDigest }
}

extension RunReport {
    /// Which change it is, of which database, and where the run stands.
    package struct Head: Sendable, Hashable {
        package let plan: String
        package let description: String?
        /// The change in one line: `Profile.bio -> Profile.biography`.
        package let summary: String
        /// The run's number in the ledger.
        package let run: Int64
        package let state: RunState
        /// Who began the run.
        package let author: String
        /// The role of the author's session.
        package let authorRole: String
        package let database: String
        package let serverVersion: String
        package let startedAt: Date
        /// nil while the run is under way.
        package let finishedAt: Date?
        /// Of what must not change under a run, as the run began with it.
        package let changeDigest: String
        package let templateDigest: String
        /// Whether the plan's file still is of this change.
        package let isPlanUnchanged: Bool
        /// Whether this program's templates still are those the run began with.
        package let isTemplateUnchanged: Bool
        /// When the record was read, by the server's clock.
        package let madeAt: Date

        package init(
            plan: String,
            description: String?,
            summary: String,
            run: Int64,
            state: RunState,
            author: String,
            authorRole: String,
            database: String,
            serverVersion: String,
            startedAt: Date,
            finishedAt: Date?,
            changeDigest: String,
            templateDigest: String,
            isPlanUnchanged: Bool,
            isTemplateUnchanged: Bool,
            madeAt: Date
        ) {
            self.plan = plan
            self.description = description
            self.summary = summary
            self.run = run
            self.state = state
            self.author = author
            self.authorRole = authorRole
            self.database = database
            self.serverVersion = serverVersion
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.changeDigest = changeDigest
            self.templateDigest = templateDigest
            self.isPlanUnchanged = isPlanUnchanged
            self.isTemplateUnchanged = isTemplateUnchanged
            self.madeAt = madeAt
        }
    }
}
