extension Connection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// The block is the transaction's scope: no second one can begin in it, and `body` may not end it by itself. An
    /// error of COMMIT is thrown; after `connectionLost` the outcome is unknown.
    package func transaction<T>(_ body: (Connection) throws -> T) throws -> T {
        guard !isInTransactionScope, handle?.transactionStatus != .open, handle?.transactionStatus != .failed else {
            throw PostgresError.usage("a transaction was begun inside a transaction")
        }
        isInTransactionScope = true
        defer { isInTransactionScope = false }
        try execute("BEGIN")
        do {
            let value = try body(self)
            try commit()
            return value
        } catch {
            if isUsable, handle?.transactionStatus != .idle { rollback() }
            throw error
        }
    }

    /// Runs reads, and takes back whatever they created on the way.
    ///
    /// To a savepoint, in a transaction that commits nothing: the database's count of rolled-back transactions is of
    /// statements that failed, and stays free of these.
    package func rolledBack<T>(_ body: (Connection) throws -> T) throws -> T {
        guard !isInTransactionScope, handle?.transactionStatus != .open, handle?.transactionStatus != .failed else {
            throw PostgresError.usage("a transaction was begun inside a transaction")
        }
        isInTransactionScope = true
        defer { isInTransactionScope = false }
        try execute("BEGIN; SAVEPOINT crossfade")
        let result = Result { try body(self) }
        if isUsable, handle?.transactionStatus != .idle { takeBack() }
        return try result.get()
    }

    /// Neither cancellation nor deadline stops it; a connection on which it does not work is closed, which takes all back.
    private func takeBack() {
        // Nothing is written, and no disk or replica has to be waited for.
        let script = "ROLLBACK TO crossfade; SET LOCAL synchronous_commit = off; COMMIT"
        do {
            try exchange(script, isShielded: true) { $0.send(script: script) }
        } catch {
            close()
        }
    }

    private func commit() throws(PostgresError) {
        switch handle?.transactionStatus {
        case .open:
            try execute("COMMIT")
        case .failed:
            // COMMIT would succeed here, and roll back.
            throw .usage("a transaction went on after a failed statement")
        case .idle:
            throw .usage("a transaction was ended inside its scope")
        case .unknown, nil:
            throw .connectionLost("the connection was closed inside a transaction")
        }
    }
}
