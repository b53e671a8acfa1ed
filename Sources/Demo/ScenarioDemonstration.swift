import Cluster
import Postgres

/// A change of any kind from the first to the last phase, with the versions before and after it deployed around it.
struct ScenarioDemonstration {
    private static let clientsPerVersion = 3

    private let scenario: Scenario
    private let stage: Stage<ScenarioClient>

    /// Carries it all out on a fresh cluster.
    static func run(_ scenario: Scenario, _ settings: Settings, on cluster: Cluster) async throws -> Summary {
        let plan = try scenario.plan(examples: settings.examples)
        Introduction(kind: scenario.kind, plan: plan, rows: settings.rows, versions: ScenarioClient.versions).show()
        let stage = try await Stage<ScenarioClient>(plan, settings, on: cluster)
        let demonstration = ScenarioDemonstration(scenario: scenario, stage: stage)
        return try await stage.perform { try await demonstration.play(&$0) }
    }

    private func play(_ summary: inout Summary) async throws {
        try await load()
        await deploy(.old, "it uses the old schema")
        try await stage.traffic(for: .seconds(2))
        try await stage.check()
        try await stage.advance("expand", "backfill", "dual_write_check", "enforce")
        await deploy(.new, "it uses the new schema")
        try await stage.traffic(for: .seconds(4))
        try await stage.inspect(scenario.between, &summary)
        stage.timeline.note("old version stopped")
        await stage.fleet.stop(.old)
        try await stage.advance("contract")
        if let retention = stage.plan.retention {
            try await stage.purge(after: retention)
        } else {
            try await stage.traffic(for: .seconds(1))
        }
        await stage.fleet.stop(.new)
        try await compare(&summary)
        try await stage.inspect(scenario.afterwards, &summary)
    }

    private func deploy(_ version: ApplicationVersion, _ what: String) async {
        stage.timeline.note("\(version) version deployed: \(what)")
        let deployed = await stage.fleet.clients.count
        for number in deployed + 1...deployed + Self.clientsPerVersion {
            let clients = ScenarioClient.versions.count * Self.clientsPerVersion
            let share = ScenarioClient.Share(number: number, clients: clients, rows: stage.rows)
            await stage.fleet.start(ScenarioClient(version, of: scenario, share: share))
        }
    }

    // MARK: - Rows

    /// Fills the tables, and notes what the old version reads of each row.
    private func load() async throws {
        let script = scenario.schema.replacing("{rows}", with: "\(stage.rows)")
        let expectation = """
            CREATE TEMPORARY TABLE expected AS
              SELECT n AS id, (\(Self.read(scenario.old))) AS value FROM generate_series(1, \(stage.rows)) AS n;
            ALTER TABLE expected ADD PRIMARY KEY (id);
            """
        try await stage.timeline.measure("load") { [session = stage.session] _ in
            try await session.run { connection in
                try connection.execute(script)
                try connection.execute("VACUUM (ANALYZE)")
                try connection.execute(expectation)
            }
        }
    }

    /// Compares all that was loaded, written and deleted with what the new version reads.
    private func compare(_ summary: inout Summary) async throws {
        let clients = await stage.fleet.clients
        let read = Self.read(scenario.new)
        summary.comparison = try await stage.timeline.measure("compare") { [session = stage.session] _ in
            try await session.run { connection in
                for client in clients { try Self.expect(client, on: connection) }
                let counts = try connection.query(
                    """
                    SELECT count(*) AS rows, count(*) FILTER (WHERE found IS DISTINCT FROM value) AS differing
                      FROM (SELECT value, (\(read)) AS found FROM expected CROSS JOIN LATERAL (SELECT id AS n) AS k) AS e
                    """
                ).only()
                return Summary.Comparison(rows: try counts.decode("rows"), differing: try counts.decode("differing"))
            }
        }
    }

    /// Notes what a client left behind; nothing is to be read of a key that it deleted.
    private static func expect(_ client: ScenarioClient, on connection: Connection) throws(PostgresError) {
        try Inspection.record(client.written, in: "expected", on: connection)
        try connection.query(
            """
            INSERT INTO expected SELECT id, NULL FROM unnest($1::integer[]) AS id
            ON CONFLICT (id) DO UPDATE SET value = NULL
            """,
            [Array(client.deleted)]
        )
    }

    /// A version's read of the thing `n`, as part of a query.
    private static func read(_ statements: Scenario.Statements) -> String {
        statements.read.replacing("{key}", with: "n")
    }
}
