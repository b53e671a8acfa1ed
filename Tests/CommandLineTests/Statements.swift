import SQL

/// The statements of a file, one by one, as psql sends them.
enum Statements {
    static func split(_ text: String) throws -> [String] { try Script(parsing: text).statements.map(\.text) }
}
