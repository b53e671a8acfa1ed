/// How hard the run may press on the server.
package struct Pace: Sendable, Hashable {
    /// How long the first try for a lock may wait; later ones follow after growing pauses.
    package var lockTimeout: Duration

    /// When all tries together are over, the step gives up and names who blocked it.
    package var lockDeadline: Duration

    /// How the rows are copied.
    package var backfill: BackfillPace

    /// The defaults of a plan that says nothing.
    package init(
        lockTimeout: Duration = .milliseconds(50),
        lockDeadline: Duration = .minutes(10),
        backfill: BackfillPace = BackfillPace()
    ) {
        self.lockTimeout = lockTimeout
        self.lockDeadline = lockDeadline
        self.backfill = backfill
    }
}

/// How the existing rows are copied.
package struct BackfillPace: Sendable, Hashable {
    /// How long a chunk and its commit should take; the chunk's size adapts to it.
    package var chunkTarget: Duration

    /// How many chunks one process copies at once.
    package var workers: Int

    /// How the table is cut into chunks.
    package var order: ChunkOrder

    /// Whether dead rows are given back while it runs.
    package var vacuum: VacuumPolicy

    /// How much slower the applications may become.
    package var latencyBudget: LatencyBudget

    /// When chunks may begin; nil: always.
    package var window: TimeWindow?

    /// What the copy holds back for.
    package var throttle: ThrottleSettings

    /// The defaults of a plan that says nothing.
    package init(
        chunkTarget: Duration = .milliseconds(250),
        workers: Int = 2,
        order: ChunkOrder = .blocks,
        vacuum: VacuumPolicy = .auto,
        latencyBudget: LatencyBudget = .factor(2),
        window: TimeWindow? = nil,
        throttle: ThrottleSettings = ThrottleSettings()
    ) {
        self.chunkTarget = chunkTarget
        self.workers = workers
        self.order = order
        self.vacuum = vacuum
        self.latencyBudget = latencyBudget
        self.window = window
        self.throttle = throttle
    }
}

/// How a table is cut into chunks.
package enum ChunkOrder: String, CaseIterable, Sendable {
    /// By ranges of the table's own blocks, which every table has.
    case blocks
    /// By ranges of the primary key.
    case key
}

/// Whether a backfill gives the space of dead rows back while it runs.
package enum VacuumPolicy: String, CaseIterable, Sendable {
    /// VACUUM whenever the share of dead rows has grown enough.
    case auto
    /// Leave it to autovacuum.
    case off
}
