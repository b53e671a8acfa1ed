import SQL
import Workflow

/// The functions that make a column's value of the other side's columns, and the same within a sync function.
///
/// The copy and the checks call the functions. A sync function has the expression in its own body, and calls nothing of the
/// schema crossfade for it: an application's statement must not fail because of a right or an object there.
///
/// The expression stands in a function of language SQL, which the server parses once, when it is made: there a name is one of
/// the arguments and nothing else, under whatever search_path and settings, and no variable of PL/pgSQL can be meant. Where
/// the expression may fail or read settings, a function of PL/pgSQL around it turns a failure into NULL.
package struct MappingFunction {
    /// What the trigger's condition, the copy and the comparison call.
    let name: QualifiedName
    /// The expression alone, where `name` is the function around it.
    let inner: QualifiedName
    /// The columns that the expression names.
    let sources: [(name: Identifier, type: ServerText)]
    /// The type of the column that is made.
    let type: ServerText
    let expression: Expression
    let facts: ExpressionFacts?
    /// What a sync function calls the value.
    let variable: String
    /// The type of that variable: a domain's base, since a variable begins as NULL.
    let variableType: ServerText
    /// Whether a value may have no counterpart.
    let mayFail: Bool
    /// Whether the expression is a cast to the column's type already, which may cut a value.
    var mayCut = false
    let schema: Identifier

    var readsSettings: Bool { facts?.readsSettings ?? true }
    /// Whether the expression calls functions of the application, which may look for names in the table's schema.
    var callsApplication: Bool { facts?.callsApplication ?? readsSettings }
    /// Whether a failure is turned into NULL.
    var isWrapped: Bool { mayFail || readsSettings }
    /// Whether a value may be too long for the column: only an assignment refuses it, a cast cuts it.
    private var isLimited: Bool { !mayCut && type.text.contains("(") }
    /// What the expression itself gives: the column's type, but for an assignment that follows.
    private var valueType: ServerText { isLimited ? facts?.type ?? type : type }

    /// The expression with SQL for the value of each of its columns.
    func inlined(_ values: [String]) -> String {
        let places = zip(sources, values).map { ($0.name.name, $1) }
        let spelled = facts?.resolved ?? expression
        do {
            let text = try spelled.replacing(Dictionary(places) { first, _ in first })
            return mayCut || isLimited ? "(\(text))" : "((\(text))::\(type.text))"
        } catch {
            // An expression is made by parsing it: with columns left in it, a trigger would fail at the application's statement.
            preconditionFailure("the expression \(spelled.text) was parsed before: \(error)")
        }
    }

    /// NULL in the place of each column.
    var nulls: [String] { sources.map { "NULL::\($0.type.text)" } }

    /// What a sync function calls the value that NULL becomes.
    var variableOfNull: String { variable + "_of_null" }

    /// The variables of one value that a sync function computes, made of these.
    func evaluation(_ variable: String, of values: [String]) -> [String: TemplateValue] {
        [
            "evaluated": .condition(variable), "evaluated_type": .verbatim(variableType),
            "evaluation": .condition(inlined(values)),
            "evaluation_call": .condition("\(name.quoted)(\(values.joined(separator: ", ")))"),
            "handled": .flag(isWrapped), "finds_names": .flag(callsApplication),
        ]
    }

    private func list(_ text: (Int, (name: Identifier, type: ServerText)) -> String) -> TemplateValue {
        .verbatim(ServerText(sources.enumerated().map(text).joined(separator: ", ")))
    }

    /// What stands in for `name` where it lasts for a transaction.
    var probe: String { "pg_temp.\(name.name.quoted)" }

    /// What says why a value has no counterpart, for a transaction.
    var problem: String { "pg_temp.\(Identifier(shortening: "crossfade_problem", name.name.name).quoted)" }

    /// The variables of one function in a list of them.
    var variables: [String: TemplateValue] {
        [
            "mapping_function": .name(name), "value_function": .name(inner),
            "probe_function": .condition(probe), "probe_value_function": .condition("pg_temp.\(inner.name.quoted)"),
            "problem_function": .condition(problem),
            "arguments": list { "\($1.name.quoted) \($1.type.text)" },
            "parameters": list { "crossfade_\($0 + 1) \($1.type.text)" },
            "passed": list { place, _ in "crossfade_\(place + 1)" },
            "argument_types": list { $1.type.text },
            "made_type": .verbatim(type), "value_type": .verbatim(valueType),
            "made_expression": mayCut || isLimited
                ? .expression(expression) : .condition("((\(expression.text))::\(type.text))"),
            "wrapped": .flag(isWrapped), "limited": .flag(isLimited),
            "settings": .list(settings),
        ]
    }

    /// What is set while the function runs, so that it gives the same answer in every session.
    private var settings: [[String: TemplateValue]] {
        // The type of a variable is found by the path.
        guard readsSettings else { return isLimited ? [Self.setting("search_path", "= pg_catalog, pg_temp")] : [] }
        return [Self.setting("search_path", "= pg_catalog, \(schema.quoted), pg_temp")] + Self.pinned
    }

    private static func setting(_ name: String, _ value: String) -> [String: TemplateValue] {
        ["setting": .condition(name), "setting_value": .condition(value)]
    }

    /// The settings that PostgreSQL's own functions read: as Crossfade's sessions have them, or the database's own.
    static let pinned: [[String: TemplateValue]] = [
        ("DateStyle", "= 'ISO, YMD'"), ("IntervalStyle", "= 'postgres'"), ("TimeZone", "= 'UTC'"),
        ("extra_float_digits", "= 3"), ("quote_all_identifiers", "= off"),
        ("bytea_output", "FROM CURRENT"), ("xmlbinary", "FROM CURRENT"), ("xmloption", "FROM CURRENT"),
        ("lc_monetary", "FROM CURRENT"), ("lc_numeric", "FROM CURRENT"), ("lc_time", "FROM CURRENT"),
        ("default_text_search_config", "FROM CURRENT"),
    ].map { setting($0.0, $0.1) }
}

extension Expression {
    /// NULL.
    static var null: Expression {
        get throws(InvalidName) {
            do {
                return try Expression(parsing: "NULL")
            } catch {
                throw InvalidName(text: "NULL", reason: .malformed)
            }
        }
    }
}
