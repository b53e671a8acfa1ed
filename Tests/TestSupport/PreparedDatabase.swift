package import Postgres
import Synchronization

/// What the databases of many cases hold from the beginning: made once, and copied for each.
package final class PreparedDatabase: Sendable {
    private let prepare: @Sendable (Connection) throws -> Void
    private let making = Mutex<Task<String, any Error>?>(nil)

    package init(_ prepare: @escaping @Sendable (Connection) throws -> Void) { self.prepare = prepare }

    /// The name of the database to copy, made when the first case asks.
    ///
    /// - Returns: nil on a server that outlives the tests, where it would be left behind.
    func template(on server: TestServer) async throws -> String? {
        guard server.cluster != nil else { return nil }
        let task = making.withLock { making in
            let task = making ?? Task { [prepare] in try await ScratchDatabase.makeTemplate(on: server, prepare) }
            making = task
            return task
        }
        return try await task.value
    }
}
