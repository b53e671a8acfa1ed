import Foundation
package import Workflow

/// The record of a run as a page: headings, tables and texts, which Markdown and HTML have in common.
struct RecordPage {
    /// A part of a section.
    enum Block {
        case paragraph(String)
        /// Names and values.
        case facts([(String, String)])
        case table(Table)
        /// SQL, with a line above it that says what it is.
        case code(caption: String, String)
        case plot(RunReport.Throughput)
    }

    /// Rows of cells under a head.
    struct Table {
        let columns: [Column]
        let rows: [[String]]
    }

    /// A table's column.
    struct Column: ExpressibleByStringLiteral {
        let title: String
        let isNumber: Bool

        init(stringLiteral title: String) { self.init(title) }

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }

        static func number(_ title: String) -> Column { Column(title, isNumber: true) }
    }

    /// A heading and what stands under it.
    struct Section {
        let title: String
        /// Whether a reader opens it only when needed.
        var isAppendix = false
        let blocks: [Block]
    }

    let title: String
    let subtitle: String
    let sections: [Section]

    init(_ report: RunReport) {
        title = "\(report.head.plan): the record of a schema change"
        subtitle = report.head.change
        sections = [
            Self.summary(report), Self.phases(report), Self.checks(report), Self.approvals(report),
            Self.evidence(report), Self.rows(report), Self.steps(report), Self.texts(report), Self.events(report),
        ]
    }
}

// MARK: - Sections

extension RecordPage {
    private static func summary(_ report: RunReport) -> Section {
        let head = report.head
        let state = head.state.rawValue + (head.isBlocked ? ", blocked by a failed check" : "")
        var facts: [(String, String)] = [
            ("Plan", head.plan), ("Change", head.change), ("State", state),
            ("Begun by", head.author + (head.authorRole.map { " (role \($0))" } ?? "")),
            ("Database", "\(head.database), PostgreSQL \(head.serverVersion)"), ("Began", head.beganAt.stamp),
        ]
        if let finished = head.finishedAt { facts.append(("Ended", finished.stamp)) }
        if let last = report.checks.last {
            facts.append(
                (
                    "Last full check",
                    "\(last.verdict.rawValue), \(last.rowsChecked.grouped) rows, \(last.finishedAt.stamp)"
                )
            )
        }
        facts += [
            ("Digest of the change", head.changeDigest), ("Digest of the templates", head.templateDigest),
            ("Record made", head.madeAt.stamp),
        ]
        let about = head.description.map { [Block.paragraph($0)] } ?? []
        return Section(title: "Summary", blocks: about + [.facts(facts)])
    }

    private static func phases(_ report: RunReport) -> Section {
        let table = Table(
            columns: ["Phase", "Status", "Began", "Verified", .number("Attempts"), "SQL"],
            rows: report.phases.map { line in
                [
                    line.phase.rawValue, line.status.rawValue, line.startedAt.stamp, line.finishedAt.stamp,
                    "\(line.attempts)", line.attempts == 0 ? "" : line.isEdited ? "edited by a person" : "generated",
                ]
            }
        )
        let passedOver = report.events.filter { $0.kind == "overridden" }
        let overrides = Table(
            columns: ["When", "Phase", "Who", "What was passed over, and why"],
            rows: passedOver.map { [$0.at.stamp, $0.phase ?? "", "\($0.actor) (role \($0.role))", $0.message] }
        )
        return Section(
            title: "Phases",
            blocks: [.table(table)]
                + (passedOver.isEmpty
                    ? [.paragraph("No requirement was passed over.")]
                    : [.paragraph("Requirements that a person passed over:"), .table(overrides)])
        )
    }

    private static func checks(_ report: RunReport) -> Section {
        if report.checks.isEmpty { return Section(title: "Full checks", blocks: [.paragraph("None has run.")]) }
        let table = Table(
            columns: ["Ended", "After", "Verdict", .number("Rows"), .number("Violations"), .number("Seconds")],
            rows: report.checks.map { check in
                [
                    check.finishedAt.stamp, check.phase ?? "on demand", check.verdict.rawValue,
                    check.rowsChecked.grouped, check.violations.grouped,
                    check.finishedAt.timeIntervalSince(check.startedAt).fixed(2),
                ]
            }
        )
        let last = Table(
            columns: ["What was checked", "Verdict", "What is wrong"],
            rows: (report.checks.last?.parts ?? []).map {
                [$0.name, $0.verdict.rawValue, $0.samples.joined(separator: "; ")]
            }
        )
        let failed = report.checks.dropLast().flatMap { check in
            check.parts.filter { $0.verdict != .passed }.map {
                [check.finishedAt.stamp, $0.name, $0.violations.grouped, $0.samples.joined(separator: "; ")]
            }
        }
        let earlier = Table(columns: ["Check", "What failed", .number("Violations"), "First of them"], rows: failed)
        return Section(
            title: "Full checks",
            blocks: [.table(table), .paragraph("The last one, part by part:"), .table(last)]
                + (failed.isEmpty ? [] : [.paragraph("What failed in earlier ones:"), .table(earlier)])
        )
    }

    private static func approvals(_ report: RunReport) -> Section {
        guard !report.approvals.isEmpty else {
            return Section(title: "Approvals", blocks: [.paragraph("None was given.")])
        }
        let table = Table(
            columns: ["Given", "Phase", "By", "As role", "Reason", "Of"],
            rows: report.approvals.map { entry in
                let given = entry.approval
                let form = entry.isOfThisChange ? "this form of the change" : "another form of the change"
                return [
                    given.givenAt.stamp, entry.phase, given.approver, given.role ?? "not noted", given.reason ?? "",
                    given.withdrawnAt.map { "withdrawn \($0.stamp)" } ?? form,
                ]
            }
        )
        return Section(title: "Approvals", blocks: [.table(table)])
    }

