import Diagnostics
import Foundation
import Testing
import Workflow

/// The repository's folder, whichever folder the tests run in.
private let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// A document of the repository, by its path from there.
private func text(of path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
}

@Suite struct DocumentTests {
    /// Every Markdown file that people read, by its path in the repository.
    static let documents = topLevel + pages

    private static let topLevel = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]

    private static let pages =
        (FileManager.default.enumerator(atPath: repository.appending(path: "Docs").path()))
        .map { $0.compactMap { $0 as? String } }?.filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }.sorted() ?? []

    @Test func `there are pages`() {
        #expect(Self.pages.contains("Docs/reference/plan.md"))
    }

    @Test(arguments: documents)
    func `every plan in a document is read without an error`(path: String) throws {
        for block in Self.blocks("yaml", of: try text(of: path)) where block.text.contains("change:") {
            let source = SourceText(name: "\(path), block at line \(block.line)", text: block.text)
            let (plan, diagnostics) = PlanReader.read(source)
            #expect(plan != nil && diagnostics.isEmpty, "\(DiagnosticRenderer(color: false).render(diagnostics))")
        }
    }

    @Test(arguments: documents)
    func `every link to a file leads to one`(path: String) throws {
        let folder = repository.appending(path: path).deletingLastPathComponent()
        for link in try text(of: path).matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
            let target = folder.appending(path: String(link.1))
            #expect(FileManager.default.fileExists(atPath: target.path()), "\(path) links to \(link.1)")
        }
    }

    // MARK: - Fences

    /// The fenced blocks of a language, and the line each begins on.
    private static func blocks(_ language: String, of document: String) -> [(line: Int, text: String)] {
        var found: [(line: Int, text: String)] = []
        var open: (line: Int, isWanted: Bool, lines: [Substring])?
        for (number, line) in document.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(line)
                continue
            }
            if let block = open {
                if block.isWanted { found.append((block.line, block.lines.joined(separator: "\n") + "\n")) }
                open = nil
            } else {
                open = (number + 1, line == "```\(language)", [])
            }
        }
        return found
    }
}
