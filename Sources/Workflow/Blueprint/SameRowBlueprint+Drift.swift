import SQL

extension SameRowBlueprint {
    package func differences(from other: SameRowBlueprint) -> [String] {
        if isExchanged { return exchangedDifferences(from: other) }
        var differences: [String] = []
        if column != other.column { differences.append("the column \(old) has other attributes than when enforce ran") }
        func compare<T: Hashable>(_ noun: String, _ mine: [Identifier: T], _ theirs: [Identifier: T]) {
            for name in Set(mine.keys).union(theirs.keys).sorted(by: { $0.name < $1.name })
            where mine[name] != theirs[name] {
                let what = theirs[name] == nil ? "has come" : mine[name] == nil ? "is gone" : "has changed"
                differences.append("\(noun) \(name) \(what) since enforce")
            }
        }
        compare("index", Self.byName(indexes.map(\.facts), \.name), Self.byName(other.indexes.map(\.facts), \.name))
        compare(
            "check",
            Self.byName(checks.map(\.facts.comparable), \.name),
            Self.byName(other.checks.map(\.facts.comparable), \.name)
        )
        compare(
            "foreign key",
            Self.byName(foreignKeys.map(\.facts), \.name),
            Self.byName(other.foreignKeys.map(\.facts), \.name)
        )
        compare(
            "statistics object",
            Self.byName(statistics ?? [], \.name.name),
            Self.byName(other.statistics ?? [], \.name.name)
        )
        if columnTriggers != other.columnTriggers {
            differences.append("a trigger on \(old) has changed since enforce")
        }
        return differences
    }

    /// Where the column itself stays, what has come or changed stays with it; but contract calls what enforce made the like of by
    /// name, and its undo makes the copy as enforce did.
    private func exchangedDifferences(from other: SameRowBlueprint) -> [String] {
        var differences: [String] = []
        if column.type != other.column.type || column.isNotNull != other.column.isNotNull {
            differences.append("the column \(old) has another type or nullability than when enforce ran")
        }
        func missing(_ noun: String, _ mine: [Identifier], _ theirs: [Identifier]) {
            for name in Set(theirs).subtracting(mine).sorted(by: { $0.name < $1.name }) {
                differences.append("\(noun) \(name) is gone since enforce")
            }
        }
        missing("index", indexes.map(\.facts.name), other.indexes.map(\.facts.name))
        missing("check", checks.map(\.facts.name), other.checks.map(\.facts.name))
        missing("foreign key", foreignKeys.map(\.facts.name), other.foreignKeys.map(\.facts.name))
        if columnTriggers != other.columnTriggers {
            differences.append("a trigger on \(old) has changed since enforce")
        }
        return differences
    }

    private static func byName<T: Hashable>(_ values: [T], _ name: KeyPath<T, Identifier>) -> [Identifier: T] {
        Dictionary(values.map { ($0[keyPath: name], $0) }) { first, _ in first }
    }
}
