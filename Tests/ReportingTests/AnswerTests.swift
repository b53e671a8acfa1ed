import Foundation
import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct AnswerTests {
    private static func entry(
        _ seconds: Double,
        _ actor: String,
        _ kind: String,
        _ phase: String? = nil,
        _ step: String? = nil,
        _ message: String
    ) -> HistoryEntry {
        HistoryEntry(
            at: Sample.before(seconds),
            role: "app_owner",
            actor: actor,
            kind: kind,
            phase: phase,
            step: step,
            message: message,
            sqlDigest: step == nil ? nil : "63e426eb"
        )
    }

    @Test func `a history is a log in columns`() throws {
        let entries = [
            Self.entry(600, "anna@a", "run created", nil, nil, "Profile.bio → Profile.biography"),
            Self.entry(599, "anna@a", "step done", "expand", "add the column", "done"),
            Self.entry(60, "bert@build-7", "check failed", "backfill", nil, "3 violations"),
            Self.entry(1, "bert@build-7", "phase verified", "backfill", nil, "\u{1B}[2J1000 rows checked"),
        ]
        try expectGolden(History(plan: "rename-profile-bio", entries: entries), "history")
    }

    @Test func `a plan without a history says so`() throws {
        try expectGolden(History(plan: "rename-profile-bio", entries: []), "history-empty")
    }

    @Test func `an overview lists runs, plans and files that are neither`() throws {
        let lines = [
            Overview.Line(plan: "rename-profile-bio", state: .active, phase: .enforce, file: "Plans/a.yaml"),
            Overview.Line(plan: "old", state: .completed, phase: nil, file: nil),
            Overview.Line(plan: "next", state: nil, phase: nil, file: "Plans/next.yaml"),
        ]
        try expectGolden(Overview(lines: lines, invalid: ["Plans/broken.yaml"]), "overview")
        try expectGolden(Overview(lines: [], invalid: []), "overview-empty")
    }

    @Test func `a repair names the check that must follow`() throws {
        try expectGolden(Repair(plan: "rename-profile-bio", rowsCopied: 1), "repair")
        let beyond =
            "3 rows hold values of a that integer cannot hold (id=10, id=11, id=12): change these values; repair cannot"
        try expectGolden(Repair(plan: "retype", rowsCopied: 1, beyond: [beyond]), "repair-beyond")
    }

    @Test func `written files are listed with the next command`() throws {
        let written = WrittenFiles(plan: "a", files: ["Plans/a/1_expand.sql"], next: "crossfade advance a")
        try expectGolden(written, "written-files")
    }

    @Test func `a failure has a hint, and keeps excerpts unbroken on a narrow terminal`() throws {
        let excerpt = "2 | " + String(repeating: "long ", count: 20)
        let failure = Failure(.invalidPlan, "Plans/a.yaml is no valid plan\n\(excerpt)", hint: "crossfade check a")
        try expectGolden(failure, "failure")
        #expect(failure.text(in: Form.narrow).contains(excerpt))
        #expect(Failure(.failed, "lost").json.line == #"{"error":{"code":"failed","message":"lost","hint":null}}"#)
    }
}
