extension ColumnChanges {
    /// What leads from one column to another of the same name.
    init(from previous: Column, to next: Column) {
        arity = previous.arity != next.arity
        type = TypeChange(from: previous, to: next)
        defaultValue = !Self.match(previous.defaultValue, next.defaultValue)
        autoincrement = previous.isAutoincrement != next.isAutoincrement
    }

    /// Whether Prisma sees no difference between two defaults.
    private static func match(_ previous: ColumnDefault?, _ next: ColumnDefault?) -> Bool {
        switch (previous, next) {
        // Only the database knows this default.
        case (_, .expression(nil)): true
        case (.expression(let previous?), .expression(let next?)): previous.lowercasedASCII == next.lowercasedASCII
        // Sequences have a change of their own.
        case (.sequence, nil), (_, .sequence): true
        case (.value(.dateTime), _?), (_?, .value(.dateTime)): true
        case (.value(let previous), .value(let next)): previous.matches(next)
        default: previous == next
        }
    }
}

extension DefaultValue {
    fileprivate func matches(_ next: DefaultValue) -> Bool {
        switch (self, next) {
        case (.list(let previous), .list(let next)):
            previous.count == next.count && zip(previous, next).allSatisfy { $0.matches($1) }
        case (.json(let previous), .json(let next)), (.string(let previous), .json(let next)),
            (.json(let previous), .string(let next)):
            Self.isSameJSON(previous, next)
        case (.dateTime, _), (_, .dateTime): true
        case (.integer(let previous), .bigInteger(let next)), (.bigInteger(let previous), .integer(let next)):
            previous == next
        case (.enumValue(let previous), .string(let next)), (.string(let previous), .enumValue(let next)):
            previous == next
        case (.decimal(let previous), .decimal(let next)): previous == next || Double(previous) == Double(next)
        default: self == next
        }
    }

    /// Text that is not JSON is never seen as changed.
    private static func isSameJSON(_ previous: String, _ next: String) -> Bool {
        guard let previous = JSONText(previous), let next = JSONText(next) else { return true }
        return previous == next
    }
}

extension String {
    fileprivate var lowercasedASCII: [UInt8] {
        utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
    }
}
