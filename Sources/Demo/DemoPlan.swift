import Foundation

/// A plan that a demonstration carries out.
struct DemoPlan: Sendable {
    let name: String
    let text: String
    /// The plan's `retain`; nil when contract sets nothing aside.
    let retention: Duration?

    var file: String { "\(name).yaml" }

    func write(into folder: URL) throws {
        try Data((text + "\n").utf8).write(to: folder.appending(path: file))
    }
}

extension DemoPlan {
    /// The `latency_budget` of each plan.
    ///
    /// A time: with the default, twice what transactions take without the copy, the length of the demonstration would
    /// depend on what else the machine does.
    static let latencyBudget = "50ms"

    /// The change of `Plans/rename-profile-bio.yaml`, with short waits.
    static let rename = DemoPlan(
        name: "rename-profile-bio",
        text: """
            version: 1
            name: rename-profile-bio
            description: Profile.bio becomes Profile.biography

            change:
              rename_column: {table: Profile, from: bio, to: biography}

            phases:
              backfill: {latency_budget: \(latencyBudget)}
              dual_write_check: {observe: 4s, min_writes: 100}
              contract: {retain: 3s, requires: [soak: 3s]}
            """,
        retention: .seconds(3)
    )
}
