import SQL
import Workflow

/// The values that a sync function computes before it decides anything, in the order in which they are needed.
struct MappingEvaluations {
    let forward: [[String: TemplateValue]]
    let backward: [[String: TemplateValue]]
    let functions: [MappingFunction]
    let schema: Identifier

    /// The values of functions that make the new side, and of those that make the old one, of the given columns of a row.
    init(
        forward: [(function: MappingFunction, columns: [Identifier], hasNull: Bool)],
        backward: [(function: MappingFunction, columns: [Identifier], hasNull: Bool)],
        schema: Identifier
    ) {
        self.schema = schema
        functions = (forward + backward).map(\.function)
        func made(_ sides: [(function: MappingFunction, columns: [Identifier], hasNull: Bool)]) -> [[String:
            TemplateValue]]
        {
            sides.flatMap { function, columns, hasNull in
                [function.evaluation(function.variable, of: columns.map { "NEW.\($0.quoted)" })]
                    + (hasNull ? [function.evaluation(function.variableOfNull, of: function.nulls)] : [])
            }
        }
        self.forward = made(forward)
        self.backward = made(backward)
    }

    var values: [String: TemplateValue] { ["computed_new": .list(forward), "computed_old": .list(backward)] }

    var variables: [String: TemplateValue] {
        values.merging([
            "declared": .list(forward + backward),
            "expression_path": .condition("'pg_catalog, \(schema.quoted.replacing("'", with: "''")), pg_temp'"),
            "pinned_settings": .list(functions.contains(where: \.readsSettings) ? MappingFunction.pinned : []),
        ]) { $1 }
    }
}
