import Foundation

/// A folder that is removed when nobody uses it any more.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "crossfade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed is left to the system: a test has nobody to tell.
        try? FileManager.default.removeItem(at: url)
    }
}
