import Foundation

extension Gate {
    /// What people have said of a phase, and nothing else.
    package static func evaluateApprovals(of phase: Phase, _ rules: [ApprovalRule], on facts: GateFacts) -> Gate {
        let unasked = RequirementResult("approval", .open, "the plan does not ask for one before \(phase.rawValue)")
        return Gate(
            subject: phase.rawValue,
            requirements: rules.isEmpty ? [unasked] : rules.map { approval($0, facts) }
        )
    }

    /// Whether enough people agree to what there is now; what was agreed to before it changed is not counted.
    static func approval(_ rule: ApprovalRule, _ facts: GateFacts) -> RequirementResult {
        let judged = facts.approvals.map { ($0, flaw(in: $0, rule, facts)) }
        // Where a role is asked for, the server knows who it is; a name of the operating system's is only claimed.
        let people = Set(judged.filter { $0.1 == nil }.map { rule.role == nil ? $0.0.approver : $0.0.role ?? "" })
        let names = people.sorted().joined(separator: ", ")
        if people.count >= rule.count {
            return RequirementResult(rule.name, .open, "approved by \(names)")
        }
        var reason = "\(people.count) of \(rule.count) approvals"
        if let role = rule.role { reason += " by members of \(role)" }
        if !names.isEmpty { reason += " (\(names))" }
        reason += judged.compactMap(\.1).map { "; \($0)" }.joined()
        return RequirementResult(rule.name, .waiting, reason)
    }

    /// Why an approval does not count, in words; nil when it does.
    private static func flaw(in approval: GateFacts.Approval, _ rule: ApprovalRule, _ facts: GateFacts) -> String? {
        let theirs = "the approval of \(approval.approver)"
        if let withdrawn = approval.withdrawnAt { return "\(theirs) was withdrawn at \(timestamp(withdrawn))" }
        if approval.changeDigest != facts.changeDigest { return "\(theirs) is of an earlier form of the plan" }
        if approval.checkDigest != facts.checkDigest {
            return "\(theirs) was given on other checks than those of now"
        }
        if approval.stepsDigest != facts.steps.digest {
            let files = facts.steps.files.joined(separator: " and ")
            return "\(theirs) is of other steps than those of \(files) now: \(facts.approveCommand)"
        }
        if let voided = facts.approvalsVoidedAt, approval.ordinal < voided {
            return "\(theirs) was given before a check failed, rows were repaired or a phase was undone"
        }
        if let lifetime = rule.expires, facts.now >= approval.givenAt.addingTimeInterval(lifetime.seconds) {
            return "\(theirs) expired at \(timestamp(approval.givenAt.addingTimeInterval(lifetime.seconds)))"
        }
        if let role = rule.role, !approval.memberOf.contains(role) {
            return "\(theirs), as \(approval.role), is not one of a member of \(role)"
        }
        if rule.notAuthor, isAuthor(approval, rule, facts) { return "the author, \(approval.approver), does not count" }
        return nil
    }

    private static func isAuthor(_ approval: GateFacts.Approval, _ rule: ApprovalRule, _ facts: GateFacts) -> Bool {
        if approval.approver == facts.author { return true }
        return rule.role != nil && approval.role == facts.authorRole
    }
}
