package import Workflow

extension RunReport {
    /// Everything the other forms say, and the digests in full.
    package var json: JSON {
        .object([
            ("plan", .string(head.plan)),
            ("description", .init(head.description)),
            ("summary", .string(head.summary)),
            ("run", .init(head.run)),
            ("state", .string(head.state.rawValue)),
            ("author", .string(head.author)),
            ("authorRole", .string(head.authorRole)),
            ("database", .string(head.database)),
            ("serverVersion", .string(head.serverVersion)),
            ("startedAt", .init(head.startedAt)),
            ("finishedAt", .init(head.finishedAt)),
            ("changeDigest", .string(head.changeDigest)),
            ("templateDigest", .string(head.templateDigest)),
            ("planUnchanged", .boolean(head.isPlanUnchanged)),
            ("templatesUnchanged", .boolean(head.isTemplateUnchanged)),
            ("madeAt", .init(head.madeAt)),
            ("phases", .array(phases.map(json))),
            ("steps", .array(steps.map(\.json))),
            ("scripts", .array(scripts.map(\.json))),
            ("passes", .array(passes.map(\.json))),
            ("repairs", repairs.json),
            ("throughput", .array(throughput.map(\.json))),
            ("checks", .array(checks.map(\.json))),
            ("writers", .array(writers.map(\.json))),
            ("readers", .init(readers, \.json)),
            ("brownouts", .array(brownouts.map(\.json))),
            ("approvals", .array(approvals.map(json))),
            ("events", .array(events.map(\.json))),
        ])
    }

    private func json(_ line: StatusReport.PhaseLine) -> JSON {
        let overrides = overrides(of: line.phase).map { entry in
            JSON.object([
                ("at", .init(entry.at)), ("actor", .string(entry.actor)), ("message", .string(entry.message)),
            ])
        }
        guard case .object(let members) = line.json else { return line.json }
        return .object(members + [("overrides", .array(overrides))])
    }

    private func json(_ approval: Approval) -> JSON {
        .object([
            ("phase", .string(approval.phase)),
            ("approver", .string(approval.approver)),
            ("role", .string(approval.role)),
            ("givenAt", .init(approval.givenAt)),
            ("withdrawnAt", .init(approval.withdrawnAt)),
            ("reason", .init(approval.reason)),
            ("changeDigest", .string(approval.changeDigest)),
            ("ofThisChange", .boolean(isOfThisChange(approval))),
        ])
    }
}

// MARK: - Work

extension RunReport.Step {
    fileprivate var json: JSON {
        .object([
            ("file", .string(file)),
            ("title", .string(title)),
            ("outcome", .string(outcome)),
            ("attempts", .integer(attempts)),
            ("seconds", .init(seconds, decimals: 3)),
            ("error", .init(error)),
            ("sqlDigest", .string(sqlDigest)),
            ("finishedAt", .init(finishedAt)),
            ("actor", .init(actor)),
        ])
    }
}

extension RunReport.Script {
    fileprivate var json: JSON {
        .object([
            ("file", .string(file)),
            ("title", .string(title)),
            ("sqlDigest", .string(sqlDigest)),
            ("sql", .init(text?.sql)),
            ("transaction", .init(text?.mode)),
            ("locks", .init(text) { .array($0.locks.map(\.json)) }),
        ])
    }
}

extension RunReport.Pass {
    fileprivate var json: JSON {
        .object([
            ("step", .string(step)),
            ("number", .integer(number)),
            ("relation", .string(relation)),
            ("startedAt", .init(startedAt)),
            ("finishedAt", .init(finishedAt)),
            ("rows", .init(rows)),
            ("chunks", .init(chunks)),
            ("seconds", .init(seconds, decimals: 3)),
            ("rejections", .init(rejections)),
        ])
    }
}

extension RunReport.Repairs {
    fileprivate var json: JSON {
        .object([
            ("total", .init(total)),
            (
                "rows",
                .array(
                    rows.map { row in
                        .object([
                            ("relation", .string(row.relation)),
                            ("key", .string(row.key)),
                            ("at", .init(row.at)),
                            ("values", .init(row.values, JSON.integer)),
                            ("before", .init(row.before)),
                        ])
                    }
                )
            ),
        ])
    }
}

extension Throughput {
    fileprivate var json: JSON {
        .object([
            ("step", .string(step)),
            ("startedAt", .init(startedAt)),
            ("seconds", .init(seconds, decimals: 3)),
            ("binSeconds", .init(binSeconds, decimals: 3)),
            ("rowsPerSecond", .array(rates.map { .init($0, decimals: 1) })),
        ])
    }
}

// MARK: - Evidence

extension RunReport.Check {
    fileprivate var json: JSON {
        .object([
            ("phase", .init(phase)),
            ("verdict", .string(verdict.rawValue)),
            ("rowsChecked", .init(rowsChecked)),
            ("violations", .init(violations)),
            ("startedAt", .init(startedAt)),
            ("finishedAt", .init(finishedAt)),
            ("checks", .array(checks.map(\.json))),
        ])
    }
}

extension RunReport.Writer {
    fileprivate var json: JSON {
        .object([
            ("side", .string(side)),
            ("role", .string(role)),
            ("applicationName", .string(applicationName)),
            ("client", .init(client)),
            ("firstSeen", .init(firstSeen)),
            ("lastSeen", .init(lastSeen)),
            ("writes", .init(writes)),
            ("keys", .array(keys.map(JSON.string))),
        ])
    }
}

extension RunReport.Readers {
    fileprivate var json: JSON {
        .object([
            ("since", .init(since)),
            ("lookedAt", .init(lookedAt)),
            (
                "statements",
                .array(
                    statements.map { statement in
                        .object([
                            ("role", .string(statement.role)),
                            ("query", .string(statement.query)),
                            ("calls", .init(statement.calls)),
                            ("lastSeen", .init(statement.lastSeen)),
                        ])
                    }
                )
            ),
        ])
    }
}
