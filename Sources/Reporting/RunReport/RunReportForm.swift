package import Workflow

/// The forms in which a record is written.
package enum RunReportForm: String, Sendable, CaseIterable {
    case markdown
    /// One page that needs nothing but itself.
    case html
    case json

    /// The record in this form, with a line break at the end.
    package func text(of report: RunReport) -> String {
        switch self {
        case .markdown: report.markdown
        case .html: report.html
        case .json: report.json.line + "\n"
        }
    }
}
