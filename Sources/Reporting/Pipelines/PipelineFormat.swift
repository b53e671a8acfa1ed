import Workflow

/// The forms that pipelines read.
package enum PipelineFormat: String, Sendable, CaseIterable {
    /// JUnit XML, which most of them show as tests.
    case junit
    /// SARIF 2.1.0 (OASIS), for code scanning.
    case sarif
    /// GitHub's workflow commands, shown beside the plan.
    case github
    /// GitLab's code quality report.
    case gitlab

    /// The result in this form, without a line break at the end.
    package func text(of result: PipelineResult) -> String {
        switch self {
        case .junit: result.junit
        case .sarif: result.sarif.written()
        case .github: result.github
        case .gitlab: result.gitlab.written()
        }
    }
}
