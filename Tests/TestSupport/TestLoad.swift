import Foundation
import Synchronization
package import Testing

/// What a test asks of the machine while it runs.
package enum TestLoad: Sendable {
    /// Room for one more.
    case ordinary
    /// That little runs beside it: it measures time.
    case quiet

    @TaskLocal private static var isAdmitted = false

    /// Runs a test case once the machine has room for it, and notes how long it took from then on.
    ///
    /// Traits may ask twice for one case; the first one counts, with what the innermost `.load` trait says.
    static func admit(_ test: Test, _ body: () async throws -> Void) async throws {
        guard !isAdmitted else { return try await body() }
        let load = test.traits.compactMap { ($0 as? LoadTrait)?.load }.last ?? .ordinary
        try await MachineLoad.shared.admit(load) {
            let start = ContinuousClock.now
            defer { TestTimes.shared?.note(test, ContinuousClock.now - start) }
            try await $isAdmitted.withValue(true) { try await body() }
        }
    }
}

/// Makes the cases of a test wait for room on the machine; `.scratchDatabase` does so as well.
package struct LoadTrait: TestTrait, SuiteTrait, TestScoping {
    let load: TestLoad

    /// On a suite it stands for each case in it.
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestLoad.admit(test) { try await function() }
    }
}

extension Trait where Self == LoadTrait {
    /// For tests that start servers or programs, and those that measure time.
    package static func load(_ load: TestLoad) -> LoadTrait { LoadTrait(load: load) }
}

/// Writes how long each case took to the file that `CROSSFADE_TEST_TIMES` names, for the list of the slowest tests.
private final class TestTimes: Sendable {
    static let shared = ProcessInfo.processInfo.environment["CROSSFADE_TEST_TIMES"].flatMap(TestTimes.init)

    private let file: Mutex<FileHandle>

    private init?(_ path: String) {
        guard !path.isEmpty, FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { return nil }
        self.file = Mutex(file)
    }

    /// A line for each case: seconds, a tab, suite and test.
    func note(_ test: Test, _ duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let suite = test.id.description.split(separator: "/").first.map(String.init) ?? ""
        let line = String(format: "%.2f\t", seconds) + "\(suite) \(test.name)\n"
        file.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
    }
}
