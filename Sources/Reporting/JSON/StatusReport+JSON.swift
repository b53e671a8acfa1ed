package import Workflow

extension StatusReport {
    /// Every key, whatever the state; what is not known is null.
    package var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("database", .init(database, \.json)),
            ("summary", .string(summary)),
            ("state", .string(state.rawValue)),
            ("phase", .init(phase?.rawValue)),
            ("phases", .array(phases.map(\.json))),
            ("backfill", .init(backfill, \.json)),
            ("lastCheck", .init(lastCheck, \.json)),
            ("blocked", .boolean(isBlocked)),
            ("changes", .init(changes, \.json)),
            ("gate", .init(gate, \.json)),
            ("brownout", .init(brownout, \.json)),
            ("afterContract", .init(afterContract)),
            ("holder", .init(holder)),
            ("failure", .init(failure)),
            ("deployable", .string(deployable)),
            ("next", .string(next)),
        ])
    }
}

extension DatabaseIdentity {
    var json: JSON {
        .object([("name", .string(name)), ("server", .init(server)), ("role", .string(role))])
    }
}

extension StatusReport.PhaseLine {
    var json: JSON {
        .object([
            ("name", .string(phase.rawValue)),
            ("status", .string(status.rawValue)),
            ("startedAt", .init(startedAt)),
            ("finishedAt", .init(finishedAt)),
            ("attempts", .integer(attempts)),
            ("edited", .boolean(isEdited)),
        ])
    }
}

extension BackfillProgress {
    /// The same object in `status` and in progress lines.
    var json: JSON {
        .object([
            ("rowsDone", .init(rowsDone)),
            ("rowsTotal", .init(rowsTotal)),
            ("percent", .init(percent, decimals: 2)),
            ("rowsPerSecond", .init(rowsPerSecond, decimals: 1)),
            ("etaSeconds", .init(etaSeconds, decimals: 1)),
            ("throttledBy", .init(throttledBy)),
            ("workers", .integer(workers)),
            ("pass", .integer(pass)),
            ("share", .init(share, decimals: 3)),
            ("pressure", .init(pressure)),
            ("rejected", .integer(rejected)),
            ("vacuums", .integer(vacuums)),
        ])
    }
}

extension CheckSummary {
    fileprivate var json: JSON {
        .object([
            ("verdict", .string(verdict.rawValue)),
            ("rowsChecked", .init(rowsChecked)),
            ("violations", .init(violations)),
            ("finishedAt", .init(finishedAt)),
        ])
    }
}
