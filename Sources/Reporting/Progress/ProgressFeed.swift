package import Foundation
package import Workflow

/// Turns the remarks of a running command into lines for stderr.
///
/// On a terminal what goes on is one line that is drawn over. Elsewhere it is a line now and then, on a `Cadence` that
/// begins anew when something else goes on or its cause changes. With `json` each line is an object.
package struct ProgressFeed: Sendable {
    /// What stderr is.
    package enum Form: Sendable, Hashable {
        case terminal
        case lines
        case json
    }

    /// What is to be written.
    package enum Output: Sendable, Hashable {
        /// A line that stays.
        case line(String)
        /// A line that the next one is drawn over.
        case passing(String)
    }

    private let form: Form
    private let style: TextStyle
    /// Whether lines that stay begin with the time.
    private let isTimed: Bool
    private var topics: [Topic.Kind: (topic: Topic, cadence: Cadence)] = [:]

    /// A feed before the first remark.
    package init(form: Form, style: TextStyle, isTimed: Bool) {
        self.form = form
        self.style = style
        self.isTimed = isTimed
    }

    /// What to write about a remark, at a time on a clock that only goes forward; nil when nothing is due.
    package mutating func take(_ remark: Remark, elapsed: Duration, now: Date) -> Output? {
        var style = style
        style.now = now
        guard let topic = Topic(remark) else {
            topics = [:]
            return .line(line(remark, style))
        }
        if form == .terminal { return .passing(passing(remark, style)) }
        return isDue(topic, at: elapsed) ? .line(line(remark, style)) : nil
    }

    private mutating func isDue(_ topic: Topic, at elapsed: Duration) -> Bool {
        var cadence = topic.kind.cadence
        // What alternates, such as copying and waiting for locked rows, does not begin anew each time.
        if let known = topics[topic.kind], known.topic == topic { cadence = known.cadence }
        let isDue = cadence.isDue(at: elapsed)
        topics[topic.kind] = (topic, cadence)
        return isDue
    }

    private func line(_ remark: Remark, _ style: TextStyle) -> String {
        if form == .json { return remark.json(at: style.now).line }
        let text = remark.text(in: style)
        return isTimed ? "\(style.faint(style.now.timeOfDay)) \(text)" : text
    }

    private func passing(_ remark: Remark, _ style: TextStyle) -> String {
        let text =
            if case .progress(let progress) = remark {
                "  \(progress.bar(24)) \(progress.spoken)"
            } else {
                remark.text(in: style.plain)
            }
        // A line that wraps could not be drawn over.
        return style.columns.map { text.clipped(to: $0 - 1) } ?? text
    }
}

/// What goes on for a while; a remark of another topic, or the first of one, is written at once.
private struct Topic: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case copying
        case blocked
        case waiting

        var cadence: Cadence {
            switch self {
            case .copying: .copying
            case .blocked, .waiting: .waiting
            }
        }
    }

    let kind: Kind
    /// The cause, the holders, the requirements: what would be news.
    let news: [String]

    /// nil for a remark that is made once.
    init?(_ remark: Remark) {
        switch remark {
        case .phase, .step, .notice: return nil
        case .progress(let progress):
            kind = .copying
            let stage = progress.pass > 1 ? "sweep" : progress.percent < 100 ? "copy" : "end"
            news = [stage, progress.throttledBy ?? ""]
        case .blocked(let step, let holders, _):
            kind = .blocked
            news = [step] + holders
        case .waiting(let gate):
            kind = .waiting
            news = [gate.subject] + gate.obstacles.map(\.name)
        }
    }
}

extension TextStyle {
    fileprivate var plain: TextStyle { TextStyle(isColored: false, columns: columns, now: now) }
}

extension Date {
    fileprivate var timeOfDay: String { String(spoken.dropFirst(11).prefix(8)) }
}
