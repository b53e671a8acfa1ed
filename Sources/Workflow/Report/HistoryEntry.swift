package import struct Foundation.Date

/// One entry of the event log.
package struct HistoryEntry: Sendable, Hashable {
    package let at: Date
    package let role: String
    /// Who, as `user@host`.
    package let actor: String
    /// What happened, in a fixed word or two such as `phase begun` or `check failed`.
    package let kind: String
    package let phase: String?
    package let step: String?
    package let message: String
    package let sqlDigest: String?

    package init(
        at: Date,
        role: String,
        actor: String,
        kind: String,
        phase: String?,
        step: String?,
        message: String,
        sqlDigest: String?
    ) {
        self.at = at
        self.role = role
        self.actor = actor
        self.kind = kind
        self.phase = phase
        self.step = step
        self.message = message
        self.sqlDigest = sqlDigest
    }
}
