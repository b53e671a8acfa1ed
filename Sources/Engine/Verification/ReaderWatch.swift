import Foundation
import Postgres
import SQL
import Workflow

/// Watches for statements that use the old shape, by what pg_stat_statements counts.
///
/// One that only writes it is watched for as well: who writes both columns to the same leaves no other trace. The server
/// tells how often a statement was run and not when, so that a use shows between two looks. Each full check
/// looks and remembers; a gate looks and changes nothing.
struct ReaderWatch {
    let connection: Connection
    let record: RunRecord

    /// What will be gone.
    private struct Names {
        let legacy: [NamedShape]
        let working: [NamedShape]

        /// Nil where nobody can tell.
        init?(_ blueprint: any Blueprint) {
            guard let legacy = blueprint.legacyNames else { return nil }
            (self.legacy, working) = (legacy, blueprint.workingShapes)
        }

        var isEmpty: Bool { legacy.isEmpty && working.isEmpty }
        var tables: Set<Identifier> { Set((legacy + working).map(\.table.name)) }

        func areNamed(by statement: String) -> Bool { (legacy + working).contains { $0.isNamed(by: statement) } }

        /// Whether a statement reads or writes one of them.
        func areUsed(by statement: String) -> Bool {
            areNamed(by: statement) || legacy.contains { $0.isRead(by: statement) }
        }
    }

    /// What the statements come to now, compared with the last look that was remembered; with `byName` those alone that name
    /// the old shape, and not those that read it by `*`.
    func readers(byName: Bool = false) throws -> GateFacts.Readers {
        guard let names = Names(record.blueprint) else {
            return .unknown("the plan's own SQL does not tell what goes away; replace this requirement by an approval")
        }
        if names.isEmpty { return .nothingToRead }
        let statements: StatementHistory.Counters
        switch try StatementHistory(connection).counters(naming: names.tables) {
        case .failure(let gap): return .unknown(gap.wayOut)
        case .success(let counters): statements = counters
        }
        guard let former = try former() else { return .unwatched }
        let look = Look(after: former, statements.statements.filter { names.areUsed(by: $0.query) }, statements)
        let counted = look.readers.filter { !byName || names.areNamed(by: $0.query) }
        return .watched(
            since: look.since,
            counted.compactMap { reader in
                reader.lastSeen.map { seen in
                    GateFacts.LegacyReader(
                        role: reader.key.role,
                        query: reader.query,
                        calls: reader.calls - reader.firstCalls,
                        lastSeen: seen
                    )
                }
            }
        )
    }

    /// Looks, and remembers what was seen; nothing where the server does not tell.
    func look(under lease: Lease? = nil) throws {
        guard try Ledger(connection).isCurrent, let names = Names(record.blueprint), !names.isEmpty,
            case .success(let statements) = try StatementHistory(connection).counters(naming: names.tables)
        else { return }
        let look = Look(after: try former(), statements.statements.filter { names.areUsed(by: $0.query) }, statements)
        try connection.transaction { connection in
            try lease?.require(on: connection)
            try remember(look, on: connection)
        }
    }

    private func remember(_ look: Look, on connection: Connection) throws {
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.statement_look (run, since, looked_at, reset_at, deallocations) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (run) DO UPDATE SET since = excluded.since, looked_at = excluded.looked_at, reset_at = excluded.reset_at,
              deallocations = excluded.deallocations
            """,
            [record.id, look.since, look.lookedAt, look.resetAt, look.deallocations]
        )
        for reader in look.readers {
            _ = try connection.queryKept(
                """
                INSERT INTO crossfade.statement_reader (run, role, query_id, query, first_calls, calls, last_seen)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (run, role, query_id) DO UPDATE SET first_calls = excluded.first_calls, calls = excluded.calls,
                  last_seen = excluded.last_seen
                """,
                [
                    record.id, reader.key.role, reader.key.queryID, reader.query, reader.firstCalls, reader.calls,
                    reader.lastSeen,
                ]
            )
        }
    }

    private func former() throws -> Look? {
        guard try Ledger(connection).isCurrent else { return nil }
        guard
            let row = try connection.queryKept(
                "SELECT since, looked_at, reset_at, deallocations FROM crossfade.statement_look WHERE run = $1",
                [record.id]
            ).first
        else { return nil }
        let readers = try connection.queryKept(
            "SELECT role, query_id, query, first_calls, calls, last_seen FROM crossfade.statement_reader WHERE run = $1",
            [record.id]
        ).map { row in
            Look.Reader(
                key: .init(role: try row.decode("role"), queryID: try row.decode("query_id")),
                query: try row.decode("query"),
                firstCalls: try row.decode("first_calls"),
                calls: try row.decode("calls"),
                lastSeen: try row.decodeIfPresent("last_seen")
            )
        }
        return Look(
            since: try row.decode("since"),
            lookedAt: try row.decode("looked_at"),
            resetAt: try row.decodeIfPresent("reset_at"),
            deallocations: try row.decode("deallocations"),
            readers: readers
        )
    }
}

/// What one look at the statements came to.
private struct Look {
    struct Reader {
        let key: StatementHistory.Counters.Key
        let query: String
        var firstCalls: Int64
        var calls: Int64
        var lastSeen: Date?
    }

    let since: Date
    let lookedAt: Date
    let resetAt: Date?
    let deallocations: Int64
    let readers: [Reader]

    init(since: Date, lookedAt: Date, resetAt: Date?, deallocations: Int64, readers: [Reader]) {
        self.since = since
        self.lookedAt = lookedAt
        self.resetAt = resetAt
        self.deallocations = deallocations
        self.readers = readers
    }

    /// The look that follows another: what has been counted since was run since.
    ///
    /// After a reset, or when the server has forgotten statements, one may have been run and forgotten: what is known
    /// begins anew.
    init(
        after former: Look?,
        _ statements: [StatementHistory.Counters.Statement],
        _ counters: StatementHistory.Counters
    ) {
        let isWhole =
            former.map { $0.resetAt == counters.resetAt && $0.deallocations == counters.deallocations } ?? false
        let known = Dictionary((former?.readers ?? []).map { ($0.key, $0) }) { first, _ in first }
        var readers: [Reader] = statements.map { statement in
            guard var reader = known[statement.key] else {
                // Of the first look nobody knows when it was; later ones know that it was not there before.
                let seen = former == nil ? nil : counters.now
                return Reader(
                    key: statement.key,
                    query: statement.query,
                    firstCalls: former == nil ? statement.calls : 0,
                    calls: statement.calls,
                    lastSeen: seen
                )
            }
            if statement.calls != reader.calls {
                if statement.calls < reader.calls { reader.firstCalls = 0 }
                reader.calls = statement.calls
                reader.lastSeen = counters.now
            }
            return reader
        }
        // What the server has forgotten was run when it was.
        let present = Set(statements.map(\.key))
        readers += known.values.filter { !present.contains($0.key) && $0.lastSeen != nil }
        self.init(
            since: isWhole ? former?.since ?? counters.now : counters.now,
            lookedAt: counters.now,
            resetAt: counters.resetAt,
            deallocations: counters.deallocations,
            readers: readers
        )
    }
}
