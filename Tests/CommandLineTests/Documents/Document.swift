import Foundation

/// A file of the repository that people read.
///
/// What stands between `<!-- made: NAME -->` and `<!-- /NAME -->` is made by `make docs`; all else is written by hand.
struct Document {
    let path: String
    let text: String

    static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL

    /// Whether the files are to be written anew.
    static var isUpdating: Bool { ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" }

    /// Every Markdown file of the repository's own, by its path.
    static let paths: [String] = {
        let pages = FileManager.default.enumerator(atPath: repository.appending(path: "Docs").path)
        let names = pages.map { $0.compactMap { $0 as? String } } ?? []
        return ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
            + names.filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }.sorted()
    }()

    static func read(_ path: String) throws -> Document {
        Document(path: path, text: try String(contentsOf: repository.appending(path: path), encoding: .utf8))
    }

    func write() throws { try Data(text.utf8).write(to: Self.repository.appending(path: path)) }

    /// The first line that another form of the document does not have at its place.
    func difference(from other: Document) -> Substring {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let others = other.text.split(separator: "\n", omittingEmptySubsequences: false)
        return zip(lines, others).first { $0 != $1 }?.0 ?? "the end"
    }

    /// The names of the generated parts.
    var partNames: [String] { text.matches(of: /<!-- made: (.+?) -->/).map { String($0.1) } }

    /// What stands between the marks of a generated part; nil when there is no such part.
    func part(_ name: String) -> String? { range(of: name).map { String(text[$0]) } }

    func replacing(_ name: String, with part: String) -> Document {
        guard let range = range(of: name) else { return self }
        return Document(path: path, text: text.replacingCharacters(in: range, with: part))
    }

    private func range(of name: String) -> Range<String.Index>? {
        guard let start = text.range(of: "<!-- made: \(name) -->"),
            let end = text.range(of: "<!-- /\(name) -->", range: start.upperBound..<text.endIndex)
        else { return nil }
        return start.upperBound..<end.lowerBound
    }
}
