import CLibPQ

/// The fields by which the server describes an error or a notice: manual, 55.8.
struct ServerFields {
    private let texts: [Int: String]

    init(result: OpaquePointer) {
        var texts: [Int: String] = [:]
        for code in Self.codes {
            guard let field = unsafe PQresultErrorField(result, Int32(code)) else { continue }
            texts[code] = unsafe String(cString: field)
        }
        self.texts = texts
    }

    private static let codes = [
        CLIBPQ_DIAG_SEVERITY, CLIBPQ_DIAG_SQLSTATE, CLIBPQ_DIAG_MESSAGE_PRIMARY, CLIBPQ_DIAG_MESSAGE_DETAIL,
        CLIBPQ_DIAG_MESSAGE_HINT, CLIBPQ_DIAG_STATEMENT_POSITION, CLIBPQ_DIAG_INTERNAL_POSITION,
        CLIBPQ_DIAG_INTERNAL_QUERY, CLIBPQ_DIAG_CONTEXT, CLIBPQ_DIAG_SCHEMA_NAME, CLIBPQ_DIAG_TABLE_NAME,
        CLIBPQ_DIAG_COLUMN_NAME, CLIBPQ_DIAG_DATATYPE_NAME, CLIBPQ_DIAG_CONSTRAINT_NAME,
    ].map { Int($0) }

    /// Nil for what libpq itself has to report, such as a broken connection.
    func serverError(statement: String, statementIndex: Int) -> ServerError? {
        guard let state = self[CLIBPQ_DIAG_SQLSTATE] else { return nil }
        var error = ServerError(
            state: SQLState(rawValue: state),
            severity: self[CLIBPQ_DIAG_SEVERITY] ?? "ERROR",
            message: self[CLIBPQ_DIAG_MESSAGE_PRIMARY] ?? "",
            statementIndex: statementIndex
        )
        error.detail = self[CLIBPQ_DIAG_MESSAGE_DETAIL]
        error.hint = self[CLIBPQ_DIAG_MESSAGE_HINT]
        error.position = self[CLIBPQ_DIAG_STATEMENT_POSITION].flatMap { Int($0) }
        error.internalPosition = self[CLIBPQ_DIAG_INTERNAL_POSITION].flatMap { Int($0) }
        error.internalQuery = self[CLIBPQ_DIAG_INTERNAL_QUERY]
        error.context = self[CLIBPQ_DIAG_CONTEXT]
        error.schema = self[CLIBPQ_DIAG_SCHEMA_NAME]
        error.table = self[CLIBPQ_DIAG_TABLE_NAME]
        error.column = self[CLIBPQ_DIAG_COLUMN_NAME]
        error.constraint = self[CLIBPQ_DIAG_CONSTRAINT_NAME]
        error.dataType = self[CLIBPQ_DIAG_DATATYPE_NAME]
        error.statement = statement.shortened()
        return error
    }

    func notice() -> Notice {
        Notice(
            severity: self[CLIBPQ_DIAG_SEVERITY] ?? "NOTICE",
            state: SQLState(rawValue: self[CLIBPQ_DIAG_SQLSTATE] ?? "00000"),
            message: self[CLIBPQ_DIAG_MESSAGE_PRIMARY] ?? "",
            detail: self[CLIBPQ_DIAG_MESSAGE_DETAIL],
            hint: self[CLIBPQ_DIAG_MESSAGE_HINT],
            context: self[CLIBPQ_DIAG_CONTEXT]
        )
    }

    private subscript(code: some BinaryInteger) -> String? { texts[Int(code)] }
}
