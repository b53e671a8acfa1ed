import Reporting
import SQL
import TestSupport
import Testing
import Workflow

@Suite struct PreviewReportTests {
    private static func report(rows: Int64?) throws -> PreviewReport {
        let table = try QualifiedName(parsing: "app.Profile")
        return PreviewReport(
            plan: "rename-profile-bio",
            summary: "Profile.bio → Profile.biography",
            table: "app.Profile",
            rows: rows,
            bytes: 137_363_456,
            findings: [
                Finding(
                    "select-star",
                    .acknowledge,
                    "a prepared SELECT * fails once per session",
                    hint: "name the columns"
                ),
                Finding("views", .blocksContract, "view app.profiles reads bio", hint: "let it read biography"),
                Finding("generated-column", .refused, "bio is a generated column"),
            ],
            effects: [
                ApplicationEffect(.rowVersions, .backfill),
                ApplicationEffect(.preparedStar, .expand, .contract, .purge),
            ],
            phases: [
                .init(
                    name: "expand",
                    steps: [
                        .init(
                            title: "add the column",
                            sql: "ALTER TABLE app.\"Profile\"\n\n  ADD COLUMN biography text;",
                            mode: "transaction",
                            locks: [RelationLock(relation: table, mode: .accessExclusive)],
                            scansTable: false,
                            isDone: true
                        )
                    ],
                    undo: "rollback drops it"
                ),
                .init(
                    name: "backfill",
                    steps: [
                        .init(
                            title: "copy the rows",
                            sql: "UPDATE app.\"Profile\" SET biography = bio;",
                            mode: "chunk",
                            locks: [RelationLock(relation: table, mode: .rowExclusive)],
                            scansTable: false,
                            isDone: false
                        )
                    ],
                    undo: "copied values are harmless"
                ),
                .init(name: "dual_write_check", steps: [], undo: "there is nothing to undo"),
                .init(
                    name: "enforce",
                    steps: [
                        .init(
                            title: "build the index",
                            sql: "CREATE INDEX CONCURRENTLY i ON app.\"Profile\" (biography);",
                            mode: "none",
                            locks: [],
                            scansTable: true,
                            isDone: false
                        )
                    ],
                    undo: "rollback drops it"
                ),
            ]
        )
    }

    @Test func `a preview tells for each step what it locks, stops and reads`() throws {
        try expectGolden(try Self.report(rows: 1_000_000), "preview")
    }

    @Test func `rows that were never counted are not invented`() throws {
        let report = try Self.report(rows: nil)
        #expect(report.text(in: Form.plain).contains("rows not counted yet"))
        #expect(report.json.line.contains("\"rows\":null"))
    }

    @Test func `what the plan accepts is left out`() throws {
        let report = try Self.report(rows: 1).leavingOut { $0.id == "select-star" }
        #expect(report.findings.map(\.id) == ["views", "generated-column"])
        #expect(report.phases == (try Self.report(rows: 1).phases))
    }
}
