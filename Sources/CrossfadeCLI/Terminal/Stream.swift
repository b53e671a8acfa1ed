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
    private let state = Mutex(State.open)

    private enum State {
        case open
        /// The reader has gone.
        case closed
        /// It cannot be written, though somebody may read it: a full disk.
        case broken(String)
    }

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

    /// Whether what is written arrives, as far as is known.
    var isOpen: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    /// Why it could not be written; nil also when the reader has gone, who misses nothing.
    var problem: String? {
        state.withLock { if case .broken(let reason) = $0 { reason } else { nil } }
    }

    /// Writes a text; once one has not arrived, nothing more.
    func write(_ text: String) {
        state.withLock { state in
            guard case .open = state else { return }
            do {
                try handle.write(contentsOf: Data(text.utf8))
            } catch {
                state = Self.isBrokenPipe(error) ? .closed : .broken(error.localizedDescription)
            }
        }
    }

    private static func isBrokenPipe(_ error: any Error) -> Bool {
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EPIPE)
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
