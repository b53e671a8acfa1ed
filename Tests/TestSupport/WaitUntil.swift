/// Waits for a condition, looking again after 5 ms and then less and less often, and throws when the deadline passes first.
///
/// Many conditions open a connection: looked at in a tight loop, they would take the processor from what they wait for.
package func waitUntil(
    _ what: String = "the condition",
    deadline: Duration = .seconds(20),
    condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    var pause = Duration.milliseconds(5)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw DeadlinePassed(what: what, deadline: deadline) }
        try await Task.sleep(for: pause)
        pause = min(pause * 1.5, .milliseconds(100))
    }
}

/// What a test waited for did not happen.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let what: String
    package let deadline: Duration

    package var description: String { "waited \(deadline) for \(what)" }
}
