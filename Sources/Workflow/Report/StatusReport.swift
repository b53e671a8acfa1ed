package import struct Foundation.Date

/// Where a run stands, how far it is, why it does not move and what to do next.
package struct StatusReport: Sendable, Hashable {
    package struct PhaseLine: Sendable, Hashable {
        package let phase: Phase
        package let status: PhaseStatus
        package let startedAt: Date?
        package let finishedAt: Date?
        package let attempts: Int
        /// Whether a person edited the generated file that was run.
        package let isEdited: Bool

        package init(
            phase: Phase,
            status: PhaseStatus,
            startedAt: Date?,
            finishedAt: Date?,
            attempts: Int,
            isEdited: Bool
        ) {
            self.phase = phase
            self.status = status
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.attempts = attempts
            self.isEdited = isEdited
        }
    }

    package var plan: String
    /// Where it runs; nil where that is not known.
    package var database: DatabaseIdentity?
    /// The change in one line: `Profile.bio -> Profile.biography`.
    package var summary: String
    package var state: RunState
    /// The phase to go on with; nil when every phase is verified.
    package var phase: Phase?
    package var phases: [PhaseLine]
    package var backfill: BackfillProgress?
    package var lastCheck: CheckSummary?
    package var isBlocked: Bool
    /// What has been changed from outside; nil where the two shapes do not stand side by side.
    package var changes: OutsideChanges?
    /// The gate of the next phase, or of purge once contract is verified.
    package var gate: Gate?
    /// The brownout under way; nil when there is none.
    package var brownout: Brownout?
    /// What there is to go back by from contract, where that is next or done; nil elsewhere.
    package var afterContract: String?
    /// Who runs the plan now: `user@host (pid 12)`.
    package var holder: String?
    /// Why the present phase failed; nil where it did not.
    package var failure: String?
    /// Which version of the application may be deployed now.
    package var deployable: String
    /// The next command, whole.
    package var next: String

    package init(
        plan: String,
        database: DatabaseIdentity? = nil,
        summary: String,
        state: RunState,
        phase: Phase?,
        phases: [PhaseLine],
        backfill: BackfillProgress?,
        lastCheck: CheckSummary?,
        isBlocked: Bool,
        changes: OutsideChanges? = nil,
        gate: Gate?,
        brownout: Brownout? = nil,
        afterContract: String? = nil,
        holder: String?,
        failure: String? = nil,
        deployable: String,
        next: String
    ) {
        self.plan = plan
        self.database = database
        self.summary = summary
        self.state = state
        self.phase = phase
        self.phases = phases
        self.backfill = backfill
        self.lastCheck = lastCheck
        self.isBlocked = isBlocked
        self.changes = changes
        self.gate = gate
        self.brownout = brownout
        self.afterContract = afterContract
        self.holder = holder
        self.failure = failure
        self.deployable = deployable
        self.next = next
    }
}

/// One snapshot of a backfill; every form of progress is made from it.
package struct BackfillProgress: Sendable, Hashable {
    package var rowsDone: Int64
    /// The planner's estimate of the table's rows; nil before the table was ever analyzed.
    package var rowsTotal: Int64?
    package var blocksDone: Int64
    package var blocksTotal: Int64
    /// Over the last chunks; nil while measuring.
    package var rowsPerSecond: Double?
    package var blocksPerSecond: Double?
    /// Why it does not move now; nil while it does.
    package var throttledBy: String?
    package var workers: Int
    /// 1 is the copy, later passes sweep up what was locked.
    package var pass: Int
    /// How much of the workers' time is used, 0 to 1; less than 1 gives way to the applications; nil when nobody works.
    package var share: Double?
    /// Why the share is less than 1.
    package var pressure: String?
    /// Rows of this pass that turned the copy away.
    package var rejected: Int
    /// How often the space of dead rows was given back.
    package var vacuums: Int

    package init(
        rowsDone: Int64,
        rowsTotal: Int64?,
        blocksDone: Int64,
        blocksTotal: Int64,
        rowsPerSecond: Double?,
        blocksPerSecond: Double?,
        throttledBy: String?,
        workers: Int,
        pass: Int,
        share: Double? = nil,
        pressure: String? = nil,
        rejected: Int = 0,
        vacuums: Int = 0
    ) {
        self.rowsDone = rowsDone
        self.rowsTotal = rowsTotal
        self.blocksDone = blocksDone
        self.blocksTotal = blocksTotal
        self.rowsPerSecond = rowsPerSecond
        self.blocksPerSecond = blocksPerSecond
        self.throttledBy = throttledBy
        self.workers = workers
        self.pass = pass
        self.share = share
        self.pressure = pressure
        self.rejected = rejected
        self.vacuums = vacuums
    }

    /// Blocks done of all, in percent.
    package var percent: Double { blocksTotal == 0 ? 100 : min(100, 100 * Double(blocksDone) / Double(blocksTotal)) }

    /// Seconds to the end of the pass; nil before one per cent is done, when it would be a guess.
    package var etaSeconds: Double? {
        guard percent >= 1, let rate = blocksPerSecond, rate > 0 else { return nil }
        return Double(blocksTotal - blocksDone) / rate
    }
}
