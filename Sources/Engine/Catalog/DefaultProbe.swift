import Postgres
import SQL
import Workflow

/// Finds the default that a column has once it has changed its type.
struct DefaultProbe {
    let trial: DefaultTrial
    let column: ColumnFacts
    let mapping: TypeMapping
    /// Whether the plan's expression is the column at a time zone, and nothing else.
    let isZoned: Bool

    /// The default that the plan states.
    func stated(_ expression: Expression) throws -> FinalDefault {
        try trial.stated(expression, as: mapping.type)
    }

    /// The counterpart of the default that the column has.
    func carried() throws -> FinalDefault {
        guard let text = column.default else {
            // Left out, the column is NULL, from which the expression may make a value.
            let isMade = mapping.changesValues == true && !column.isNotNull && mapping.forwardFacts.mapsNull
            return FinalDefault(text: isMade ? try folded("NULL") : nil)
        }
        guard mapping.changesValues == true else { return try cast(text) }
        return FinalDefault(text: column.defaultIsConstant ? try folded(text.text) : try composed(text))
    }

    /// A constant of the old type as a literal of the new one; nil where it becomes NULL.
    func literal(_ constant: String) throws -> String? {
        try trial.literal(of: mapping.forward.text, over: [(column.name, "(\(constant))::\(column.type.text)")])
    }

    private func folded(_ constant: String) throws -> ServerText? {
        if let literal = try literal(constant) { return try trial.printed(literal: literal, as: mapping.type) }
        guard column.isNotNull else { return nil }
        throw DefaultTrial.Refused(message: "\(mapping.forward.text) makes NULL of it")
    }

    /// As ALTER COLUMN TYPE leaves it, or else by an explicit cast.
    private func cast(_ text: ServerText) throws -> FinalDefault {
        if let left = try trial.retyped(text, from: column.type, to: mapping.type) { return left }
        if column.defaultIsConstant { return FinalDefault(text: try folded(text.text)) }
        return FinalDefault(text: try trial.printed("(\(text.text))::\(mapping.type.text)", as: mapping.type))
    }

    /// The expression with a default that is made for each row, or each transaction, in the column's place.
    private func composed(_ text: ServerText) throws -> ServerText? {
        if isMoment(text), let left = try trial.retyped(text, from: column.type, to: mapping.type) { return left.text }
        let uses: ColumnUses
        do {
            uses = try ColumnUses(of: column.name, inExpression: mapping.forward.text)
        } catch {
            throw refused("\(mapping.forward.text) cannot be read: \(error.message)")
        }
        if uses.count > 1, column.defaultIsStable != true {
            throw refused("it gives another value each time, and \(mapping.forward.text) reads it \(uses.count) times")
        }
        if mapping.forwardFacts?.readsSettings ?? true {
            throw refused("in a default \(mapping.forward.text) could depend on the settings of the session")
        }
        return try trial.printed(uses.replaced(by: "(\(text.text))::\(column.type.text)"), as: mapping.type)
    }

    private func refused(_ message: String) -> DefaultTrial.Refused {
        DefaultTrial.Refused(message: message, hint: "state the new default under default:")
    }

    /// Whether the default is the present moment, and the expression says in which time zone the column has it: of the new
    /// type it is the moment itself.
    private func isMoment(_ text: ServerText) -> Bool {
        guard isZoned, column.type.text.hasSuffix("without time zone"), mapping.type.text.hasSuffix("with time zone")
        else { return false }
        // What a newer server's grammar has and this one's parser does not know is no moment.
        return (try? Expression(parsing: text.text))?.isPresentMoment ?? false
    }
}
