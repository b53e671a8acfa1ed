/// Makes statements at random, as one version of the application sends them.
struct StatementSource {
    let shape: Shape
    let standing: Standing
    let writer: Writer
    var random: RandomSource

    private var subject: Subject { shape.subject }
    private var canUseView: Bool { shape.has(.view) && shape.viewHasSubject && writer == .old }
    private var hasIdentity: Bool {
        shape.has(.identityAlways) || shape.has(.identityByDefault) || shape.has(.serialKey)
    }

    mutating func statement() -> Statement {
        let isView = canUseView && random.happens(0.3)
        if shape.kind.isCrossTable, writer == .new { return shape.kind.isLink ? linking() : inOtherTable() }
        // Nobody knows in the midst of the swap which name is the view, which cannot do everything.
        if subject.renamesTable, standing.isMoving {
            return random.happens(0.5) ? update(throughView: isView) : upsert()
        }
        switch random.number(0...24) {
        case 0...4: return insert(isPlain: false)
        case 5, 6: return upsert()
        case 7...11: return update(throughView: isView)
        case 12, 13: return .delete(condition(), returns: random.happens(0.4), throughView: isView)
        case 14, 15: return .merge(rows(severalValues, withFields: false, keyed: true), deletes: random.happens(0.2))
        case 16: return .updateFrom(rows(severalValues, withFields: false, keyed: true))
        case 17: return shape.has(.byOwner) || !random.happens(0.5) ? update(throughView: false) : copy()
        case 18: return canCopyRows ? .insertSelect(condition(), offset: offset()) : update(throughView: false)
        case 19: return canCopyRows ? .moveRows(condition(), offset: offset()) : update(throughView: false)
        case 20: return .updateKey(shape.has(.deferrableKey) ? condition() : .key(key()), offset: offset())
        case 21: return .select(condition(), throughView: isView)
        case 22: return random.happens(0.1) && !shape.kind.isCrossTable ? .truncate : around()
        default: return around()
        }
    }

    /// Rows that get different values: where a key is checked row by row, it depends on their order on disk whether they
    /// pass each other.
    private var severalValues: ClosedRange<Int> {
        let isUnique = [.uniqueSubject, .uniquePair, .partialUnique, .uniqueNote].contains { shape.has($0) }
        return isUnique || shape.kind == .moveRelation ? 1...1 : 1...3
    }

    /// Whether a statement can make rows of other rows, with the values as the version reads them.
    private var canCopyRows: Bool {
        guard writer == .new else { return !shape.has(.identityAlways) }
        // NULL may be among them.
        let keepsNull = !shape.kind.hasTwoSides || AllowedDifferences.newNullIsKept(shape, standing, inserting: true)
        return !shape.has(.identityAlways) && standing.isSettled && keepsNull
    }

    /// A new version's statement, where its columns stand in another table.
    mutating func inOtherTable() -> Statement {
        switch random.number(0...9) {
        case 0...2:
            var rows = self.rows(1...1, withFields: true, keyed: true)
            if rows[0].fields.isEmpty { rows[0].fields = [(.note, .value("p"))] }
            return .insert(
                rows,
                conflict: nil,
                returns: false,
                throughView: false,
                overrides: shape.has(.identityAlways)
            )
        case 3...6: return update(throughView: false)
        case 7: return .delete(condition(), returns: false, throughView: false)
        case 8: return .updateKey(.key(key()), offset: offset())
        default: return .select(condition(), throughView: false)
        }
    }

    /// A statement and what takes it back, for one transaction.
    mutating func withOpposite() -> [Statement] {
        let key = self.key()
        switch random.number(0...2) {
        case 0:
            let there = update(throughView: false, condition: .key(key))
            return [there, update(throughView: false, condition: .key(key))]
        case 1: return [.delete(.key(key), returns: false, throughView: false), insert(isPlain: true)]
        default: return [insert(isPlain: true), .delete(.key(key), returns: true, throughView: false)]
        }
    }

    // MARK: - Values

    private mutating func key() -> Int { random.number(1...8) }
    /// A value that is not NULL.
    private mutating func pair() -> Int { subject.pairs.count < 2 ? 0 : random.number(1...subject.pairs.count - 1) }
    private mutating func offset() -> Int { random.one(of: 1, 3, -2, 10) }

    /// Whether the version may write NULL into its columns: a new one where NULL is a value like any other.
    private func canWriteNull(inserting: Bool) -> Bool {
        if shape.kind.isCrossTable, writer == .new { return standing.isSettled }
        guard writer == .new else { return writer == .old || subject.new.count == 1 || shape.takesNull }
        guard standing.isSettled, shape.kind.hasTwoSides else { return false }
        return AllowedDifferences.newNullIsKept(shape, standing, inserting: inserting)
    }

