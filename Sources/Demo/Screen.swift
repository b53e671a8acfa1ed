import Foundation

/// Standard output, unbuffered, because the program's own output comes between ours.
enum Screen {
    static func show(_ text: String) {
        // A reader that went away is no reason to stop: the exit status still tells the result.
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Opens a section.
    static func heading(_ text: String) {
        show("── \(text) " + String(repeating: "─", count: max(4, 76 - text.count)) + "\n")
    }

    static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
