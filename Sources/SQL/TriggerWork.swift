/// What a statement makes of a trigger or of a trigger's function.
package enum TriggerWork: Hashable, Sendable {
    /// CREATE TRIGGER, but not OR REPLACE; `type` and `firing` are as pg_trigger has them.
    case trigger(Trigger)
    /// ALTER TABLE ... ENABLE ALWAYS TRIGGER.
    case always(Identifier, on: QualifiedName)
    /// CREATE FUNCTION; `body` is what pg_proc has as `prosrc`, nil for one that is not written as a text.
    case function(QualifiedName, body: String?)
    /// Rights and comment of functions, and the search path that they are made under.
    case setting

    /// A trigger as its statement makes it.
    package struct Trigger: Hashable, Sendable {
        package let name: Identifier
        package let table: QualifiedName
        package let function: QualifiedName
        /// The bits of `tgtype`.
        package let type: Int
    }
}

extension TriggerWork {
    /// Reads it off a statement's parse tree; nil for one that does something else.
    init?(_ node: SyntaxTree) {
        guard let (kind, body) = node.node else { return nil }
        switch kind {
        case "CreateTrigStmt":
            guard let trigger = Trigger(body) else { return nil }
            self = .trigger(trigger)
        case "AlterTableStmt":
            guard let always = Self.always(body) else { return nil }
            self = always
        case "CreateFunctionStmt":
            guard let function = FunctionDefinition(node) else { return nil }
            self = .function(function.name, body: function.body)
        case "VariableSetStmt" where body.string("name") == "search_path",
            "CommentStmt" where body.string("objtype") == "OBJECT_FUNCTION",
            "GrantStmt" where body.string("objtype") == "OBJECT_FUNCTION":
            self = .setting
        case "SelectStmt" where Self.closesFunction(body): self = .setting
        default: return nil
        }
    }

    private static func always(_ statement: SyntaxTree) -> TriggerWork? {
        let commands = statement.list("cmds").compactMap { $0["AlterTableCmd"] }
        guard commands.count == 1, commands[0].string("subtype") == "AT_EnableAlwaysTrig",
            let name = commands[0].string("name"),
            let table = statement["relation"].flatMap(QualifiedName.init(relation:))
        else { return nil }
        return (try? Identifier(name)).map { .always($0, on: table) }
    }

    /// `SELECT crossfade.revoke_all(...::regprocedure)`: it takes every right to a function away.
    private static func closesFunction(_ query: SyntaxTree) -> Bool {
        let calls = query.descendants("FuncCall")
        let types = query.descendants("TypeCast").compactMap { $0["typeName"]?.list("names").last?.string }
        return calls.count == 1 && calls[0].list("funcname").map(\.string) == ["crossfade", "revoke_all"]
            && types == ["regprocedure"]
    }
}

extension TriggerWork.Trigger {
    fileprivate init?(_ statement: SyntaxTree) {
        guard !statement.flag("replace"), let name = statement.string("trigname").flatMap({ try? Identifier($0) }),
            let table = statement["relation"].flatMap(QualifiedName.init(relation:)),
            let function = QualifiedName(parts: statement.list("funcname"))
        else { return nil }
        self.name = name
        self.table = table
        self.function = function
        // pg_trigger.h: the first bit is FOR EACH ROW; the grammar has the others where the catalog has them.
        type = (statement.flag("row") ? 1 : 0) | statement.number("timing") | statement.number("events")
    }
}

extension QualifiedName {
    init?(relation: SyntaxTree) {
        guard let name = relation.string("relname").flatMap({ try? Identifier($0) }) else { return nil }
        self.init(schema: relation.string("schemaname").flatMap { try? Identifier($0) }, name: name)
    }

    /// Reads a name off the list of its parts in a parse tree.
    init?(parts: [SyntaxTree]) {
        let names = parts.compactMap(\.string).compactMap { try? Identifier($0) }
        guard let name = names.last, names.count == parts.count else { return nil }
        self.init(schema: names.dropLast().last, name: name)
    }
}
