/// A part of the demonstration: a phase, or a time without one.
struct Part: Sendable {
    let name: String
    /// Progress, 0 to 100; nil when it is unknown.
    var percent: Int?
    var time = Duration.zero
    /// Of this part; a version that was not running has no entry.
    var statements: [ApplicationVersion: Int] = [:]
    /// Statements that failed in this part.
    var failures = 0
    /// The longest that a client waited for a statement; nil when no client ran.
    var longestWait: Duration?
}

/// The table of the parts, at most 80 columns wide.
struct PartTable: Sendable {
    /// The versions that have a column.
    let versions: [ApplicationVersion]

    private static let nameWidth = 18
    private static let widths = (seconds: 8, version: 9, failed: 8, wait: 14)

    /// The names of the columns.
    var header: String {
        line(
            "part",
            ["seconds"] + versions.map(\.rawValue) + ["failed", "longest wait"]
        )
    }

    func line(_ part: Part) -> String {
        let name = part.percent.map { "\(part.name) \($0) %" } ?? part.name
        let counts = versions.map { version in part.statements[version].map(Words.number) ?? "" }
        let failures = part.longestWait == nil ? "" : Words.number(part.failures)
        let wait = part.longestWait.map(Words.milliseconds) ?? ""
        return line(name, [Words.seconds(part.time)] + counts + [failures, wait])
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        let widths =
            [Self.widths.seconds] + versions.map { _ in Self.widths.version } + [Self.widths.failed, Self.widths.wait]
        let padding = String(repeating: " ", count: max(0, Self.nameWidth - name.count))
        let line = "  " + name + padding + zip(cells, widths).map { $0.leftPadded(to: $1) }.joined()
        return line.replacing(/\s+$/, with: "")
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
