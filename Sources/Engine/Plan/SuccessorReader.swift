import Postgres
import SQL
import Workflow

/// Reads what the columns that were set aside get back from those that have had their places since contract.
struct SuccessorReader {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// A blueprint with it.
    struct Returned: Sendable {
        var blueprint: any RenderedBlueprint
        /// A sentence for each thing that the old type cannot have.
        var withheld: [String]
    }

    func returned(to former: any RenderedBlueprint) throws -> Returned {
        try connection.rolledBack { connection in
            var returned = Returned(blueprint: former, withheld: [])
            for successor in former.successorsInPlace {
                let columns = try connection.queryKept(
                    """
                    SELECT attname FROM pg_attribute
                     WHERE attrelid = to_regclass($1) AND attname IN ($2, $3) AND NOT attisdropped
                    """,
                    [former.settled.quoted, successor.retired, successor.live]
                )
                // Once the old column has its name back it is what was given back.
                guard columns.count == 2 else { continue }
                let table = try RelationLookup(connection).find(former.settled)
                let facts = try ColumnReader(connection, table).read(successor.live)
                let given = try returnedDefault(of: facts, successor, in: table)
                if case .withheld(let reason) = given {
                    returned.withheld.append(
                        "the default \(facts.default?.text ?? "NULL") of \(table.name).\(successor.live) is not given back, and the column has none then: \(reason)"
                    )
                }
                returned.blueprint = returned.blueprint.returning(facts, with: given, to: successor.retired)
            }
            return returned
        }
    }

    private func returnedDefault(
        of facts: ColumnFacts,
        _ successor: SuccessorInPlace,
        in table: Relation
    ) throws -> ReturnedDefault {
        guard let mapping = successor.mapping else { return .same }
        // A run that began before the default was read as the server writes it cannot tell whether it has been changed.
        guard let made = mapping.finalDefault, successor.column.identity == nil, made.text != facts.default else {
            return .unchanged
        }
        guard facts.default != nil else { return .counterpart(nil) }
        var column = facts
        column.name = successor.column.name
        var back = mapping.reversed(to: successor.column)
        do {
            back.changesValues = try !ExpressionProbe(connection, table).isSame(
                back.forward,
                as: Expression(parsing: "(\(column.name.quoted))::\(back.type.text)"),
                of: ExpressionProbe.Source(name: column.name, type: mapping.type),
                giving: back.type
            )
            let probe = DefaultProbe(
                trial: DefaultTrial(connection: connection, table: table),
                column: column,
                mapping: back,
                isZoned: back.forward.isColumnAtTimeZone
            )
            return .counterpart(try probe.carried().text)
        } catch let refusal as DefaultTrial.Refused {
            return .withheld(refusal.message)
        }
    }
}
