import Foundation
import Reporting
import SQL
import Workflow

/// The moment at which all samples are looked at: 2026-11-23 04:05:06 UTC.
let now = Date(timeIntervalSince1970: 1_795_406_706)

/// Reports as the engine makes them, with every field in use somewhere.
enum Sample {
    static func before(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    static let progress = BackfillProgress(
        rowsDone: 524_113,
        rowsTotal: 1_000_000,
        blocksDone: 5_241,
        blocksTotal: 10_000,
        rowsPerSecond: 98_123.456,
        blocksPerSecond: 981,
        throttledBy: nil,
        workers: 2,
        pass: 1
    )

    static func line(
        _ phase: Phase,
        _ status: PhaseStatus,
        _ startedAt: Date? = nil,
        _ finishedAt: Date? = nil,
        attempts: Int = 1,
        isEdited: Bool = false
    ) -> StatusReport.PhaseLine {
        StatusReport.PhaseLine(
            phase: phase,
            status: status,
            startedAt: startedAt,
            finishedAt: finishedAt,
            attempts: startedAt == nil ? 0 : attempts,
            isEdited: isEdited
        )
    }

    static let check = CheckSummary(
        verdict: .passed,
        rowsChecked: 1_000_000,
        violations: 0,
        ordinal: 7,
        finishedAt: before(185)
    )

    // MARK: - Gates

    static let openGate = Gate(
        subject: "backfill",
        requirements: [RequirementResult("phase order", .open, "every phase before is verified")]
    )

    static let waitingGate = Gate(
        subject: "contract",
        requirements: [
            RequirementResult("phase order", .open, "every phase before is verified"),
            RequirementResult("full check", .open, "1000000 rows checked, none wrong"),
            RequirementResult(
                "soak",
                .waiting,
                "24h since enforce was verified have not passed",
                opensAt: now.addingTimeInterval(83_400)
            ),
        ]
    )

    static let closedGate = Gate(
        subject: "contract",
        requirements: waitingGate.requirements + [
            RequirementResult("approval", .waiting, "0 of 1 approvals"),
            RequirementResult("assertion nobody is \u{1B}[31mlost", .closed, "2 rows violate it: id=7; id=9"),
        ]
    )

    // MARK: - Status

    static func status(
        _ state: RunState,
        at phase: Phase?,
        _ phases: [StatusReport.PhaseLine],
        backfill: BackfillProgress? = nil,
        lastCheck: CheckSummary? = nil,
        isBlocked: Bool = false,
        changes: OutsideChanges? = nil,
        gate: Gate? = nil,
        afterContract: String? = nil,
        holder: String? = nil,
        deployable: String = "old versions, and versions that write both shapes",
        next: String = "crossfade advance rename-profile-bio"
    ) -> StatusReport {
        let begun = Set(phases.map(\.phase))
        return StatusReport(
            plan: "rename-profile-bio",
            summary: "Profile.bio → Profile.biography",
            state: state,
            phase: phase,
            phases: phases + Phase.allCases.filter { !begun.contains($0) }.map { line($0, .pending) },
            backfill: backfill,
            lastCheck: lastCheck,
            isBlocked: isBlocked,
            changes: changes,
            gate: gate,
            afterContract: afterContract,
            holder: holder,
            deployable: deployable,
            next: next
        )
    }

    static let copying = status(
        .active,
        at: .backfill,
        [
            line(.expand, .verified, before(60), before(59.6)),
            line(.backfill, .applying, before(6), attempts: 2, isEdited: true),
        ],
        backfill: progress,
        lastCheck: check,
        holder: "anna@build-7 (pid 4711)"
    )

    static let waiting = status(
        .active,
        at: .contract,
        [
            line(.expand, .verified, before(4000), before(3999.6)),
            line(.backfill, .verified, before(3990), before(3867)),
            line(.dualWriteCheck, .verified, before(3800), before(3200)),
            line(.enforce, .verified, before(3100), before(3000)),
        ],
        lastCheck: check,
        changes: changes,
        gate: waitingGate,
        afterContract: "until purge rollback can undo contract: nothing is lost",
        next: "crossfade advance rename-profile-bio --confirm rename-profile-bio, from 2026-11-24T03:15:06Z on"
    )

    static let changes = OutsideChanges(
        [
            Finding(
                "changed",
                .carried,
                "GRANT SELECT (bio) ON public.profile TO reporting since 2026-11-03T12:00:00Z",
                hint: "crossfade advance rename-profile-bio carries it over"
            )
        ],
        notEvaluated: "not evaluated: views, triggers, policies, functions and statistics objects "
            + "(crossfade check rename-profile-bio)"
    )

    // MARK: - Verification

    static let passed = VerificationReport(
        plan: "rename-profile-bio",
        rowsChecked: 1_000_000,
        checks: [
            .init(
                name: "every row holds the same value in bio and biography",
                verdict: .passed,
                violations: 0,
                samples: []
            ),
            .init(name: "the sync trigger is there", verdict: .passed, violations: 0, samples: []),
        ],
        startedAt: before(2.3),
        finishedAt: now
    )

    static let failed = VerificationReport(
        plan: "rename-profile-bio",
        rowsChecked: 1_000_000,
        checks: [
            .init(
                name: "every row holds the same value in bio and biography",
                verdict: .failed,
                violations: 1_204,
                samples: ["id=17", "id=\u{1B}]0;oops\u{07}"]
            ),
            .init(name: "the sync trigger is there", verdict: .passed, violations: 0, samples: []),
            .init(
                name: "nobody reads the old column",
                verdict: .inconclusive,
                violations: 0,
                samples: ["no pg_stat_statements"]
            ),
        ],
        startedAt: before(0.04),
        finishedAt: now
    )
}
