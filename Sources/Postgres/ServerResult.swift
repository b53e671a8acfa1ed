import CLibPQ

/// One result of libpq, cleared when it goes out of scope.
@safe
struct ServerResult: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over a result of PQgetResult.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit { unsafe PQclear(pointer) }

    /// What kind of result it is, as far as the program tells them apart.
    enum Kind {
        case success
        case failure
        case empty
        case copy
    }

    var kind: Kind {
        switch unsafe PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: .success
        case PGRES_EMPTY_QUERY: .empty
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: .copy
        // The other states belong to modes that are never switched on: single rows and pipelines.
        default: .failure
        }
    }

    var fields: ServerFields { unsafe ServerFields(result: pointer) }

    /// libpq's text of an error, with everything the server sent.
    var errorMessage: String { unsafe String(cString: PQresultErrorMessage(pointer)) }

    /// Copies tag and rows.
    func command() -> CommandResult {
        let affected = unsafe Int(String(cString: PQcmdTuples(pointer))) ?? 0
        let tag = unsafe String(cString: PQcmdStatus(pointer))
        return CommandResult(tag: tag, affected: affected, rows: rows(affected: affected))
    }

    private func rows(affected: Int) -> Rows {
        let width = unsafe PQnfields(pointer)
        let count = unsafe PQntuples(pointer)
        let names = (0..<width).map { column in
            // Never null for a column that exists.
            unsafe PQfname(pointer, column).map { unsafe String(cString: $0) } ?? ""
        }
        var cells: [String?] = []
        cells.reserveCapacity(Int(width) * Int(count))
        for row in 0..<count {
            for column in 0..<width { cells.append(cell(row, column)) }
        }
        return Rows(columnNames: names, cells: cells, count: Int(count), affected: affected)
    }

    private func cell(_ row: Int32, _ column: Int32) -> String? {
        if unsafe PQgetisnull(pointer, row, column) == 1 { return nil }
        guard let value = unsafe PQgetvalue(pointer, row, column) else { return nil }
        return unsafe String(cString: value)
    }
}
