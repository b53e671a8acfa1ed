package import SQL

/// What expand takes from an old column until it is undone.
///
/// The comment of the plan's function says it, so that undo knows it also where expand was run by hand.
package struct GivenUp: Sendable, Hashable {
    /// When the column's foreign key was checked before; nil: when it is checked now.
    package var timing: ServerText?

    package init(timing: ServerText? = nil) { self.timing = timing }

    /// Everything that can be given up beside NOT NULL.
    package static let all = [GivenUp()] + ForeignKeyFacts.timings.map { GivenUp(timing: $0) }

    /// What a comment says of it.
    package func words(of column: Identifier) -> String {
        "; \(column) was NOT NULL" + (timing.map { ", and its foreign key \($0.text)" } ?? "")
    }
}
