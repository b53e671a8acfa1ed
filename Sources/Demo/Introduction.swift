/// What the reader is told before the demonstration begins.
struct Introduction {
    let kind: String
    let plan: DemoPlan
    let rows: Int
    let versions: [ApplicationVersion]

    /// A longer plan is named, not shown.
    private static let longestPlan = 20

    func show() { Screen.show(text + "\n") }

    var text: String {
        """
        Crossfade demonstration: \(kind) on \(Words.number(rows)) rows

        Clients of each application version read and write in a throw-away PostgreSQL
        while crossfade carries out one plan. Each phase is one run of this command:

          crossfade \(Program.advance(plan.name).joined(separator: " "))

        \(planText)
        The columns \(versions.map(\.rawValue).joined(separator: ", ")) count the statements of that application version.
        """
    }

    private var planText: String {
        let lines = plan.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.longestPlan else { return "" }
        return "The plan, \(plan.file):\n\n" + lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }
}
