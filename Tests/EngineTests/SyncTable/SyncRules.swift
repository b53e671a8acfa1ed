/// The values of one side of a row, column by column.
typealias Side = [String?]

/// Both sides of a row.
struct SyncedRow: Hashable, CustomStringConvertible {
    var old: Side
    var new: Side

    var description: String { "\(old.map { $0 ?? "NULL" })|\(new.map { $0 ?? "NULL" })" }
}

/// What becomes of a write: the table in Docs/explanation/dual-writes.md as a function.
struct SyncRules: Sendable {
    enum Conflict: String, Sendable { case newWins = "new_wins", oldWins = "old_wins", reject }

    /// A SQLSTATE.
    struct Failure: Error, Hashable { let state: String }

    /// The new values that belong to old ones; nil: they have no counterpart.
    var forward: @Sendable (Side) -> Side?
    /// The other way; nil: no counterpart.
    var backward: @Sendable (Side) -> Side?
    var hasWayBack = true
    /// What an INSERT that leaves the columns out puts there.
    var oldDefaults: Side
    /// The same for the new side, where it has defaults while both live.
    var newDefaults: Side?
    var oldIsRequired: [Bool]
    /// From enforce on.
    var newIsRequired: [Bool]
    /// Whether an old column without a counterpart keeps what it has though it could be NULL.
    var keepsOptional = true
    var standIn: String?
    var conflict = Conflict.newWins
    /// What the table's own BEFORE triggers make of the old side; the former one in an UPDATE.
    var triggers: (@Sendable (Side, Side?) -> Side)?

    /// Whether NULL in the new side is a value like any other: from the end of enforce on.
    var isSettled = false
    /// Whether the new side is NOT NULL.
    var isEnforced = false

    private var noOld: Side { oldDefaults.map { _ in nil } }
    private func isEmpty(_ side: Side) -> Bool { side.allSatisfy { $0 == nil } }
    private func made(_ old: Side) -> Side { forward(old) ?? newIsRequired.map { _ in nil } }
    private func madeBack(_ new: Side) -> Side { backward(new) ?? noOld }
}

// MARK: - Rows

extension SyncRules {
    /// Whether either side comes from the other.
    func fits(_ row: SyncedRow) -> Bool {
        row.new == made(row.old) || (hasWayBack && row.old == madeBack(row.new))
    }

    /// Whether the old side is what an INSERT leaves there that does not name it.
    private func isUnwritten(_ old: Side) -> Bool { zip(old, oldDefaults).allSatisfy { $0 == nil || $0 == $1 } }

    /// Whether the new side could come from an old one that nobody wrote.
    private func isUnmade(_ row: SyncedRow) -> Bool {
        hasWayBack && !isEmpty(row.new) && row.old.contains(nil) && isUnwritten(row.old)
    }

    /// Whether the sync function looks at the row at all.
    private func isLookedAt(_ row: SyncedRow) -> Bool { row.new != made(row.old) || isUnmade(row) || isUncarried(row) }

    /// Whether the new side is NULL because the old one has no counterpart; several columns are not told apart so.
    private func isUncarried(_ row: SyncedRow) -> Bool {
        keepsOptional && isEmpty(row.new) && !isEmpty(row.old) && forward(row.old) == nil
    }

    /// A side made of the other one; without a counterpart it keeps what it has, or gets the stand-in.
    private func kept(_ side: Side, _ values: Side?, _ isRequired: [Bool], standIn: String? = nil) -> Side {
        if keepsOptional { return values ?? side.map { $0 ?? standIn } }
        return side.indices.map { place in
            if let values, let value = values[place] { return value }
            return isRequired[place] ? side[place] : nil
        }
    }

    private func madeOfOld(_ row: SyncedRow) -> SyncedRow {
        SyncedRow(old: row.old, new: kept(row.new, forward(row.old), newIsRequired))
    }

    private func madeOfNew(_ row: SyncedRow) -> SyncedRow {
        guard hasWayBack else { return row }
        return SyncedRow(old: kept(row.old, backward(row.new), oldIsRequired, standIn: standIn), new: row.new)
    }

    /// Whether the new side holds what the old one cannot.
    private func isUnheld(_ new: Side) -> Bool {
        guard hasWayBack, !isEmpty(new) else { return false }
        guard let values = backward(new) else { return true }
        return !keepsOptional && zip(values, oldIsRequired).contains { $0 == nil && $1 }
    }
}

// MARK: - Writes

extension SyncRules {
    private enum Source {
        case old
        case new
        case neither
        /// The old side, though the new one was written too.
        case oldAfterAll
    }

    func insert(_ row: SyncedRow) throws(Failure) -> SyncedRow {
        try held(try synced(row, after: nil))
    }

    func update(_ former: SyncedRow, to row: SyncedRow) throws(Failure) -> SyncedRow {
        try held(try synced(row, after: former))
    }

    /// What rollback makes of a row that was written since contract.
    func refilled(_ row: SyncedRow) -> SyncedRow {
        let isMissing =
            zip(row.old, oldIsRequired).contains { $0 == nil && $1 } || (isEmpty(row.old) && !isEmpty(row.new))
        let isRight = row.new == made(row.old) && !isMissing
        return isRight || row.old == madeBack(row.new) ? row : SyncedRow(old: madeBack(row.new), new: row.new)
    }

    private func held(_ row: SyncedRow) throws(Failure) -> SyncedRow {
        if zip(row.old, oldIsRequired).contains(where: { $0 == nil && $1 }) { throw Failure(state: "23502") }
        if isEnforced, zip(row.new, newIsRequired).contains(where: { $0 == nil && $1 }) {
            throw Failure(state: "23502")
        }
        return row
    }

