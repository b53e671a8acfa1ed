import Foundation
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is sent for a whole rename, statement by statement, compared with files that a person has read.
@Suite(.scratchDatabase, .asSuperuser("the files have the name of the owner"), .timeLimit(.minutes(60)))
struct GoldenSQLTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    @Test(arguments: [
        ("plain", LifecycleTests.plain), ("everything", LifecycleTests.everything),
        ("primary-key", LifecycleTests.primaryKey),
        ("paired", LifecycleTests.paired), ("partitioned", LifecycleTests.partitioned),
        ("identity", LifecycleTests.identity),
    ])
    func `the generated files are the golden ones`(_ name: String, _ test: LifecycleTests.Case) async throws {
        let fixture = try Fixture(
            schema: test.schema,
            plan: Fixture.rename(test.table, test.from, test.to, extra: "acknowledge: [user-triggers, function-bodies]")
        )
        try await compare(fixture, with: "\(name).sql")
    }

    /// From PostgreSQL 18 on NOT NULL has a name, which some files then give back: the golden ones are those of before.
    @Test(arguments: KindCase.all.filter { $0.kind != "rename_column" } + KindCase.lists.prefix(1))
    func `the generated files of each kind are the golden ones`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let version: String = try fixture.value("SHOW server_version_num")
        if try #require(Int(version)) >= 180_000 { try Test.cancel("the golden files are those of earlier servers") }
        try await compare(fixture, with: "kind-\(test.kind).sql")
    }

    private func compare(_ fixture: Fixture, with name: String) async throws {
        let files = try fixture.engine().files(try await fixture.blueprint())
        var text = ""
        for file in PhaseFile.allCases {
            guard let rendered = try files.render(file, .file) else { continue }
            text += "-- ════ \(file.fileName)\n\(rendered.text)\n"
        }
        let url = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
            Issue.record("\(name) was written anew: read it, and run again without UPDATE_GOLDEN")
            return
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == text, "UPDATE_GOLDEN=1 make test writes it anew")
    }
}
