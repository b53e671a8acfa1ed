import Workflow

/// Chooses how much the next chunk takes, in blocks or rows, by how long the last one took.
///
/// Constants: growth of at most 1.5 times and the cut at five times the target are Spirit's; the keep-zone is GitLab's. Only the
/// time of statement and commit counts, never waiting: waiting that counted as work would drive the size to the floor.
package struct ChunkSizer: Sendable, Equatable {
    package let floor: Int
    package let ceiling: Int
    package private(set) var target: Duration
    package private(set) var size: Int
    private var hasWarned = false

    package init(target: Duration, floor: Int, ceiling: Int, initial: Int) {
        self.floor = floor
        self.ceiling = ceiling
        self.target = target
        size = min(max(initial, floor), ceiling)
    }

    /// For chunks of so many blocks.
    static func blocks(target: Duration, initial: Int = 64) -> ChunkSizer {
        ChunkSizer(target: target, floor: 1, ceiling: 8192, initial: initial)
    }

    /// For chunks of so many rows.
    static func rows(target: Duration, initial: Int = 1000) -> ChunkSizer {
        ChunkSizer(target: target, floor: 10, ceiling: 100_000, initial: initial)
    }

    /// Takes another target; the size follows at once when it shrinks, and by and by when it grows.
    package mutating func retarget(_ target: Duration) {
        guard target != self.target else { return }
        let ratio = target.seconds / max(self.target.seconds, 0.001)
        if ratio < 1 { size = max(floor, Int((Double(size) * ratio).rounded())) }
        self.target = target
    }

    /// Takes note of a chunk of the present size.
    ///
    /// - Returns: true once, when even the smallest chunk takes longer than the target.
    package mutating func finished(size done: Int, in elapsed: Duration) -> Bool {
        // A last, short chunk or one sized under an older decision says nothing about the present size.
        guard done == size else { return false }
        let ratio = elapsed.seconds / max(target.seconds, 0.001)
        if ratio > 5 {
            resize(to: Double(size) / 10)
        } else if ratio > 1 {
            resize(to: Double(size) / ratio)
        } else if ratio < 0.9 {
            resize(to: Double(size) * min(1.5, 0.95 / max(ratio, 0.01)))
        }
        guard size == floor, ratio > 1 else {
            hasWarned = hasWarned && ratio > 1
            return false
        }
        defer { hasWarned = true }
        return !hasWarned
    }

    private mutating func resize(to next: Double) {
        let whole = next > Double(size) ? max(Int(next), size + 1) : Int(next)
        size = min(max(whole, floor), ceiling)
    }
}