    private func synced(_ row: SyncedRow, after former: SyncedRow?) throws(Failure) -> SyncedRow {
        guard let triggers else { return try settled(row, after: former, leavesOld: false) }
        // Without a way back nothing of the new side reaches the old one, and the triggers see what was written there.
        var row = hasWayBack ? try settled(row, after: former, leavesOld: true) : row
        if let former, refusesNull(of: row, after: former) { row.old = madeBack(row.new) }
        row.old = triggers(row.old, former?.old)
        return hasWayBack ? carried(row, after: former) : try settled(row, after: former, leavesOld: false)
    }

    /// Whether an UPDATE empties a new side that may not be empty; the triggers see it as they would of an old version.
    private func refusesNull(of row: SyncedRow, after former: SyncedRow) -> Bool {
        hasWayBack && isSettled && !keepsOptional && newIsRequired.contains(true) && isEmpty(row.new)
            && !isEmpty(former.new) && row.old == former.old
    }

    /// With `leavesOld`, what comes from the old side waits for the table's own triggers.
    private func settled(_ row: SyncedRow, after former: SyncedRow?, leavesOld: Bool) throws(Failure) -> SyncedRow {
        guard isLookedAt(row) else { return row }
        switch try source(of: row, after: former) {
        case .old: return leavesOld ? bare(row, former) : madeOfOld(bare(row, former))
        case .oldAfterAll: return madeOfOld(row)
        case .new: return row.old == madeBack(row.new) ? row : madeOfNew(row)
        case .neither: return row
        }
    }

    /// The row without a default in its new side that nobody wrote.
    private func bare(_ row: SyncedRow, _ former: SyncedRow?) -> SyncedRow {
        former == nil && row.new == newDefaults ? SyncedRow(old: row.old, new: newIsRequired.map { _ in nil }) : row
    }

    private func source(of row: SyncedRow, after former: SyncedRow?) throws(Failure) -> Source {
        guard let former else { return try sourceOfInsert(row) }
        let (oldChanged, newChanged) = (row.old != former.old, row.new != former.new)
        if newChanged, !isSettled, isEmpty(row.new), !isEmpty(row.old) { return .oldAfterAll }
        if newChanged, oldChanged { return try sourceOfConflict(row) }
        // A row that gets what the old side gives has been copied.
        if newChanged, !isSettled, isEmpty(former.new), row.new == made(row.old) { return .neither }
        if newChanged { return .new }
        return oldChanged || (!isSettled && isEmpty(row.new)) ? .old : .neither
    }

    private func sourceOfInsert(_ row: SyncedRow) throws(Failure) -> Source {
        if let newDefaults {
            if row.new == newDefaults { return .old }
            if isEmpty(row.new) { return isSettled && row.old == oldDefaults ? .new : .old }
        } else if isEmpty(row.new) {
            return .old
        }
        return isUnwritten(row.old) ? .new : try sourceOfConflict(row)
    }

    private func sourceOfConflict(_ row: SyncedRow) throws(Failure) -> Source {
        if fits(row) { return .neither }
        switch conflict {
        case .newWins: return .new
        case .oldWins: return .oldAfterAll
        case .reject: throw Failure(state: "23000")
        }
    }

    /// After the table's own triggers: their result on the old side is that of both.
    private func carried(_ row: SyncedRow, after former: SyncedRow?) -> SyncedRow {
        let isUncopied = isEmpty(row.new) && forward(row.old).map { !isEmpty($0) } == true
        guard (isLookedAt(row) && row.old != madeBack(row.new)) || isUncopied else { return row }
        guard let former else { return isUnheld(row.new) ? row : madeOfOld(row) }
        let newChanged = row.new != former.new
        if isUnheld(row.new), newChanged { return row }
        if row.old != former.old { return madeOfOld(row) }
        if newChanged {
            return !isSettled && isEmpty(former.new) ? madeOfOld(row) : SyncedRow(old: row.old, new: former.new)
        }
        return !isSettled && isEmpty(row.new) ? madeOfOld(row) : row
    }
}

// MARK: - Checks and rollback

extension SyncRules {
    /// The defaults of the new columns after contract: what is made of the old ones', unless an INSERT has to name one of these.
    var liveDefaults: Side {
        let isNamed = zip(oldDefaults, oldIsRequired).contains { $0 == nil && $1 }
        return isNamed ? newIsRequired.map { _ in nil } : made(oldDefaults)
    }

    /// Whether a full check calls the row wrong, once NULL is a value.
    func isWrong(_ row: SyncedRow, isLossy: Bool) -> Bool {
        if keepsOptional {
            if isEmpty(row.new), !isEmpty(row.old), forward(row.old) == nil { return true }
            // A value that the old column cannot hold is counted where it would be lost.
            return !fits(row) && !(!isEmpty(row.new) && backward(row.new) == nil)
        }
        return !fits(row) || (!isLossy && isEmpty(row.new) && !isEmpty(row.old) && row.old != madeBack(row.new))
    }

    /// Whether rollback would lose the row's new values, or a check would keep contract from beginning.
    func isUnreturnable(_ row: SyncedRow) -> Bool {
        if zip(madeBack(row.new), oldIsRequired).contains(where: { $0 == nil && $1 }) { return hasWayBack }
        return hasWayBack && (isUnheld(row.new) || (!fits(row) && forward(row.old) == nil && !isEmpty(row.old)))
    }
}
