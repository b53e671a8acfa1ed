import Postgres
import Workflow

/// Why a step did not get done.
enum StepFailure: Error {
    /// The statement failed for good.
    case statement(step: String, PostgresError)
    /// Every statement ran, and yet the postcondition does not hold.
    case postcondition(step: String)
    /// The lock was not to be had before the deadline; `left` are indexes that the try has left INVALID.
    case lock(step: String, tries: Int, waited: Duration, blockers: [String], left: [String] = [])
    /// Rows are held by other sessions, and the copy goes round them until the deadline.
    case rows(step: String, left: Int64, holders: [String])
    /// Rows that nobody holds do not take the copy: a trigger of the table must be turning it away; `triggers` are those that can.
    case stuck(step: String, keys: [String], triggers: [String])
    /// Rows that cannot be copied: a constraint, a type or a trigger turns them away. Everything else is copied.
    case rejected(step: String, count: Int, rows: [String])
    /// The gate, looked at again before a try, is no longer open.
    case shut(step: String, Gate)
    /// Under the step's own lock something did not hold; nothing was changed.
    case guarded(step: String, String)
    /// Undoing a phase would lose what the old shape cannot hold; nothing was changed.
    case lossy(step: String, phase: Phase, String)
    /// Another process has taken the plan over.
    case leaseLost
    /// The statement cannot go through a pooler, and there is no other way to the server.
    case pooled(step: String, statement: String, PoolerInTheWay)

    /// The failure as the command line reports it; `command` is what goes on from here, where that is not advance.
    func failure(_ plan: String, rollback command: String? = nil) -> Failure {
        let again = command ?? "crossfade advance \(plan)"
        return switch self {
        case .statement(let step, let error):
            Failure(
                .failed,
                "the step \"\(step)\" failed: \(error)",
                hint:
                    "correct the cause, then \(again) goes on from this step"
                    + (command == nil ? "; or crossfade rollback \(plan)" : "")
            )
        case .postcondition(let step):
            Failure(
                .failed,
                "the step \"\(step)\" ran, but its postcondition does not hold",
                hint: "crossfade preview \(plan) shows the step and what it must bring about"
            )
        case .lock(let step, let tries, let waited, let blockers, let left):
            Failure(
                .tryAgain,
                "the lock for \"\(step)\" was not granted in \(tries) tries over \(waited.inWords); held by "
                    + (blockers.isEmpty ? "no session that could be seen" : blockers.joined(separator: "; ")),
                hint: left.isEmpty
                    ? "nothing is half done: end the blocking transaction or wait, then \(again)"
                    : "\(left.joined(separator: ", ")) is left INVALID, and no query uses it: end the blocking transaction or wait, then "
                        + "\(again) drops it and builds it anew"
            )
        case .rows(let step, let left, let holders):
            Failure(
                .tryAgain,
                "\"\(step)\" is done but for \(left) rows that other transactions hold: "
                    + (holders.isEmpty ? "no session that could be seen" : holders.joined(separator: "; ")),
                hint: "end the blocking transaction or wait, then \(again)"
            )
        case .stuck(let step, let keys, let triggers):
            Failure(
                .failed,
                "\"\(step)\": rows do not take the copy, though no session holds them: \(keys.joined(separator: "; "))",
                hint: Self.wayOut(of: triggers, again)
            )
        case .rejected(let step, let count, let rows):
            Failure(
                .closed,
                "\"\(step)\": \(count == 1 ? "a row turns" : "\(count) rows turn") the copy away; everything else is copied. "
                    + rows.joined(separator: "; ") + (count > rows.count ? "; ..." : ""),
                hint:
                    "correct \(count == 1 ? "the row" : "the rows") (all are in crossfade.rejection), then \(again) copies "
                    + (count == 1 ? "it" : "them")
            )
        case .shut(let step, let gate):
            Failure(
                gate.verdict == .waiting ? .waiting : .closed,
                "\"\(step)\" was not begun: the gate of \(gate.subject), looked at again, is \(gate.verdict.rawValue): "
                    + gate.obstacles.map { "\($0.name): \($0.reason)" }.joined(separator: "; "),
                hint: "nothing was changed; crossfade gate \(plan) \(gate.subject) says what it needs"
            )
        case .guarded(let step, let message):
            Failure(
                .closed,
                "\"\(step)\" was taken back, \(message)",
                hint:
                    "nothing was changed; crossfade verify \(plan) tells more, then \(again) tries again"
            )
        case .lossy(_, let phase, let rows): Self.loss(undoing: phase, rows, plan, rollback: command)
        case .pooled(let step, let statement, let pooler):
            Failure(
                .refused,
                "\"\(step)\" did not run, since \(pooler): \(statement.split(separator: "\n").joined(separator: " ").prefix(200))",
                hint:
                    "\(again) --direct URL goes on from this step; URL is the server's own address (or set CROSSFADE_DIRECT_URL)"
            )
        case .leaseLost:
            Failure(
                .tryAgain,
                "another process has taken over the plan \(plan), since this one was not heard of for \(Lease.lifetime) s",
                hint: "crossfade status \(plan) shows who runs it"
            )
        }
    }

    /// What to do about triggers that keep rows from being written.
    private static func wayOut(of triggers: [String], _ again: String) -> String {
        guard !triggers.isEmpty else { return "a trigger of the table that returns NULL for them is the usual cause" }
        let those =
            triggers.count == 1
            ? "the trigger \(triggers[0]) returns" : "one of these triggers returns"
        let names = triggers.count == 1 ? "" : ": \(triggers.joined(separator: ", "))"
        return
            "\(those) NULL for them, or sets the copied value back\(names). Change its function so that it lets these rows be written, "
            + "then \(again) copies them"
    }

    /// Why a phase is not undone, and the way out; `command` is the rollback under way.
    static func loss(
        undoing phase: Phase,
        _ rows: String,
        _ plan: String,
        rollback command: String?,
        hasContract: Bool = true
    ) -> Failure {
        let change = "change these rows so that the old shape can hold them"
        let message = "undoing \(phase.rawValue) is refused for these rows: \(rows)"
        guard let command else {
            let other = hasContract ? "keep the new shape" : "go on to contract"
            return Failure(.refused, message, hint: "\(other), or \(change); then the same command again")
        }
        let rest =
            "until then no more is undone, and the new shape stays; a rollback that has begun does not turn round"
        return Failure(.refused, message, hint: "\(change), then \(command) goes on; \(rest)")
    }
}