    private mutating func value(inserting: Bool) -> Statement.Value {
        guard !subject.old.isEmpty || !subject.new.isEmpty else { return .absent }
        let isAdded = subject.old.isEmpty
        if isAdded { return writer == .new ? .pair(0) : .absent }
        // A new version of a column that became required gives it a value.
        let mustWrite =
            writer == .new && inserting
            && (subject.fill != nil || !AllowedDifferences.newDefaultIsKept(shape, standing))
        if !mustWrite, random.happens(0.2) { return .absent }
        if inserting, writer == .old, random.happens(0.1) { return .byDefault }
        if canWriteNull(inserting: inserting), random.happens(shape.takesNull ? 0.2 : 0.05) { return .pair(0) }
        return .pair(pair())
    }

    private mutating func fields(inserting: Bool) -> [(slot: Slot, field: Statement.Field)] {
        var fields: [(slot: Slot, field: Statement.Field)] = []
        if random.happens(0.6) { fields.append((.note, .value(random.one(of: ["p", "Q", "q", "r", "z", nil])))) }
        if random.happens(0.5) {
            let isExpression = !inserting && random.happens(0.3)
            fields.append((.amount, isExpression ? .expression("$amount + 1") : .value("\(random.number(0...3))")))
        }
        if shape.has(.columnGrants) { return fields }
        if random.happens(0.2) { fields.append((.region, .value(random.one(of: "eu", "us")))) }
        if random.happens(0.2) { fields.append((.locked, .value(random.one(of: "true", "false")))) }
        return fields
    }

    private mutating func condition() -> Statement.Condition {
        switch random.number(0...9) {
        case 0: return .all
        case 1, 2:
            let from = key()
            return .keys(from...from + 2)
        case 3: return .note(random.one(of: ["p", "q", nil]))
        case 4: return .amount(random.number(0...3))
        case 5, 6:
            guard subject.isComparable, !subject.old.isEmpty, writer != .new || !shape.kind.isCrossTable else {
                return .key(key())
            }
            let isNullTold = subject.fill == nil
            return .pair(isNullTold && random.happens(0.2) ? 0 : pair())
        default: return .key(key())
        }
    }

    /// Rows of one statement, which name the same columns.
    private mutating func rows(_ count: ClosedRange<Int>, withFields: Bool, keyed: Bool) -> [Statement.Row] {
        let isKeyed = keyed || !hasIdentity || random.happens(0.2)
        let fields = withFields ? self.fields(inserting: true) : []
        var value = self.value(inserting: true)
        if !withFields, !subject.old.isEmpty || writer == .new, case .absent = value { value = .pair(1) }
        if !withFields, case .byDefault = value { value = .pair(1) }
        // Which of two rows with one key counts is left open by UPDATE FROM.
        let keys = withFields ? nil : Array(1...8).shuffled(using: &random)
        return (0..<random.number(count)).map { place in
            var row = Statement.Row(
                key: isKeyed ? keys?[place] ?? key() : nil,
                second: random.number(1...2),
                fields: fields
            )
            row.value = value
            if case .pair(let first) = value, first > 0 { row.value = .pair(pair()) }
            return row
        }
    }

    // MARK: - Forms

    mutating func insert(isPlain: Bool) -> Statement {
        var rows = self.rows(1...(isPlain ? 2 : 3), withFields: true, keyed: false)
        let isView = !isPlain && canUseView && random.happens(0.2)
        if isView {
            for place in rows.indices { rows[place].fields.removeAll { $0.slot == .region || $0.slot == .locked } }
        }
        if isView, hasNothing(rows[0]) { return update(throughView: true) }
        if hasNothing(rows[0]) { for place in rows.indices { rows[place].fields = [(.note, .value("p"))] } }
        return .insert(
            rows,
            conflict: isPlain && canNameNoArbiter && random.happens(0.5) ? .nothing : nil,
            returns: random.happens(0.4),
            throughView: isView,
            overrides: rows[0].key != nil && shape.has(.identityAlways)
        )
    }

    /// DO NOTHING without a target fails at a deferrable constraint, unless the conflict is found before: by the indexes' age.
    private var canNameNoArbiter: Bool {
        ![.deferrableKey, .uniqueDeferrable, .uniqueDeferred, .uniqueNoteDeferred].contains { shape.has($0) }
    }

    private func hasNothing(_ row: Statement.Row) -> Bool {
        guard row.key == nil, row.fields.isEmpty else { return false }
        if case .absent = row.value { return true }
        return subject.old.isEmpty
    }

