/// What a suite has found.
struct Findings: Sendable {
    var verdicts: [Verdict] = []
    var sections: [Section] = []
    var panels: [Panel] = []

    mutating func add(_ target: Target, _ measured: String, isMet: Bool) {
        verdicts.append(Verdict(target: target, measured: measured, isMet: isMet))
    }

    mutating func add(_ findings: Findings) {
        verdicts += findings.verdicts
        sections += findings.sections
        panels += findings.panels
    }
}

/// A part of the report: figures of both sides, and how they were taken.
struct Section: Sendable {
    let title: String
    /// How it was measured.
    var text = ""
    var table: MarkdownTable?

    var markdown: String {
        ["### \(title)", text, table?.markdown ?? ""].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
