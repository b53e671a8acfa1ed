import Postgres
import SQL
import Workflow

/// Finds triggers that are told the name of a column or a table: the server keeps no dependencies of their arguments.
struct TriggerArguments {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// What a change does to names.
    struct Names {
        /// Names that contract takes away.
        let legacy: [NamedShape]
        /// Columns whose name stays and whose type does not.
        let retyped: [NamedShape]
        /// A name that takes the place of another of the same table.
        let successors: [Identifier: Identifier]
        /// Triggers that contract creates again, by their names.
        let recreated: [String: TriggerDefinition]
    }

    private struct Trigger {
        let name: String
        let relation: UInt32
        let shown: String
        let definition: TriggerDefinition
        let isReplaceable: Bool
    }

    func findings(_ names: Names) throws -> [Finding] {
        let shapes = names.legacy + names.retyped
        guard !shapes.isEmpty else { return [] }
        let triggers = try read()
        guard !triggers.isEmpty else { return [] }
        return try names.legacy.flatMap { try findings(of: $0, names, triggers, isRetyped: false) }
            + names.retyped.flatMap { try findings(of: $0, names, triggers, isRetyped: true) }
    }

    private func read() throws -> [Trigger] {
        try connection.queryKept(
            """
            SELECT g.tgname AS name, g.tgrelid AS relation, format('%I.%I', n.nspname, c.relname) AS shown,
                   pg_get_triggerdef(g.oid) AS definition, g.tgconstraint = 0 AND g.tgenabled = 'O' AS replaceable
              FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE g.tgnargs > 0 AND NOT g.tgisinternal AND g.tgparentid = 0 AND \(TriggerReader.isForeign)
             ORDER BY shown, name
            """
        ).map { row in
            let text: String = try row.decode("definition")
            guard let definition = try? TriggerDefinition(parsing: ServerText(text)) else {
                throw PostgresError.decoding("pg_get_triggerdef reads otherwise than expected: \(text)")
            }
            return Trigger(
                name: try row.decode("name"),
                relation: try row.decode("relation"),
                shown: try row.decode("shown"),
                definition: definition,
                isReplaceable: try row.decode("replaceable")
            )
        }
    }

    private func findings(
        of shape: NamedShape,
        _ names: Names,
        _ triggers: [Trigger],
        isRetyped: Bool
    ) throws -> [Finding] {
        let table = try connection.queryKept(
            """
            SELECT to_regclass($1)::oid AS oid, ARRAY(SELECT attname::text FROM pg_attribute
                     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped) AS columns,
                   ARRAY(SELECT relid::oid::text FROM pg_partition_tree(to_regclass($1))) AS partitions
            """,
            [shape.table.quoted]
        ).only()
        let oid: UInt32? = try table.decodeIfPresent("oid")
        let columns = try table.decode("columns", as: [String].self).map { try Identifier($0) }
        let partitions = Set(try table.decode("partitions", as: [String].self))
        return triggers.compactMap { trigger in
            let isOwn = trigger.relation == oid || partitions.contains(String(trigger.relation))
            let named = trigger.definition.arguments.filter { argument in
                shape.isMentioned(in: argument, isOnTable: isOwn, tableColumns: columns)
                    // A trigger of a foreign key's sort is told the table first and its columns after it.
                    || (!isOwn && shape.isMentioned(in: argument, besides: trigger.definition.arguments))
            }
            guard !named.isEmpty else { return nil }
            let arguments = named.map { "'\($0)'" }.joined(separator: ", ")
            let message = "trigger \(trigger.name) of \(trigger.shown) has the argument \(arguments)"
            if isRetyped {
                return Finding(
                    "trigger-arguments",
                    .acknowledge,
                    "\(message), a column whose type changes",
                    hint: "make sure that \(trigger.name) works with the new type, which the name has from contract on"
                )
            }
            let left = names.recreated[trigger.name]?.arguments.contains { shape.isMentioned(in: $0, isOnTable: true) }
            if trigger.relation == oid, left == false {
                return Finding(
                    "trigger-arguments",
                    .carried,
                    message,
                    hint: "contract creates the trigger again with the new name, and its undo with the old one",
                    carriedIn: .contract
                )
            }
            return Finding(
                "trigger-arguments",
                .blocksContract,
                message,
                hint: hint(trigger, shape, isOwn ? names.successors : [:])
            )
        }
    }

    private func hint(_ trigger: Trigger, _ shape: NamedShape, _ successors: [Identifier: Identifier]) -> String {
        let other = "or acknowledge trigger-arguments when it means something else"
        guard let column = shape.columns.first, let new = successors[column],
            trigger.definition.arguments.contains(where: { $0.utf8.elementsEqual(column.name.utf8) })
        else {
            return "once only new versions write, drop the trigger or create it again without the name, \(other)"
        }
        let definition = trigger.definition.replacing(column, by: new)
        let statement =
            trigger.isReplaceable
            ? TriggerDefinition.inPlace(definition).text
            : "DROP TRIGGER \(Identifier(shortening: trigger.name).quoted) ON \(trigger.shown); \(definition.text)"
        return "once only new versions write: \(statement), and set it back before a rollback; \(other)"
    }
}
