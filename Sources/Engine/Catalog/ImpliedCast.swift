import Postgres
import SQL
import Workflow

/// How a value becomes one of another type where the plan does not say it.
struct ImpliedCast {
    /// The type it goes through, as between two enums; nil: straight.
    let path: ServerText?
    /// Whether it gives the same answer always, though PostgreSQL calls it no more than STABLE.
    ///
    /// Labels of enums can be renamed, and no setting changes them. What money and dates are as text is a matter of settings
    /// that the functions of a change are pinned to.
    let isSettled: Bool
    /// Whether every value has one.
    let neverFails: Bool
    /// Whether the values are the labels of an enum on either side.
    let isLabel: Bool
    private let suggestion: (there: String, back: String?)?

    /// Reads what the server knows of both types; the hint names `column`.
    init(of column: Identifier, from: ServerText, to: ServerText, _ connection: Connection) throws {
        let row = try connection.queryKept(Self.query, [from.text, to.text]).first
        func holds(_ name: String) throws -> Bool { try row?.decodeIfPresent(name, as: Bool.self) ?? false }
        let isArray = try holds("are_arrays")
        let fromLabel = try holds("from_label")
        let toLabel = try holds("to_label")
        path = fromLabel && toLabel ? ServerText(isArray ? "pg_catalog.text[]" : "pg_catalog.text") : nil
        isLabel = fromLabel || toLabel
        isSettled = try isLabel || holds("settled")
        let isLimited = to.text.contains("(")
        let isText = ["text", "character varying"].contains(to.text)
        let isTextArray = fromLabel && ["text[]", "character varying[]"].contains(to.text)
        neverFails =
            try isText || isTextArray || (fromLabel && toLabel && holds("labels_are_there"))
            || (!isLimited && holds("implicit"))
        suggestion = Self.suggestion(column.quoted, from.text, to.text)
    }

    /// The expression for a value that is `text`.
    func expression(of text: String, to type: ServerText) throws(SyntaxError) -> Expression {
        try Expression(parsing: "(\(text))\(path.map { "::\($0.text)" } ?? "")::\(type.text)")
    }

    /// What to write under the plan's key, and under that of the way back, where it is refused; nil: nothing better is known.
    func hint(under key: String, and other: String) -> String? {
        suggestion.map { "name what it depends on: \(key): \($0.there)" + ($0.back.map { ", \(other): \($0)" } ?? "") }
    }

    private static func suggestion(_ column: String, _ from: String, _ to: String) -> (there: String, back: String?)? {
        let isZoned = (from: from.hasSuffix("with time zone"), to: to.hasSuffix("with time zone"))
        let isTimestamp = (from: from.hasPrefix("timestamp"), to: to.hasPrefix("timestamp"))
        if isTimestamp.from, isTimestamp.to, isZoned.from != isZoned.to {
            return ("\(column) AT TIME ZONE 'UTC'", "\(column) AT TIME ZONE 'UTC'")
        }
        let isText = from == "text" || from.hasPrefix("character varying")
        if isText, to == "date" { return ("to_date(\(column), 'YYYY-MM-DD')", nil) }
        if isText, isTimestamp.to {
            // A change's functions run in UTC.
            let moment = "to_timestamp(\(column), 'YYYY-MM-DD HH24:MI:SS')"
            return isZoned.to
                ? (moment, "to_char(\(column), 'YYYY-MM-DD HH24:MI:SS')") : ("\(moment) AT TIME ZONE 'UTC'", nil)
        }
        if ["smallint", "integer", "bigint"].contains(from), isTimestamp.to, isZoned.to {
            return ("to_timestamp(\(column))", "extract(epoch FROM \(column))::\(from)")
        }
        return nil
    }

    /// `$1` and `$2` are the types; nothing for one that is not there.
    private static let query = """
        SELECT s.typcategory = 'A' AND d.typcategory = 'A' AS are_arrays, se.typtype = 'e' AS from_label, de.typtype = 'e' AS to_label,
               NOT EXISTS (SELECT enumlabel FROM pg_enum WHERE enumtypid = se.oid
                           EXCEPT SELECT enumlabel FROM pg_enum WHERE enumtypid = de.oid) AS labels_are_there,
               EXISTS (SELECT FROM pg_cast WHERE castsource = s.oid AND casttarget = d.oid AND castcontext = 'i') AS implicit,
               (s.typname = 'money' AND d.typname = 'numeric') OR (s.typname = 'numeric' AND d.typname = 'money')
                 OR (s.typname IN ('date', 'timestamp', 'time', 'interval') AND d.typname IN ('text', 'varchar')) AS settled
          FROM pg_type s JOIN pg_type se ON se.oid = CASE WHEN s.typcategory = 'A' THEN s.typelem ELSE s.oid END,
               pg_type d JOIN pg_type de ON de.oid = CASE WHEN d.typcategory = 'A' THEN d.typelem ELSE d.oid END
         WHERE s.oid = to_regtype($1) AND d.oid = to_regtype($2) AND (s.typcategory = 'A') = (d.typcategory = 'A')
        """
}
