/// What has been changed of the old shape from outside since the phase that began last.
package struct OutsideChanges: Sendable, Hashable {
    /// One for each change, as `check` lists it.
    package var findings: [Finding]
    /// What was not compared, and the command that compares it; nil where everything was.
    package var notEvaluated: String?

    package init(_ findings: [Finding], notEvaluated: String? = nil) {
        self.findings = findings
        self.notEvaluated = notEvaluated
    }
}
