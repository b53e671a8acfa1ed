import Foundation

/// How much of the exhaustive forms of tests is run.
package enum TestTier {
    /// Whether every form is run, as `make test-all` does; else a form that takes one walk stands for one that takes many.
    package static let isExhaustive = ProcessInfo.processInfo.environment["CROSSFADE_TEST_TIER"] == "all"
}
