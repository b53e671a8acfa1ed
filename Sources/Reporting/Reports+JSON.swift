import SQL
package import Workflow

extension StatusReport {
    /// The object of `status --json`; its fields are documented in Docs/reference/json.md.
    package var json: JSONText {
        .object([
            ("plan", .string(plan)),
            ("state", .string(state.rawValue)),
            ("phase", .optional(phase) { .string($0.rawValue) }),
            ("phases", .array(phases.map(\.json))),
            ("backfill", .optional(backfill, \.json)),
            ("lastCheck", .optional(lastCheck, \.json)),
            ("blocked", .bool(isBlocked)),
            ("gate", .optional(gate, \.json)),
            ("holder", .optional(holder) { .string($0) }),
            ("deployable", .string(deployable)),
            ("next", .string(next)),
        ])
    }
}

extension StatusReport.PhaseLine {
    var json: JSONText {
        .object([
            ("name", .string(phase.rawValue)),
            ("status", .string(status.rawValue)),
            ("startedAt", .optional(startedAt) { .time($0) }),
            ("finishedAt", .optional(finishedAt) { .time($0) }),
            ("attempts", .number(Int64(attempts))),
            ("edited", .bool(isEdited)),
        ])
    }
}

extension BackfillProgress {
    package var json: JSONText {
        .object([
            ("rowsDone", .number(rowsDone)),
            ("rowsTotal", .optional(rowsTotal) { .number($0) }),
            ("percent", .decimal(percent)),
            ("rowsPerSecond", .optional(rowsPerSecond) { .decimal($0) }),
            ("etaSeconds", .optional(etaSeconds) { .decimal($0) }),
            ("throttledBy", .optional(throttledBy) { .string($0) }),
            ("workers", .number(Int64(workers))),
            ("pass", .number(Int64(pass))),
        ])
    }
}

extension CheckSummary {
    var json: JSONText {
        .object([
            ("verdict", .string(verdict.rawValue)),
            ("rowsChecked", .number(rowsChecked)),
            ("violations", .number(violations)),
            ("finishedAt", .time(finishedAt)),
        ])
    }
}

extension Gate {
    /// The object of `gate --json`, and the `gate` of `status --json`.
    package var json: JSONText {
        .object([
            ("phase", .string(subject)),
            ("verdict", .string(verdict.rawValue)),
            ("requirements", .array(requirements.map(\.json))),
        ])
    }
}

extension RequirementResult {
    var json: JSONText {
        .object([
            ("name", .string(name)),
            ("verdict", .string(verdict.rawValue)),
            ("reason", .string(reason)),
            ("opensAt", .optional(opensAt) { .time($0) }),
        ])
    }
}

extension VerificationReport {
    /// The object of `verify --json`.
    package var json: JSONText {
        .object([
            ("plan", .string(plan)),
            ("verdict", .string(verdict.rawValue)),
            ("rowsChecked", .number(rowsChecked)),
            ("violations", .number(violations)),
            (
                "checks",
                .array(
                    checks.map { check in
                        .object([
                            ("name", .string(check.name)),
                            ("verdict", .string(check.verdict.rawValue)),
                            ("violations", .number(check.violations)),
                            ("samples", .array(check.samples.map { .string($0) })),
                        ])
                    }
                )
            ),
        ])
    }
}

extension AdvanceReport {
    /// The object of `advance`, `rollback` and `purge` with `--json`.
    package var json: JSONText {
        let (word, gate, check): (String, Gate?, VerificationReport?) =
            switch outcome {
            case .done: ("done", nil, nil)
            case .waiting(let gate): ("waiting", gate, nil)
            case .closed(let gate): ("closed", gate, nil)
            case .failedCheck(let check): ("check_failed", nil, check)
            }
        return .object([
            ("outcome", .string(word)),
            ("done", .array(done.map { .string($0) })),
            ("gate", .optional(gate, \.json)),
            ("check", .optional(check, \.json)),
            ("status", status.json),
        ])
    }
}

extension HistoryEntry {
    /// One line of `history --json`.
    package var json: JSONText {
        .object([
            ("at", .time(at)),
            ("actor", .string(actor)),
            ("role", .string(role)),
            ("kind", .string(kind)),
            ("phase", .optional(phase) { .string($0) }),
            ("step", .optional(step) { .string($0) }),
            ("message", .string(message)),
            ("sqlDigest", .optional(sqlDigest) { .string($0) }),
        ])
    }
}

extension Finding {
    /// One finding of `check --json`.
    package var json: JSONText {
        .object([
            ("id", .string(id)),
            ("weight", .string(weight == .blocksContract ? "blocks_contract" : weight.rawValue)),
            ("message", .string(message)),
            ("hint", .optional(hint) { .string($0) }),
        ])
    }
}

extension PreviewReport {
    /// The object of `preview --json`.
    package var json: JSONText {
        .object([
            ("plan", .string(plan)),
            ("summary", .string(summary)),
            ("table", .string(table)),
            ("rows", .optional(rows) { .number($0) }),
            ("bytes", .number(bytes)),
            ("findings", .array(findings.map(\.json))),
            (
                "phases",
                .array(
                    phases.map { phase in
                        .object([
                            ("name", .string(phase.name)),
                            ("undo", .string(phase.undo)),
                            ("steps", .array(phase.steps.map(\.json))),
                        ])
                    }
                )
            ),
        ])
    }
}

extension PreviewReport.Step {
    var json: JSONText {
        .object([
            ("title", .string(title)),
            ("transaction", .string(mode)),
            ("sql", .string(sql)),
            ("done", .bool(isDone)),
            ("scansTable", .bool(scansTable)),
            (
                "locks",
                .array(
                    locks.map { lock in
                        .object([
                            ("relation", .string(lock.relation.description)),
                            ("mode", .string(lock.mode.name)),
                            ("blocks", .string(lock.mode.blocks)),
                        ])
                    }
                )
            ),
        ])
    }
}

extension Failure {
    /// The object of any command that fails, with `--json`.
    package var json: JSONText {
        .object([
            (
                "error",
                .object([
                    ("code", .string(code.name)),
                    ("message", .string(message)),
                    ("hint", .optional(hint) { .string($0) }),
                ])
            )
        ])
    }
}
