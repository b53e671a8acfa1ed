import Foundation
import Reporting
import Synchronization

/// One of the two standard streams, and what it can show.
final class Stream: Sendable {
    let isTerminal: Bool
    /// Whether a line can be drawn over.
    let isRedrawable: Bool
    private let isColored: Bool
    private let columns: Int?
    private let handle: FileHandle
    private let isWritable = Mutex(true)

    init(_ handle: FileHandle, environment: [String: String], noColor: Bool) {
        self.handle = handle
        isTerminal = isatty(handle.fileDescriptor) == 1
        isRedrawable = isTerminal && environment["TERM"] != "dumb"
        isColored = !noColor && TextStyle.wantsColor(isTerminal: isTerminal, environment: environment)
        // Where the shell does not say, lines of this length read well and fit most windows.
        columns = isTerminal ? environment["COLUMNS"].flatMap(Int.init) ?? 100 : nil
    }

    /// How to write for it now.
    var style: TextStyle { TextStyle(isColored: isColored, columns: columns, now: Date()) }

    /// Whether nobody has closed the other end yet.
    var isOpen: Bool { isWritable.withLock(\.self) }

    /// Writes a text; once the other end is closed, nothing more.
    func write(_ text: String) {
        isWritable.withLock { isOpen in
            guard isOpen else { return }
            // The only failure that can be told to nobody: the reader is gone (EPIPE), or the disk behind it is full.
            do { try handle.write(contentsOf: Data(text.utf8)) } catch { isOpen = false }
        }
    }

    /// Writes a line that the next one is drawn over.
    ///
    /// The terminal's own line breaks are off meanwhile: of a broken line only the last part could be drawn over.
    func writePassing(_ text: String) {
        write("\r\u{1B}[2K\u{1B}[?7l\(text)\u{1B}[?7h")
    }

    /// Takes back a line that was to be drawn over.
    func clearLine() {
        write("\r\u{1B}[2K")
    }
}
