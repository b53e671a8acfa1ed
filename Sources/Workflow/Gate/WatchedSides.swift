/// Writes that the sync trigger of a plan, or of one of its several changes, notes.
package struct WatchedSides: Sendable, Hashable {
    /// The plan's name, or that of a member.
    package let plan: String
    /// What the trigger calls the writes: `old`, `new`, `both` and so on.
    package let sides: [String]

    package init(plan: String, sides: [String]) {
        self.plan = plan
        self.sides = sides
    }
}

extension Plan {
    /// Writes that let the dual-write check begin anew.
    ///
    /// Of several changes those that an application can write twice, where it is the one to do so: of the others nobody
    /// expects it.
    package var missedWrites: [WatchedSides] {
        let sides = dualWrite.missedSides
        guard let list = change.kind as? ChangeList else { return [WatchedSides(plan: name.text, sides: sides)] }
        return list.changes.enumerated().filter { dualWrite.by == .trigger || $0.element.kind.canBeDualWritten }.map {
            WatchedSides(plan: name.member($0.offset + 1).text, sides: sides)
        }
    }
}
