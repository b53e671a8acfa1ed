import Postgres
import SQL
import Workflow

/// Tries defaults on an empty table of one column, and reads them as the server writes them.
struct DefaultTrial {
    /// Why the default has no counterpart.
    struct Refused: Error {
        let message: String
        var hint = "drop or change the default first, or state the new one under default:"
    }

    let connection: Connection
    /// The table in whose schema names are found.
    let table: Relation

    private static let clone = "pg_temp.crossfade_default"
    private static let column = Identifier(shortening: "value").quoted

    /// The expression as the default of a column of the type; nil where that is none, as of `NULL`.
    func printed(_ expression: String, as type: ServerText) throws -> ServerText? {
        try attempt {
            try create(type)
            return try printed(expression)
        }
    }

    /// A default that a plan states; its text is nil where it is a constant NULL.
    func stated(_ expression: Expression, as type: ServerText) throws -> FinalDefault {
        try attempt {
            try create(type)
            let text = try printed(expression.text)
            guard expression.isConstant else { return FinalDefault(text: text) }
            // Whether the value fits is known to an INSERT alone.
            let isNull: Bool = try connection.query(
                "INSERT INTO \(Self.clone) DEFAULT VALUES RETURNING \(Self.column) IS NULL AS is_null"
            ).only().decode("is_null")
            return FinalDefault(text: isNull ? nil : text)
        }
    }

    /// The same of a literal; a whole number is written as one, as people do.
    func printed(literal: String, as type: ServerText) throws -> ServerText? {
        let digits = String(literal.dropFirst().dropLast())
        let isNumber = ["smallint", "integer", "bigint"].contains(type.text) && Int64(digits) != nil
        return try printed(isNumber ? digits : literal, as: type)
    }

    /// What ALTER COLUMN TYPE leaves of a default.
    ///
    /// - Returns: its text, nil where it is none; nil as a whole where the server cannot convert it.
    func retyped(_ text: ServerText, from type: ServerText, to other: ServerText) throws -> FinalDefault? {
        try attempt {
            try create(type)
            _ = try printed(text.text)
            do throws(PostgresError) {
                try connection.execute(
                    "ALTER TABLE \(Self.clone) ALTER COLUMN \(Self.column) TYPE \(other.text) USING NULL::\(other.text)"
                )
            } catch {
                guard case .server = error else { throw error }
                return nil
            }
            return FinalDefault(text: try present())
        }
    }

    /// A constant expression as a literal; nil where it is NULL.
    ///
    /// It may name constants, each of which comes with its name.
    func literal(of expression: String, over constants: [(name: Identifier, value: String)]) throws -> String? {
        let values = constants.map(\.value).joined(separator: ", ")
        let names = constants.map(\.name.quoted).joined(separator: ", ")
        return try attempt {
            try connection.query(
                "SELECT quote_literal((\(expression))::text) AS literal FROM (SELECT \(values)) constant (\(names))"
            ).only().decodeIfPresent("literal")
        }
    }

    // MARK: - On the server

    private func create(_ type: ServerText) throws(PostgresError) {
        try connection.execute("CREATE TEMPORARY TABLE crossfade_default (\(Self.column) \(type.text))")
    }

    private func printed(_ expression: String) throws -> ServerText? {
        try connection.execute("ALTER TABLE \(Self.clone) ALTER COLUMN \(Self.column) SET DEFAULT \(expression)")
        return try present()
    }

    private func present() throws -> ServerText? {
        try connection.execute("SET LOCAL search_path = pg_catalog")
        return try connection.query(
            "SELECT pg_get_expr(adbin, adrelid) AS text FROM pg_attrdef WHERE adrelid = '\(Self.clone)'::regclass"
        ).first.map { ServerText(try $0.decode("text")) }
    }

    /// Runs what is tried with the names of the table's schema, and takes it back.
    private func attempt<T>(_ body: () throws -> T) throws -> T {
        let path = "pg_catalog, \((table.name.schema ?? table.name.name).quoted)"
        try connection.execute("SAVEPOINT default_value; SET LOCAL search_path = \(path)")
        let result = Result(catching: body)
        try connection.execute("ROLLBACK TO SAVEPOINT default_value; RELEASE SAVEPOINT default_value")
        do {
            return try result.get()
        } catch PostgresError.server(let refusal) {
            throw Refused(message: refusal.message)
        }
    }
}
