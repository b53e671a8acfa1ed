import Foundation
import SQL
import Workflow

extension Sample {
    static func event(
        _ seconds: Double,
        _ kind: String,
        _ phase: String?,
        _ step: String? = nil,
        _ message: String,
        actor: String = "anna@build-7"
    ) -> HistoryEntry {
        HistoryEntry(
            at: before(seconds),
            role: "app_owner",
            actor: actor,
            kind: kind,
            phase: phase,
            step: step,
            message: message,
            sqlDigest: step == nil ? nil : digest("a")
        )
    }

    static func digest(_ digit: String) -> String { String(repeating: digit, count: 64) }

    /// A run that is completed, in which one step failed once, one row was repaired and one requirement passed over.
    ///
    /// The foreign text is one that somebody else chose; it stands in each place where there can be one.
    static func record(_ foreign: String = "shop", showsValues: Bool = false) throws -> RunReport {
        RunReport(
            head: head(foreign),
            phases: [
                line(.expand, .verified, before(4000), before(3999.6), attempts: 2),
                line(.backfill, .verified, before(3990), before(3867), isEdited: true),
                line(.dualWriteCheck, .verified, before(3800), before(3200)),
                line(.enforce, .verified, before(3100), before(3000)),
                line(.contract, .verified, before(600), before(590)),
            ],
            steps: [
                step("same_row/expand", "add \(foreign)", "failed", 0.6, "a", error: "a lock: \(foreign)"),
                step("same_row/expand", "add \(foreign)", "done", 0.04, "a"),
                step("same_row/backfill", "copy the rows", "done", 123, "b"),
            ],
            scripts: [
                .init(
                    file: "same_row/expand",
                    title: "add \(foreign)",
                    sqlDigest: digest("a"),
                    text: .init(
                        sql: "--@ step: add \(foreign)\nALTER TABLE app.\"Profile\" ADD COLUMN biography text;\n",
                        mode: "transaction",
                        locks: [
                            RelationLock(relation: try QualifiedName(parsing: "app.Profile"), mode: .accessExclusive)
                        ]
                    )
                ),
                .init(file: "same_row/backfill", title: "copy the rows", sqlDigest: digest("b"), text: nil),
            ],
            passes: [
                pass(1, rows: 1_204_113, chunks: 480, seconds: 240.5, rejections: 1),
                pass(2, rows: 12, chunks: 0, seconds: 0, rejections: 0),
            ],
            repairs: .init(
                total: 1_001,
                rows: [
                    .init(
                        relation: "app.\"Profile\"",
                        key: "id=\(foreign)",
                        at: before(3500),
                        values: 2,
                        before: showsValues ? #"{"biography": "\#(foreign)"}"# : nil
                    ),
                    .init(relation: "app.\"Profile\"", key: "id=8", at: before(3500), values: nil, before: nil),
                ]
            ),
            throughput: [throughput].compactMap(\.self),
            checks: [
                check("backfill", failed, before(3600)), check("backfill", passed, before(3400)),
                check(nil, passed, before(700)),
            ],
            writers: [
                .init(
                    side: "old",
                    role: foreign,
                    applicationName: foreign,
                    client: "10.0.0.7",
                    firstSeen: before(3990),
                    lastSeen: before(3100),
                    writes: 1_200,
                    keys: ["id=8", foreign]
                )
            ],
            readers: .init(
                since: before(3900),
                lookedAt: before(700),
                statements: [
                    .init(role: foreign, query: "SELECT bio FROM \"Profile\" -- \(foreign)", calls: 17, lastSeen: nil)
                ]
            ),
            brownouts: [
                Brownout(
                    duration: .seconds(600),
                    begunAt: before(690),
                    retiredAt: before(689),
                    endedAt: before(680),
                    outcome: .named,
                    sightings: [
                        .init(role: foreign, applicationName: foreign, client: nil, query: foreign, seenAt: before(681))
                    ],
                    rollbacks: 2
                )
            ],
            approvals: [
                approval("berta", foreign, nil, "c"), approval("carl", nil, before(800), "c"),
                approval("dora", "before the plan was edited", nil, "e"),
            ],
            events: [
                event(4001, "run created", nil, nil, "Profile.bio → Profile.biography"),
                event(3999, "step done", "expand", "add \(foreign)", "done"),
                event(601, "overridden", "contract", nil, "soak, which was waiting (23 h): \(foreign)", actor: foreign),
            ]
        )
    }

    private static func head(_ foreign: String) -> RunReport.Head {
        RunReport.Head(
            plan: "rename-profile-bio",
            description: "For the \(foreign) release",
            summary: "Profile.bio → Profile.\(foreign)",
            run: 7,
            state: .completed,
            author: "anna",
            authorRole: "app_owner",
            database: foreign,
            serverVersion: "15.10",
            startedAt: before(4001),
            finishedAt: before(0),
            changeDigest: digest("c"),
            templateDigest: digest("d"),
            isPlanUnchanged: true,
            isTemplateUnchanged: false,
            madeAt: now
        )
    }

    private static func step(
        _ file: String,
        _ title: String,
        _ outcome: String,
        _ seconds: Double,
        _ digit: String,
        error: String? = nil
    ) -> RunReport.Step {
        RunReport.Step(
            file: file,
            title: title,
            outcome: outcome,
            attempts: error == nil ? 1 : 12,
            seconds: seconds,
            error: error,
            sqlDigest: digest(digit),
            finishedAt: before(3999),
            actor: error == nil ? "anna@build-7" : nil
        )
    }

    private static func pass(
        _ number: Int,
        rows: Int64,
        chunks: Int64,
        seconds: Double,
        rejections: Int64
    ) -> RunReport.Pass {
        RunReport.Pass(
            step: "copy the rows",
            number: number,
            relation: "app.\"Profile\"",
            startedAt: before(3990),
            finishedAt: chunks == 0 ? nil : before(3868),
            rows: rows,
            chunks: chunks,
            seconds: seconds,
            rejections: rejections
        )
    }

    /// Two minutes that begin slowly and are held up for a while.
    static let throughput = Throughput(step: "copy the rows", of: shares)

    private static var shares: [Throughput.Share] {
        (0..<24).compactMap { turn in
            if (10..<14).contains(turn) { return nil }
            let rows = turn < 3 ? 20_000 : 70_000 + turn * 7 % 5 * 1_000
            let start = before(3990).addingTimeInterval(Double(turn) * 5)
            return Throughput.Share(rows: Int64(rows), startedAt: start, finishedAt: start.addingTimeInterval(5))
        }
    }

    private static func check(_ phase: String?, _ report: VerificationReport, _ end: Date) -> RunReport.Check {
        RunReport.Check(
            phase: phase,
            verdict: report.verdict,
            rowsChecked: report.rowsChecked,
            violations: report.violations,
            checks: report.checks,
            startedAt: end.addingTimeInterval(-2.3),
            finishedAt: end
        )
    }

    private static func approval(_ person: String, _ reason: String?, _ withdrawnAt: Date?, _ digit: String)
        -> RunReport.Approval
    {
        RunReport.Approval(
            phase: "contract",
            approver: person,
            role: "app_\(person)",
            givenAt: before(1000),
            withdrawnAt: withdrawnAt,
            reason: reason,
            changeDigest: digest(digit)
        )
    }
}
