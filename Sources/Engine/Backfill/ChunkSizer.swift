import Workflow

/// Chooses how many blocks the next chunk takes, by how long the last one took.
///
/// Constants: growth of at most ×1.5 and the cut at five times the target are Spirit's; the keep-zone is GitLab's. Only the
/// time of statement and commit counts, never waiting: waiting that counted as work would drive the size to the floor.
package struct ChunkSizer: Sendable, Equatable {
    package static let floor = 1
    package static let ceiling = 8192

    package let target: Duration
    package private(set) var blocks: Int
    private var hasWarned = false

    package init(target: Duration, initial: Int = 64) {
        self.target = target
        blocks = min(max(initial, Self.floor), Self.ceiling)
    }

    /// Takes note of a chunk of the present size.
    ///
    /// - Returns: true once, when even the smallest chunk takes longer than the target.
    package mutating func finished(blocks done: Int, in elapsed: Duration) -> Bool {
        // A last, short chunk or one sized under an older decision says nothing about the present size.
        guard done == blocks else { return false }
        let ratio = elapsed.seconds / max(target.seconds, 0.001)
        if ratio > 5 {
            resize(to: Double(blocks) / 10)
        } else if ratio > 1 {
            resize(to: Double(blocks) / ratio)
        } else if ratio < 0.9 {
            resize(to: Double(blocks) * min(1.5, 0.95 / max(ratio, 0.01)))
        }
        guard blocks == Self.floor, ratio > 1 else {
            hasWarned = hasWarned && ratio > 1
            return false
        }
        defer { hasWarned = true }
        return !hasWarned
    }

    private mutating func resize(to size: Double) {
        let next = size > Double(blocks) ? max(Int(size), blocks + 1) : Int(size)
        blocks = min(max(next, Self.floor), Self.ceiling)
    }
}
