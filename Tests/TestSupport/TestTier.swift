import Foundation

/// How much of the exhaustive forms of tests is run.
package enum TestTier {
    /// Whether every form is run, as `make test-all` does; else a form that takes one walk stands for one that takes many.
    package static let isExhaustive = ProcessInfo.processInfo.environment["CROSSFADE_TEST_TIER"] == "all"

    /// Of the cases of a walk as many as are run ordinarily, spread over the whole table from its first on; in the exhaustive
    /// form all.
    package static func sample<Case>(_ cases: [Case], _ count: Int) -> [Case] {
        guard !isExhaustive, count < cases.count else { return cases }
        return (0..<count).map { cases[$0 * cases.count / count] }
    }
}
