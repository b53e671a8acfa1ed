/// The rows of one result, copied out of libpq.
package struct Rows: Sendable {
    package let columnNames: [String]
    /// How many rows an INSERT, UPDATE, DELETE or MERGE touched, or a SELECT returned; 0 for other commands.
    package let affected: Int
    /// Row after row; nil is NULL.
    private let cells: [String?]
    /// Held here because rows of no columns are rows too.
    package let count: Int

    init(columnNames: [String], cells: [String?], count: Int, affected: Int) {
        self.columnNames = columnNames
        self.cells = cells
        self.count = count
        self.affected = affected
    }

    /// The only row of a result that must have exactly one.
    package func only() throws(PostgresError) -> Row {
        guard count == 1 else { throw .decoding("expected one row, got \(count)") }
        return self[0]
    }
}

extension Rows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Row {
        let width = columnNames.count
        precondition(indices.contains(index), "row \(index) of \(count)")
        return Row(columnNames: columnNames, cells: cells[index * width..<(index + 1) * width])
    }
}

/// One row of a result; values are read by column name, or by place.
package struct Row: Sendable {
    package let columnNames: [String]
    fileprivate let cells: ArraySlice<String?>

    /// The value of a column that must not be NULL.
    package func decode<T: ColumnDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        try decode(at: index(of: column))
    }

    /// The value of a column, or nil for NULL.
    package func decodeIfPresent<T: ColumnDecodable>(
        _ column: String,
        as type: T.Type = T.self
    ) throws(PostgresError) -> T? {
        try decodeIfPresent(at: index(of: column))
    }

    /// The value of the column at a 0-based place, which must not be NULL.
    package func decode<T: ColumnDecodable>(at place: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let value = try decodeIfPresent(at: place, as: T.self) else {
            throw .decoding("column '\(columnNames[place])' is NULL where \(T.self) is expected")
        }
        return value
    }

    /// The value of the column at a 0-based place, or nil for NULL.
    package func decodeIfPresent<T: ColumnDecodable>(
        at place: Int,
        as type: T.Type = T.self
    ) throws(PostgresError) -> T? {
        guard columnNames.indices.contains(place) else {
            throw .decoding("the result has \(columnNames.count) columns, not one at \(place)")
        }
        guard let text = cells[cells.startIndex + place] else { return nil }
        guard let value = T(columnText: text) else {
            // The text itself may be somebody's data, and errors end in logs.
            throw .decoding("column '\(columnNames[place])' does not hold a text of type \(T.self)")
        }
        return value
    }

    private func index(of column: String) throws(PostgresError) -> Int {
        guard let index = columnNames.firstIndex(of: column) else {
            let names = columnNames.map { "'\($0)'" }.joined(separator: ", ")
            throw .decoding("the result has no column '\(column)', only \(names)")
        }
        guard columnNames.lastIndex(of: column) == index else {
            throw .decoding("the result has several columns '\(column)'")
        }
        return index
    }
}

/// What one statement of a script did.
package struct CommandResult: Sendable {
    /// The server's command tag, such as `UPDATE 3` or `CREATE TABLE`.
    package let tag: String
    /// How many rows the statement touched or returned; 0 for commands that do not count.
    package let affected: Int
    package let rows: Rows
}
