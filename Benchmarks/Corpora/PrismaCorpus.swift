import Diagnostics
import Foundation
import PrismaSchema

/// Schemas with the migrations that Prisma made of them.
struct PrismaCorpus: Sendable {
    let name: String
    /// Reads a case: what it is now, what it should be, and Prisma's migration.
    private let read: @Sendable (URL) throws -> (previous: PrismaDatabase, next: PrismaDatabase, expected: String)
    /// How much of a text counts.
    private let counted: @Sendable (String) -> [String]

    /// One schema a file, with the migration from an empty database in comments at its end.
    static let single = PrismaCorpus(
        name: "prisma-single",
        read: { url in
            let text = try String(contentsOf: url, encoding: .utf8)
            let comments = text.components(separatedBy: "// Expected Migration:\n").last ?? ""
            let lines = comments.components(separatedBy: "\n").map { $0.replacing(/^\/\/ ?/, with: "") }
            return (.empty, try database(url), lines.joined(separator: "\n"))
        },
        counted: { [$0.trimmingCharacters(in: .newlines)] }
    )

    /// One folder a commit, with the schema before and after, and the migration of that commit.
    static let pairs = PrismaCorpus(
        name: "prisma-pairs",
        read: { url in
            let expected = try String(contentsOf: url.appending(path: "migration.sql"), encoding: .utf8)
            let before = try database(url.appending(path: "before.prisma"))
            return (before, try database(url.appending(path: "after.prisma")), expected)
        },
        counted: { statements($0) }
    )

    /// The outcome of one case.
    struct Result {
        var name: String
        var time: Duration
        /// The first difference, or why there is none; nil where the texts are equal.
        var problem: String?
    }

    func results(in folder: URL) throws -> [Result] {
        let cases = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: name),
            includingPropertiesForKeys: nil
        )
        return cases.sorted { $0.path < $1.path }.map(result)
    }

    private func result(_ url: URL) -> Result {
        var problem: String?
        let time = ContinuousClock().measure {
            do {
                let read = try read(url)
                let found = counted(Migration(from: read.previous, to: read.next).script)
                problem = Self.difference(found, counted(read.expected))
            } catch let mistakes as Diagnostics {
                problem = "mistakes in the schema: \(mistakes.all.first?.message ?? "none")"
            } catch {
                problem = error.localizedDescription
            }
        }
        return Result(name: url.lastPathComponent.replacing(/\.prisma$/, with: ""), time: time, problem: problem)
    }

    private static func database(_ url: URL) throws -> PrismaDatabase {
        PrismaDatabase(try DataModel(reading: [SourceText(name: url.path, bytes: Data(contentsOf: url))]))
    }

    /// The first statement that is not the same in both.
    private static func difference(_ found: [String], _ expected: [String]) -> String? {
        for place in 0..<max(found.count, expected.count) {
            let ours = place < found.count ? found[place] : "nothing"
            let theirs = place < expected.count ? expected[place] : "nothing"
            if ours != theirs { return "expected \(theirs.prefix(100)), found \(ours.prefix(100))" }
        }
        return nil
    }

    /// The statements without comments, white space and the default schema, which some versions of Prisma write.
    private static func statements(_ text: String) -> [String] {
        let bare = text.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "").replacing(/--[^\n]*/, with: "")
        return bare.components(separatedBy: ";").compactMap { statement in
            let words = statement.replacing("\"public\".", with: "").replacing(/\s+/, with: " ").replacing(
                "\" (",
                with: "\"("
            )
            let trimmed = words.trimmingCharacters(in: .whitespaces)
            return trimmed.isEmpty ? nil : trimmed
        }
    }
}