    private mutating func upsert() -> Statement {
        let rows = self.rows(1...3, withFields: true, keyed: true)
        var set = Statement.Row()
        if case .absent = rows[0].value {
            set.value = .absent
        } else {
            set.value = random.happens(0.7) ? .excluded : rows[0].value
        }
        if case .byDefault = set.value { set.value = .excluded }
        if case .pair = set.value, !canWriteNull(inserting: false) { set.value = .excluded }
        set.fields = rows[0].fields.filter { $0.slot != .region }.map { ($0.slot, .excluded) }
        if random.happens(0.5) { set.fields.removeAll() }
        if set.fields.isEmpty { set.fields = [(.note, .value("q"))] }
        let isUnique = shape.has(.uniqueSubject) && !shape.has(.uniqueDeferrable) && !shape.has(.uniqueDeferred)
        let canNameValue = isUnique && (writer == .old || standing.isSettled) && hasPair(rows[0])
        let conflict: Statement.Conflict
        switch random.number(0...5) {
        case 0 where canNameNoArbiter: conflict = .nothing
        case 1: conflict = canNameValue ? .nothingOnValue : .nothingOnKey
        case 2 where canNameValue, 3 where canNameValue: conflict = .updateOnValue(set)
        case 4: conflict = .update(set, condition: condition())
        default: conflict = .update(set, condition: nil)
        }
        return .insert(
            rows,
            conflict: conflict,
            returns: random.happens(0.4),
            throughView: false,
            overrides: shape.has(.identityAlways)
        )
    }

    private func hasPair(_ row: Statement.Row) -> Bool { if case .pair = row.value { true } else { false } }

    private mutating func update(throughView: Bool, condition: Statement.Condition? = nil) -> Statement {
        var row = Statement.Row(fields: fields(inserting: false))
        if throughView { row.fields.removeAll { $0.slot == .region || $0.slot == .locked } }
        row.value = value(inserting: false)
        if row.fields.isEmpty, case .absent = row.value { row.fields = [(.note, .value("p"))] }
        let condition = condition ?? self.condition()
        return .update(row, condition, returns: random.happens(0.3), throughView: throughView)
    }

    private mutating func copy() -> Statement {
        // A failed COPY takes fewer numbers of a sequence where triggers keep it from inserting many rows at once.
        // Which of two faults of its rows comes first depends on that as well.
        let hasChecks =
            !shape.takesNull || [.checkSubject, .checkAmount, .policy, .policyOnSubject].contains { shape.has($0) }
        var rows = self.rows(1...(hasChecks ? 1 : 3), withFields: true, keyed: true)
        for place in rows.indices {
            rows[place].fields = [(.note, .value(random.one(of: "p", "q")))]
            if case .byDefault = rows[place].value { rows[place].value = .pair(1) }
        }
        // All rows name the same columns.
        if case .absent = rows[0].value { for place in rows.indices { rows[place].value = .absent } }
        return .copy(rows)
    }

    /// A statement on another table that belongs to it.
    private mutating func around() -> Statement {
        if shape.has(.subjectReferences), random.happens(0.5), let text = try? onParent() { return .raw(text) }
        if shape.kind.isLink, random.happens(0.5), let text = try? onFar() { return .raw(text) }
        if shape.hasChild, random.happens(0.7), let child = try? shape.relation(.child) {
            return random.happens(0.7)
                ? .raw("INSERT INTO \(child) VALUES (\(random.number(1...9)), \(key()))")
                : .raw("DELETE FROM \(child) WHERE up = \(key())")
        }
        return .select(condition(), throughView: false)
    }

    /// The row that a link leads to goes, or gets another key, only where the old foreign key has the link follow.
    private mutating func onFar() throws -> String {
        let (far, key) = try (shape.relation(.parent), shape.quoted(.otherKey))
        let row = pair()
        let follows = subject.reference?.contains("SET NULL") ?? false
        return switch random.number(0...2) {
        case 0 where follows: "DELETE FROM \(far) WHERE \(key) = \(row)"
        case 1 where follows: "UPDATE \(far) SET \(key) = \(key) + \(random.one(of: 1, 10)) WHERE \(key) = \(row)"
        default: "INSERT INTO \(far) (\(key)) VALUES (\(row)) ON CONFLICT DO NOTHING"
        }
    }

    private mutating func onParent() throws -> String {
        let parent = try shape.relation(.parent)
        let value = try shape.text(subject.pairs[pair()].old[0])
        let other = try shape.text(subject.pairs[pair()].old[0])
        return switch random.number(0...2) {
        case 0: "DELETE FROM \(parent) WHERE code = \(value)"
        case 1: "UPDATE \(parent) SET code = \(other) WHERE code = \(value)"
        default: "INSERT INTO \(parent) VALUES (\(value)) ON CONFLICT DO NOTHING"
        }
    }
}
