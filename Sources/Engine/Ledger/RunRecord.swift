package import struct Foundation.Date
package import Workflow

/// A run as the ledger has it.
package struct RunRecord: Sendable {
    package struct PhaseRecord: Sendable, Hashable {
        package var status: PhaseStatus
        package var attempts: Int
        package var isEdited: Bool
        package var startedAt: Date?
        package var appliedAt: Date?
        package var finishedAt: Date?
        /// The table's write counters when the observation began.
        package var baseline: ObservationBaseline?
    }

    package let id: Int64
    package let plan: String
    package var run: Run
    package let changeDigest: String
    package let templateDigest: String
    package let author: String
    /// The role of the session that began the run.
    package let authorRole: String
    package var blueprint: any RenderedBlueprint
    package let createdAt: Date
    package var phases: [Phase: PhaseRecord]
    /// Whether a person has run a part of contract by hand: the catalog no longer has the old shape whole.
    var isPartlyContracted = false

    /// The form of the sync function that belongs to the run's present state.
    package var syncBody: SyncBody { isDone(.enforce) ? .settled : .copying }

    /// What a NULL in the new column means to a check: from the end of the copy on it is a value like any other.
    package var comparison: SyncBody { isDone(.backfill) ? .settled : .copying }

    private func isDone(_ phase: Phase) -> Bool {
        let status = run.status(of: phase)
        return status == .applied || status == .verified
    }

    /// A phase as status and the record show it.
    func line(of phase: Phase) -> StatusReport.PhaseLine { Self.line(of: phase, as: phases[phase]) }

    /// The same of what was recorded; nil before the plan has a run.
    static func line(of phase: Phase, as entry: PhaseRecord?) -> StatusReport.PhaseLine {
        StatusReport.PhaseLine(
            phase: phase,
            status: entry?.status ?? .pending,
            startedAt: entry?.startedAt,
            finishedAt: entry?.finishedAt,
            attempts: entry?.attempts ?? 0,
            isEdited: entry?.isEdited ?? false
        )
    }

    /// The run as it was before contract began, for a contract that has changed nothing yet.
    func beforeContract() -> RunRecord {
        var copy = self
        copy.phases[.contract]?.status = .pending
        copy.run = Run(
            state: run.state,
            phases: copy.phases.mapValues(\.status),
            isBlocked: run.isBlocked,
            rollbackTarget: run.rollbackTarget,
            movesPrimaryKey: run.movesPrimaryKey
        )
        return copy
    }

    /// Whether both shapes stand side by side.
    package var isSynced: Bool {
        let expand = run.status(of: .expand)
        return (expand == .applied || expand == .verified) && !run.status(of: .contract).hasBegun
    }
}

/// Where an observation of writes started from.
package struct ObservationBaseline: Sendable, Hashable, Codable {
    /// Rows inserted and updated in the table since the statistics were reset.
    package var writes: Int64
    package var startedAt: Date

    package init(writes: Int64, startedAt: Date) {
        self.writes = writes
        self.startedAt = startedAt
    }
}
