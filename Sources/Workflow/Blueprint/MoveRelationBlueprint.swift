package import SQL

/// A 1-1 foreign key that changes side, resolved against the catalog.
package struct MoveRelationBlueprint: Blueprint {
    package static let family = "move_relation"

    /// One side: its table, the key that the other side holds, and the column that holds the other's.
    package struct Side: Sendable, Hashable, Codable {
        package var table: QualifiedName
        package var key: Identifier
        package var keyType: ServerText
        package var reference: Identifier
        package var referenceType: ServerText

        package init(
            table: QualifiedName,
            key: Identifier,
            keyType: ServerText,
            reference: Identifier,
            referenceType: ServerText
        ) {
            self.table = table
            self.key = key
            self.keyType = keyType
            self.reference = reference
            self.referenceType = referenceType
        }
    }

    package var family: String = Self.family
    package var plan: String
    package var old: Side
    package var new: Side
    /// The reserved name of the old column between retire and purge.
    package var retired: Identifier
    /// The old column, attribute by attribute.
    package var column: ColumnFacts
    /// The old side's foreign key; nil where it has none.
    package var foreignKey: ForeignKeyFacts?
    /// The index that makes the old side unique.
    package var unique: IndexFacts
    /// Whether the old side's row may come before the row it references, so that a new row there has to ask.
    package var pulls: Bool
    package var onDelete: String
    package var onUpdate: String
    /// Whether the new column is NOT NULL in the end.
    package var isRequired: Bool
    /// Whether the old column's NOT NULL is checked at commit while both sides live; false: not at all.
    package var checksAtCommit: Bool
    /// Set where a value stands for a link that is yet to come, instead of a check at commit.
    package var placeholder: Placeholder?
    package var newIndex: Identifier
    package var newForeignKey: Identifier

    package init(
        plan: String,
        old: Side,
        new: Side,
        column: ColumnFacts,
        foreignKey: ForeignKeyFacts?,
        unique: IndexFacts,
        change: MoveRelation
    ) {
        self.plan = plan
        self.old = old
        self.new = new
        retired = retiredName(of: old.reference)
        self.column = column
        self.foreignKey = foreignKey
        self.unique = unique
        onDelete = change.onDelete.sql
        onUpdate = change.onUpdate.sql
        isRequired = change.isRequired ?? column.isNotNull
        checksAtCommit = change.required == .atCommit
        placeholder = change.required == .placeholder && column.isNotNull ? Placeholder(type: column.type) : nil
        pulls = placeholder != nil || foreignKey?.clauses.text.contains("INITIALLY DEFERRED") ?? true
        newIndex = Identifier(shortening: new.table.name.name, new.reference.name, "key")
        newForeignKey = Identifier(shortening: new.table.name.name, new.reference.name, "fkey")
    }

    package var table: QualifiedName { old.table }
    package var tables: [QualifiedName] { [old.table, new.table] }
    package var legacyNames: [NamedShape]? { [NamedShape(table: old.table, columns: [old.reference])] }
    package var addedColumns: [NamedShape] { [NamedShape(table: new.table, columns: [new.reference])] }
    package var readColumns: [String] { [old, new].map { "\($0.table.quoted).\($0.key.quoted)" } }
    package var claims: [String] {
        [
            "\(old.table.quoted).\(old.reference.quoted)", "\(old.table.quoted).\(retired.quoted)",
            "\(new.table.quoted).\(new.reference.quoted)",
        ]
    }

    package var words: BlueprintWords {
        let (near, far) = ("\(old.table.name).\(old.reference)", "\(new.table.name).\(new.reference)")
        return BlueprintWords(
            invariant: "every row is linked alike by \(near) and by \(far)",
            invariants: [
                "missing": "every link of \(near) is there in \(far)",
                "different": "no row of \(new.table.name) is linked to another row by \(far) than by \(near)",
                "extra": "\(far) has no link that \(near) has not",
                "orphan": "no row of \(old.table.name) is linked to a row that does not exist",
            ],
            undone: "the column \(far) is dropped, \(near) keeps every link",
            contracted: "versions that still use \(near) fail from here on; it is set aside",
            unreturnable: column.isNotNull
                ? "rows of \(old.table.name) that nothing is linked to refuse it, since \(near) was NOT NULL" : nil,
            purged: "\(retired) of \(old.table)",
            lost: "\(near) was purged, and only \(far) holds the links",
            wayOut: "write a plan that moves the relation back"
        )
    }

    /// What expand takes from the old column; nil: nothing.
    package var givenUp: GivenUp? {
        column.isNotNull ? GivenUp(timing: placeholder == nil ? nil : foreignKey?.timing) : nil
    }

    /// The comment of the functions that keep both sides equal.
    package func comment(_ givenUp: GivenUp?) -> String {
        "Crossfade: keeps \(old.table).\(old.reference) and \(new.table).\(new.reference) equal\(givenUp?.words(of: old.reference) ?? "") (plan \(plan))"
    }

    /// Once expand has relaxed the old column, the catalog no longer tells that it was required.
    package func keepingFunction(of former: MoveRelationBlueprint) -> MoveRelationBlueprint {
        var copy = self
        copy.column = column.required(also: former.column)
        copy.placeholder = former.placeholder
        // Expand has it checked at commit; undo has to know when it was before.
        if former.placeholder != nil, foreignKey?.untimed == former.foreignKey?.untimed {
            copy.foreignKey = former.foreignKey
        }
        copy.isRequired = former.isRequired
        // What asks for a link is harmless where nothing asks; without a foreign key a row may come before the one it is linked to.
        copy.pulls = pulls || former.pulls
        return copy
    }

    package func differences(from other: MoveRelationBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    package func changes(since former: MoveRelationBlueprint) -> [String] {
        column.changes(since: former.column, of: old.table) + [unique].changes(since: [former.unique], of: old.table)
            + (foreignKey.map { [$0] } ?? []).changes(since: former.foreignKey.map { [$0] } ?? [])
    }

    /// The new column has no attribute of the old one, and its foreign key is the plan's: contract and its undo go by what is there.
    package func follows(_ former: MoveRelationBlueprint) -> Bool {
        func made(_ blueprint: MoveRelationBlueprint) -> [AnyHashable?] {
            [
                blueprint.old, blueprint.new, blueprint.column.type, blueprint.column.default,
                blueprint.column.identity,
                blueprint.placeholder == nil ? nil : blueprint.foreignKey,
            ]
        }
        return made(self) == made(former)
    }
}
