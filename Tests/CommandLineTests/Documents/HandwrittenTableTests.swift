import Foundation
import Testing

@testable import Workflow

/// Tables that people write, because they say more than the program's declarations: each has a row for all there is.
@Suite struct HandwrittenTableTests {
    /// The words in backticks in the first column of each table of a text.
    private func firstColumn(_ text: Substring) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
            line.dropFirst().prefix { $0 != "|" }.matches(of: /`([^`]+)`/).map { String($0.1) }
        }
    }

    private func section(_ title: String, of path: String) throws -> Substring {
        let text = try Document.read(path).text
        let start = try #require(text.range(of: "\n## \(title)\n"), "\(path) has no section \(title)")
        let end = text.range(of: "\n## ", range: start.upperBound..<text.endIndex)
        return text[start.upperBound..<(end?.lowerBound ?? text.endIndex)]
    }

    private func key(_ path: String...) throws -> KeySchema {
        var keys = Plan.form.schema.keys
        var found: KeySchema?
        for name in path {
            found = try #require(keys.first { $0.name == name }, "\(path)")
            keys = found?.value.keys ?? []
        }
        return try #require(found)
    }

    @Test func `every signal of the throttle has a row, with its default`() throws {
        let signals = try key("phases", "backfill", "throttle").value.keys
        let rows = try section("The signals", of: "Docs/reference/throttle.md").matches(
            of: /(?m)^\| `([a-z_]+)` \| `?([^`|]+?)`? \|/
        ).map { "\($0.1) \($0.2)" }
        #expect(
            rows
                == signals.map { signal in
                    guard case .string(let text)? = signal.defaultValue else { return "\(signal.name) off" }
                    return "\(signal.name) \(text)"
                }
        )
    }

    @Test func `every requirement has a row`() throws {
        let rows = try section("Requirements", of: "Docs/reference/plan.md").matches(of: /(?m)^\| `([a-z_]+):/)
        guard case .shared(_, .list(.oneKey(let keys), _, _)) = try key("phases", "contract", "requires").value else {
            Issue.record("the requirements are not a list of keys")
            return
        }
        #expect(Set(rows.map { String($0.1) }) == Set(keys.map(\.name)))
    }

    @Test(arguments: Change.kinds.map { $0.key })
    func `every key of a kind is on its page, or on the one that describes both`(_ kind: String) throws {
        let type = try #require(Change.kinds.first { $0.key == kind })
        let folder = "Docs/reference/kinds"
        let page = try Document.read("\(folder)/\(kind).md").text
        // A page may leave the description to a sibling, in its first sentences.
        let siblings = try page.prefix(200).matches(of: /\]\(([a-z_]+)\.md\)/).map { link in
            try Document.read("\(folder)/\(link.1).md").text
        }
        let text = ([page] + siblings).joined()
        for key in Change.keys(of: type) {
            #expect(
                text.contains(try Regex("(`|[{ ])\(key.name)(`|:)")),
                "\(folder)/\(kind).md does not mention \(key.name)"
            )
        }
    }

    /// Findings have no list of their ids in the program: the sources are searched for what makes one.
    @Test func `every finding has a row`() throws {
        let sources = try Self.sources().filter { $0.contains("Finding(") || $0.contains("'refused'") }.joined()
        let made = Set(
            [
                /(?:Finding|refuse)\(\s*"([a-z][a-z0-9-]+)"/,
                /'([a-z][a-z0-9-]+)', '(?:refused|acknowledge|blocks_contract|carried)'/,
                /'([a-z][a-z0-9-]+)' AS id/,
            ].flatMap { pattern in sources.matches(of: pattern).map { String($0.1) } }
        )
        #expect(made.count > 60)
        let rows = Set(firstColumn(try section("Findings in the database", of: "Docs/reference/diagnostics.md")))
        #expect(made.subtracting(rows).sorted().isEmpty, "diagnostics.md has no row for these")
        let unknown = rows.filter { !sources.contains("\"\($0)\"") && !sources.contains("'\($0)'") }
        #expect(unknown.isEmpty, "diagnostics.md has rows for these, which nothing finds")
    }

    private static func sources() throws -> [String] {
        let folder = Document.repository.appending(path: "Sources").path
        let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        return try names.filter { $0.hasSuffix(".swift") }.map { try Document.read("Sources/\($0)").text }
    }
}
