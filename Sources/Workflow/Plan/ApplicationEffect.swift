/// What running applications can notice of a change that goes as it should: nothing fails for good, but it is not nothing.
///
/// Docs/explanation/what-applications-notice.md has a section for each.
package struct ApplicationEffect: Sendable, Hashable {
    /// The cases are spelled as JSON has them.
    package enum Kind: String, CaseIterable, Sendable {
        case lockedRows = "locked_rows"
        case rowVersions = "row_versions"
        case preparedStar = "prepared_star"
        case preparedColumn = "prepared_column"
        case triggerTableName = "trigger_table_name"
    }

    package let kind: Kind
    package let moments: [Moment]

    /// A phase, or purge.
    package enum Moment: String, CaseIterable, Sendable {
        case expand, backfill, enforce, contract, purge
    }

    package init(_ kind: Kind, _ moments: Moment...) {
        self.kind = kind
        self.moments = moments
    }

    /// Nil where no moment is left.
    package func limited(to isShown: (Moment) -> Bool) -> ApplicationEffect? {
        let left = moments.filter(isShown)
        return left.isEmpty ? nil : ApplicationEffect(kind, moments: left)
    }

    package var sentence: String {
        switch kind {
        case .lockedRows:
            "a row is locked for the milliseconds in which it is copied: FOR UPDATE NOWAIT can fail with 55P03, SKIP LOCKED "
                + "passes it over"
        case .rowVersions:
            "each copied row becomes a new version: a write of it in REPEATABLE READ or SERIALIZABLE can fail with 40001, and "
                + "its xmin is another one"
        case .preparedStar:
            "a prepared statement that returns all columns (SELECT *, RETURNING *) fails with 0A000 until it is prepared anew"
        case .preparedColumn:
            "each prepared statement that returns the column fails with 0A000 until it is prepared anew"
        case .triggerTableName: "TG_TABLE_NAME and TG_RELNAME in the table's triggers are the new name"
        }
    }
}

extension [ApplicationEffect] {
    /// Of several changes of one table, each effect once.
    var merged: [ApplicationEffect] {
        ApplicationEffect.Kind.allCases.compactMap { kind in
            let moments = Set(filter { $0.kind == kind }.flatMap(\.moments))
            guard !moments.isEmpty else { return nil }
            return ApplicationEffect(kind, moments: ApplicationEffect.Moment.allCases.filter(moments.contains))
        }
    }
}

extension ApplicationEffect {
    fileprivate init(_ kind: Kind, moments: [Moment]) {
        self.kind = kind
        self.moments = moments
    }

    /// Of every kind that copies values into rows that applications use.
    static let copying = [ApplicationEffect(.lockedRows, .backfill), ApplicationEffect(.rowVersions, .backfill)]
    /// Of every kind that adds a column to a table and takes another one away.
    static let newColumn = ApplicationEffect(.preparedStar, .expand, .contract, .purge)
    static let droppedColumn = ApplicationEffect(.preparedStar, .contract, .purge)
}
