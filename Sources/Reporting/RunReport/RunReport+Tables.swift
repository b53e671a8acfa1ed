import Foundation
import SQL
import Workflow

// The contents of a record, the same in each form.

extension RunReport {
    var facts: [(name: String, value: RecordTable.Cell)] {
        [
            ("State", .word(head.state.spoken, head.state == .completed ? .done : .working)),
            ("Begun by", .text("\(head.author) as \(head.authorRole)")),
            ("Database", .text("\(head.database), PostgreSQL \(head.serverVersion)")),
            ("Begun", .time(head.startedAt)),
            ("Ended", .time(head.finishedAt)),
            ("Run", .count(head.run)),
            (
                "Change",
                .list(
                    [.code(head.changeDigest)]
                        + changed(head.isPlanUnchanged, "the plan's file is of another change now")
                )
            ),
            (
                "Templates",
                .list([.code(head.templateDigest)] + changed(head.isTemplateUnchanged, "this program's are others now"))
            ),
            ("Record made", .time(head.madeAt)),
        ]
    }

    private func changed(_ isSame: Bool, _ otherwise: String) -> [RecordTable.Cell] {
        isSame ? [] : [.word(otherwise, .waiting)]
    }

    var phaseTable: RecordTable {
        RecordTable(
            label: "Phases",
            columns: ["Phase", "Status", "Started", "Finished", "Took", "Attempts", "SQL", "Requirements passed over"],
            rows: phases.map { line in
                [
                    .code(line.phase.rawValue),
                    .word(line.status.rawValue.replacing("_", with: " "), line.status.mark),
                    .time(line.startedAt),
                    .time(line.finishedAt),
                    .took(seconds(line.startedAt, line.finishedAt)),
                    .count(Int64(line.attempts)),
                    .text(line.attempts == 0 ? nil : line.isEdited ? "edited by a person" : "as generated"),
                    passedOver(line.phase),
                ]
            },
            none: "There are no phases."
        )
    }

    private func passedOver(_ phase: Phase) -> RecordTable.Cell {
        let entries = overrides(of: phase)
        return entries.isEmpty
            ? .text("none") : .list(entries.map { .text("\($0.message) (\($0.actor), \($0.at.spoken))") })
    }

    private func seconds(_ start: Date?, _ end: Date?) -> Double? {
        guard let start, let end else { return nil }
        return end.timeIntervalSince(start)
    }

    // MARK: - Steps

    var stepTable: RecordTable {
        RecordTable(
            label: "Steps",
            columns: ["Step", "File", "Outcome", "Attempts", "Took", "Finished", "By", "SQL"],
            rows: steps.map { step in
                [
                    title(of: step),
                    .code(step.file),
                    .word(step.outcome, step.outcome == "failed" ? .wrong : .done, step.error),
                    .count(Int64(step.attempts)),
                    .took(step.seconds),
                    .time(step.finishedAt),
                    .text(step.actor),
                    .digest(step.sqlDigest),
                ]
            },
            none: "No step was performed."
        )
    }

    private func title(of step: Step) -> RecordTable.Cell {
        let place = scripts.firstIndex {
            ($0.file, $0.title, $0.sqlDigest) == (step.file, step.title, step.sqlDigest)
        }
        return place.map { .script(step.title, number: $0 + 1) } ?? .text(step.title)
    }

    // MARK: - Rows

    var passTable: RecordTable {
        RecordTable(
            label: "Rows copied",
            columns: ["Step", "Pass", "Relation", "Rows", "Chunks", "Work", "Started", "Finished", "Turned away"],
            rows: passes.map { pass in
                [
                    .text(pass.step),
                    .text(pass.number == 1 ? "copy" : "sweep \(pass.number - 1)"),
                    .code(pass.relation),
                    .count(pass.rows),
                    .count(pass.chunks),
                    .took(pass.seconds),
                    .time(pass.startedAt),
                    .time(pass.finishedAt),
                    .count(pass.rejections),
                ]
            },
            none: "No rows were copied."
        )
    }

    var repairTable: RecordTable {
        let showsValues = repairs.rows.contains { $0.before != nil }
        return RecordTable(
            label: "Rows repaired",
            columns: ["Relation", "Key", "When", "Values written over"] + (showsValues ? ["What they were"] : []),
            rows: repairs.rows.map { row in
                let cells: [RecordTable.Cell] = [
                    .code(row.relation),
                    .code(row.key),
                    .time(row.at),
                    row.values.map { .count(Int64($0)) } ?? .text("there was no row"),
                ]
                return cells + (showsValues ? [row.before.map(RecordTable.Cell.code) ?? .text(nil)] : [])
            },
            none: "No row was repaired."
        )
    }

    /// What the list leaves out.
    var repairsNote: String? {
        let hidden = repairs.total - Int64(repairs.rows.count)
        return hidden > 0
            ? "These are the first of \(repairs.total.counted("repaired row")); \(hidden.grouped) more are in the ledger."
            : nil
    }

    // MARK: - Checks

