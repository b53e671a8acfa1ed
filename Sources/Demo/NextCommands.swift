import Foundation

/// The commands to try on a server that is kept, ready to be copied.
struct NextCommands: Sendable {
    /// The built program.
    let executable: URL
    /// The folder of the server, with its socket and the plan.
    let folder: String
    /// The plan that was carried out.
    let plan: String
    /// A column that another rename can be tried on.
    let column: DemoDatabase.Column
    /// The process that stops the server and removes its folder when it is ended.
    let process: Int
    /// The folder that the commands are run from.
    let workingFolder: String

    private static let newPlan = "second-rename"

    var text: String {
        """
        The server is still running. Commands to try on its database:

          # Show what the run did, and when.
          \(program) history \(quoted(plan)) \\
            --plans \(quoted(folder)) \\
            --database '\(url)'

          # Write a plan that renames another column.
          \(program) new rename_column \\
            --table \(quoted(column.table)) --from \(quoted(column.name)) --to \(quoted(column.name + "_new")) \\
            --name \(Self.newPlan) --plans \(quoted(folder))

          # Run the first phase of that plan. The answer names the next command; run it
          # with the same --plans and --database.
          \(program) advance \(Self.newPlan) \\
            --plans \(quoted(folder)) \\
            --database '\(url)'

        Stop the server and remove its data:

          kill \(process)
        """
    }

    /// Of the database, for libpq; shorter than `Cluster.url`, so that a line holds it.
    private var url: String { "postgres://postgres@/\(DemoDatabase.name)?host=\(folder)&port=5432" }

    /// Relative where that is shorter.
    private var program: String {
        let path = executable.standardizedFileURL.path
        return quoted(path.hasPrefix(workingFolder + "/") ? String(path.dropFirst(workingFolder.count + 1)) : path)
    }

    /// A word of a shell command.
    private func quoted(_ word: String) -> String {
        if word.wholeMatch(of: /[A-Za-z0-9_.\/-]+/) != nil { return word }
        return "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
