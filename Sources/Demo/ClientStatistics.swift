/// What one client did and met with.
struct ClientStatistics: Sendable {
    private(set) var statements = 0
    private(set) var failures = 0
    private(set) var lostWrites = 0
    /// The longest that a statement took, of all and of those since `takeRecentWait`.
    private(set) var longestWait = Duration.zero
    private var recentWait = Duration.zero
    /// The first few failures and lost writes, in words.
    private(set) var troubles: [String] = []

    private static let troubleLimit = 5

    mutating func countStatement(took wait: Duration) {
        statements += 1
        longestWait = max(longestWait, wait)
        recentWait = max(recentWait, wait)
    }

    mutating func countFailure(_ description: String) {
        failures += 1
        note(description)
    }

    mutating func countLostWrite(_ description: String) {
        lostWrites += 1
        note(description)
    }

    /// The longest wait since the last call.
    mutating func takeRecentWait() -> Duration {
        defer { recentWait = .zero }
        return recentWait
    }

    mutating func add(_ other: ClientStatistics) {
        statements += other.statements
        failures += other.failures
        lostWrites += other.lostWrites
        longestWait = max(longestWait, other.longestWait)
        for trouble in other.troubles { note(trouble) }
    }

    private mutating func note(_ trouble: String) {
        if troubles.count < Self.troubleLimit, !troubles.contains(trouble) { troubles.append(trouble) }
    }
}
