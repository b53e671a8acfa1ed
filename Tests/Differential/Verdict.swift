/// How a rehearsal ended.
package enum Verdict: Sendable {
    case equal(Figures)
    /// Crossfade did not begin: ids of the findings that say why.
    case refused([String])
    case different(Difference)

    /// How much a rehearsal has tried.
    package struct Figures: Sendable {
        package var messages = 0
        /// Of these, the ones that failed in both databases.
        package var failures = 0
        package var moves = 0
        /// Ids of the findings that kept contract closed.
        package var blocked: [String] = []
    }
}

/// The first thing that was not the same in both databases.
package struct Difference: Sendable, CustomStringConvertible {
    /// The number of the act, and of the message in it; nil: what its move or its reading showed.
    package let act: Int
    package let exchange: Int?
    /// What was compared.
    package let subject: String
    package let twin: String
    package let changed: String

    package var description: String { "\(subject)\n  twin:    \(twin)\n  changed: \(changed)" }
}