    private static func evidence(_ report: RunReport) -> Section {
        let writers = Table(
            columns: ["Wrote", "Application", "Role", "From", "First", "Last", .number("At least")],
            rows: report.writers.map { entry in
                [
                    Self.side(entry.side), entry.writer.applicationName, entry.writer.role,
                    entry.writer.client ?? "the server's own host", entry.writer.firstSeen.stamp,
                    entry.writer.lastSeen.stamp, entry.writer.writes.grouped,
                ]
            }
        )
        let readers = Table(
            columns: ["Role", "Statement", .number("Times"), "Last seen by"],
            rows: report.readers.map { [$0.role, $0.query, $0.calls.grouped, $0.lastSeen.stamp] }
        )
        let watched =
            report.readersSince.map { "Statements were watched without a gap since \($0.stamp)." }
            ?? "Statements that read the old shape were not watched."
        return Section(
            title: "Who used which shape",
            blocks: [
                report.writers.isEmpty
                    ? .paragraph("No one-sided or conflicting write was recorded.") : .table(writers),
                .paragraph(watched),
            ] + (report.readers.isEmpty ? [] : [.table(readers)])
        )
    }

    private static func side(_ side: String) -> String {
        switch side {
        case "old": "only the old side"
        case "new": "only the new side"
        case "both": "both, to different values"
        case "stale": "NULL over what was not copied yet"
        default: "what the other side cannot hold"
        }
    }

    private static func rows(_ report: RunReport) -> Section {
        var blocks: [Block] = []
        if let throughput = report.throughput { blocks.append(.plot(throughput)) }
        if report.passes.isEmpty { blocks.append(.paragraph("No row had to be copied.")) }
        if !report.passes.isEmpty {
            blocks.append(
                .table(
                    Table(
                        columns: [
                            "Step", "Of", .number("Pass"), .number("Rows"), .number("Chunks"),
                            .number("Seconds of chunks"), .number("Turned away"),
                        ],
                        rows: report.passes.map { pass in
                            [
                                pass.step, pass.relation, "\(pass.number)", pass.rows.grouped, pass.chunks.grouped,
                                pass.chunkSeconds.fixed(1), pass.rejections.grouped,
                            ]
                        }
                    )
                )
            )
        }
        if report.repaired.isEmpty {
            blocks.append(.paragraph("No row was repaired."))
        } else {
            let table = Table(
                columns: ["Repaired in", .number("Rows")],
                rows: report.repaired.map { [$0.relation, $0.rows.grouped] }
            )
            blocks += [.table(table), .paragraph("What these rows were before is in crossfade.repaired.")]
        }
        return Section(title: "Rows", blocks: blocks)
    }

    private static func steps(_ report: RunReport) -> Section {
        let table = Table(
            columns: ["Ended", "File", "Step", "Outcome", .number("Tries"), .number("Seconds"), "SQL digest"],
            rows: report.steps.map { step in
                [
                    step.finishedAt.stamp, step.file, step.title,
                    step.outcome + (step.error.map { ": \($0)" } ?? ""), "\(step.attempts)", step.seconds.fixed(3),
                    String(step.sqlDigest.prefix(12)),
                ]
            }
        )
        return Section(
            title: "Steps",
            blocks: report.steps.isEmpty ? [.paragraph("None has run.")] : [.table(table)]
        )
    }

    /// The text of each step that ran, as far as its digest proves that it is that text.
    private static func texts(_ report: RunReport) -> Section {
        var blocks: [Block] = []
        var shown: Set<String> = []
        for step in report.steps where shown.insert(step.sqlDigest).inserted {
            let digest = "SHA-256 \(step.sqlDigest)"
            guard let text = report.texts.first(where: { $0.sqlDigest == step.sqlDigest }) else {
                blocks.append(
                    .paragraph(
                        "\(step.file), \(step.title) (\(digest)): what ran is not what this program would render now; "
                            + "the file was edited, or the table has changed since."
                    )
                )
                continue
            }
            let locks = text.locks.isEmpty ? "no lock on a table" : text.locks.joined(separator: ", ")
            blocks.append(.code(caption: "\(text.file), \(text.title). Locks: \(locks). \(digest)", text.sql))
        }
        if blocks.isEmpty { blocks = [.paragraph("No step has run.")] }
        return Section(title: "The SQL that ran", isAppendix: true, blocks: blocks)
    }

    private static func events(_ report: RunReport) -> Section {
        let table = Table(
            columns: ["When", "Who", "As role", "What", "Where", "Details"],
            rows: report.events.map { event in
                let place = [event.phase, event.step].compactMap(\.self).joined(separator: ", ")
                return [event.at.stamp, event.actor, event.role, event.kind, place, event.message]
            }
        )
        return Section(title: "Event log", isAppendix: true, blocks: [.table(table)])
    }
}

// MARK: - Values

extension Date {
    /// `2026-11-23 14:05:09 UTC`: a record is read in other places and years.
    var stamp: String {
        formatted(.iso8601).replacing("T", with: " ").replacing("Z", with: " UTC")
    }
}

extension Date? {
    fileprivate var stamp: String { self?.stamp ?? "" }
}

extension Int64 {
    /// Thousands apart by commas: `1,000,000`.
    var grouped: String { formatted(.number.grouping(.automatic).locale(Locale(identifier: "en_US"))) }
}
