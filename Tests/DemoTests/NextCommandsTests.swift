import Foundation
import Testing

@testable import Demo

@Suite struct NextCommandsTests {
    private func commands(
        _ table: String,
        _ column: String,
        executable: String = "/src/.build/release/crossfade"
    ) -> String {
        NextCommands(
            executable: URL(filePath: executable),
            folder: "/tmp/crossfade-a1b2c3",
            plan: "rename-profile-bio",
            column: DemoDatabase.Column(table: table, name: column),
            process: 4711,
            workingFolder: "/src"
        ).text
    }

    @Test func `the commands name program, plans and database`() {
        #expect(
            commands("User", "name") == """
                The server is still running. Commands to try on its database:

                  # Show what the run did, and when.
                  .build/release/crossfade history rename-profile-bio \\
                    --plans /tmp/crossfade-a1b2c3 \\
                    --database 'postgres://postgres@/shop?host=/tmp/crossfade-a1b2c3&port=5432'

                  # Write a plan that renames another column.
                  .build/release/crossfade new rename_column \\
                    --table User --from name --to name_new \\
                    --name second-rename --plans /tmp/crossfade-a1b2c3

                  # Run the first phase of that plan. The answer names the next command; run it
                  # with the same --plans and --database.
                  .build/release/crossfade advance second-rename \\
                    --plans /tmp/crossfade-a1b2c3 \\
                    --database 'postgres://postgres@/shop?host=/tmp/crossfade-a1b2c3&port=5432'

                Stop the server and remove its data:

                  kill 4711
                """
        )
    }

    @Test func `words that a shell would take apart are quoted`() {
        let text = commands("it's a table", "full name", executable: "/opt/my tools/crossfade")
        #expect(text.contains(#"--table 'it'\''s a table' --from 'full name' --to 'full name_new'"#))
        #expect(text.contains("'/opt/my tools/crossfade' history"))
    }

    @Test func `each line fits 80 columns`() {
        for line in commands("UserProfile", "biography").split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
}
