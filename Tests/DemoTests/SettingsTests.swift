import Foundation
import Testing

@testable import Demo

@Suite struct SettingsTests {
    private func settings(_ arguments: String...) throws -> Settings {
        try Settings(arguments: arguments, environment: ["CROSSFADE_BIN": "/bin/sh"])
    }

    @Test func `without arguments a column of 100,000 rows is renamed, and nothing is kept`() throws {
        let settings = try settings()
        #expect(settings.scenario == nil)
        #expect(settings.rows == 100_000)
        #expect(!settings.keepsServer)
    }

    @Test func `kind, rows and keep are taken`() throws {
        let settings = try settings("--kind", "merge_columns", "--keep", "--rows", "5000")
        #expect(settings.scenario?.kind == "merge_columns")
        #expect(settings.rows == 5_000)
        #expect(settings.keepsServer)
    }

    @Test(
        arguments: [
            (["--kind"], "--kind needs a value"), (["--kind", "nonsense"], "unknown kind 'nonsense'"),
            (["--rows", "99"], "--rows needs a number from 100 to 10,000,000, not '99'"),
            (["--rows", "many"], "not 'many'"), (["--fast"], "unknown argument '--fast'"),
        ]
    )
    func `a wrong argument is named, with the usage`(arguments: [String], mistake: String) throws {
        let error = #expect(throws: DemoError.self) {
            try Settings(arguments: arguments, environment: ["CROSSFADE_BIN": "/bin/sh"])
        }
        let text = "\(try #require(error))"
        #expect(text.contains(mistake))
        #expect(text.contains(Settings.usage))
    }

    @Test func `a missing program is named`() throws {
        let error = #expect(throws: DemoError.self) {
            try Settings(arguments: ["--crossfade", "/nonexistent/crossfade"], environment: [:])
        }
        #expect("\(try #require(error))".contains("/nonexistent/crossfade"))
    }
}

@Suite struct ScreenWidthTests {
    private static let examples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Plans")

    @Test func `the usage fits 80 columns`() {
        for line in Settings.usage.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `the introduction of each kind fits 80 columns`() throws {
        var introductions = [
            Introduction(kind: "rename_column", plan: .rename, rows: 10_000_000, versions: ProfileClient.versions)
        ]
        for scenario in Scenario.all {
            let plan = try scenario.plan(examples: Self.examples)
            introductions.append(
                Introduction(kind: scenario.kind, plan: plan, rows: 10_000_000, versions: ScenarioClient.versions)
            )
        }
        for introduction in introductions {
            for line in introduction.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test func `each client has loaded rows of its own`() {
        for number in 1...6 {
            let share = ScenarioClient.Share(number: number, clients: 6, rows: 100)
            for _ in 0..<500 {
                let key = share.any()
                #expect((1...100).contains(key) && (key - number).isMultiple(of: 6))
            }
        }
    }
}
