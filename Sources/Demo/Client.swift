import Foundation
import Postgres

/// A version of the application.
enum Version: String, CaseIterable, Sendable {
    /// Knows only `bio`.
    case old
    /// Writes both columns.
    case dual
    /// Knows only `biography`.
    case new

    var columns: [String] {
        switch self {
        case .old: ["bio"]
        case .dual: ["bio", "biography"]
        case .new: ["biography"]
        }
    }

    /// The column it reads.
    var read: String { columns[columns.count - 1] }
}

/// What the clients of one version met.
struct Tally: Sendable {
    var statements = 0
    var failures = 0
    var samples: [String] = []
    var lostReads = 0
    var longest = 0.0

    mutating func add(_ other: Tally) {
        statements += other.statements
        failures += other.failures
        samples += other.samples
        lostReads += other.lostReads
        longest = max(longest, other.longest)
    }
}

/// One client: it writes and reads rows that nobody else writes, and remembers what it wrote.
struct Client: Sendable {
    let version: Version
    let target: ConnectionTarget
    /// It owns the ids that leave this remainder.
    let slot: Int
    let slots: Int
    let rows: Int

    /// What came of a client's life.
    struct Outcome: Sendable {
        var tally = Tally()
        var remembered: [Int: String] = [:]
    }

    /// Works until its task is cancelled; a statement under way is brought to its end.
    func work(until stop: StopSign) async -> Outcome {
        var outcome = Outcome()
        let session: Session
        do {
            session = try await Session.open(target, SessionOptions(applicationName: "app-\(version.rawValue)"))
        } catch {
            outcome.tally.failures = 1
            outcome.tally.samples = ["\(version.rawValue): \(error)"]
            return outcome
        }
        var turn = 0
        while !stop.isUp {
            turn += 1
            await one(turn, session, &outcome)
            try? await Task.sleep(for: .milliseconds(1))
        }
        await session.close()
        return outcome
    }

    private func one(_ turn: Int, _ session: Session, _ outcome: inout Outcome) async {
        let id = Int.random(in: 0..<max(1, rows / slots)) * slots + slot
        let value = "\(version.rawValue) \(slot) \(turn)"
        let start = ContinuousClock.now
        do {
            switch turn % 10 {
            case 0: try await insert(value, session, &outcome)
            case 1: try await touch(id, session)
            case 2, 3, 4: try await read(id, session, &outcome)
            case 5 where version == .new: try await upsert(id, value, session, &outcome)
            default: try await update(id, value, session, &outcome)
            }
        } catch {
            outcome.tally.failures += 1
            if outcome.tally.samples.count < 3 { outcome.tally.samples.append("\(version.rawValue): \(error)") }
        }
        outcome.tally.statements += 1
        outcome.tally.longest = max(outcome.tally.longest, (ContinuousClock.now - start).seconds)
    }

    // MARK: - Statements

    private func update(_ id: Int, _ value: String, _ session: Session, _ outcome: inout Outcome) async throws {
        let list = version.columns.map { "\($0) = $2" }.joined(separator: ", ")
        let done = try await session.run {
            try $0.query("UPDATE public.\"Profile\" SET \(list) WHERE id = $1", [id, value]).affected
        }
        if done > 0 { outcome.remembered[id] = value }
    }

    private func upsert(_ id: Int, _ value: String, _ session: Session, _ outcome: inout Outcome) async throws {
        let found: Int = try await session.run { connection in
            try connection.query(
                """
                INSERT INTO public."Profile" ("userId", biography) VALUES ($1, $2)
                ON CONFLICT ("userId") DO UPDATE SET biography = excluded.biography RETURNING id
                """,
                [id, value]
            ).only().decode("id")
        }
        outcome.remembered[found] = value
    }

    /// An unrelated column: it moves the row, copied or not.
    private func touch(_ id: Int, _ session: Session) async throws {
        _ = try await session.run {
            try $0.query("UPDATE public.\"Profile\" SET \"updatedAt\" = clock_timestamp() WHERE id = $1", [id]).affected
        }
    }

    private func read(_ id: Int, _ session: Session, _ outcome: inout Outcome) async throws {
        let column = version.read
        let found: String? = try await session.run {
            try $0.query("SELECT \(column) AS value FROM public.\"Profile\" WHERE id = $1", [id]).first?
                .decodeIfPresent("value")
        }
        if let wanted = outcome.remembered[id], wanted != found { outcome.tally.lostReads += 1 }
    }

    private func insert(_ value: String, _ session: Session, _ outcome: inout Outcome) async throws {
        let columns = version.columns.joined(separator: ", ")
        let values = version.columns.map { _ in "$2" }.joined(separator: ", ")
        let id: Int = try await session.run { connection in
            try connection.transaction { connection in
                let user: Int = try connection.query(
                    "INSERT INTO public.\"User\" (email) VALUES ($1) RETURNING id",
                    ["\(value) \(UUID().uuidString)"]
                ).only().decode("id")
                return try connection.query(
                    "INSERT INTO public.\"Profile\" (\"userId\", \(columns)) VALUES ($1, \(values)) RETURNING id",
                    [user, value]
                ).only().decode("id")
            }
        }
        outcome.remembered[id] = value
    }
}
