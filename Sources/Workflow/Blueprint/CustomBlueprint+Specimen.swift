import SQL

extension CustomBlueprint {
    /// A blueprint with a step in every list.
    package static let specimen: CustomBlueprint = {
        let name = Identifier(shortening: "table")
        let step = Custom.Step(title: "t", sql: "SELECT 1", done: "SELECT true", mode: .none)
        let part = Custom.Part(steps: [step], undo: [step])
        let invariant = Custom.Invariant(name: "n", sql: "SELECT 1")
        let table = QualifiedName(schema: nil, name: name)
        let change = Custom(
            table: table,
            also: [],
            expand: part,
            backfill: nil,
            enforce: part,
            contract: part,
            purge: [step],
            invariants: [invariant],
            afterwards: [invariant]
        )
        return CustomBlueprint(change, plan: "specimen", table: table, isPartitioned: false, keyColumns: [name])
    }()
}
