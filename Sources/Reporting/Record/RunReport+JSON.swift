import Workflow

extension RunReport {
    /// Every field; what is unknown is null.
    var json: JSON { .object(ofHead + ofWork + ofProof) }

    private var ofHead: [(String, JSON)] {
        [
            ("plan", .string(head.plan)), ("description", JSON(head.description)), ("change", .string(head.change)),
            ("state", .string(head.state.rawValue)), ("isBlocked", .boolean(head.isBlocked)),
            ("author", .string(head.author)), ("authorRole", JSON(head.authorRole)),
            ("database", .string(head.database)), ("serverVersion", .string(head.serverVersion)),
            ("beganAt", JSON(head.beganAt)), ("finishedAt", JSON(head.finishedAt)), ("madeAt", JSON(head.madeAt)),
            ("changeDigest", .string(head.changeDigest)), ("templateDigest", .string(head.templateDigest)),
        ]
    }

    private var ofWork: [(String, JSON)] {
        let repaired = repaired.map { entry in
            JSON.object([("relation", .string(entry.relation)), ("rows", JSON(entry.rows))])
        }
        return [
            ("phases", .array(phases.map(Self.json))), ("steps", .array(steps.map(json))),
            ("passes", .array(passes.map(Self.json))), ("throughput", JSON(throughput, Self.json)),
            ("repaired", .array(repaired)),
        ]
    }

    private var ofProof: [(String, JSON)] {
        [
            ("checks", .array(checks.map(Self.json))), ("writers", .array(writers.map(Self.json))),
            ("readersSince", JSON(readersSince)), ("readers", .array(readers.map(Self.json))),
            ("approvals", .array(approvals.map(Self.json))), ("events", .array(events.map(\.json))),
        ]
    }

    private static func json(_ line: StatusReport.PhaseLine) -> JSON {
        .object([
            ("name", .string(line.phase.rawValue)), ("status", .string(line.status.rawValue)),
            ("startedAt", .init(line.startedAt)), ("finishedAt", .init(line.finishedAt)),
            ("attempts", .init(Int64(line.attempts))), ("edited", .boolean(line.isEdited)),
        ])
    }

    /// `sql` and `locks` are null where no text of this program has the digest.
    private func json(_ step: Step) -> JSON {
        let text = texts.first { $0.sqlDigest == step.sqlDigest }
        return .object([
            ("file", .string(step.file)), ("title", .string(step.title)), ("outcome", .string(step.outcome)),
            ("attempts", .init(Int64(step.attempts))), ("seconds", .init(step.seconds, decimals: 3)),
            ("error", .init(step.error)), ("finishedAt", .init(step.finishedAt)),
            ("sqlDigest", .string(step.sqlDigest)), ("sql", .init(text?.sql)),
            ("locks", .init(text?.locks) { .array($0.map(JSON.string)) }),
        ])
    }

    private static func json(_ pass: Pass) -> JSON {
        .object([
            ("step", .string(pass.step)), ("relation", .string(pass.relation)), ("pass", .init(Int64(pass.number))),
            ("rows", .init(pass.rows)), ("chunks", .init(pass.chunks)),
            ("chunkSeconds", .init(pass.chunkSeconds, decimals: 3)), ("rejections", .init(pass.rejections)),
        ])
    }

    private static func json(_ throughput: Throughput) -> JSON {
        .object([
            ("beganAt", .init(throughput.beganAt)), ("binSeconds", .init(throughput.binSeconds, decimals: 3)),
            ("rows", .array(throughput.rows.map { JSON.init($0) })),
        ])
    }

    private static func json(_ check: FullCheck) -> JSON {
        .object([
            ("phase", .init(check.phase)), ("verdict", .string(check.verdict.rawValue)),
            ("rowsChecked", .init(check.rowsChecked)), ("violations", .init(check.violations)),
            ("startedAt", .init(check.startedAt)), ("finishedAt", .init(check.finishedAt)),
            (
                "checks",
                .array(
                    check.parts.map { part in
                        .object([
                            ("name", .string(part.name)), ("verdict", .string(part.verdict.rawValue)),
                            ("violations", .init(part.violations)), ("samples", .array(part.samples.map(JSON.string))),
                        ])
                    }
                )
            ),
        ])
    }

    private static func json(_ entry: Writers) -> JSON {
        .object([
            ("side", .string(entry.side)), ("applicationName", .string(entry.writer.applicationName)),
            ("role", .string(entry.writer.role)), ("client", .init(entry.writer.client)),
            ("firstSeen", .init(entry.writer.firstSeen)), ("lastSeen", .init(entry.writer.lastSeen)),
            ("writesAtLeast", .init(entry.writer.writes)),
        ])
    }

    private static func json(_ reader: GateFacts.LegacyReader) -> JSON {
        .object([
            ("role", .string(reader.role)), ("query", .string(reader.query)), ("calls", .init(reader.calls)),
            ("lastSeen", .init(reader.lastSeen)),
        ])
    }

    private static func json(_ entry: Approval) -> JSON {
        .object([
            ("phase", .string(entry.phase)), ("approver", .string(entry.approval.approver)),
            ("role", .init(entry.approval.role)), ("givenAt", .init(entry.approval.givenAt)),
            ("withdrawnAt", .init(entry.approval.withdrawnAt)), ("reason", .init(entry.approval.reason)),
            ("isOfThisChange", .boolean(entry.isOfThisChange)),
        ])
    }
}
