import Postgres
import SQL
import Workflow

/// Finds the defaults of columns that are made of others: what an INSERT that leaves all the old ones out would have got.
struct ComposedDefaults {
    let trial: DefaultTrial
    let old: [ComposedColumnsBlueprint.Column]

    /// The default that the plan states for a new column.
    func stated(_ expression: Expression, _ new: ComposedColumnsBlueprint.Column) throws -> FinalDefault {
        try trial.stated(expression, as: new.facts.type)
    }

    /// What the expression of a new column makes of the old columns' defaults.
    ///
    /// - Throws: ``DefaultTrial/Refused`` where they are lost.
    func carried(_ new: ComposedColumnsBlueprint.Column) throws -> FinalDefault {
        guard let value = new.value else { return FinalDefault(text: nil) }
        // Who has to write one of the old columns leaves none of them out.
        if old.contains(where: { $0.isRequired && $0.facts.default == nil }) { return FinalDefault(text: nil) }
        if let made = old.first(where: { $0.facts.default != nil && !$0.facts.defaultIsConstant }) {
            throw DefaultTrial.Refused(
                message: "\(made.facts.default?.text ?? "") of \(made.name) is made for each row",
                hint: "state one under to: {default: ...}"
            )
        }
        let constants = old.map { column in
            (column.name, "(\(column.facts.default?.text ?? "NULL"))::\(column.facts.type.text)")
        }
        let literal = try trial.literal(of: "(\(value.text))::\(new.facts.type.text)", over: constants)
        return FinalDefault(text: try literal.flatMap { try trial.printed(literal: $0, as: new.facts.type) })
    }
}
