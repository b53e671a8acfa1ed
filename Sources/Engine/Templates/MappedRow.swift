/// A row as a condition on a mapping names it.
struct MappedRow {
    /// How the value is written that a mapping makes of a column.
    enum Spelling {
        /// As a call of the function in the schema crossfade.
        case called
        /// As a call of the function that lasts for a transaction.
        case probed
        /// As the variable that a sync function has computed it into.
        case evaluated
        /// As the expression itself.
        case inlined
    }

    /// `NEW.`, an alias, or nothing.
    var prefix = ""
    var spelling = Spelling.called

    /// In a query, by the names of the columns.
    static let read = MappedRow()
    static let probed = MappedRow(spelling: .probed)
    /// In the body of a sync function.
    static let written = MappedRow(prefix: "NEW.", spelling: .evaluated)
    /// In the condition of a trigger.
    static let fired = MappedRow(prefix: "NEW.", spelling: .inlined)
}
