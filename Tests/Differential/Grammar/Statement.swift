/// A statement of an application, before any version of it has spelled it.
indirect enum Statement: Sendable {
    /// What a row gets in a column.
    enum Field: Sendable {
        /// A literal.
        case value(String?)
        case byDefault
        /// An expression that names columns of the row by `$slot`.
        case expression(String)
        /// What the row would have been inserted with.
        case excluded
    }

    /// What a row gets in the columns of the change.
    enum Value: Sendable {
        case absent
        case pair(Int)
        case byDefault
        case excluded
    }

    struct Row: Sendable {
        /// Nil: left to the table.
        var key: Int?
        var second = 1
        var value = Value.absent
        /// All rows of a statement name the same ones.
        var fields: [(slot: Slot, field: Field)] = []
    }

    enum Condition: Sendable {
        case all
        case key(Int)
        case keys(ClosedRange<Int>)
        case pair(Int)
        case note(String?)
        case amount(Int)
    }

    enum Conflict: Sendable {
        case nothing
        case nothingOnKey
        case nothingOnValue
        case update(Row, condition: Condition?)
        /// On the unique columns of the change.
        case updateOnValue(Row)
    }

    case insert([Row], conflict: Conflict?, returns: Bool, throughView: Bool, overrides: Bool)
    case update(Row, Condition, returns: Bool, throughView: Bool)
    /// The keys, and what each row gets.
    case updateFrom([Row])
    case delete(Condition, returns: Bool, throughView: Bool)
    /// Deletes what matches where `deletes`, else updates it.
    case merge([Row], deletes: Bool)
    case copy([Row])
    /// Rows of the table again, with other keys.
    case insertSelect(Condition, offset: Int)
    /// Deletes rows and inserts them with other keys, in one statement.
    case moveRows(Condition, offset: Int)
    /// Changes the key itself.
    case updateKey(Condition, offset: Int)
    case select(Condition, throughView: Bool)
    case truncate
    case raw(String)
    /// What a new version sends, and what it comes to in the old shape.
    case translated(new: String, old: String)
    case deferConstraints
    case savepoint
    case rollBackToSavepoint
    /// In a block whose error is caught.
    case caught(Statement)
}

/// What an application sends in one message.
struct Transaction: Sendable {
    var writer: Writer
    var statements: [Statement]
    var rollsBack = false
}
