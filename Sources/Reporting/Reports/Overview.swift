import Diagnostics
package import Workflow

/// All plans: those with a run in the database, and those that are only files yet.
package struct Overview: Report {
    /// One plan.
    package struct Line: Sendable {
        /// Its name.
        package let plan: String
        /// nil while the plan has no run.
        package let state: RunState?
        /// The phase to go on with; nil before the first and after the last.
        package let phase: Phase?
        /// nil for a run whose plan file is gone.
        package let file: String?
        /// Where the run stands, as `status` of the plan says it; nil for one that is over or not begun.
        package let status: StatusReport?
        /// Why that could not be read; nil where it could.
        package let problem: String?

        /// A line from its parts.
        package init(
            plan: String,
            state: RunState?,
            phase: Phase?,
            file: String?,
            status: StatusReport? = nil,
            problem: String? = nil
        ) {
            self.plan = plan
            self.state = state
            self.phase = phase
            self.file = file
            self.status = status
            self.problem = problem
        }
    }

    /// What needs a person first, then what waits or moves, then plans without a run, and at last what is over.
    package let lines: [Line]
    /// The paths of files that are no valid plans.
    package let invalid: [String]

    /// An overview from its parts.
    package init(lines: [Line], invalid: [String]) {
        self.lines = lines.enumerated().sorted { ($0.element.urgency, $0.offset) < ($1.element.urgency, $1.offset) }
            .map(\.element)
        self.invalid = invalid
    }

    /// A line for each plan, in columns.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        if lines.isEmpty, invalid.isEmpty { page.line("no plan, and no run in the database") }
        let names = lines.map(\.plan.columns).max() ?? 0
        let states = lines.map(\.standing.columns).max() ?? 0
        for line in lines {
            let file = line.file.map(\.harmless) ?? "no plan file"
            let name = style.strong(line.plan.padded(to: names))
            page.line("\(name)  \(line.standing.padded(to: states))  \(style.faint(file))")
            if let held = line.held { page.line(style.paint(held.harmless, .caution), indent: 2, hanging: 4) }
            if let status = line.status { page.line("next: \(status.next.harmless)", indent: 2, hanging: 4) }
        }
        for file in invalid {
            page.line("\(style.marked(.wrong)) \(file.harmless) is no valid plan: crossfade check \(file.harmless)")
        }
        return page.text
    }

    /// Names, states and paths; invalid files apart.
    package var json: JSON {
        .object([
            ("plans", .array(lines.map(\.json))),
            ("invalidFiles", .array(invalid.map(JSON.string))),
        ])
    }
}

extension Overview.Line {
    fileprivate var standing: String {
        guard let state else { return "not begun" }
        guard let phase, !state.isOver else { return state.spoken }
        return "\(state.spoken), at \(phase.rawValue)"
    }

    /// 0 for what needs a person, up to 4 for what is over.
    fileprivate var urgency: Int {
        guard let state else { return 3 }
        if state.isOver { return 4 }
        guard problem == nil, let status else { return 0 }
        let isWaiting = status.gate?.verdict == .waiting && status.gate?.opensAt != nil
        if status.heldUp != nil || status.failure != nil || status.gate?.verdict == .closed { return 0 }
        return isWaiting || status.holder != nil ? 2 : 1
    }

    /// Why it does not move, or how far it is.
    fileprivate var held: String? {
        if let problem { return "status cannot be read: \(problem)" }
        guard let status else { return nil }
        if let reason = status.heldUp { return "held up: \(reason)" }
        if let obstacle = status.gate?.obstacles.first { return "\(obstacle.name): \(obstacle.reason)" }
        guard let backfill = status.backfill, status.holder != nil else { return nil }
        return "\(Int(backfill.percent)) % copied" + (backfill.throttledBy.map { ", held by \($0)" } ?? "")
    }

    fileprivate var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("state", .string((state ?? .new).rawValue)),
            ("phase", .init(phase?.rawValue)),
            ("file", .init(file)),
            ("status", .init(status, \.json)),
            ("problem", .init(problem)),
        ])
    }
}
