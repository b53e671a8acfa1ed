package import SQL
package import Workflow

extension MovedColumnsBlueprint {
    /// A blueprint that carries one of everything.
    package static let specimen: MovedColumnsBlueprint = {
        let name = Identifier(shortening: "name")
        let schema = Identifier(shortening: "app")
        let text = ServerText("x")
        let rewritten = Rewritten(old: text, new: text, retired: text)
        let grant = ColumnFacts.Grant(
            grantor: name,
            grantee: nil,
            privilege: "SELECT",
            isGrantable: true,
            isByOwner: false
        )
        var column = ColumnFacts(name: name, type: ServerText("text"), comparison: .bytewise)
        column.isNotNull = true
        column.notNullName = "named"
        column.grants = [grant]
        var facts = MovedColumnsFacts(
            table: QualifiedName(schema: schema, name: Identifier(shortening: "old")),
            target: QualifiedName(schema: schema, name: Identifier(shortening: "new")),
            owner: name
        )
        facts.columns = [column]
        var matched = MatchedColumn(target: name, source: name, type: ServerText("int"), collation: nil)
        matched.grants = [grant]
        facts.match = [matched]
        facts.grants = [grant]
        let index = IndexFacts(name: name, role: .uniqueConstraint, isUnique: true, definition: rewritten)
        let check = CheckFacts(name: name, definition: rewritten, isValidated: true, comment: nil)
        return MovedColumnsBlueprint(
            plan: "specimen",
            facts: facts,
            ownKey: nil,
            makesTable: true,
            missing: .create,
            indexes: [MovedIndex(facts: index, name: name)],
            checks: [MovedCheck(facts: check, name: name)]
        )
    }()
}
