import Foundation
import Postgres

/// Notes the size of the table twice a second, on a session of its own: a look at file sizes, which waits for nobody.
struct SizeSampler: Sendable {
    private let task: Task<Timeline, any Error>

    init(_ database: Database) async throws {
        let session = try await database.newSession()
        task = Task {
            var timeline = Timeline()
            do {
                while true {
                    timeline.add(try await Self.size(on: session))
                    try await Task.sleep(for: .milliseconds(500))
                }
            } catch is CancellationError {
                await session.close()
            } catch PostgresError.cancelled {
                await session.close()
            }
            return timeline
        }
    }

    private static func size(on session: Session) async throws -> Double {
        try await session.run { connection in
            try connection.query("SELECT pg_table_size($1)", [TableShape.table]).only().decode(at: 0)
        }
    }

    /// Ends the sampling.
    func finish() async throws -> Timeline {
        task.cancel()
        return try await task.value
    }
}
