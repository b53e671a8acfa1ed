import ArgumentParser
import Engine
import Reporting
import Workflow

/// Shows where a run stands, or all of them.
struct StatusCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Where a run stands, why it does not move, what next.",
        usage: "crossfade status [PLAN] [--watch] [options]",
        discussion: """
              crossfade status                             all plans
              crossfade status rename-profile-bio          one, phase by phase
              crossfade status rename-profile-bio --watch  again each second, until it is over
            """
    )

    @Argument(help: "The plan's name, or the path of its file; all plans when left out.", completion: .plans)
    var plan: String?

    @Flag(help: "Show it again each second; where it cannot be drawn over, whenever it changes.")
    var watch = false

    @OptionGroup
    var options: GlobalOptions

    func validate() throws {
        if watch && plan == nil { throw ValidationError("--watch needs a plan.") }
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        guard let plan else {
            invocation.console.answer(try await overview(invocation))
            return .done
        }
        let engine = try await invocation.runEngine(plan)
        if watch {
            try await follow(engine, on: invocation.console)
        } else {
            invocation.console.answer(try await engine.status())
        }
        return .done
    }

    private func follow(_ engine: PlanEngine, on console: Console) async throws {
        var last: StatusReport?
        do {
            while console.isRead {
                let report = try await engine.status()
                console.redraw(report, after: &last)
                if report.state.isOver { return }
                try await Task.sleep(for: .seconds(1))
            }
        } catch let failure as Failure where failure.code == .interrupted {
            // Cut off while reading or between two readings: it is the same to whoever looked on.
            throw CancellationError()
        }
    }

    /// The runs in the ledger, and the plans that have none yet.
    private func overview(_ invocation: Invocation) async throws -> Overview {
        let files = try invocation.plans.files()
        let runs = try await PlanEngine.overview(workspace: try invocation.workspace())
        var begun: [Overview.Line] = []
        for run in runs {
            let file = files.first { $0.plan?.name.text == run.plan }
            var (status, problem): (StatusReport?, String?)
            if !run.state.isOver {
                do {
                    status = try await invocation.runEngine(run.plan, isTold: false).status()
                } catch let failure as Failure where failure.code != .unreachable {
                    problem = failure.message
                }
            }
            begun.append(
                Overview.Line(
                    plan: run.plan,
                    state: run.state,
                    phase: run.phase,
                    file: file?.path,
                    status: status,
                    problem: problem
                )
            )
        }
        let waiting = files.compactMap { file -> Overview.Line? in
            guard let name = file.plan?.name.text, !runs.contains(where: { $0.plan == name }) else { return nil }
            return Overview.Line(plan: name, state: nil, phase: nil, file: file.path)
        }
        return Overview(lines: begun + waiting, invalid: files.filter { $0.plan == nil }.map(\.path))
    }
}
