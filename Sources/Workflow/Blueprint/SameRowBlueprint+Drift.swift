package import SQL

extension SameRowBlueprint {
    /// Whether what has been changed since can be carried over while both columns live: the sync function and the new column are
    /// made for the old one's type, and nothing of that is another.
    package func follows(_ former: SameRowBlueprint) -> Bool {
        func made(_ blueprint: SameRowBlueprint) -> [AnyHashable?] {
            let column = blueprint.column
            return [
                column.type, column.domainBase, column.collation, column.identity?.comparable, column.ownedSequence,
                blueprint.table, blueprint.keyColumns,
            ]
        }
        return made(self) == made(former)
    }

    /// Where the column itself stays, so does all that is on it.
    package var successorsInPlace: [SuccessorInPlace] {
        isExchanged ? [] : [SuccessorInPlace(retired: retired, live: live, column: column, mapping: mapping)]
    }

    /// Values of another type have a storage and a compression of their own.
    package func returning(
        _ successor: ColumnFacts,
        with default: ReturnedDefault,
        to _: Identifier
    ) -> SameRowBlueprint {
        var copy = self
        copy.column.isNotNull = successor.isNotNull
        copy.column.statisticsTarget = successor.statisticsTarget
        copy.column.options = successor.options
        copy.column.comment = successor.comment
        copy.column.grants = successor.grants
        if mapping == nil {
            copy.column.storage = successor.storage
            copy.column.compression = successor.compression
        }
        switch `default` {
        case .unchanged: return copy
        case .same: copy.column.default = successor.default
        case .counterpart(let text): copy.column.default = text
        case .withheld: copy.column.default = nil
        }
        copy.column.defaultIsConstant = copy.column.default != nil && successor.defaultIsConstant
        copy.column.defaultIsStable = copy.column.default == nil ? nil : successor.defaultIsStable
        // What the successor has goes when the old column has its place back.
        copy.mapping?.finalDefault = FinalDefault(text: successor.default)
        copy.mapping?.constantDefault = mapping.flatMap { mapping in
            successor.constantDefault.map { ServerText("(\($0.text))::\(mapping.type.text)") }
        }
        // The undo makes the sync function anew.
        copy.functionDefault = nil
        return copy
    }

    /// What keeps contract from beginning, since it can only be carried over by enforce as a whole.
    package func differences(from other: SameRowBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    /// What enforce built for the old column as it was, and would not build for it as it is; `rest` is the same without that.
    package func superseded(by present: SameRowBlueprint) -> Superseded<SameRowBlueprint>? {
        var (gone, rest) = (self, self)
        gone.indexes.removeAll { mine in
            present.indexes.contains { $0.name.working == mine.name.working && $0.facts.built == mine.facts.built }
        }
        gone.checks.removeAll { mine in
            present.checks.contains { $0.name.working == mine.name.working && $0.facts.built == mine.facts.built }
        }
        gone.foreignKeys.removeAll { mine in
            present.foreignKeys.contains {
                $0.name.working == mine.name.working && $0.facts.child == mine.facts.child
                    && $0.facts.built == mine.facts.built
            }
        }
        gone.statistics?.removeAll { present.statistics?.contains($0) == true }
        gone.column.isNotNull = column.isNotNull && !present.column.isNotNull
        gone.views = []
        (rest.indexes, rest.checks, rest.foreignKeys, rest.statistics, rest.views) = ([], [], [], [], [])
        rest.column.isNotNull = false
        return Superseded(gone: gone, rest: rest)
    }
}

// MARK: - At a glance

extension SameRowBlueprint {
    /// Without what only the server itself can write anew, and with definitions as they stand.
    package func atGlance() -> SameRowBlueprint {
        var copy = self
        for place in copy.indexes.indices {
            copy.indexes[place].facts.definition = copy.indexes[place].facts.definition.asItStands
            copy.indexes[place].facts.constraint = copy.indexes[place].facts.constraint?.asItStands
        }
        for place in copy.checks.indices {
            copy.checks[place].facts.definition = copy.checks[place].facts.definition.asItStands
            copy.checks[place].facts.isMapped = nil
        }
        copy.foreignKeys.removeAll { $0.facts.standsAlone == true }
        (copy.columnTriggers, copy.redefinitions, copy.statistics, copy.views) = ([], nil, nil, [])
        copy.exchanges = nil
        return copy
    }

    package var hasUnglanced: Bool {
        !columnTriggers.isEmpty || redefinitions?.isEmpty == false || statistics?.isEmpty == false || !views.isEmpty
    }

    package var unglanced: [NamedShape] { [NamedShape(table: table, columns: [old])] }
}

extension Rewritten {
    fileprivate var asItStands: Rewritten { Rewritten(old: old, new: old, retired: old) }
}
