import Postgres
package import Workflow

extension PlanEngine {
    /// Records an approval of the plan as it is now, and tells what approvals the phase still lacks.
    ///
    /// It needs no more than to read the ledger and to call the function that approves: no table is looked at.
    @discardableResult
    package func approve(_ phase: Phase, reason: String?) async throws -> Gate {
        let approvals = try await observing("approve") { [plan, workspace] connection in
            let record = try approvable(on: connection)
            let rules = plan.approvalRules(of: phase)
            try requireMembership(rules, phase, on: connection)
            try Ledger(connection).approve(
                phase,
                of: record,
                by: workspace.actor,
                digests: (
                    plan.changeDigest, plan.checkDigest(of: phase, templates: record.templateDigest),
                    try files(record.blueprint).steps(of: phase, in: plan).digest
                ),
                reason: reason
            )
            return try keeper(of: record, on: connection).approvals(phase)
        }
        await HookFeed.tell(plan, workspace)
        return approvals
    }

    /// Takes back what this person approved, and tells what approvals the phase lacks then.
    package func withdrawApproval(_ phase: Phase, reason: String?) async throws -> Gate {
        try await observing("approve") { [plan, workspace] connection in
            let record = try approvable(on: connection)
            guard try Ledger(connection).withdraw(phase, of: record, by: workspace.actor, reason: reason) else {
                throw Failure(
                    .refused,
                    "there is no approval of \(phase.rawValue) by \(workspace.actor.user), as the role of this session, to withdraw",
                    hint: "crossfade history \(plan.name.text) shows who approved"
                )
            }
            return try keeper(of: record, on: connection).approvals(phase)
        }
    }

    /// The run that can be approved: one under way, of this very plan.
    private func approvable(on connection: Connection) throws -> RunRecord {
        guard let record = try Ledger(connection).newestRun(of: plan.name), !record.run.state.isOver else {
            throw Failure(
                .refused,
                "the plan \(plan.name.text) has no run to approve",
                hint: "crossfade advance \(plan.name.text)"
            )
        }
        try Ledger(connection).requireCurrent(for: plan.name)
        try requireSameDigests(record)
        return record
    }

    /// What would not count is refused rather than recorded.
    private func requireMembership(_ rules: [ApprovalRule], _ phase: Phase, on connection: Connection) throws {
        let roles = rules.compactMap(\.role)
        guard !roles.isEmpty, roles.count == rules.count else { return }
        let own: String = try connection.query("SELECT session_user::text AS role").only().decode("role")
        guard try Ledger(connection).memberships(of: own, among: roles).isEmpty else { return }
        throw Failure(
            .refused,
            "the role \(own) is not a member of \(roles.joined(separator: " or ")), "
                + "whose approval \(phase.rawValue) needs",
            hint: "approve as a role that is, with --database"
        )
    }
}

extension Plan {
    /// What the plan asks for of people before a phase.
    func approvalRules(of phase: Phase) -> [ApprovalRule] {
        (requirements[phase] ?? []).compactMap { if case .approval(let rule) = $0 { rule } else { nil } }
    }
}
