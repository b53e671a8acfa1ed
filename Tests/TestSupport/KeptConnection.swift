package import Postgres
import Synchronization

/// A connection for what a test reads, opened once: to connect costs a server a hundred times what such a query does.
///
/// Queries alone go through it. A write leaves marks in its session, such as that it was recorded in this minute.
package final class KeptConnection: Sendable {
    private let database: ScratchDatabase
    private let kept = Mutex<Connection?>(nil)

    package init(_ database: ScratchDatabase) { self.database = database }

    /// The only value of the only row; names without a schema are those of `public`.
    package func value<T: ColumnDecodable & Sendable>(_ query: String, as type: T.Type = T.self) throws -> T {
        guard query.drop(while: \.isWhitespace).hasPrefix("SELECT") else { return try Self.value(query, try open()) }
        return try kept.withLock { kept in
            let isNew = kept == nil
            let connection = try kept ?? open()
            kept = connection
            do throws(PostgresError) {
                return try Self.value(query, connection)
            } catch {
                // The server may have been restarted since.
                guard error.isConnectionProblem else { throw error }
                kept = nil
                guard !isNew else { throw error }
                let again = try open()
                kept = again
                return try Self.value(query, again)
            }
        }
    }

    private func open() throws -> Connection {
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        return connection
    }

    private static func value<T: ColumnDecodable>(_ query: String, _ connection: Connection) throws(PostgresError) -> T
    {
        try connection.query(query).only().decode(at: 0)
    }
}
