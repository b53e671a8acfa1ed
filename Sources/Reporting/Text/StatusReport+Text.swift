import Diagnostics
import Foundation
package import Workflow

extension StatusReport: Report {
    /// The phases with their times, how far the present one is, why it does not move, and the next command.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.strong(plan))  \(summary.harmless)")
        page.line(headline)
        if let database { page.line(style.faint(database.text.harmless)) }
        page.blank()
        for line in phases { page.line(line.text(in: style), indent: 2, hanging: 4) }
        page.blank()
        if let backfill, isCopying { backfill.write(to: &page) }
        if let lastCheck { page.field("check", lastCheck.text(in: style)) }
        changes?.writeSummary(to: &page)
        gate?.writeSummary(to: &page)
        if let brownout { page.field("brownout", brownout.spoken) }
        if let heldUp { page.field("held up", style.paint(heldUp.harmless, .caution)) }
        page.field("deploy", deployable.harmless)
        if let afterContract { page.field("back", afterContract.harmless) }
        page.field("next", style.strong(next.harmless))
        return page.text
    }

    /// State, phase and holder, such as `active, at backfill, run by anna@build-7 (pid 4711)`.
    private var headline: String {
        var parts = [state.spoken]
        if state != .new, !state.isOver { parts.append(phase.map { "at \($0.rawValue)" } ?? "to be purged") }
        if let holder { parts.append("run by \(holder.harmless)") }
        return parts.joined(separator: ", ")
    }

    private var isCopying: Bool {
        phases.contains { $0.phase == .backfill && ($0.status == .applying || $0.status == .failed) }
    }

    /// Why the run does not move although nothing waits for time or a person; nil when it moves, or could.
    var heldUp: String? {
        if state.isOver { return nil }
        if state == .paused { return "the run is paused" }
        if isBlocked { return "by the failed check: nothing begins until a newer full check passes" }
        if state == .rollingBack, holder == nil { return "a rollback has begun and no process carries it on" }
        if brownout != nil {
            return holder == nil ? "a brownout has begun and no process is there to end it: advance sets it back" : nil
        }
        guard let current = phases.first(where: { $0.phase == phase }) else { return nil }
        switch current.status {
        case .failed:
            return failure.map { "\(current.phase.rawValue) failed: \($0)" }
                ?? "\(current.phase.rawValue) failed: crossfade history \(plan) says why"
        case .applying where holder == nil:
            return "\(current.phase.rawValue) has begun and no process carries it on: advance goes on where it stopped"
        case .applying where current.phase == .backfill: return backfill?.throttledBy
        case .pending, .applying, .applied, .verified, .rolledBack: return nil
        }
    }
}

extension StatusReport.PhaseLine {
    fileprivate func text(in style: TextStyle) -> String {
        let mark = style.paint(status.mark.rawValue, status.mark.tone)
        let name = phase.rawValue.padded(to: 18)
        let facts = [times, attempts > 1 ? "\(attempts.ordinal) attempt" : nil, isEdited ? "edited file" : nil]
            .compactMap(\.self).joined(separator: ", ")
        return "\(mark) \(name)" + (facts.isEmpty ? word : word.padded(to: 13) + facts)
    }

    private var word: String { status == .rolledBack ? "rolled back" : status.rawValue }

    /// When it ended and how long it took, or since when it is under way.
    private var times: String? {
        guard let finishedAt else { return startedAt.map { "since \($0.spoken)" } }
        // An undone phase ended with its undoing, which is no measure of anything.
        guard let startedAt, finishedAt >= startedAt, status != .rolledBack else { return finishedAt.spoken }
        return "\(finishedAt.spoken), took \(Duration.seconds(finishedAt.timeIntervalSince(startedAt)).spoken)"
    }
}

extension CheckSummary {
    fileprivate func text(in style: TextStyle) -> String {
        let wrong = violations == 0 ? "no violation" : violations.counted("violation")
        return "\(style.marked(verdict.mark, verdict.rawValue)): \(rowsChecked.counted("row")), \(wrong), "
            + "\(finishedAt.spoken) (\(finishedAt.spoken(from: style.now)))"
    }
}
