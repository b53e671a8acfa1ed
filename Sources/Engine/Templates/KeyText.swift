import SQL

/// The key of a row as text for people: `id=7, tenant=x`, or the row's place in a table without a key.
struct KeyText: Sendable, Hashable {
    let columns: [Identifier]
    /// What the table is called in the statement; nil where it is the only one.
    var alias: String?

    /// An SQL expression for it.
    var expression: String {
        get throws(InvalidName) {
            let prefix = alias.map { $0 + "." } ?? ""
            guard !columns.isEmpty else { return "'ctid=' || \(prefix)ctid" }
            var parts: [String] = []
            for column in columns {
                parts.append(
                    "\(try Literal(column.name + "=").quoted) || coalesce(\(prefix)\(column.quoted)::text, 'NULL')"
                )
            }
            return "concat_ws(', ', \(parts.joined(separator: ", ")))"
        }
    }
}
