/// How both shapes are kept equal while both are in use.
package struct DualWrite: Sendable, Hashable {
    /// What holds when one statement sets both shapes to different values.
    package var conflict: ConflictPolicy

    /// Who keeps them equal.
    package var by: Keeper

    /// Who writes the shape that a statement left out.
    package enum Keeper: String, CaseIterable, Sendable, Codable {
        /// Crossfade's own sync trigger.
        case trigger
        /// The deployed code, which the trigger only watches, up to the dual-write check. From enforce on the trigger keeps
        /// both equal: the version that comes then knows one of them alone, and the other is what rollback goes back to.
        case application
    }

    /// The defaults of a plan that says nothing.
    package init(conflict: ConflictPolicy = .newWins, by: Keeper = .trigger) {
        self.conflict = conflict
        self.by = by
    }
}

/// What happens when one statement sets both shapes, to different values; it is recorded in any case.
package enum ConflictPolicy: String, CaseIterable, Sendable, Codable {
    /// The value of the new shape is kept.
    case newWins = "new_wins"
    /// The value of the old shape is kept.
    case oldWins = "old_wins"
    /// The statement fails.
    case reject
}

extension DualWrite {
    /// What the trigger calls writes that let the dual-write check begin anew.
    package var missedSides: [String] {
        switch by {
        case .trigger: ["both", "unconvertible"]
        case .application: ["old", "new", "both", "stale", "unconvertible"]
        }
    }

    static let form = ValueForm<DualWrite>.section(
        .optional(
            "conflict",
            .choice(),
            default: DualWrite().conflict,
            "What happens when one statement sets both shapes, to different values."
        ),
        .optional(
            "by",
            .choice(),
            default: DualWrite().by,
            "Who keeps both shapes equal before enforce: Crossfade's trigger, or the deployed code, which it then watches."
        ),
        build: DualWrite.init
    )
}

extension Plan {
    /// Whether every row is compared once more right before a phase.
    ///
    /// Before contract always. Before enforce where nothing but the application has kept both shapes equal: a row that it
    /// wrote on one side since the last check would fail at what enforce requires.
    package func comparesRows(before phase: Phase) -> Bool {
        phase == .contract || (phase == .enforce && dualWrite.by == .application)
    }

    /// What fails once enforce is undone, where the application is the one that keeps both shapes equal before it.
    package var unkept: String? {
        guard dualWrite.by == .application else { return nil }
        return "versions that write only the new side fail from there on: nothing fills the old one"
    }
}
