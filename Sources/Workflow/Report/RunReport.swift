package import struct Foundation.Date

/// The record of a run: everything that an auditor asks what was done, by whom, on what evidence.
package struct RunReport: Sendable, Hashable {
    /// Which run, of which plan, where.
    package struct Head: Sendable, Hashable {
        package var plan: String
        package var description: String?
        /// The change in one line: `Profile.bio → Profile.biography`.
        package var change: String
        package var state: RunState
        /// Whether the newest full check failed.
        package var isBlocked: Bool
        package var author: String
        /// The role of the session that began the run; nil where that was not noted.
        package var authorRole: String?
        package var database: String
        /// As the server gives it: `15.18`.
        package var serverVersion: String
        package var beganAt: Date
        package var finishedAt: Date?
        package var changeDigest: String
        package var templateDigest: String
        package var madeAt: Date

        package init(
            plan: String,
            description: String?,
            change: String,
            state: RunState,
            isBlocked: Bool,
            author: String,
            authorRole: String?,
            database: String,
            serverVersion: String,
            beganAt: Date,
            finishedAt: Date?,
            changeDigest: String,
            templateDigest: String,
            madeAt: Date
        ) {
            self.plan = plan
            self.description = description
            self.change = change
            self.state = state
            self.isBlocked = isBlocked
            self.author = author
            self.authorRole = authorRole
            self.database = database
            self.serverVersion = serverVersion
            self.beganAt = beganAt
            self.finishedAt = finishedAt
            self.changeDigest = changeDigest
            self.templateDigest = templateDigest
            self.madeAt = madeAt
        }
    }

    /// One performance of a step.
    package struct Step: Sendable, Hashable {
        /// The template: `same_row/expand`.
        package let file: String
        package let title: String
        /// `done`, `already done` or `failed`.
        package let outcome: String
        package let attempts: Int
        package let seconds: Double
        package let error: String?
        package let sqlDigest: String
        package let finishedAt: Date

        package init(
            file: String,
            title: String,
            outcome: String,
            attempts: Int,
            seconds: Double,
            error: String?,
            sqlDigest: String,
            finishedAt: Date
        ) {
            self.file = file
            self.title = title
            self.outcome = outcome
            self.attempts = attempts
            self.seconds = seconds
            self.error = error
            self.sqlDigest = sqlDigest
            self.finishedAt = finishedAt
        }
    }

    /// The SQL of a step as this program renders it now.
    package struct Text: Sendable, Hashable {
        package let file: String
        package let title: String
        package let sql: String
        /// What steps of this very text were recorded with.
        package let sqlDigest: String
        /// `ACCESS EXCLUSIVE on "public"."Profile"`.
        package let locks: [String]

        package init(file: String, title: String, sql: String, sqlDigest: String, locks: [String]) {
            self.file = file
            self.title = title
            self.sql = sql
            self.sqlDigest = sqlDigest
            self.locks = locks
        }
    }

    /// One pass of a copy over a table or partition.
    package struct Pass: Sendable, Hashable {
        package let step: String
        package let relation: String
        package let number: Int
        package let rows: Int64
        package let chunks: Int64
        /// Of all its chunks together: with several workers more than has passed.
        package let chunkSeconds: Double
        package let rejections: Int64

        package init(
            step: String,
            relation: String,
            number: Int,
            rows: Int64,
            chunks: Int64,
            chunkSeconds: Double,
            rejections: Int64
        ) {
            self.step = step
            self.relation = relation
            self.number = number
            self.rows = rows
            self.chunks = chunks
            self.chunkSeconds = chunkSeconds
            self.rejections = rejections
        }
    }

    /// Rows copied over time, in bins of one length.
    package struct Throughput: Sendable, Hashable {
        package let beganAt: Date
        package let binSeconds: Double
        /// In each bin, by when chunks were finished.
        package let rows: [Int64]

        package init(beganAt: Date, binSeconds: Double, rows: [Int64]) {
            self.beganAt = beganAt
            self.binSeconds = binSeconds
            self.rows = rows
        }
    }

    /// A full check.
    package struct FullCheck: Sendable, Hashable {
        package let phase: String?
        package let verdict: Verdict
        package let rowsChecked: Int64
        package let violations: Int64
        package let parts: [VerificationReport.Check]
        package let startedAt: Date
        package let finishedAt: Date

        package init(
            phase: String?,
            verdict: Verdict,
            rowsChecked: Int64,
            violations: Int64,
            parts: [VerificationReport.Check],
            startedAt: Date,
            finishedAt: Date
        ) {
            self.phase = phase
            self.verdict = verdict
            self.rowsChecked = rowsChecked
            self.violations = violations
            self.parts = parts
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    /// Who wrote a side, and what of it was recorded.
    package struct Writers: Sendable, Hashable {
        /// `old`, `new`, `both`, `stale` or `unconvertible`.
        package let side: String
        package let writer: GateFacts.LegacyWriter

        package init(side: String, writer: GateFacts.LegacyWriter) {
            self.side = side
            self.writer = writer
        }
    }

    /// An approval, and of what.
    package struct Approval: Sendable, Hashable {
        package let phase: String
        package let approval: GateFacts.Approval
        /// Whether it was given for the change as the run has it.
        package let isOfThisChange: Bool

        package init(phase: String, approval: GateFacts.Approval, isOfThisChange: Bool) {
            self.phase = phase
            self.approval = approval
            self.isOfThisChange = isOfThisChange
        }
    }

    /// Rows that repairs wrote over, by table; the values are in the ledger, and not here.
    package struct Repaired: Sendable, Hashable {
        package let relation: String
        package let rows: Int64

        package init(relation: String, rows: Int64) {
            self.relation = relation
            self.rows = rows
        }
    }

    package var head: Head
    package var phases: [StatusReport.PhaseLine] = []
    package var steps: [Step] = []
    package var texts: [Text] = []
    package var passes: [Pass] = []
    package var throughput: Throughput?
    package var repaired: [Repaired] = []
    package var checks: [FullCheck] = []
    package var writers: [Writers] = []
    /// Since when statements were watched without a gap; nil where they were not.
    package var readersSince: Date?
    package var readers: [GateFacts.LegacyReader] = []
    package var approvals: [Approval] = []
    package var events: [HistoryEntry] = []

    package init(head: Head) { self.head = head }
}
