package import SQL

/// The names of the functions and triggers that keep two tables equal.
package struct SyncNames: Sendable, Hashable {
    private let plan: String

    package init(plan: String) { self.plan = plan }

    /// A function in the schema `crossfade`, by what it does.
    package func function(_ part: String) -> QualifiedName {
        QualifiedName(
            schema: Identifier(shortening: "crossfade"),
            name: Identifier(shortening: "crossfade_\(part)", plan)
        )
    }

    /// An AFTER trigger: it sees the final row under any name.
    package func trigger(_ part: String) -> Identifier { Identifier(shortening: "crossfade_\(part)", plan) }

    /// A trigger that fires before the others: '!' sorts before every name a person would give, and before foreign keys.
    package func first(_ part: String) -> Identifier { Identifier(shortening: "!crossfade_\(part)", plan) }

    /// A BEFORE trigger that fires after those of ``last(_:)``.
    package func veryLast(_ part: String) -> Identifier { Identifier(shortening: "~~crossfade_\(part)", plan) }

    /// A BEFORE trigger: '~' sorts after every name a person would give.
    package func last(_ part: String) -> Identifier { Identifier(shortening: "~crossfade_\(part)", plan) }
}
