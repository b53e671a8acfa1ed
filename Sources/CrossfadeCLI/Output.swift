import Foundation
import Reporting
import Synchronization
import Workflow

/// The two streams: the result on stdout, everything about the work on stderr.
final class Output: Sendable {
    let isJSON: Bool
    let paint: Paint
    private let isQuiet: Bool
    private let errorPaint: Paint
    private let isErrorTerminal: Bool
    private let progress: Mutex<(line: ProgressLine, isOpen: Bool)>
    private let start = ContinuousClock.now

    init(_ options: GlobalOptions) {
        isJSON = options.json
        isQuiet = options.quiet
        let environment = ProcessInfo.processInfo.environment
        paint = Paint(isOn: !options.json && Self.hasColor(STDOUT_FILENO, options, environment))
        errorPaint = Paint(isOn: Self.hasColor(STDERR_FILENO, options, environment))
        isErrorTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        progress = Mutex((ProgressLine(isTerminal: isErrorTerminal, paint: errorPaint), false))
    }

    /// no-color.org, and CLICOLOR_FORCE for CI logs that show colour.
    private static func hasColor(_ stream: Int32, _ options: GlobalOptions, _ environment: [String: String]) -> Bool {
        if options.noColor || !(environment["NO_COLOR"] ?? "").isEmpty { return false }
        if let force = environment["CLICOLOR_FORCE"], force != "0" { return true }
        return isatty(stream) == 1 && environment["TERM"] != "dumb"
    }

    /// Prints the result in the form that was asked for.
    func result(_ text: @autoclosure () -> String, _ json: @autoclosure () -> JSONText) {
        write(isJSON ? json().line : text(), to: STDOUT_FILENO)
    }

    func text(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Tells something about the work.
    func remark(_ remark: Remark) {
        guard !isQuiet else { return }
        let seconds = (ContinuousClock.now - start).seconds
        progress.withLock { state in
            switch state.line.take(remark, now: seconds) {
            case .nothing: break
            case .over(let text):
                put("\r\u{1B}[2K\(text)", to: STDERR_FILENO)
                state.isOpen = true
            case .line(let text):
                put((state.isOpen ? "\n" : "") + text + "\n", to: STDERR_FILENO)
                state.isOpen = false
            }
        }
    }

    func note(_ text: String) {
        guard !isQuiet else { return }
        endLine()
        write(text, to: STDERR_FILENO)
    }

    /// Says what happened and the next command; with --json as an object on stdout.
    func fail(_ failure: Failure) {
        endLine()
        if isJSON { return write(failure.json.line, to: STDOUT_FILENO) }
        write("error: \(failure.message)", to: STDERR_FILENO)
        if let hint = failure.hint { write("hint: \(hint)", to: STDERR_FILENO) }
    }

    /// Ends a progress line that is still open.
    func endLine() {
        progress.withLock { state in
            if state.isOpen { put("\n", to: STDERR_FILENO) }
            state.isOpen = false
        }
    }

    private func write(_ text: String, to stream: Int32) { put(text + "\n", to: stream) }

    /// A closed pipe ends the output quietly: the work goes on to a safe end, with its exit status.
    private func put(_ text: String, to stream: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { buffer in unsafe Foundation.write(stream, buffer.baseAddress, buffer.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }
}
