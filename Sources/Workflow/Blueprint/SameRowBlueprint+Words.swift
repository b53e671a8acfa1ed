package import SQL

extension SameRowBlueprint {
    package var tables: [QualifiedName] { [table] }

    package var claims: [String] { [old, new, retired].map { "\(table.quoted).\($0.quoted)" } }

    package var tellsInserts: Bool {
        column.identity == nil && (knownDefault.text == nil || knownDefault.isConstant)
    }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row holds the same value in \(old) and \(new)",
            undone: "the column \(new) is dropped, the old one keeps every value",
            contracted: "versions that still use the old column fail from here on; it is set aside",
            purged: "\(retired) of \(table)",
            lost: "\(old) was purged: its own values are gone, and only \(new) holds them",
            wayOut: "write a plan that renames \(new) to \(old)"
        )
    }
}
