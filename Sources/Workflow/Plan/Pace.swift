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

    /// How many chunks are copied at once.
    package var workers: Int

    /// How the table is cut into chunks.
    package var order: ChunkOrder

    /// What the copy holds back for.
    package var throttle = ThrottleSettings()

    /// The defaults of a plan that says nothing.
    package init(chunkTarget: Duration = .milliseconds(250), workers: Int = 2, order: ChunkOrder = .blocks) {
        self.chunkTarget = chunkTarget
        self.workers = workers
        self.order = order
    }
}

/// How a table is cut into chunks.
package enum ChunkOrder: String, CaseIterable, Sendable {
    /// By ranges of the table's own blocks, which every table has.
    case blocks
}
