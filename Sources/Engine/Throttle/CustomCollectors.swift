import Foundation
import Postgres
import Workflow

/// A file that somebody makes to hold the backfill.
struct FlagFileCollector: SignalCollector {
    let signal: Signal
    /// Which of the two files is meant.
    let path: @Sendable (ThrottleSettings) -> String?

    func interval(_: ThrottleSettings) -> Duration { .milliseconds(500) }

    func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        guard let path = path(settings) else { return nil }
        do {
            // Not fileExists, which says no as well where it may not look.
            _ = try FileManager.default.attributesOfItem(atPath: path)
            return .judged(holds: true, "the file \(path) exists")
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            return .judged(holds: false, "there is no file \(path)")
        }
    }
}

/// A query of the plan's own, which may look at anything and change nothing.
struct QueryCollector: SignalCollector {
    let signal = Signal.query
    let place: Watchpoint

    func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        guard let query = settings.query else { return nil }
        return try await place.session.run { connection in
            let rows = try connection.rolledBack { connection in
                try connection.execute(
                    """
                    SET TRANSACTION READ ONLY; SET LOCAL search_path = DEFAULT; SET LOCAL statement_timeout = '1s'
                    """
                )
                return try connection.query(query.sql)
            }
            guard rows.count == 1, rows.columnNames.count == 1 else {
                return .unmeasurable(
                    "the query gives \(rows.count) rows of \(rows.columnNames.count) columns, where one of one is wanted"
                )
            }
            guard let text = try rows[0].decodeIfPresent(at: 0, as: String.self) else {
                return .unmeasurable("the query gives NULL")
            }
            guard let above = query.above else {
                guard let holds = Bool(columnText: text) else {
                    return .unmeasurable("the query gives neither true nor false")
                }
                return .judged(holds: holds, "the query gives \(holds)")
            }
            guard let number = Double(text), !number.isNaN else { return .unmeasurable("the query gives no number") }
            return .judged(
                holds: number > above,
                "the query gives \(number.formatted()), the limit is \(above.formatted())"
            )
        }
    }
}

/// How long commits take, as somebody else measures it.
struct LatencyCollector: SignalCollector {
    let signal = Signal.commitLatency
    let latency: @Sendable () -> Duration?

    func interval(_: ThrottleSettings) -> Duration { .milliseconds(500) }

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        latency().map { .measured($0.seconds, "a commit takes \(ThrottleWords.seconds($0.seconds))") }
    }
}
