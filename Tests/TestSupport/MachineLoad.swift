import Foundation

/// Decides how many tests run side by side.
///
/// All at once they starve: a test that waits for another session would wait for hundreds of others. Tests that measure
/// time mostly wait; they come first, with a few ordinary ones beside them, so that the processors have work meanwhile.
actor MachineLoad {
    /// The ordinary tests of this process share one.
    static let shared = MachineLoad(width: MachineLoad.configuredWidth, quietWidth: 4, besideQuiet: 2)

    private static var configuredWidth: Int {
        ProcessInfo.processInfo.environment["CROSSFADE_TEST_WIDTH"].flatMap { Int($0) } ?? 8
    }

    private struct Queue {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let width: Int
    private let quietWidth: Int
    /// How many ordinary tests run beside those that measure time: no more than two processors bear.
    private let besideQuiet: Int
    private var ordinary = Queue()
    private var quiet = Queue()

    init(width: Int, quietWidth: Int, besideQuiet: Int) {
        self.width = max(1, width)
        self.quietWidth = max(1, quietWidth)
        self.besideQuiet = min(max(1, width), max(0, besideQuiet))
    }

    /// Runs a test once the machine has room for it.
    nonisolated func admit(_ kind: TestLoad, _ body: () async throws -> Void) async throws {
        await enter(kind)
        do {
            try await body()
        } catch {
            await leave(kind)
            throw error
        }
        await leave(kind)
    }

    private func enter(_ kind: TestLoad) async {
        await withCheckedContinuation { continuation in
            switch kind {
            case .ordinary: ordinary.waiting.append(continuation)
            case .quiet: quiet.waiting.append(continuation)
            }
            resumeThoseWithRoom()
        }
    }

    private func leave(_ kind: TestLoad) {
        switch kind {
        case .ordinary: ordinary.running -= 1
        case .quiet: quiet.running -= 1
        }
        resumeThoseWithRoom()
    }

    private func resumeThoseWithRoom() {
        while ordinary.running <= besideQuiet, quiet.running < quietWidth, !quiet.waiting.isEmpty {
            quiet.running += 1
            quiet.waiting.removeFirst().resume()
        }
        let room = quiet.running == 0 && quiet.waiting.isEmpty ? width : besideQuiet
        while ordinary.running < room, !ordinary.waiting.isEmpty {
            ordinary.running += 1
            ordinary.waiting.removeFirst().resume()
        }
    }
}
