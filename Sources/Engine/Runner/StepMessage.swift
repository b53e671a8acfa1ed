import Postgres
import SQL
import Workflow

/// One step as one message to the server: from BEGIN to COMMIT without a round trip.
///
/// A client that hangs while it holds ACCESS EXCLUSIVE would leave the table locked; sent as one message, the server
/// comes to the end by itself. The lease is asserted first and the record is written last, in the same transaction.
struct StepMessage {
    let step: Step
    let run: Int64
    let plan: String
    let file: String
    let lease: Lease
    let actor: Actor
    let phase: Phase?

    /// Steps that scan take their time; for the others the timeout bounds the sum of waits for several locks.
    private var statementTimeout: String { step.statements.contains(where: \.scansTable) ? "0" : Self.boundedTimeout }

    private static let boundedTimeout = "5s"

    /// The message; `guards` are statements that have to run under the step's locks, before it changes anything.
    func text(lockTimeout: Duration, attempt: Int, guards: [String] = []) throws -> String {
        let milliseconds = max(1, Int((lockTimeout.seconds * 1000).rounded()))
        let locks = step.statements.prefix(while: \.isLockTable).map(\.text)
        let rest = step.statements.dropFirst(locks.count).map(\.text)
        // The guards have their own bound, also in a step that takes its time.
        // Each with the mark that a message has at its end: the server counts its statements one by one, and these read rows.
        let marked = guards.map { "\($0)\n/* \(StatementHistory.mark) */" }
        let bounded = guards.isEmpty ? [] : ["SET LOCAL statement_timeout = '\(Self.boundedTimeout)'"] + marked
        let freed = guards.isEmpty ? [] : ["SET LOCAL statement_timeout = '\(statementTimeout)'"]
        let body = (locks + bounded + freed + rest).map { $0 + ";" }.joined(separator: "\n")
        return """
            BEGIN;
            SET LOCAL lock_timeout = '\(milliseconds)ms';
            SET LOCAL statement_timeout = '\(statementTimeout)';
            SET LOCAL idle_in_transaction_session_timeout = '5s';
            \(try lease.requirement)
            \(body)
            SELECT crossfade.require((\(step.done)), \(try quoted("the postcondition does not hold")))
            /* \(StatementHistory.mark) */;
            \(try rows(Outcome(word: "done", attempts: attempt, seconds: "extract(epoch FROM clock_timestamp() - now())")))
            COMMIT;
            """
    }

    /// What became of a step.
    struct Outcome {
        /// `done` or `failed`.
        let word: String
        var attempts = 1
        /// SQL of how long it took.
        let seconds: String
        var error: String?
    }

    /// The rows of a step in the step table and the event log, for a transaction that has asserted the lease.
    func rows(_ outcome: Outcome) throws -> String {
        let digest = try quoted(Digest.hex(step.text))
        let phaseText = try phase.map { try quoted($0.rawValue) } ?? "NULL"
        let errorText = try outcome.error.map { try quoted($0) } ?? "NULL"
        let message = outcome.error.map { "\(outcome.word): \($0)" } ?? outcome.word
        return """
            INSERT INTO crossfade.step (run, file, title, outcome, sql_digest, attempts, seconds, error)
            VALUES (\(run), \(try quoted(file)), \(try quoted(step.title)), \(try quoted(outcome.word)), \(digest), \
            \(outcome.attempts), \(outcome.seconds), \(errorText));
            INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, step, message, sql_digest)
            VALUES (\(try quoted(plan)), \(run), \(try quoted(actor.name)), \(actor.pid), \(try quoted("step \(outcome.word)")), \
            \(phaseText), \(try quoted(step.title)), \(try quoted(message)), \(digest));
            """
    }

    private func quoted(_ text: String) throws -> String { try Literal(text).quoted }
}

extension RunnerSession {
    /// Records a step whose work was not done in a transaction of ours.
    ///
    /// - Throws: ``StepFailure`` `leaseLost` where the plan was lost meanwhile: then nothing is recorded.
    func record(_ message: StepMessage, _ outcome: StepMessage.Outcome) async throws {
        let rows = try message.rows(outcome)
        try await retrying { [lease = message.lease] connection in
            try lease.transaction(on: connection) { connection in _ = try connection.execute(rows) }
        }
    }
}

extension SQLState {
    /// Raised by crossfade.assert_lease.
    static let leaseLost = SQLState(rawValue: "CF001")
    /// Raised by crossfade.require.
    static let requirementFailed = SQLState(rawValue: "CF002")
}
