import Foundation

/// The plan that the demonstration carries out: the change of `Plans/rename-profile-bio.yaml`, with short waits.
enum DemoPlan {
    static let name = "rename-profile-bio"
    /// How long the old column is kept aside; the same as in `text`.
    static let retain = Duration.seconds(3)

    static let phases = ["expand", "backfill", "dual_write_check", "enforce", "contract"]

    static let text = """
        version: 1
        name: \(name)
        description: Profile.bio becomes Profile.biography

        change:
          rename_column: {table: Profile, from: bio, to: biography}

        phases:
          dual_write_check: {observe: 5s, min_writes: 100}
          contract:
            retain: 3s
            requires:
              - soak: 3s
        """

    static func write(into folder: URL) throws {
        try Data((text + "\n").utf8).write(to: folder.appending(path: "\(name).yaml"))
    }
}
