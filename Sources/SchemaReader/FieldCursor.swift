import Postgres
import SQL

/// Takes the columns of a row one after the other, in the order of its query.
struct FieldCursor {
    private let row: Row
    private var place = 0

    init(_ row: Row) {
        self.row = row
    }

    mutating func next<T: ColumnDecodable>(_ type: T.Type = T.self) throws(PostgresError) -> T {
        defer { place += 1 }
        return try row.decode(at: place)
    }

    mutating func nextIfPresent<T: ColumnDecodable>(_ type: T.Type = T.self) throws(PostgresError) -> T? {
        defer { place += 1 }
        return try row.decodeIfPresent(at: place)
    }

    /// Two columns: the schema and the name.
    mutating func name() throws(PostgresError) -> QualifiedName {
        try QualifiedName(schema: next(Identifier.self), name: next())
    }

    /// Two columns that are both NULL where there is nothing to name.
    mutating func nameIfPresent() throws(PostgresError) -> QualifiedName? {
        let schema = try nextIfPresent(Identifier.self)
        return try nextIfPresent(Identifier.self).map { QualifiedName(schema: schema, name: $0) }
    }

    /// SQL that the server printed.
    mutating func text() throws(PostgresError) -> ServerText { try ServerText(next()) }

    mutating func textIfPresent() throws(PostgresError) -> ServerText? {
        try nextIfPresent(String.self).map { ServerText($0) }
    }
}
