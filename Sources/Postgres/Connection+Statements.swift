extension Connection {
    /// Runs one statement with its parameters.
    ///
    /// Extended protocol, text format; the server infers the parameters' types.
    @discardableResult
    package func query(_ sql: String, _ parameters: [(any Parameter)?] = []) throws(PostgresError) -> Rows {
        guard isPooled, handle?.transactionStatus == .idle else { return try queryInPlace(sql, parameters) }
        try execute("BEGIN")
        do throws(PostgresError) {
            let rows = try queryInPlace(sql, parameters)
            let remarks = notices
            try execute("COMMIT")
            notices = remarks + notices
            return rows
        } catch {
            if isUsable, handle?.transactionStatus != .idle { rollback() }
            throw error
        }
    }

    private func queryInPlace(_ sql: String, _ parameters: [(any Parameter)?]) throws(PostgresError) -> Rows {
        try refuseNUL(in: sql, "the statement")
        let texts = try texts(of: parameters)
        let results = try exchange(sql) { $0.send(statement: sql + mark, parameters: texts) }
        guard let result = results.first else { throw .usage("the statement is empty") }
        return result.rows
    }

    /// Parameters as they are sent.
    func texts(of parameters: [(any Parameter)?]) throws(PostgresError) -> [String?] {
        let texts = parameters.map { $0?.sqlText }
        for (place, text) in texts.enumerated() {
            if let text { try refuseNUL(in: text, "parameter $\(place + 1)") }
        }
        return texts
    }

    /// Runs statements that are sent as ONE message, so that the server goes from one to the next without waiting.
    ///
    /// Simple protocol: statements outside an explicit transaction block make one transaction. When one fails, the rest
    /// is not run and its error is thrown; a block that the script had begun and not ended is rolled back, so that a
    /// failed script leaves no transaction behind.
    @discardableResult
    package func execute(_ script: String) throws(PostgresError) -> [CommandResult] {
        try refuseNUL(in: script, "the script")
        let wasIdle = handle?.transactionStatus == .idle
        let prelude = wasIdle ? self.prelude : nil
        do throws(PostgresError) {
            let results = try exchange(script) { $0.send(script: (prelude?.text ?? "") + script + mark) }
            return Array(results.dropFirst(prelude?.count ?? 0))
        } catch {
            if wasIdle, isUsable, handle?.transactionStatus != .idle { rollback() }
            throw prelude?.removed(from: error) ?? error
        }
    }

    /// Runs a statement that refuses a transaction; it has the settings of the session, which is the connection's own.
    ///
    /// - Throws: `usage` through a pooler, where it would run with whatever settings a server connection has.
    package func executeAlone(_ statement: String) throws(PostgresError) {
        guard !isPooled else {
            throw .usage("the statement needs a direct connection: \(statement.shortened(to: 100))")
        }
        try execute(statement)
    }

    /// Ends the transaction without result; a connection on which not even that works is closed, which ends it too.
    ///
    /// Neither cancellation nor deadline stops it, since it is what both lead to.
    func rollback() {
        do {
            try exchange("ROLLBACK", isShielded: true) { $0.send(script: "ROLLBACK") }
        } catch {
            close()
        }
    }

    /// libpq takes C strings, which end at the first NUL.
    private func refuseNUL(in text: String, _ what: String) throws(PostgresError) {
        if text.utf8.contains(0) { throw .usage("\(what) contains a NUL character") }
    }
}
