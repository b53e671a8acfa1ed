package import Workflow

/// The record of a run in one of its forms.
package struct RunRecordPage: Report {
    /// What it is written as.
    package enum Format: String, CaseIterable, Sendable {
        case markdown
        case html
        case json
    }

    private let report: RunReport
    private let format: Format

    package init(_ report: RunReport, as format: Format) {
        self.report = report
        self.format = format
    }

    /// The whole text, as a file would hold it.
    package var content: String {
        switch format {
        case .markdown: RecordPage(report).markdown + "\n"
        case .html: RecordPage(report).html + "\n"
        case .json: report.json.line + "\n"
        }
    }

    /// The page itself: it is not made for a terminal's colours.
    package func text(in _: TextStyle) -> String { String(content.dropLast()) }

    /// Every field of the record.
    package var json: JSON { report.json }
}
