import Foundation

/// Holds the schema tools against public test data, and prints how many cases come out as expected.
///
/// The folder is `CROSSFADE_CORPORA`, else `../shared/corpora` beside the repository.
@main
enum Corpora {
    static func main() async throws {
        let path = ProcessInfo.processInfo.environment["CROSSFADE_CORPORA"] ?? "../shared/corpora"
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: folder.path) else {
            print("there are no corpora in \(path); CROSSFADE_CORPORA names another folder")
            return
        }
        print("corpus          cases  as expected  milliseconds")
        for corpus in [PrismaCorpus.single, PrismaCorpus.pairs] { show(corpus.name, try corpus.results(in: folder)) }
        let databases = DatabaseCorpus()
        for (direction, results) in try await databases.results(in: folder) {
            show("\(databases.name), \(direction)", results)
        }
    }

    private static func show(_ name: String, _ results: [PrismaCorpus.Result]) {
        let passed = results.count { $0.problem == nil }
        let time = results.reduce(Duration.zero) { $0 + $1.time } / .milliseconds(1)
        print(
            name.padding(toLength: 15, withPad: " ", startingAt: 0),
            String(results.count).leftPadded(5),
            String(passed).leftPadded(12),
            String(Int(time)).leftPadded(13)
        )
        for result in results {
            if let problem = result.problem { print("  \(result.name): \(problem)") }
        }
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
