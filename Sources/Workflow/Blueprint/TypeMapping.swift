package import SQL

/// What a unique index holds every row to, in terms of the new column.
package struct NewKey: Sendable, Hashable, Codable {
    package var index: Identifier
    package var key: UniqueKey

    package init(index: Identifier, key: UniqueKey) {
        self.index = index
        self.key = key
    }
}

/// How the values of a column and those of its successor of another type come from each other.
package struct TypeMapping: Sendable, Hashable, Codable {
    /// The new type, as format_type writes it.
    package var type: ServerText
    /// A collation other than the type's own; nil also where a run began before this was looked at.
    package var collation: QualifiedName?
    package var comparison: Comparison
    /// Of the column's name, the new value.
    package var forward: Expression
    /// Of the column's name, the old value.
    package var backward: Expression
    package var forwardFunction: QualifiedName
    package var backwardFunction: QualifiedName
    /// Whether a value may have no counterpart: then the function gives NULL, and the application's statement goes on.
    package var forwardFails: Bool
    package var backwardFails: Bool
    /// What the server knows of the expressions; nil where a run began before this was looked at.
    package var forwardFacts: ExpressionFacts?
    package var backwardFacts: ExpressionFacts?
    package var isLossy: Bool
    /// Whether the new column's own name stays from contract on; nil: it takes the old one's.
    package var keepsNew: Bool?
    /// Whether clients see that the type is another: not where integers get wider, or text gets another length; nil where a run
    /// began before this was looked at.
    package var isSeen: Bool?
    /// What a NOT NULL old column gets in a new row whose value it cannot hold; nil: such a row is refused.
    package var standIn: Expression?
    /// Whether the plan's expression makes other values than the cast does; nil where a run began before this was looked at.
    package var changesValues: Bool?
    /// Whether an expression that is written for the old values means something else of the new ones, as `<` does of text and
    /// numbers; nil where a run began before this was looked at.
    package var changesMeaning: Bool?
    /// A constant default as a literal of the new type; nil where the default is none, or made for each row.
    package var constantDefault: ServerText?
    /// The default of the column from contract on; nil where a run began before this was looked at.
    package var finalDefault: FinalDefault?
    /// Identity and serial sequences are widened with the column: the type of theirs.
    package var sequenceType: ServerText?
    package var formerSequenceType: ServerText?
    /// What the unique indexes on the column hold its new values to; nil where a run began before this was looked at.
    package var newKeys: [NewKey]?
    /// Functions of the table's triggers, whose plans know the old type: each as `name(arguments) COST n`.
    package var replanned: [ServerText]

    package init(
        plan: String,
        type: ServerText,
        comparison: Comparison,
        forward: Expression,
        backward: Expression,
        fails: (forward: Bool, backward: Bool),
        isLossy: Bool
    ) {
        self.type = type
        self.comparison = comparison
        self.forward = forward
        self.backward = backward
        let names = SyncNames(plan: plan)
        forwardFunction = names.function("forward")
        backwardFunction = names.function("backward")
        forwardFails = fails.forward
        backwardFails = fails.backward
        self.isLossy = isLossy
        replanned = []
    }
}

extension TypeMapping {
    /// The way back, to the column as it was.
    package func reversed(to column: ColumnFacts) -> TypeMapping {
        var back = self
        (back.type, back.comparison, back.collation) = (column.type, column.comparison, column.collation)
        (back.forward, back.backward) = (backward, forward)
        (back.forwardFunction, back.backwardFunction) = (backwardFunction, forwardFunction)
        (back.forwardFails, back.backwardFails) = (backwardFails, forwardFails)
        (back.forwardFacts, back.backwardFacts) = (backwardFacts, forwardFacts)
        (back.constantDefault, back.finalDefault, back.standIn) = (nil, nil, nil)
        return back
    }

    /// Whether a value is the same as text in the new type: among integers, and among texts of any length.
    package func printsAs(_ old: ServerText) -> Bool {
        let types = [old.text, type.text]
        return types.allSatisfy { ["smallint", "integer", "bigint"].contains($0) } || types.allSatisfy(Self.isText)
    }

    /// Of one length or another, PostgreSQL compares them as text.
    package static func isText(_ type: String) -> Bool {
        type == "text" || type == "character varying" || type.hasPrefix("character varying(")
    }
}

/// The default that a column has in the end.
package struct FinalDefault: Sendable, Hashable, Codable {
    /// As the server writes it; nil: none.
    package var text: ServerText?

    package init(text: ServerText?) { self.text = text }
}
