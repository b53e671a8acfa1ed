package import Foundation

/// Tells how far behind in time a replica is, from positions alone.
///
/// The server's own `replay_lag` is NULL once all is quiet, and stands still while replay is paused. So the position of
/// the primary is noted with its time: a replica is behind since the first note that it has not reached.
package struct ReplayClock: Sendable {
    private var notes: [(position: Int64, at: Date)] = []
    private static let capacity = 1_024

    package init() {}

    /// Notes where the primary is.
    package mutating func note(_ position: Int64, at now: Date) {
        // A lower position is another server's.
        if let last = notes.last, position < last.position { notes = [] }
        if notes.last?.position == position { return }
        notes.append((position, now))
        if notes.count > Self.capacity { thinOut(at: now) }
    }

    /// The older a note, the farther it may be from the next: lags stay right to a few per cent.
    private mutating func thinOut(at now: Date) {
        var kept: [(position: Int64, at: Date)] = []
        for note in notes.reversed() {
            guard let newer = kept.last, note.position != notes.first?.position else {
                kept.append(note)
                continue
            }
            if newer.at.timeIntervalSince(note.at) >= now.timeIntervalSince(note.at) / 50 { kept.append(note) }
        }
        notes = kept.reversed()
    }

    /// For how long the replica has not been at the primary's position; never more than it is.
    ///
    /// Nil while it has not even reached the first note: it was behind before, and nobody knows how far.
    package func lag(of replayed: Int64, at now: Date) -> Double? {
        guard let first = notes.first else { return nil }
        guard let missed = notes.first(where: { $0.position > replayed }) else { return 0 }
        if missed.position == first.position { return nil }
        return max(0, now.timeIntervalSince(missed.at))
    }
}
