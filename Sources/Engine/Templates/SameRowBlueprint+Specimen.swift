import SQL
package import Workflow

extension SameRowBlueprint {
    /// A blueprint that carries one of everything.
    package static let specimen: SameRowBlueprint = {
        let table = QualifiedName(schema: Identifier(shortening: "app"), name: Identifier(shortening: "table"))
        let old = Identifier(shortening: "old")
        let new = Identifier(shortening: "new")
        let text = ServerText("x")
        let rewritten = Rewritten(old: text, new: text, retired: text)
        let grant = ColumnFacts.Grant(
            grantor: old,
            grantee: nil,
            privilege: "SELECT",
            isGrantable: true,
            isByOwner: false
        )
        var column = ColumnFacts(name: old, type: ServerText("text"), comparison: .bytewise)
        column.grants = [grant]
        column.notNullName = "named"
        column.identity = ColumnFacts.Identity(
            generation: "ALWAYS",
            sequence: table,
            options: "",
            comment: nil,
            grants: [grant]
        )
        var facts = TableFacts(name: table, kind: .partitioned, serverVersion: 150_000, column: column)
        facts.partitions = [table]
        facts.columnTriggers = [ColumnTriggerFacts(name: "t", withOld: text, withBoth: text, withNew: text)]
        let redefinition = Redefinition(object: "policy p", found: (text, text), withOld: text, withNew: text)
        facts.redefinitions = [redefinition, redefinition]
        facts.redefinitions[1].followsNames = true
        facts.statistics = [CarriedStatistics(name: table, kinds: text, elements: rewritten, otherColumns: [old])]
        var view = DependentView(name: table, before: text, after: text, options: text)
        view.recreation = DependentView.Recreation(
            owner: old,
            comment: "",
            columnComments: [DependentView.ColumnComment(column: old, text: "")],
            grants: [grant],
            defaultGrantees: [nil]
        )
        view.recreation?.columnGrants = [DependentView.ColumnGrant(column: old, grant: grant)]
        view.isExchanged = true
        facts.views = [view]
        let name = CarriedName(original: old, working: new, final: old)
        var index = IndexFacts(name: old, role: .primaryKey, isUnique: true, definition: rewritten)
        let element = UniqueKey.Element(
            expression: rewritten,
            column: old,
            collation: text,
            equality: text,
            isHashable: true
        )
        index.key = UniqueKey(elements: [element], predicate: rewritten, nullsAreEqual: false, columns: [old])
        let key = ForeignKeyFacts(
            name: old,
            child: table,
            columns: [old],
            parent: QualifiedName(schema: nil, name: new),
            parentColumns: [new],
            clauses: text,
            isValidated: true,
            comment: nil
        )
        let inbound = ForeignKeyFacts(
            name: old,
            child: QualifiedName(schema: nil, name: new),
            columns: [new],
            parent: table,
            parentColumns: [old],
            clauses: text,
            isValidated: true,
            comment: nil
        )
        index.isClustered = true
        index.isReplicaIdentity = true
        var single = key
        single.succession = ForeignKeyFacts.Succession(deleteColumns: [old], before: text, after: text)
        func carried(_ facts: ForeignKeyFacts) -> CarriedForeignKey {
            CarriedForeignKey(
                facts: facts,
                name: name,
                columns: facts.columns,
                parentColumns: facts.parentColumns,
                retiredColumns: facts.columns,
                retiredParentColumns: facts.parentColumns
            )
        }
        var check = CheckFacts(name: old, definition: rewritten, isValidated: true, comment: nil)
        check.expression = rewritten
        let part = PartitionIndex(partition: table, name: new, restored: old)
        return SameRowBlueprint(
            family: family,
            plan: "specimen",
            facts: facts,
            new: new,
            retired: Identifier(shortening: "retired"),
            conflict: .newWins,
            names: ArtefactNames(planText: "specimen"),
            indexes: [CarriedIndex(facts: index, name: name, restored: old, partitions: [part])],
            checks: [CarriedCheck(facts: check, name: name)],
            foreignKeys: [carried(key), carried(inbound), carried(single)]
        )
    }()
}
