import Foundation
import Synchronization

/// Standard output, where a line that changes is drawn over on a terminal.
enum Screen {
    /// Elsewhere each line is written once, when it is final.
    private static let isRedrawable =
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    private static let hasPassingLine = Mutex(false)

    /// Writes lines that stay.
    static func show(_ text: String) {
        hasPassingLine.withLock { hasPassingLine in
            write((hasPassingLine ? clearLine : "") + text + "\n")
            hasPassingLine = false
        }
    }

    /// Draws a line that the next text replaces.
    ///
    /// The terminal does not wrap it: only the last row of a wrapped line could be drawn over.
    static func draw(_ line: String) {
        guard isRedrawable else { return }
        hasPassingLine.withLock { hasPassingLine in
            write(clearLine + "\u{1B}[?7l\(line)\u{1B}[?7h")
            hasPassingLine = true
        }
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) {
        hasPassingLine.withLock { hasPassingLine in
            if hasPassingLine { write("\n") }
            hasPassingLine = false
        }
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    private static let clearLine = "\r\u{1B}[2K"

    private static func write(_ text: String) {
        // The exit status tells the result even where the reader of the output has gone.
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
