/// The five characters by which the server classifies an error: manual, appendix A.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// Any code is accepted; the constants below are only those that the program acts upon.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first two characters, such as `08` for connection exceptions.
    package var errorClass: String { String(rawValue.prefix(2)) }

    package var description: String { rawValue }
}

// MARK: - Locks and concurrency

extension SQLState {
    /// `lock_timeout` ran out, or NOWAIT found the lock taken.
    package static let lockNotAvailable = SQLState("55P03")
    /// The server chose this transaction as the victim of a deadlock.
    package static let deadlockDetected = SQLState("40P01")
    /// A REPEATABLE READ or SERIALIZABLE transaction met a concurrent change.
    package static let serializationFailure = SQLState("40001")
    /// The object is used by another command, for example a database that still has sessions.
    package static let objectInUse = SQLState("55006")
    /// The object is not in the state the command needs.
    package static let objectNotInPrerequisiteState = SQLState("55000")
}

// MARK: - Ended from outside

extension SQLState {
    /// A cancel request, or `statement_timeout`: the server does not tell which.
    package static let queryCanceled = SQLState("57014")
    /// `pg_terminate_backend`, or a fast shutdown.
    package static let adminShutdown = SQLState("57P01")
    /// Another backend crashed and took the shared memory with it.
    package static let crashShutdown = SQLState("57P02")
    /// The server is starting up, shutting down or recovering.
    package static let cannotConnectNow = SQLState("57P03")
    /// The database was dropped under the session.
    package static let databaseDropped = SQLState("57P04")
    /// `idle_in_transaction_session_timeout` ended the session.
    package static let idleInTransactionTimeout = SQLState("25P03")
    /// `transaction_timeout` (PostgreSQL 17) ended the session.
    package static let transactionTimeout = SQLState("25P04")
}

// MARK: - Transactions

extension SQLState {
    /// A statement was sent after another one failed in the same transaction.
    package static let inFailedTransaction = SQLState("25P02")
    /// A statement such as CREATE INDEX CONCURRENTLY was sent inside a transaction block.
    package static let activeTransaction = SQLState("25001")
    /// A write on a standby, or in a READ ONLY transaction.
    package static let readOnlyTransaction = SQLState("25006")
}

// MARK: - Resources

extension SQLState {
    /// `max_connections` or a role's limit is reached.
    package static let tooManyConnections = SQLState("53300")
    /// The server's disk is full.
    package static let diskFull = SQLState("53100")
    /// The server ran out of memory, often of lock table entries.
    package static let outOfMemory = SQLState("53200")
}

// MARK: - Data and definitions

extension SQLState {
    /// A NULL in a column that forbids it.
    package static let notNullViolation = SQLState("23502")
    /// A row refers to one that does not exist, or is still referred to.
    package static let foreignKeyViolation = SQLState("23503")
    /// A second row with the same key.
    package static let uniqueViolation = SQLState("23505")
    /// A row that a CHECK constraint forbids.
    package static let checkViolation = SQLState("23514")
    /// A character that the database's encoding, or the client's, does not have.
    package static let untranslatableCharacter = SQLState("22P05")
    /// Bytes that are no character of the encoding.
    package static let characterNotInRepertoire = SQLState("22021")
    /// Text that is no value of the type.
    package static let invalidTextRepresentation = SQLState("22P02")
    /// A numeric value too large for its type.
    package static let numericValueOutOfRange = SQLState("22003")
    /// The statement cannot be parsed.
    package static let syntaxError = SQLState("42601")
    /// The role may not do this.
    package static let insufficientPrivilege = SQLState("42501")
    /// No such relation.
    package static let undefinedTable = SQLState("42P01")
    /// No such column.
    package static let undefinedColumn = SQLState("42703")
    /// No such function.
    package static let undefinedFunction = SQLState("42883")
    /// No such type, trigger or constraint.
    package static let undefinedObject = SQLState("42704")
    /// A relation of this name exists already.
    package static let duplicateTable = SQLState("42P07")
    /// A column of this name exists already.
    package static let duplicateColumn = SQLState("42701")
    /// A trigger, constraint or other object of this name exists already.
    package static let duplicateObject = SQLState("42710")
    /// A schema of this name exists already.
    package static let duplicateSchema = SQLState("42P06")
    /// `RAISE` in PL/pgSQL without a code of its own.
    package static let raisedException = SQLState("P0001")
    /// An inconsistency inside the server, such as "tuple concurrently updated".
    package static let internalError = SQLState("XX000")
}
