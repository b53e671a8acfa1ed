import Foundation
import Postgres
import Workflow

/// The WAL that replication slots keep.
struct SlotCollector: SignalCollector {
    let signal = Signal.slotLag
    let place: Watchpoint

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { connection in
            let rows = try connection.queryKept(
                """
                SELECT slot_name AS name, wal_status AS status,
                       pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::float8 AS bytes
                  FROM pg_replication_slots WHERE restart_lsn IS NOT NULL OR wal_status = 'lost'
                """
            )
            var worst = (bytes: 0.0, text: "no replication slot")
            for row in rows {
                let name: String = try row.decode("name")
                let status: String = try row.decodeIfPresent("status") ?? ""
                if status == "unreserved" || status == "lost" {
                    return .measured(.infinity, "the WAL of replication slot \(name) is \(status)")
                }
                let bytes: Double = try row.decodeIfPresent("bytes") ?? 0
                if bytes >= worst.bytes {
                    worst = (bytes, "\(ThrottleWords.bytes(bytes)) of WAL kept by replication slot \(name)")
                }
            }
            return .measured(worst.bytes, worst.text)
        }
    }
}

/// The WAL that waits for the archive.
struct BacklogCollector: SignalCollector {
    let signal = Signal.walBacklog
    let place: Watchpoint

    /// Looking means to list a folder of the server.
    func interval(_: ThrottleSettings) -> Duration { .seconds(2) }

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { connection in
            let row = try connection.queryKept(
                """
                SELECT current_setting('archive_mode') = 'off' AS off,
                       pg_size_bytes(current_setting('wal_segment_size'))::int8 AS size,
                       has_function_privilege('pg_ls_archive_statusdir()', 'EXECUTE') AS allowed
                """
            ).only()
            if try row.decode("off") { return .measured(0, "nothing is archived") }
            let size: Int64 = try row.decode("size")
            let segments: Int64
            if try row.decode("allowed") {
                segments = try connection.queryKept(
                    "SELECT count(*) AS segments FROM pg_ls_archive_statusdir() WHERE name ~ '^[0-9A-F]{24}\\.ready$'"
                ).only().decode("segments")
            } else {
                guard let counted = try Self.sinceLastArchived(size, connection) else {
                    return .unprivileged("the role may not list what waits for the archive")
                }
                segments = counted
            }
            let bytes = Double(segments * size)
            return .measured(bytes, "\(ThrottleWords.bytes(bytes)) of WAL wait for the archive")
        }
    }

    /// The finished segments after the one archived last, which everybody may see; nil when there is none to count from.
    private static func sinceLastArchived(_ size: Int64, _ connection: Connection) throws -> Int64? {
        let row = try connection.queryKept(
            "SELECT last_archived_wal AS last, pg_walfile_name(pg_current_wal_lsn()) AS current FROM pg_stat_archiver"
        ).only()
        guard let last = try row.decodeIfPresent("last", as: String.self).flatMap(WALSegment.init),
            let current = WALSegment(try row.decode("current")), last.timeline == current.timeline
        else { return nil }
        return max(0, current.number(size) - last.number(size) - 1)
    }
}

/// The name of a WAL segment, in its parts.
struct WALSegment: Sendable {
    let timeline: Substring
    private let high: Int64
    private let low: Int64

    /// Reads 24 hexadecimal digits; what follows, as in the names of backup marks, is another matter.
    init?(_ name: String) {
        guard name.utf8.count >= 24, let high = Int64(name.dropFirst(8).prefix(8), radix: 16),
            let low = Int64(name.dropFirst(16).prefix(8), radix: 16)
        else { return nil }
        timeline = name.prefix(8)
        self.high = high
        self.low = low
    }

    /// Counted from the beginning of the timeline's WAL, in segments of `size` bytes.
    func number(_ size: Int64) -> Int64 { high * (0x1_0000_0000 / size) + low }
}

/// The WAL that the whole server writes a second.
struct WALRateCollector: SignalCollector {
    let signal = Signal.walRate
    let place: Watchpoint
    private var last: (position: Int64, at: ContinuousClock.Instant)?

    /// A shorter time would measure single bursts.
    private static let span = Duration.milliseconds(200)

    init(_ place: Watchpoint) {
        self.place = place
    }

    mutating func read(_: ThrottleSettings) async throws -> SignalReading? {
        let position = try await place.session.run { connection in
            try connection.queryKept("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::int8 AS position")
                .only().decode("position", as: Int64.self)
        }
        let now = ContinuousClock.now
        // A position that went back is another server's.
        guard let last, position >= last.position else {
            last = (position, now)
            return nil
        }
        let elapsed = now - last.at
        guard elapsed >= Self.span else { return nil }
        self.last = (position, now)
        let rate = Double(position - last.position) / elapsed.seconds
        return .measured(rate, "\(ThrottleWords.bytes(rate)) of WAL written a second")
    }
}
