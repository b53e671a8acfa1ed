import Foundation

/// All findings of a run, with what they were found on.
struct Report: Sendable {
    let settings: Settings
    let machine: Machine
    let version: String
    let serverSettings: [(name: String, value: String)]
    let unsupportedKeys: [Pace.Key]
    let date: Date
    var findings = Findings()
    /// Suites that did not come to their end, and why.
    var failures: [(suite: SuiteName, reason: String)] = []

    /// What was asked for, in the order of the table of targets.
    private var targets: [Target] {
        Target.allCases.filter { target in settings.suites.contains { $0.targets(settings).contains(target) } }
    }

    private func verdict(_ target: Target) -> Verdict? { findings.verdicts.first { $0.target == target } }

    /// Targets that are missed or could not be measured, in words.
    var missed: [String] {
        targets.compactMap { target in
            guard let verdict = verdict(target) else { return "\(target.work): not measured" }
            return verdict.isMet ? nil : "\(target.work): \(verdict.measured), wanted \(target.bound)"
        }
    }

    // MARK: - Text

    var markdown: String {
        let parts = [heading, table, trouble, chart] + ["## Figures", how] + findings.sections.map(\.markdown)
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// Above the chart.
    var subtitle: String {
        "PostgreSQL \(version) · \(machine.cores) cores · \(Words.number(settings.rows)) rows · the median of \(rounds)"
    }

    private var rounds: String { settings.rounds == 1 ? "1 round" : "\(settings.rounds) rounds" }

    private var fileName: String { settings.isQuick ? "quick" : "latest" }

    private var chart: String {
        findings.panels.isEmpty ? "" : "![\(Self.chartTitle)](\(fileName).svg)"
    }

    private static let chartTitle = "A backfill beside its application"

    private var heading: String {
        """
        # Crossfade, measured

        \(Words.number(settings.rows)) rows, \(rounds), \(date.formatted(.iso8601.year().month().day())). \
        PostgreSQL \(version) on \(machine.processor), \(machine.cores) cores, \
        \(Words.decimal(machine.memory / 1_073_741_824, 0)) GB, \(machine.system); built in \(machine.build) mode.
        """ + (settings.isQuick ? "\n\nA quick run: it shows that everything works. Its ratios mean nothing." : "")
    }

    private var table: String {
        var table = MarkdownTable("work", "target", "measured", "")
        for target in targets {
            let verdict = verdict(target)
            table.add(target.work, target.bound, verdict?.measured ?? "", judgement(verdict))
        }
        return table.markdown
    }

    private func judgement(_ verdict: Verdict?) -> String {
        guard let verdict else { return "**not measured**" }
        if settings.isQuick { return "not judged" }
        return verdict.isMet ? "met" : "**missed**"
    }

    private var trouble: String {
        let failed = failures.map { "- `\($0.suite.rawValue)` did not come to its end: \(Self.oneLine($0.reason))" }
        let keys = unsupportedKeys.map { "- This build of the program does not know `\($0.rawValue)`: left out." }
        return (failed + keys).joined(separator: "\n")
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var how: String {
        """
        All contenders run on one server, one after the other, each on a copy of the same table, file by file, that is \
        vacuumed, analyzed and checkpointed before; from round to round they begin with another one. Several figures \
        are least / median / most. Autovacuum is off on the measured table. The server's settings:

        """ + "\n" + serverSettings.map { "`\($0.name) = \($0.value)`" }.joined(separator: ", ") + "."
    }

    // MARK: - Files

    /// Writes the report and its chart; the answer is where they are.
    func write() throws -> [String] {
        let folder = URL(filePath: settings.output, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = folder.appending(path: "\(fileName).md")
        try Data(markdown.utf8).write(to: text, options: .atomic)
        guard !findings.panels.isEmpty else { return [text.relativePath] }
        let chart = folder.appending(path: "\(fileName).svg")
        let svg = SVGChart(title: Self.chartTitle, subtitle: subtitle, panels: findings.panels)
        try Data(svg.text.utf8).write(to: chart, options: .atomic)
        return [text.relativePath, chart.relativePath]
    }
}