    var checkTable: RecordTable {
        RecordTable(
            label: "Checks",
            columns: ["When", "For", "Verdict", "Rows checked", "Violations", "Took"],
            rows: checks.map { check in
                [
                    .time(check.finishedAt),
                    check.phase.map(RecordTable.Cell.code) ?? .text("verify, or a gate"),
                    .word(check.verdict.rawValue, check.verdict.mark),
                    .count(check.rowsChecked),
                    .count(check.violations),
                    .took(seconds(check.startedAt, check.finishedAt)),
                ]
            },
            none: "Nothing was checked."
        )
    }

    func singleTable(of check: Check) -> RecordTable {
        RecordTable(
            label: "Single checks",
            columns: ["Check", "Verdict", "Violations", "Sample keys"],
            rows: check.checks.map { single in
                [
                    .text(single.name),
                    .word(single.verdict.rawValue, single.verdict.mark),
                    .count(single.violations),
                    single.samples.isEmpty ? .text(nil) : .list(single.samples.map(RecordTable.Cell.code)),
                ]
            },
            none: "It consists of no single checks."
        )
    }

    // MARK: - Evidence

    var writerTable: RecordTable {
        RecordTable(
            label: "Writers",
            columns: [
                "Side", "Role", "Application", "Client", "First seen", "Last seen", "Writes, at least",
                "Rows, for example",
            ],
            rows: writers.map { writer in
                [
                    .code(writer.side),
                    .code(writer.role),
                    .code(writer.applicationName),
                    .text(writer.client ?? "local"),
                    .time(writer.firstSeen),
                    .time(writer.lastSeen),
                    .count(writer.writes),
                    writer.keys.isEmpty ? .text(nil) : .list(writer.keys.map(RecordTable.Cell.code)),
                ]
            },
            none: "No session was seen that wrote one side alone, or both to different values."
        )
    }

    var readerTable: RecordTable {
        RecordTable(
            label: "Readers",
            columns: ["Role", "Statement", "Runs since the first look", "Last seen"],
            rows: (readers?.statements ?? []).map { statement in
                [.code(statement.role), .code(statement.query), .count(statement.calls), .time(statement.lastSeen)]
            },
            none: readers == nil
                ? "No command has looked for statements that use the old names."
                : "No statement that uses the old names was seen."
        )
    }

    /// Which time the readers are of.
    var readersNote: String? {
        readers.map {
            "Last looked at \($0.lookedAt.spoken); no statement can have been missed since \($0.since.spoken)."
        }
    }

    var brownoutTable: RecordTable {
        RecordTable(
            label: "Brownouts",
            columns: [
                "Began", "Of", "Away since", "Back", "Outcome", "Seen to name the old shape", "Rolled back meanwhile",
            ],
            rows: brownouts.map { brownout in
                [
                    .time(brownout.begunAt),
                    .text(brownout.duration.inWords),
                    .time(brownout.retiredAt),
                    .time(brownout.endedAt),
                    brownout.outcome.map { .word($0.rawValue, $0.mark) } ?? .word("under way", .working),
                    brownout.sightings.isEmpty
                        ? .text("none") : .list(brownout.sightings.map { .text(Gate.missing($0)) }),
                    brownout.rollbacks.map(RecordTable.Cell.count) ?? .text(nil),
                ]
            },
            none: "The old shape was not set aside for a time to see who misses it."
        )
    }

    var approvalTable: RecordTable {
        RecordTable(
            label: "Approvals",
            columns: ["Phase", "By", "Role", "When", "Why", "Withdrawn", "Of"],
            rows: approvals.map { approval in
                [
                    .code(approval.phase),
                    .text(approval.approver),
                    .code(approval.role),
                    .time(approval.givenAt),
                    .text(approval.reason),
                    approval.withdrawnAt.map { .time($0) } ?? .text("no"),
                    isOfThisChange(approval)
                        ? .text("this change")
                        : .list([.word("another form of it", .waiting), .digest(approval.changeDigest)]),
                ]
            },
            none: "No phase has been approved."
        )
    }

    var eventTable: RecordTable {
        RecordTable(
            label: "Events",
            columns: ["When", "Who", "Role", "What", "Where", "Message", "SQL"],
            rows: events.map { event in
                [
                    .time(event.at),
                    .text(event.actor),
                    .code(event.role),
                    .text(event.kind),
                    .text([event.phase, event.step].compactMap(\.self).joined(separator: ", ")),
                    .text(event.message),
                    event.sqlDigest.map(RecordTable.Cell.digest) ?? .text(nil),
                ]
            },
            none: "Nothing has happened."
        )
    }
}

// MARK: - SQL

extension RunReport.Script {
    /// Said where the text is not known.
    static let unknownText =
        "No text that this program renders for the run has this digest: what was run then is another text, "
        + "of an edited file that is no longer there, of other templates, or of the table as it was."

    var facts: [(name: String, value: RecordTable.Cell)] {
        let known: [(String, RecordTable.Cell)] =
            text.map { text in [("Run as", .text(text.mode.manner)), ("Locks", text.lockCell)] } ?? []
        return [("File", .code(file)), ("SHA-256", .code(sqlDigest))] + known
    }
}

extension RunReport.Script.Text {
    fileprivate var lockCell: RecordTable.Cell {
        locks.isEmpty
            ? .text("no table")
            : .list(locks.map { .text("\($0.relation) \($0.mode.name): blocks \($0.mode.blocks)") })
    }
}
