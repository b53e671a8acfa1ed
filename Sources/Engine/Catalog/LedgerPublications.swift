import Postgres
import Workflow

/// Publications that take the ledger's tables along, to subscribers that do not have them.
struct LedgerPublications {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// What `acknowledge:` has to name.
    static let id = "publication-ledger"

    /// A finding for each, until the ledger is there: its first row is what stops a subscriber.
    func findings() throws -> [Finding] {
        guard try !Ledger(connection).isInstalled else { return [] }
        return try connection.queryKept(
            "SELECT quote_ident(pubname) AS name FROM pg_publication WHERE puballtables ORDER BY pubname"
        ).map { row in
            let message =
                "publication \(try row.decode("name", as: String.self)) is FOR ALL TABLES: it publishes the tables of the ledger, "
                + "and a subscriber without them stops at their first row"
            return Finding("publication-ledger", .acknowledge, message, hint: Self.hint)
        }
    }

    private static let hint =
        "make the ledger in the subscriber's database first: crossfade init --database URL; the tables stay empty there "
        + "until ALTER SUBSCRIPTION ... REFRESH PUBLICATION"

    /// Keeps the ledger from being made while a publication would take it along and nobody has agreed.
    ///
    /// - Throws: ``Failure`` `closed` that names the publications.
    func require(acknowledged: [String], orSay remedy: String) throws {
        guard !acknowledged.contains(Self.id) else { return }
        let found = try findings()
        guard let first = found.first else { return }
        let message = found.map(\.message).joined(separator: "; ")
        throw Failure(.closed, message, hint: "\(first.hint ?? ""); then \(remedy)")
    }
}
