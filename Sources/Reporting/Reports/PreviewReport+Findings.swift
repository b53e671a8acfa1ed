package import Workflow

extension PreviewReport {
    /// The same without some of the findings, such as those that the plan accepts.
    package func leavingOut(_ isKnown: (Finding) -> Bool) -> PreviewReport {
        PreviewReport(
            plan: plan,
            summary: summary,
            table: table,
            rows: rows,
            bytes: bytes,
            findings: findings.filter { !isKnown($0) },
            effects: effects,
            phases: phases
        )
    }
}
