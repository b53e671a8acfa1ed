import Engine
import Postgres
import Workflow

/// What a plan makes of the schema of the database, up to a phase: it is carried through on a copy without rows.
struct PlanOutcome: Sendable {
    private let plan: Plan
    /// The last phase; nil: purge.
    private let phase: Phase?
    private let workspace: @Sendable (ConnectionTarget) throws -> Workspace

    /// Reads `NAME`, `NAME@PHASE` or `NAME@purge`; without a phase it is contract.
    ///
    /// - Throws: ``Failure`` `usage` for a phase that there is not, or what is wrong with the plan.
    init(_ word: String, _ invocation: Invocation) throws {
        let parts = word.split(separator: "@", maxSplits: 1).map(String.init)
        let name = parts.count == 2 ? parts[1].replacing("-", with: "_") : Phase.contract.rawValue
        guard let first = parts.first, name == "purge" || Phase(rawValue: name) != nil else {
            let names = Phase.allCases.map(\.rawValue) + ["purge"]
            throw Failure(
                .usage,
                "plan:\(word) names no phase",
                hint: "after @ stands one of \(names.joined(separator: ", "))"
            )
        }
        var plan = try invocation.plans.plan(first)
        // There are no rows, no writers and no days to wait for.
        plan.requirements = [:]
        plan.observation = Observation(observe: .zero, minWrites: 0)
        plan.verifyEvery = nil
        plan.hooks = []
        if name == "purge" { plan.retain = .zero } else if plan.retain == .zero { plan.retain = .seconds(86_400) }
        self.plan = plan
        phase = Phase(rawValue: name)
        let families = plan.change.kind.families
        workspace = { try invocation.workspace(for: families, at: $0) }
    }

    /// Carries the plan through in a database that has the schema.
    ///
    /// - Throws: ``Failure`` for what the plan is refused for; what has to be acknowledged only is not asked.
    func run(at target: ConnectionTarget) async throws {
        let workspace = try workspace(target)
        var plan = plan
        let findings = try await PlanEngine(plan: plan, workspace: workspace).check()
        plan.acknowledge = Set(findings.filter { $0.weight == .acknowledge }.map(\.id)).sorted()
        let report = try await PlanEngine(plan: plan, workspace: workspace).advance(
            through: phase ?? .contract,
            waits: false,
            confirmation: Confirmation(name: plan.name.text)
        )
        switch report.outcome {
        case .done: return
        case .waiting(let gate), .closed(let gate):
            let obstacle = gate.obstacles.first
            throw Failure(
                .closed,
                "the plan \(plan.name) does not come to \(phase?.rawValue ?? "purge") on a copy of the schema: "
                    + "\(obstacle?.name ?? gate.subject): \(obstacle?.reason ?? "closed")",
                hint:
                    "crossfade check \(plan.name) names what is in its way; a plan that has begun has its shape in the database already"
            )
        case .failedCheck, .brownout:
            throw Failure(
                .failed,
                "the plan \(plan.name) fails its check on a copy of the schema",
                hint: "crossfade check \(plan.name)"
            )
        }
    }
}
