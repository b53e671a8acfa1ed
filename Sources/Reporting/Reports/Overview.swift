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

        /// A line from its parts.
        package init(plan: String, state: RunState?, phase: Phase?, file: String?) {
            self.plan = plan
            self.state = state
            self.phase = phase
            self.file = file
        }
    }

    /// Runs first, then plans without one.
    package let lines: [Line]
    /// The paths of files that are no valid plans.
    package let invalid: [String]

    /// An overview from its parts.
    package init(lines: [Line], invalid: [String]) {
        self.lines = lines
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

    fileprivate var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("state", .string((state ?? .new).rawValue)),
            ("phase", .init(phase?.rawValue)),
            ("file", .init(file)),
        ])
    }
}
