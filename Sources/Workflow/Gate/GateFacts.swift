package import struct Foundation.Date

/// What a gate is decided on: everything the evaluation needs, read beforehand, so that it is itself pure.
package struct GateFacts: Sendable {
    /// An approval as the ledger holds it.
    package struct Approval: Sendable, Hashable {
        package let approver: String
        /// The role of the session that approved.
        package let role: String
        /// Those of the plan's roles that this role is a member of now.
        package let memberOf: Set<String>
        package let givenAt: Date
        package let withdrawnAt: Date?
        /// Its place in the ledger's order of changes and checks.
        package let ordinal: Int64
        /// Digest of the change it was given for.
        package let changeDigest: String
        /// Digest of the checks that it was given on.
        package let checkDigest: String
        /// Digest of the steps that it was given for.
        package let stepsDigest: String

        package init(
            approver: String,
            role: String,
            memberOf: Set<String> = [],
            givenAt: Date,
            withdrawnAt: Date? = nil,
            ordinal: Int64,
            changeDigest: String,
            checkDigest: String,
            stepsDigest: String
        ) {
            self.approver = approver
            self.role = role
            self.memberOf = memberOf
            self.givenAt = givenAt
            self.withdrawnAt = withdrawnAt
            self.ordinal = ordinal
            self.changeDigest = changeDigest
            self.checkDigest = checkDigest
            self.stepsDigest = stepsDigest
        }
    }

    /// The steps of the phase the gate is for, as they would be run now.
    package struct Steps: Sendable, Hashable {
        /// Names of generated files.
        package let files: [String]
        package let digest: String

        package init(files: [String], digest: String) {
            self.files = files
            self.digest = digest
        }
    }

    /// What the plan's own assertion query answered.
    package enum Assertion: Sendable, Hashable {
        case holds
        /// The first violating rows, as text, and how many were read.
        case violated(samples: [String], count: Int)
        case failed(String)
    }

    /// Who wrote what a gate watches for.
    package struct LegacyWriter: Sendable, Hashable {
        /// The key of a row that it wrote so, and when that was noted.
        package struct Sample: Sendable, Hashable {
            package let key: String
            package let seenAt: Date

            package init(key: String, seenAt: Date) {
                self.key = key
                self.seenAt = seenAt
            }
        }

        package let role: String
        package let applicationName: String
        /// The address it came from; nil for a socket of the server's own host.
        package let client: String?
        package let firstSeen: Date
        package let lastSeen: Date
        /// How many writes there were at least: one a session and minute is recorded.
        package let writes: Int64
        /// Some of the rows, newest first, where they are noted: while the application is the one that keeps both sides equal.
        package let samples: [Sample]

        package init(
            role: String,
            applicationName: String,
            client: String?,
            firstSeen: Date,
            lastSeen: Date,
            writes: Int64,
            samples: [Sample] = []
        ) {
            self.role = role
            self.applicationName = applicationName
            self.client = client
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
            self.writes = writes
            self.samples = samples
        }

        /// Until when it may have gone on.
        ///
        /// A session notes a side once a minute: what it wrote in the rest of that minute was not noted.
        package var mayHaveWrittenUntil: Date { Self.endOfMinute(lastSeen) }

        /// The end of the clock's minute, by which a trigger goes.
        package static func endOfMinute(_ date: Date) -> Date {
            Date(timeIntervalSince1970: ((date.timeIntervalSince1970 / 60).rounded(.down) + 1) * 60)
        }

        /// The longest that a write may have gone unnoted.
        package static let unnoted: Double = 60
    }

    /// What is known of statements that use the old shape.
    package enum Readers: Sendable, Hashable {
        /// The server cannot tell; the text says what would make it able to.
        case unknown(String)
        /// Nobody has looked yet.
        case unwatched
        /// No name goes away: versions that use it need no change.
        case nothingToRead
        /// Without a gap since a time.
        case watched(since: Date, [LegacyReader])
    }

    /// A statement that used the old shape while statements were watched.
    package struct LegacyReader: Sendable, Hashable {
        package let role: String
        package let query: String
        /// How often since the first look.
        package let calls: Int64
        /// By when it had been run again.
        package let lastSeen: Date

        package init(role: String, query: String, calls: Int64, lastSeen: Date) {
            self.role = role
            self.query = query
            self.calls = calls
            self.lastSeen = lastSeen
        }
    }

    package var now: Date
    package var run: Run
    /// The newest full check.
    package var lastCheck: CheckSummary?
    /// The place in the ledger's order of the newest change to the data or the shape; nil before the first.
    package var lastChange: Int64?
    /// When each phase was verified.
    package var verifiedAt: [Phase: Date] = [:]
    /// The approvals of the phase the gate is for.
    package var approvals: [Approval] = []
    package var author = ""
    /// The role of the session that began the run; nil before a run has begun.
    package var authorRole: String?
    package var changeDigest = ""
    package var checkDigest = ""
    package var steps = Steps(files: [], digest: "")
    /// The command that approves the phase the gate is for.
    package var approveCommand = ""
    /// What an approval must have been given after: the place of the last failed check, repair or undone phase.
    package var approvalsVoidedAt: Int64?
    package var assertions: [String: Assertion] = [:]
    /// Since when one-sided writes are recorded: the start of the sync trigger.
    package var recordingSince: Date?
    /// What keeps the sync functions from recording writes now, each with the statement that restores it.
    package var recordingBreaks: [String] = []
    /// The last record before the rights that recording needs changed, where nothing has checked since; nil elsewhere.
    package var recordingUnseenSince: Date?
    package var legacyWriters: [LegacyWriter] = []
    /// Who did not write both sides, or to values that do not fit, where the application has to.
    package var missedDualWrites: [LegacyWriter] = []
    /// What these writers did, in words.
    package var legacyWrite = GateFacts.writesOld
    /// The statements that name what contract takes away, where a write may have left no other trace; nil where each
    /// leaves one.
    package var untracedWriters: Readers?
    /// False where a default of the old column hides who wrote it, so that only UPDATEs count.
    package var insertsAreToldApart = true
    /// False where nobody records who wrote which side.
    package var writersAreRecorded = true
    /// False where contract takes nothing away that anybody could write.
    package var takesFromWriters = true
    /// Read only where the plan asks for it.
    package var readers = Readers.unwatched
    /// The newest brownout since enforce was verified; nil when none was held.
    package var lastBrownout: Brownout?
    /// What stands against the change in the catalog now: dependants, drift, unacknowledged findings.
    package var objections: [String] = []

    /// What a writer of the old side does.
    package static let writesOld = "wrote only the old side"

    package init(now: Date, run: Run) {
        self.now = now
        self.run = run
    }
}

/// What is known of a finished check.
package struct CheckSummary: Sendable, Hashable {
    package let verdict: Verdict
    package let rowsChecked: Int64
    package let violations: Int64
    /// Its place in the ledger's order, drawn before it read its first row.
    package let ordinal: Int64
    package let finishedAt: Date

    package init(verdict: Verdict, rowsChecked: Int64, violations: Int64, ordinal: Int64, finishedAt: Date) {
        self.verdict = verdict
        self.rowsChecked = rowsChecked
        self.violations = violations
        self.ordinal = ordinal
        self.finishedAt = finishedAt
    }
}

/// The outcome of a check.
package enum Verdict: String, Sendable, Hashable, Codable {
    case passed
    case failed
    /// It could not be measured, or there was too little to judge by.
    case inconclusive
}
