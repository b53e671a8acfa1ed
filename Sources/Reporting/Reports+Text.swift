import SQL
package import Workflow

extension StatusReport {
    /// Where the run stands, for people.
    package func text(_ paint: Paint) -> String {
        var lines = [paint.strong(plan) + "  " + summary, "state: \(state.rawValue)" + (holder.map { ", run by \($0)" } ?? "")]
        lines.append("")
        for line in phases { lines.append("  " + line.text(paint)) }
        lines.append("")
        if let backfill, phase == .backfill { lines.append("backfill   \(backfill.text)") }
        if let lastCheck { lines.append("last check \(lastCheck.text(paint))") }
        if isBlocked { lines.append(paint.bad("blocked    by a failed check, until a newer one passes")) }
        if let gate { lines.append(gate.text(paint)) }
        lines.append("deploy     \(deployable)")
        lines.append("next       \(next)")
        return lines.joined(separator: "\n")
    }
}

extension StatusReport.PhaseLine {
    func text(_ paint: Paint) -> String {
        let mark =
            switch status {
            case .verified: paint.good("✔")
            case .failed: paint.bad("✘")
            case .applying, .applied: paint.warm("▶")
            case .rolledBack: "↩"
            case .pending: "·"
            }
        var parts = ["\(mark) \(phase.rawValue.padded(to: 17))\(status.rawValue.padded(to: 12))"]
        if let finishedAt { parts.append(Words.time(finishedAt)) } else if let startedAt { parts.append("since \(Words.time(startedAt))") }
        if attempts > 1 { parts.append("\(attempts) attempts") }
        if isEdited { parts.append("edited file") }
        return parts.joined(separator: "  ")
    }
}

extension BackfillProgress {
    /// One line: `62.5 %  1,250,000 of about 2,000,000 rows  98,000 rows/s  12 s left`.
    package var text: String {
        var parts = ["\(Words.fixed(percent, 1)) %"]
        let total = rowsTotal.map { " of about \(Words.number(max($0, rowsDone)))" } ?? ""
        parts.append("\(Words.number(rowsDone))\(total) rows")
        if let rowsPerSecond { parts.append("\(Words.number(Int64(rowsPerSecond))) rows/s") }
        if pass > 1 { parts.append("sweep \(pass - 1)") }
        if let throttledBy {
            parts.append("held: \(throttledBy)")
        } else if percent < 100 {
            parts.append(etaSeconds.map { "\(Words.duration($0)) left" } ?? "measuring")
        }
        return parts.joined(separator: "  ")
    }
}

extension CheckSummary {
    func text(_ paint: Paint) -> String {
        let words = "\(verdict.rawValue), \(Words.count(rowsChecked, "row")), \(Words.count(violations, "violation")), \(Words.time(finishedAt))"
        return verdict == .passed ? paint.good(words) : paint.bad(words)
    }
}

extension Gate {
    /// The gate and each requirement, one a line.
    package func text(_ paint: Paint) -> String {
        var lines = ["gate       \(subject): \(word(verdict, paint))"]
        for result in requirements {
            var line = "             \(word(result.verdict, paint).padded(to: paint.isOn ? 16 : 8)) \(result.name): \(result.reason)"
            if let opensAt = result.opensAt { line += ", opens \(Words.time(opensAt))" }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    private func word(_ verdict: GateVerdict, _ paint: Paint) -> String {
        switch verdict {
        case .open: paint.good(verdict.rawValue)
        case .waiting: paint.warm(verdict.rawValue)
        case .closed: paint.bad(verdict.rawValue)
        }
    }
}

extension VerificationReport {
    /// The verdict, each check, and the keys of what is wrong.
    package func text(_ paint: Paint) -> String {
        var lines: [String] = []
        for check in checks {
            let mark = check.verdict == .passed ? paint.good("✔") : check.verdict == .failed ? paint.bad("✘") : paint.warm("?")
            lines.append("\(mark) \(check.name)" + (check.violations > 0 ? ": \(Words.count(check.violations, "violation"))" : ""))
            lines += check.samples.map { "    \($0)" }
            let hidden = check.violations - Int64(check.samples.count)
            if hidden > 0 { lines.append("    … and \(Words.number(hidden)) more") }
        }
        let summary = "\(plan): \(verdict.rawValue), \(Words.count(rowsChecked, "row")) checked, \(Words.count(violations, "violation"))"
        lines.append(verdict == .passed ? paint.good(summary) : paint.bad(summary))
        return lines.joined(separator: "\n")
    }
}

extension AdvanceReport {
    /// What was done, why it stopped, where the run stands and what comes next.
    package func text(_ paint: Paint) -> String {
        var lines = done.map { paint.good("✔ ") + $0 }
        switch outcome {
        case .done: break
        case .waiting(let gate), .closed(let gate):
            if status.gate != gate { lines.append(gate.text(paint)) }
        case .failedCheck(let check): lines.append(check.text(paint))
        }
        if !lines.isEmpty { lines.append("") }
        return (lines + [status.text(paint)]).joined(separator: "\n")
    }
}

extension HistoryEntry {
    /// One line of the log.
    package var text: String {
        var parts = ["\(Words.time(at))  \(actor.padded(to: 18))  \(kind.padded(to: 18))"]
        parts.append([phase, step.map { "\"\($0)\"" }].compactMap { $0 }.joined(separator: " "))
        parts.append(message)
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

extension Finding {
    /// The finding and the way out.
    package func text(_ paint: Paint) -> String {
        let word =
            switch weight {
            case .refused: paint.bad("refused")
            case .acknowledge: paint.warm("acknowledge")
            case .blocksContract: paint.warm("blocks contract")
            }
        return "\(word) [\(id)] \(message)" + (hint.map { "\n    \($0)" } ?? "")
    }
}

extension PreviewReport {
    /// Each step: its SQL, its locks and what they stop, whether it scans.
    package func text(_ paint: Paint) -> String {
        let size = "\(rows.map { "about \(Words.count($0, "row"))" } ?? "rows unknown: never analyzed"), \(Words.size(bytes))"
        var lines = [paint.strong(plan) + "  \(summary)", "table \(table): \(size)"]
        if !findings.isEmpty { lines += [""] + findings.map { $0.text(paint) } }
        for phase in phases {
            lines += ["", paint.strong("── \(phase.name)") + "  " + paint.faint("undo: \(phase.undo)")]
            if phase.steps.isEmpty { lines.append("   nothing to run: the phase is a proof") }
            for (number, step) in phase.steps.enumerated() { lines += step.lines(number + 1, size, paint) }
        }
        return lines.joined(separator: "\n")
    }
}

extension PreviewReport.Step {
    fileprivate func lines(_ number: Int, _ size: String, _ paint: Paint) -> [String] {
        let how =
            switch mode {
            case "none": "one statement outside any transaction"
            case "chunk": "once for each range of blocks, a transaction each"
            default: "one transaction"
            }
        var lines = ["", "   \(number). \(paint.strong(title))  (\(how)\(isDone ? ", done already: will be skipped" : ""))"]
        for lock in locks {
            lines.append("      lock  \(lock.mode.name) on \(lock.relation): stops \(lock.mode.blocks)")
        }
        if locks.isEmpty { lines.append("      lock  none on a table") }
        lines.append("      scan  " + (scansTable ? "reads the whole table (\(size)); the lock above is held meanwhile" : "none"))
        lines += sql.split(separator: "\n", omittingEmptySubsequences: false).map { "      │ " + $0 }
        return lines
    }
}

extension String {
    /// Filled with blanks on the right.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
