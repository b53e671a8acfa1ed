/// Waits for a condition, looking again every few milliseconds, and throws when the deadline passes first.
package func waitUntil(
    _ what: String = "the condition",
    deadline: Duration = .seconds(20),
    condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    while try await !condition() {
        guard ContinuousClock.now < end else { throw DeadlinePassed(what: what, deadline: deadline) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// What a test waited for did not happen.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let what: String
    package let deadline: Duration

    package var description: String { "waited \(deadline) for \(what)" }
}
