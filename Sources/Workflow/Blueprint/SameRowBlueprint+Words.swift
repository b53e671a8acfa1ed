package import SQL

extension SameRowBlueprint {
    package var tables: [QualifiedName] { [table] }

    /// What the new column is called once the old one is set aside.
    package var live: Identifier { mapping == nil ? new : old }

    /// A column that changes its type keeps its name.
    package var legacyNames: [NamedShape]? { mapping == nil ? [NamedShape(table: table, columns: [old])] : [] }

    package var successors: [NamePair] { mapping == nil ? [NamePair(key: old, value: new)] : [] }
    package var retyped: [NamedShape] { mapping == nil ? [] : [NamedShape(table: table, columns: [old])] }
    package var addedColumns: [NamedShape] { [NamedShape(table: table, columns: [new])] }
    package var recreatedTriggers: [ColumnTriggerFacts] { columnTriggers }
    package var redefined: [Redefinition] { redefinitions ?? [] }
    package func redefining(as other: SameRowBlueprint) -> SameRowBlueprint {
        var copy = self
        copy.redefinitions = other.redefinitions
        copy.exchanges = other.exchanges
        return copy
    }

    /// Who writes the kept name goes on: it is the working name that goes away.
    package var legacyWrites: [WatchedSides] {
        [WatchedSides(plan: plan, sides: mapping == nil ? ["old"] : ["new", "both"])]
    }
    /// The new column has no default before contract: a value in it was written.
    package var tellsLegacyInserts: Bool { mapping != nil || tellsInserts }
    package var workingNames: [NamePair] { mapping == nil ? [] : [NamePair(key: new, value: old)] }
    package var workingShapes: [NamedShape] { mapping == nil ? [] : [NamedShape(table: table, columns: [new])] }

    package var claims: [String] { [old, new, retired].map { "\(table.quoted).\($0.quoted)" } }

    package var tellsInserts: Bool {
        column.identity == nil && (knownDefault.text == nil || knownDefault.isConstant)
    }

    package var words: BlueprintWords {
        if let mapping {
            return BlueprintWords(
                invariant: "every row holds values of \(old) and \(new) that come from each other",
                undone: "the column \(new) is dropped, \(old) keeps what it holds",
                contracted:
                    "\(old) is \(mapping.type.text) from here on; the column of \(column.type.text) is set aside",
                unreturnable: unreturnable(by: mapping),
                purged: "\(retired) of \(table)",
                lost:
                    "the values of \(old) as \(column.type.text) were purged, and only those of \(mapping.type.text) are there",
                wayOut: "write a plan that changes the type back"
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
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
