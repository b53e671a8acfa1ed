import SQL

/// How a value of one type becomes one of another in ALTER COLUMN TYPE.
///
/// By the server's own cast where there is one, else by way of its text, as `'ok'::text::mood`.
struct TypeCast {
    /// What stands between the column and the cast: nothing, `::text` or `::text[]`.
    let way: String

    /// By the server's own cast where it has one, which may do better than the text: 1.5 becomes 2.
    init(from old: ServerText, to new: ServerText) {
        let (first, second) = (Self.base(of: old), Self.base(of: new))
        let isDirect =
            first == second || Self.texts.contains(first) || Self.texts.contains(second)
            || Self.families.contains { $0.contains(first) && $0.contains(second) }
        let isSameForm = Self.isArray(old) == Self.isArray(new)
        way = isDirect && isSameForm ? "" : TypeCast(throughTextOf: old, to: new).way
    }

    /// By way of the text.
    init(throughTextOf old: ServerText, to new: ServerText) {
        way = Self.isArray(old) && Self.isArray(new) ? "::text[]" : "::text"
    }

    /// Every type is cast to and from these by its input and output.
    private static let texts: Set = ["text", "character varying", "character", "name"]

    /// Types that pg_cast has casts between, each with each (PostgreSQL 14 to 18).
    private static let families: [Set<String>] = [
        ["smallint", "integer", "bigint", "numeric", "real", "double precision"],
        ["money", "integer", "bigint", "numeric"],
        ["date", "timestamp without time zone", "timestamp with time zone"],
        ["time without time zone", "time with time zone"], ["time without time zone", "interval"],
        ["json", "jsonb"], ["bit", "bit varying"], ["inet", "cidr"], ["boolean", "integer"], ["xml", "xml"],
        ["bigint", "bit"], ["integer", "bit"], ["macaddr", "macaddr8"], ["oid", "integer", "bigint", "smallint"],
    ]

    private static func isArray(_ type: ServerText) -> Bool { type.text.hasSuffix("[]") }

    /// The type without modifiers and brackets, as `numeric` of `numeric(10,2)[]`.
    private static func base(of type: ServerText) -> String {
        let element = isArray(type) ? String(type.text.dropLast(2)) : type.text
        guard let opening = element.firstIndex(of: "("), !element.contains("\"") else { return element }
        // Of `timestamp(3) with time zone` the modifier stands within.
        let rest = element[opening...].firstIndex(of: ")").map { element[element.index(after: $0)...] } ?? ""
        return (element[..<opening] + rest).description
    }
}
