package import SQL

extension SameRowBlueprint {
    package var tables: [QualifiedName] { [table] }

    /// Whether the old name goes away at contract; a column that changes its type keeps it, unless the plan says otherwise.
    package var losesName: Bool { mapping.map { $0.keepsNew == true } ?? true }

    /// What the new column is called once the old one is set aside.
    package var live: Identifier { losesName ? new : old }

    package var legacyNames: [NamedShape]? { losesName ? [NamedShape(table: table, columns: [old])] : [] }

    package var successors: [NamePair] { losesName ? [NamePair(key: old, value: new)] : [] }
    package var retyped: [NamedShape] { losesName ? [] : [NamedShape(table: table, columns: [old])] }
    package var addedColumns: [NamedShape] { [NamedShape(table: table, columns: [new])] }
    package func vanishing(afterContract: Bool) -> [NamedShape] {
        [NamedShape(table: table, columns: [afterContract ? (isExchanged ? retired : live) : new])]
    }
    package var recreatedTriggers: [ColumnTriggerFacts] { columnTriggers }
    package func recreating(as other: SameRowBlueprint) -> SameRowBlueprint {
        var copy = self
        copy.columnTriggers = other.columnTriggers
        return copy
    }
    package var redefined: [Redefinition] { redefinitions ?? [] }
    package func redefining(as other: SameRowBlueprint) -> SameRowBlueprint {
        var copy = self
        copy.redefinitions = other.redefinitions
        copy.exchanges = other.exchanges
        return copy
    }

    /// Who writes the kept name goes on: it is the working name that goes away.
    package var legacyWrites: [WatchedSides] {
        [WatchedSides(plan: plan, sides: losesName ? ["old"] : ["new", "both"])]
    }
    /// The new column has no default before contract: a value in it was written.
    package var tellsLegacyInserts: Bool { !losesName || tellsInserts }
    package var workingNames: [NamePair] { losesName ? [] : [NamePair(key: new, value: old)] }
    package var workingShapes: [NamedShape] { losesName ? [] : [NamedShape(table: table, columns: [new])] }

    package var claims: [String] { [old, new, retired].map { "\(table.quoted).\($0.quoted)" } }

    package var tellsInserts: Bool {
        column.identity == nil && (knownDefault.text == nil || knownDefault.isConstant)
    }

    package var words: BlueprintWords {
        if let mapping {
            return BlueprintWords(
                invariant: "every row holds values of \(old) and \(new) that come from each other",
                undone: "the column \(new) is dropped, \(old) keeps what it holds",
                contracted: losesName
                    ? "versions that still use \(old) fail from here on; the column of \(column.type.text) is set aside"
                    : "\(old) is \(mapping.type.text) from here on; the column of \(column.type.text) is set aside",
                unreturnable: unreturnable(by: mapping),
                purged: "\(retired) of \(table)",
                lost:
                    "the values of \(old) as \(column.type.text) were purged, and only those of \(mapping.type.text) are there",
                wayOut: losesName
                    ? "write a plan that changes \(live) into \(column.type.text), as \(old)"
                    : "write a plan that changes the type back"
            )
        }
        return BlueprintWords(
            invariant: "every row holds the same value in \(old) and \(new)",
            undone: "the column \(new) is dropped, the old one keeps every value",
            contracted: isExchanged
                ? "versions that still use \(old) fail from here on: it is called \(new), and its copy is set aside"
                : "versions that still use the old column fail from here on; it is set aside",
            purged: "\(retired) of \(table)",
            lost: isExchanged
                ? "the copy was purged: there is one column, and it is called \(new)"
                : "\(old) was purged: its own values are gone, and only \(new) holds them",
            wayOut: "write a plan that renames \(new) to \(old)"
        )
    }

    private func unreturnable(by mapping: TypeMapping) -> String? {
        var parts: [String] = []
        if mapping.backwardFails {
            parts.append(
                "from the first value of \(old) on that \(column.type.text) cannot hold, it is refused, and names the rows"
            )
        }
        if mapping.isLossy { parts.append("rows written since come back as \(mapping.backward.text) makes them") }
        if !losesName, mapping.isSeen == true {
            parts.append(
                "a version that goes on writing \(old) as \(mapping.type.text) after it writes a column of \(column.type.text): "
                    + "stop such versions first"
            )
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
