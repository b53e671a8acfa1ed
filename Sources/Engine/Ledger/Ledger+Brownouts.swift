import Foundation
import Postgres
import Workflow

/// Brownouts as the ledger holds them; a run has at most one under way.
extension Ledger {
    /// Notes that one begins, in the transaction that begins contract.
    func beginBrownout(of duration: Duration, run: Int64) throws {
        _ = try connection.queryKept(
            "INSERT INTO crossfade.brownout (run, seconds) VALUES ($1, $2)",
            [run, duration.seconds]
        )
    }

    /// Notes that the old shape of the one under way is away; nothing where none is.
    func retireForBrownout(run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.brownout SET retired_at = clock_timestamp() WHERE run = $1 AND ended_at IS NULL",
            [run]
        )
    }

    /// Writes what was seen in the one under way.
    func save(_ brownout: Brownout, run: Int64) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        let sightings = String(decoding: try encoder.encode(brownout.sightings), as: UTF8.self)
        _ = try connection.queryKept(
            "UPDATE crossfade.brownout SET sightings = $2, rollbacks = $3 WHERE run = $1 AND ended_at IS NULL",
            [run, sightings, brownout.rollbacks]
        )
    }

    /// Ends the one under way, in the transaction that proves its end; nothing where none is.
    func endBrownout(_ outcome: Brownout.Outcome, run: Int64) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.brownout SET ended_at = clock_timestamp(), outcome = $2 WHERE run = $1 AND ended_at IS NULL",
            [run, outcome.rawValue]
        )
    }

    func openBrownout(of run: Int64) throws -> Brownout? { try brownouts("run = $1 AND ended_at IS NULL", [run]).first }

    /// The newest that began after a time.
    func lastBrownout(of run: Int64, since: Date) throws -> Brownout? {
        try brownouts("run = $1 AND begun_at >= $2", [run, since]).last
    }

    /// All of a run, oldest first.
    func brownouts(of run: Int64) throws -> [Brownout] { try brownouts("run = $1", [run]) }

    private func brownouts(_ condition: String, _ parameters: [(any Parameter)?]) throws -> [Brownout] {
        // A ledger of another version may hold them in another form.
        guard try isCurrent else { return [] }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try connection.query(
            """
            SELECT seconds, begun_at, retired_at, ended_at, outcome, sightings::text AS sightings, rollbacks FROM crossfade.brownout
             WHERE \(condition) ORDER BY id
            """,
            parameters
        ).map { row in
            Brownout(
                duration: .seconds(try row.decode("seconds", as: Double.self)),
                begunAt: try row.decode("begun_at"),
                retiredAt: try row.decodeIfPresent("retired_at"),
                endedAt: try row.decodeIfPresent("ended_at"),
                outcome: try row.decodeIfPresent("outcome", as: String.self).map { try Self.word($0) },
                sightings: try decoder.decode(
                    [Brownout.Sighting].self,
                    from: Data(try row.decode("sightings", as: String.self).utf8)
                ),
                rollbacks: try row.decodeIfPresent("rollbacks")
            )
        }
    }
}
