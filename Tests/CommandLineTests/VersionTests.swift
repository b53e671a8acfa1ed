import Foundation
import TestSupport
import Testing

@testable import CrossfadeCLI

/// What the program and the changelog say of its versions.
@Suite(.timeLimit(.minutes(60)))
struct VersionTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL

    @Test func `--version prints the release and the commit, and the versions of ledger, plan and JSON`() async throws {
        let result = try await Program().run("--version")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n").map(String.init)
        let first = try #require(
            lines.first?.wholeMatch(of: /crossfade ([0-9]+\.[0-9]+\.[0-9]+) \((unknown|[0-9a-f]{7,40}\+?)\)/)
        )
        #expect(String(first.1) == Version.release)
        #expect(lines.dropFirst() == ["ledger \(Version.ledger)", "plan \(Version.plan)", "JSON \(Version.json)"])
    }

    @Test func `the changelog's newest release is the program's, and the newest versions it names are the program's`()
        throws
    {
        let changelog = try String(contentsOf: Self.repository.appending(path: "CHANGELOG.md"), encoding: .utf8)
        let sections = changelog.components(separatedBy: "\n## ").dropFirst()
        let coming = try #require(sections.first)
        #expect(coming.hasPrefix("[Unreleased]\n"))
        let release = try #require(sections.dropFirst().first)
        #expect(release.prefixMatch(of: /\[([0-9.]+)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}\n/)?.1 == Version.release[...])
        let versions = "Plan \(Version.plan), JSON \(Version.json), ledger \(Version.ledger)."
        // What is not released yet may have versions that no release has.
        let newest = coming.contains(/Plan [0-9]+, JSON [0-9]+, ledger [0-9]+\./) ? coming : release
        #expect(newest.contains(versions), "\(versions)")
    }
}
