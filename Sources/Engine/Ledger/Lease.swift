import Foundation
import Postgres
import SQL
import Workflow

/// The right of one process to run a plan: a row that has to be renewed, and a token that fences every transaction.
///
/// A row, not an advisory lock: it also works through a transaction-mode pooler, and it can say who holds it.
struct Lease: Sendable {
    let plan: String
    let token: String

    /// How long a holder that stopped renewing keeps the plan, in seconds.
    static let lifetime = 15

    /// Takes the plan, from nobody, from a holder that let it expire, or from a dead process of this host.
    ///
    /// - Throws: ``Failure`` with `tryAgain` naming the holder.
    static func acquire(_ plan: PlanName, for actor: Actor, on connection: Connection) throws -> Lease {
        let lease = Lease(plan: plan.text, token: UUID().uuidString)
        let former = try lease.take(plan, for: actor, on: connection)
        try lease.awaitTransactions(of: former, on: connection)
        return lease
    }

    /// Writes the token, and returns those of former holders: of these no transaction can begin any more.
    private func take(_ plan: PlanName, for actor: Actor, on connection: Connection) throws -> [String] {
        try connection.transaction { connection in
            try connection.execute("SET LOCAL lock_timeout = '5s'")
            _ = try connection.queryKept(
                """
                INSERT INTO crossfade.lease (plan, token, host, pid, started_at, expires_at)
                VALUES ($1, '', '', 0, clock_timestamp(), '-infinity') ON CONFLICT (plan) DO NOTHING
                """,
                [plan.text]
            )
            let row = try connection.queryKept(
                """
                SELECT host, pid, expires_at > clock_timestamp() AS alive, started_at::text AS started
                  FROM crossfade.lease WHERE plan = $1 FOR UPDATE
                """,
                [plan.text]
            ).only()
            let host: String = try row.decode("host")
            let pid: Int = try row.decode("pid")
            if try row.decode("alive"), !Self.hasEnded(host: host, pid: pid, actor) {
                throw Failure(
                    .tryAgain,
                    "the plan \(plan.text) is being run by process \(pid) on \(host), since \(try row.decode("started", as: String.self))",
                    hint: "wait for it to end, or stop it there; crossfade status \(plan.text) shows how far it is"
                )
            }
            return try connection.queryKept(
                """
                UPDATE crossfade.lease SET token = $2, host = $3, pid = $4, started_at = clock_timestamp(),
                       expires_at = clock_timestamp() + make_interval(secs => $5),
                       former = CASE token WHEN '' THEN former ELSE former || token END
                 WHERE plan = $1 RETURNING former
                """,
                [plan.text, token, actor.host, Int(actor.pid), Self.lifetime]
            ).only().decode("former")
        }
    }

    /// Waits for what former holders, or assistants of theirs, still have under way (crossfade.assert_lease).
    private func awaitTransactions(of former: [String], on connection: Connection) throws {
        do {
            try connection.transaction { connection in
                try connection.execute("SET LOCAL lock_timeout = '10s'")
                for token in former {
                    _ = try connection.queryKept(
                        "SELECT pg_advisory_xact_lock(hashtext('crossfade.lease'), hashtext($1))",
                        [token]
                    )
                }
                _ = try connection.queryKept(
                    "UPDATE crossfade.lease SET former = '{}' WHERE plan = $1 AND token = $2",
                    [plan, token]
                )
            }
        } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
            try release(on: connection)
            throw Failure(
                .tryAgain,
                "the process that ran the plan \(plan) before still has a transaction under way",
                hint: "wait for its end, or end the session crossfade/\(plan)/... in pg_stat_activity"
            )
        }
    }

    /// Runs `body` in a transaction that commits nothing once another process holds the plan.
    ///
    /// - Throws: ``StepFailure`` `leaseLost` when one does already; one that takes the plan over meanwhile waits for the end.
    func transaction<T>(on connection: Connection, _ body: (Connection) throws -> T) throws -> T {
        try connection.transaction { connection in
            try require(on: connection)
            return try body(connection)
        }
    }

    /// Ends the transaction under way where another process holds the plan.
    ///
    /// - Throws: ``StepFailure`` `leaseLost`.
    func require(on connection: Connection) throws {
        do throws(PostgresError) {
            _ = try connection.queryKept("SELECT crossfade.assert_lease($1, $2)", [plan, token])
        } catch {
            throw error.sqlState == .leaseLost ? StepFailure.leaseLost : error
        }
    }

    /// The same as a statement of a script.
    var requirement: String {
        get throws { "SELECT crossfade.assert_lease(\(try Literal(plan).quoted), \(try Literal(token).quoted));" }
    }

    /// Whether the lease is still ours; renews it if so, for so many seconds.
    func renew(for seconds: Int = lifetime, on connection: Connection) throws -> Bool {
        try !connection.queryKept(
            """
            UPDATE crossfade.lease SET expires_at = clock_timestamp() + make_interval(secs => $3)
             WHERE plan = $1 AND token = $2 RETURNING plan
            """,
            [plan, token, seconds]
        ).isEmpty
    }

    /// Gives the plan back; the token stays, so that the next holder waits for what an assistant has under way.
    func release(on connection: Connection) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.lease SET expires_at = '-infinity' WHERE plan = $1 AND token = $2",
            [plan, token]
        )
    }

    /// Who holds the plan now, as status shows it.
    static func holder(of plan: PlanName, on connection: Connection) throws -> String? {
        try connection.queryKept(
            "SELECT host, pid FROM crossfade.lease WHERE plan = $1 AND expires_at > clock_timestamp()",
            [plan.text]
        ).first.map { "process \(try $0.decode("pid", as: Int.self)) on \(try $0.decode("host", as: String.self))" }
    }

    /// Only a process of the same host can be known to have ended; elsewhere the lease has to expire.
    ///
    /// One that has ended and whose parent has not taken its exit status yet still has its number: it is a zombie.
    static func hasEnded(host: String, pid: Int, _ actor: Actor) -> Bool {
        guard host == actor.host, pid > 0, pid != Int(actor.pid) else { return false }
        if kill(pid_t(pid), 0) != 0 { return errno == ESRCH }
        // The state is the first word after the name, which is in parentheses and may hold any character.
        guard let line = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let state = line.lastIndex(of: ")").flatMap({ line[line.index(after: $0)...].first { $0 != " " } })
        else { return false }
        return state == "Z" || state == "X"
    }
}
