import Engine
import Workflow

/// The catalog that plans are held against, as long as it answers.
struct CatalogCheck {
    private let workspace: Workspace?
    /// Whether the rows are looked at too.
    private let looksAtData: Bool
    /// Why nothing is asked; nil while it is.
    private(set) var silence: String?
    /// What ended the asking.
    private(set) var failure: Failure?

    init(_ workspace: Workspace?, offline: Bool, looksAtData: Bool) {
        self.workspace = workspace
        self.looksAtData = looksAtData
        if workspace == nil { silence = offline ? "--offline" : "no database is named (--database, DATABASE_URL)" }
    }

    /// What the plan does not accept; nil when nothing could be asked.
    mutating func findings(on plan: Plan) async throws -> [Finding]? {
        guard let workspace, failure == nil else { return nil }
        do {
            let findings = try await PlanEngine(plan: plan, workspace: workspace).check(looksAtData: looksAtData)
            return findings.filter { !$0.isAccepted(by: plan) }
        } catch let failure as Failure where failure.code == .closed {
            // The table or the column is not there: that concerns this plan only.
            return [Finding("catalog", .refused, failure.message, hint: failure.hint)]
        } catch let failure as Failure {
            self.failure = failure
            silence = failure.message
            return nil
        }
    }
}
