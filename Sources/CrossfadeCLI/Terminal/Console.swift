import Foundation
import Reporting
import Synchronization
import Workflow

/// The program's streams: the answer on stdout, everything about the work on stderr.
///
/// With JSON, stdout has objects only, errors among them, and stderr has progress as objects.
final class Console: Sendable {
    let isJSON: Bool
    private let isQuiet: Bool
    private let output: Stream
    private let errors: Stream
    private let state: Mutex<State>
    private let start = ContinuousClock.now

    private struct State {
        var feed: ProgressFeed
        var lastLine = LastLine.ended
    }

    /// How the last line of stderr stands.
    private enum LastLine {
        case ended
        /// It is to be drawn over.
        case passing
        /// A question that has no answer yet.
        case asking
    }

    init(isJSON: Bool, isQuiet: Bool = false, isVerbose: Bool = false, noColor: Bool = false) {
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        let environment = ProcessInfo.processInfo.environment
        output = Stream(.standardOutput, environment: environment, noColor: noColor || isJSON)
        errors = Stream(.standardError, environment: environment, noColor: noColor || isJSON)
        let form: ProgressFeed.Form = isJSON ? .json : errors.isRedrawable ? .terminal : .lines
        state = Mutex(State(feed: ProgressFeed(form: form, style: errors.style, isTimed: isVerbose)))
    }

    // MARK: - The answer

    /// Writes a report in the form that was asked for.
    func answer(_ report: some Report) {
        write(isJSON ? report.json.line : report.text(in: output.style))
    }

    /// Writes a report over the one before it where stdout is a terminal, else only if it is another.
    func redraw<Shown: Report & Equatable>(_ report: Shown, after last: inout Shown?) {
        defer { last = report }
        if isJSON || !output.isRedrawable {
            if report != last { answer(report) }
            return
        }
        let lines = report.text(in: output.style).split(separator: "\n", omittingEmptySubsequences: false)
        // Home; each line, and what is left of its end; then what is left below. Clearing all first would flicker.
        let start = last == nil ? "\u{1B}[2J\u{1B}[H" : "\u{1B}[H"
        write(start + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J")
    }

    /// Writes a text that has one form only.
    func write(_ text: String) {
        state.withLock { state in
            clear(&state)
            output.write(text.hasSuffix("\n") ? text : text + "\n")
        }
    }

    /// Whether anybody still reads what is answered.
    var isRead: Bool { output.isOpen }

    /// Why an answer could not be written; nil also when nobody wanted it any more.
    var problem: String? { output.problem }

    // MARK: - About the work

    /// Tells what a running command does.
    func remark(_ remark: Remark) {
        guard !isQuiet else { return }
        state.withLock { state in
            switch state.feed.take(remark, elapsed: ContinuousClock.now - start, now: Date()) {
            case nil: break
            case .line(let text):
                clear(&state)
                errors.write(text + "\n")
            case .passing(let text):
                errors.writePassing(text)
                state.lastLine = .passing
            }
        }
    }

    /// Says what failed, and what to do about it.
    func fail(_ failure: Failure) {
        if isJSON { return answer(failure) }
        state.withLock { state in
            clear(&state)
            errors.write(failure.text(in: errors.style) + "\n")
        }
    }

    // MARK: - Questions

    /// Whether a person can be asked.
    var canAsk: Bool { StandardInput.isTerminal && errors.isTerminal }

    /// Asks on stderr, and returns the line typed; nil when the input ends or the command is interrupted.
    func ask(_ question: String, unless isStopped: @escaping @Sendable () -> Bool) async -> String? {
        state.withLock { state in
            clear(&state)
            errors.write(question)
            state.lastLine = .asking
        }
        let answer = await StandardInput.line(unless: isStopped)
        // The answer brought its own line break.
        if answer != nil { state.withLock { $0.lastLine = .ended } }
        return answer
    }

    /// Makes sure that the next text on stderr begins a line.
    private func clear(_ state: inout State) {
        switch state.lastLine {
        case .ended: break
        case .passing: errors.clearLine()
        case .asking: errors.write("\n")
        }
        state.lastLine = .ended
    }
}
