import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Logical replication: what is published beside the table, and what a subscriber has to have.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct PublicationTests {
    private func fixture(_ publication: String, extra: String = "") throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE orders (id int PRIMARY KEY, state varchar(20) NOT NULL, note text);
                \(publication)
                """,
            plan: Fixture.rename("orders", "state", "status", extra: extra)
        )
    }

    @Test(.asSuperuser("FOR ALL TABLES")) func `a publication of all tables is named before the ledger is made`()
        async throws
    {
        let fixture = try fixture("CREATE PUBLICATION everything FOR ALL TABLES;", extra: "acknowledge: [publications]")
        let found = try await fixture.engine().check().filter { $0.id == "publication-ledger" }
        #expect(found.map(\.weight) == [.acknowledge])
        #expect(
            found.first?.message.hasPrefix(
                "publication everything is FOR ALL TABLES: it publishes the tables of the ledger"
            ) == true
        )
        #expect(found.first?.hint?.contains("crossfade init --database") == true)

        let refused = try await #require(throws: Failure.self) {
            try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        }
        #expect(refused.code == .closed)
        #expect(refused.message == found.first?.message)
        #expect(refused.hint?.hasSuffix("then write acknowledge: [publication-ledger] in the plan") == true)
        let installation = LedgerInstallation(workspace: try fixture.engine().workspace)
        await #expect(throws: Failure.self) { try await installation.install(granting: nil, to: nil) }
        #expect(try fixture.value("SELECT to_regnamespace('crossfade') IS NULL", as: Bool.self))
    }

    @Test(.asSuperuser("FOR ALL TABLES")) func `with its consent the ledger is made, and it is not asked again`()
        async throws
    {
        let fixture = try fixture(
            "CREATE PUBLICATION everything FOR ALL TABLES;",
            extra: "acknowledge: [publications, publication-ledger]"
        )
        try await fixture.advance(through: .contract)
        #expect(try await !fixture.engine().check().contains { $0.id == "publication-ledger" })
    }

    @Test(
        .asSuperuser("FOR TABLES IN SCHEMA"),
        arguments: [
            ("CREATE PUBLICATION part FOR TABLE orders;", true),
            ("CREATE PUBLICATION part FOR TABLES IN SCHEMA public;", true),
            ("CREATE PUBLICATION part FOR TABLE orders (id, note);", false), ("", false),
        ]
    )
    func `other publications do not take the ledger along, and the subscriber's side is stated`(
        _ publication: String,
        _ isFound: Bool
    ) async throws {
        let fixture = try fixture(publication)
        let found = try await fixture.engine().check()
        #expect(!found.contains { $0.id == "publication-ledger" })
        let hints = found.filter { $0.id == "publications" }.map(\.hint)
        let hint = """
            on the subscriber, before expand: ALTER TABLE "public"."orders" ADD COLUMN "status" character varying(20); before contract: \
            ALTER TABLE "public"."orders" ADD COLUMN "crossfade_old_state" character varying(20), ALTER COLUMN "state" DROP NOT NULL
            """
        #expect(hints == (isFound ? [hint] : []))
    }

    @Test func `a publication that lists the column has to list the new one`() async throws {
        let fixture = try fixture("CREATE PUBLICATION part FOR TABLE orders (id, state);")
        let found = try await fixture.engine().check()
        #expect(!found.contains { $0.id == "publications" })
        #expect(found.first { $0.id == "publication-columns" }?.weight == .blocksContract)
    }
}
