package import struct Foundation.Date

extension RunReport {
    /// A full check as it was recorded.
    package struct Check: Sendable, Hashable {
        /// The phase it ended; nil when `verify` or the gate of contract asked for it.
        package let phase: String?
        package let verdict: Verdict
        package let rowsChecked: Int64
        package let violations: Int64
        package let checks: [VerificationReport.Check]
        package let startedAt: Date
        package let finishedAt: Date

        package init(
            phase: String?,
            verdict: Verdict,
            rowsChecked: Int64,
            violations: Int64,
            checks: [VerificationReport.Check],
            startedAt: Date,
            finishedAt: Date
        ) {
            self.phase = phase
            self.verdict = verdict
            self.rowsChecked = rowsChecked
            self.violations = violations
            self.checks = checks
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    /// Sessions of one sort that wrote one side alone, or both differently.
    package struct Writer: Sendable, Hashable {
        /// `old`, `new`, `both` or `stale`.
        package let side: String
        package let role: String
        package let applicationName: String
        /// The address; nil for a local socket.
        package let client: String?
        package let firstSeen: Date
        package let lastSeen: Date
        /// At least: a session is recorded once a minute.
        package let writes: Int64
        /// Keys of some of the rows, newest first, where they are noted.
        package let keys: [String]

        package init(
            side: String,
            role: String,
            applicationName: String,
            client: String?,
            firstSeen: Date,
            lastSeen: Date,
            writes: Int64,
            keys: [String] = []
        ) {
            self.side = side
            self.role = role
            self.applicationName = applicationName
            self.client = client
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
            self.writes = writes
            self.keys = keys
        }
    }

    /// Statements that read the old shape, at the last look.
    package struct Readers: Sendable, Hashable {
        package struct Statement: Sendable, Hashable {
            package let role: String
            package let query: String
            /// Since the first look.
            package let calls: Int64
            /// By when it had been run again; nil: not since the first look.
            package let lastSeen: Date?

            package init(role: String, query: String, calls: Int64, lastSeen: Date?) {
                self.role = role
                self.query = query
                self.calls = calls
                self.lastSeen = lastSeen
            }
        }

        /// Since when no statement can have been missed.
        package let since: Date
        package let lookedAt: Date
        package let statements: [Statement]

        package init(since: Date, lookedAt: Date, statements: [Statement]) {
            self.since = since
            self.lookedAt = lookedAt
            self.statements = statements
        }
    }

    /// Somebody's word that a phase may begin.
    package struct Approval: Sendable, Hashable {
        package let phase: String
        package let approver: String
        /// The role of the session that approved.
        package let role: String
        package let givenAt: Date
        package let withdrawnAt: Date?
        package let reason: String?
        /// Of the form of the change that was approved.
        package let changeDigest: String

        package init(
            phase: String,
            approver: String,
            role: String,
            givenAt: Date,
            withdrawnAt: Date?,
            reason: String?,
            changeDigest: String
        ) {
            self.phase = phase
            self.approver = approver
            self.role = role
            self.givenAt = givenAt
            self.withdrawnAt = withdrawnAt
            self.reason = reason
            self.changeDigest = changeDigest
        }
    }
}
