import ArgumentParser
import Engine
import Foundation
import Reporting
import Workflow

/// Where a run stands, how far it is, why it does not move, what to do next.
struct StatusCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Where, how far, why not, what next."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file; without it all runs are listed.")
    var plan: String?

    @Flag(help: "Shows it again each second.")
    var watch = false

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        guard let plan else { return try await overview(invocation) }
        let engine = try invocation.engine(plan)
        while true {
            let report = try await engine.status()
            if watch, invocation.output.paint.isColored { invocation.output.text("\u{1B}[H\u{1B}[2J") }
            invocation.output.result(report.text(invocation.output.paint), report.json)
            guard watch, !report.state.isOver, !invocation.interruption.isRequested else { return .done }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func overview(_ invocation: Invocation) async throws -> Failure.Code {
        let runs = try await PlanEngine.overview(workspace: try invocation.workspace())
        let begun = Set(runs.map(\.plan))
        let others = invocation.planFiles().map { $0.deletingPathExtension().lastPathComponent }.filter { !begun.contains($0) }
        for run in runs {
            invocation.output.result(
                "\(run.plan): \(run.state.rawValue)" + (run.phase.map { ", at \($0.rawValue)" } ?? ""),
                .object([
                    ("plan", .string(run.plan)), ("state", .string(run.state.rawValue)),
                    ("phase", run.phase.map { .string($0.rawValue) } ?? .null),
                ])
            )
        }
        for plan in others {
            invocation.output.result(
                "\(plan): not begun",
                .object([("plan", .string(plan)), ("state", .string("new")), ("phase", .null)])
            )
        }
        if runs.isEmpty, others.isEmpty { invocation.output.note("no run in this database, no plan in \(options.plans)") }
        return .done
    }
}
