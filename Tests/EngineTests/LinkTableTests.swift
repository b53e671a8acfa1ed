import Foundation
import Postgres
import SQL
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A 1:n relation becomes m:n, carried to every phase and back, with both versions at work.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct LinkTableTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// What a one-shot migration would have done.
        let plain: String
    }

    static let cases = [prisma, nullable, odd]

    static let prisma = Case(
        testDescription: "Prisma's implicit relation",
        schema: """
            CREATE TABLE "Category" (id serial PRIMARY KEY, name text NOT NULL);
            CREATE TABLE "Post" (id serial PRIMARY KEY, title text, "categoryId" integer NOT NULL);
            CREATE INDEX "Post_categoryId_idx" ON "Post" ("categoryId");
            ALTER TABLE "Post" ADD CONSTRAINT "Post_categoryId_fkey" FOREIGN KEY ("categoryId") REFERENCES "Category" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            GRANT SELECT, INSERT ON "Post" TO pg_monitor;
            INSERT INTO "Category" (name) SELECT 'category ' || n FROM generate_series(1, 50) n;
            INSERT INTO "Post" (title, "categoryId") SELECT 'post ' || n, 1 + n % 50 FROM generate_series(1, 3000) n;
            """,
        change: "{from: {table: Post, column: categoryId, references: Category.id}}",
        plain: """
            CREATE TABLE "_CategoryToPost" ("A" integer NOT NULL, "B" integer NOT NULL,
              CONSTRAINT "_CategoryToPost_AB_pkey" PRIMARY KEY ("A", "B"));
            CREATE INDEX "_CategoryToPost_B_index" ON "_CategoryToPost" ("B");
            ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_A_fkey" FOREIGN KEY ("A") REFERENCES "Category" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_B_fkey" FOREIGN KEY ("B") REFERENCES "Post" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            GRANT SELECT, INSERT ON "_CategoryToPost" TO pg_monitor;
            INSERT INTO "_CategoryToPost" SELECT "categoryId", id FROM "Post";
            ALTER TABLE "Post" DROP COLUMN "categoryId";
            """
    )

    static let nullable = Case(
        testDescription: "an optional link, names of one's own, no foreign key",
        schema: """
            CREATE TABLE team (id bigint PRIMARY KEY);
            CREATE TABLE person (id int PRIMARY KEY, team bigint);
            INSERT INTO team SELECT generate_series(1, 10);
            INSERT INTO person SELECT n, nullif(n % 11, 0) FROM generate_series(1, 500) n;
            """,
        change: """
            {from: {table: person, column: team, references: team.id},
                 through: {table: membership, columns: {person: member, team: team}}, second_link: record}
            """,
        plain: """
            CREATE TABLE membership (member integer NOT NULL, team bigint NOT NULL, CONSTRAINT membership_pkey PRIMARY KEY (member, team));
            CREATE INDEX membership_team_idx ON membership (team);
            ALTER TABLE membership ADD CONSTRAINT membership_member_fkey FOREIGN KEY (member) REFERENCES person (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE membership ADD CONSTRAINT membership_team_fkey FOREIGN KEY (team) REFERENCES team (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            INSERT INTO membership SELECT id, team FROM person WHERE team IS NOT NULL;
            ALTER TABLE person DROP COLUMN team;
            """
    )

    static let odd = Case(
        testDescription: "names with quotes, capitals, dots and percent signs, keys of text and uuid",
        schema: #"""
            CREATE SCHEMA "S.1";
            CREATE TABLE "S.1"."My ""Cat" ("K'ey" text PRIMARY KEY);
            CREATE TABLE "S.1"."%s ost" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "select" text
              CONSTRAINT "f""k" REFERENCES "S.1"."My ""Cat" ON DELETE SET NULL);
            INSERT INTO "S.1"."My ""Cat" SELECT 'c''' || n FROM generate_series(1, 7) n;
            INSERT INTO "S.1"."%s ost" ("select") SELECT 'c''' || 1 + n % 7 FROM generate_series(1, 200) n;
            """#,
        change: #"""
            {from: {table: '"S.1"."%s ost"', column: select, references: '"S.1"."My ""Cat"."K''ey"'},
                 through: {table: '"S.1"."li nk"', columns: {'%s ost': "a'", 'My "Cat': "B"}}}
            """#,
        plain: #"""
            CREATE TABLE "S.1"."li nk" ("a'" uuid NOT NULL, "B" text NOT NULL, CONSTRAINT "li nk_pkey" PRIMARY KEY ("a'", "B"));
            CREATE INDEX "li nk_B_idx" ON "S.1"."li nk" ("B");
            ALTER TABLE "S.1"."li nk" ADD CONSTRAINT "li nk_a'_fkey" FOREIGN KEY ("a'") REFERENCES "S.1"."%s ost" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE "S.1"."li nk" ADD CONSTRAINT "li nk_B_fkey" FOREIGN KEY ("B") REFERENCES "S.1"."My ""Cat" ("K'ey")
              ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE "S.1"."%s ost" DROP COLUMN "select";
            """#
    )

    private func fixture(_ test: Case = prisma, retain: String = "7d") throws -> Fixture {
        let plan = """
            version: 1
            name: link
            change:
              link_table: \(test.change)
            acknowledge: [old-action, unchecked-links]
            phases:
              lock_deadline: 10m
              backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: \(retain)}
            """
        return try Fixture(schema: test.schema, plan: plan)
    }

    @Test(arguments: cases)
    func `each phase can be undone and done again, and in the end all of them`(_ test: Case) async throws {
        try await fixture(test).walk()
    }

    @Test(.enabled(if: TestTier.isExhaustive), arguments: cases)
    func `rollback from every phase ends with the schema and the rows before expand`(_ test: Case) async throws {
        try await fixture(test).walkBackFromEveryPhase()
    }

    @Test(arguments: cases)
    func `the end is the schema and the links of a plain migration`(_ test: Case) async throws {
        let fixture = try fixture(test, retain: "0s")
        try await fixture.advance(through: .contract)
        let blueprint = try #require(try await fixture.record()?.blueprint as? LinkTableBlueprint)
        let links = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \(blueprint.link.quoted) t"
        let (schema, content) = (try await fixture.dump(), try fixture.value(links, as: String.self))
        try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        try fixture.sql("DROP SCHEMA IF EXISTS \"S.1\" CASCADE")
        try fixture.sql(test.schema)
        try fixture.sql(test.plain)
        #expect(Self.comparable(schema) == Self.comparable(try await fixture.dump()))
        if !test.schema.contains("uuid") { #expect(try fixture.value(links) == content) }
    }

    private static func comparable(_ dump: String) -> String {
        dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }.joined(
            separator: "\n"
        )
    }

    @Test func `links that nothing has checked so far have to be acknowledged, since a link to nowhere fails`()
        async throws
    {
        let fixture = try fixture(Self.nullable)
        let findings = try await fixture.engine().check().filter { $0.id == "unchecked-links" }
        #expect(findings.map(\.weight) == [.acknowledge])
        #expect(try await self.fixture(Self.odd).engine().check().allSatisfy { $0.id != "unchecked-links" })
    }

    // MARK: - While both shapes live

    @Test(arguments: [Phase.expand, .enforce])
    func `each kind of write leaves both shapes equal`(_ phase: Phase) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: phase)
        for statement in [
            #"INSERT INTO "Post" VALUES (5001, 'new', 3)"#,
            #"BEGIN; INSERT INTO "Post" VALUES (5002, 'new'); INSERT INTO "_CategoryToPost" VALUES (4, 5002); COMMIT"#,
            #"UPDATE "Post" SET "categoryId" = 9 WHERE id = 5001"#,
            #"BEGIN; INSERT INTO "_CategoryToPost" VALUES (11, 5001); DELETE FROM "_CategoryToPost" WHERE "B" = 5001 AND "A" = 9; COMMIT"#,
            #"UPDATE "_CategoryToPost" SET "A" = 12 WHERE "B" = 5001"#,
            #"UPDATE "Category" SET id = 900 WHERE id = 12"#,
            #"UPDATE "Post" SET id = 9001 WHERE id = 5001"#,
            #"DELETE FROM "Post" WHERE id = 5002"#,
            #"DELETE FROM "Category" WHERE id = 7"#,
            #"UPDATE "Post" SET "categoryId" = 1 + "categoryId" % 5 WHERE id < 300"#,
        ] {
            try fixture.sql(statement)
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .passed, "\(statement): \(report.checks.filter { $0.verdict != .passed })")
        }
        #expect(try fixture.value(#"SELECT "categoryId" FROM "Post" WHERE id = 9001"#) == 900)
        try await fixture.advance(through: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a second link is refused at commit, and a row without any`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        func state(_ sql: String) -> String {
            do {
                try fixture.sql(sql)
                return "done"
            } catch let error as PostgresError {
                return error.sqlState?.rawValue ?? "\(error)"
            } catch { return "\(error)" }
        }
        #expect(
            state(#"INSERT INTO "_CategoryToPost" SELECT 1 + "A" % 50, "B" FROM "_CategoryToPost" WHERE "B" = 1"#)
                == "23505"
        )
        #expect(state(#"DELETE FROM "_CategoryToPost" WHERE "B" = 1"#) == "23502")
        #expect(state(#"INSERT INTO "Post" VALUES (6001, 'b')"#) == "23502")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a recorded second link is the point of no return, counted and named`() async throws {
        let fixture = try fixture(Self.nullable)
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO membership VALUES (1, 5), (1, 6)")
        #expect(try await fixture.engine().verify().verdict == .passed)
        let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(error?.message.contains("id=1 (3 links)") == true, "\(String(describing: error))")
        try fixture.sql("UPDATE person SET team = NULL WHERE id = 1")
        #expect(
            try fixture.value("SELECT team::int FROM person WHERE id = 1") == 5,
            "no link is destroyed by the old side"
        )
        try fixture.sql("DELETE FROM membership WHERE member = 1 AND team > 5")
        try await fixture.rollBack()
    }

    @Test(.asSuperuser("session_replication_role")) func `what a superuser breaks is found by kind, and repaired`()
        async throws
    {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            """
            SET session_replication_role = replica;
            DELETE FROM "_CategoryToPost" WHERE "B" = 1;
            INSERT INTO "_CategoryToPost" SELECT 1 + "A" % 50, "B" FROM "_CategoryToPost" WHERE "B" = 2;
            INSERT INTO "_CategoryToPost" VALUES (1, 99999);
            UPDATE "Post" SET "categoryId" = NULL WHERE id = 3;
            """
        )
        let report = try await fixture.engine().verify()
        let failed = report.checks.filter { $0.verdict == .failed }
        #expect(failed.map(\.violations) == [1, 1, 1, 1], "\(failed)")
        #expect(failed.flatMap(\.samples).sorted() == ["Post.id=1", "Post.id=2", "Post.id=3", "Post.id=99999"])
        try fixture.sql("SET session_replication_role = replica; UPDATE \"Post\" SET \"categoryId\" = 8 WHERE id = 3")
        _ = try await fixture.engine().repair()
        #expect(try await fixture.engine().verify().verdict == .passed)
        // The orphan, the second link of a row and the one of before of another went; the links that came had no row before.
        let kept =
            "SELECT count(*) FILTER (WHERE before IS NULL) || '/' || count(*) FILTER (WHERE before ? 'A') FROM crossfade.repaired"
        let before: String = try fixture.value(kept)
        #expect(before == "2/3")
    }

    @Test func `what the new version wrote after contract is there after rollback`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .contract)
        try fixture.sql(
            """
            BEGIN; INSERT INTO "Post" VALUES (7001, 'a'); INSERT INTO "_CategoryToPost" VALUES (2, 7001); COMMIT;
            UPDATE "_CategoryToPost" SET "A" = 1 + "A" % 50 WHERE "B" < 500; DELETE FROM "Post" WHERE id = 900
            """
        )
        let wanted: String = try fixture.value(
            #"SELECT string_agg("A" || '-' || "B", ',' ORDER BY "B") FROM "_CategoryToPost""#
        )
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.rollBack()
        #expect(
            try fixture.value(#"SELECT string_agg("categoryId" || '-' || id, ',' ORDER BY id) FROM "Post""#) == wanted
        )
    }

    // MARK: - Under traffic

    @Test func `both versions link, unlink and delete through all phases: nothing fails, no lost link`() async throws {
        let fixture = try fixture()
        let olds = (0..<4).map { LinkClient(slot: $0, isNew: false, database: fixture.database) }
        let old = olds.map { client in Task { try await client.run() } }
        try await fixture.advance(through: .enforce)
        let news = (4..<8).map { LinkClient(slot: $0, isNew: true, database: fixture.database) }
        let new = news.map { client in Task { try await client.run() } }
        try await Task.sleep(for: .seconds(2))
        #expect(try await fixture.engine().verify().verdict == .passed)
        olds.forEach { $0.stop() }
        var accounts: [LinkClient.Account] = []
        for task in old { accounts.append(try await task.value) }
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .seconds(1))
        news.forEach { $0.stop() }
        for task in new { accounts.append(try await task.value) }
        #expect(accounts.flatMap(\.failures) == [])
        #expect(accounts.allSatisfy { $0.statements > 20 }, "\(accounts.map(\.statements))")
        var links: [Int: Int] = [:]
        for account in accounts { links.merge(account.links) { $1 } }
        var found: [Int: Int] = [:]
        let rows = try fixture.database.connect().query(
            #"SELECT "B" AS post, "A" AS category FROM public."_CategoryToPost" WHERE "B" >= 100000"#
        )
        for row in rows { found[try row.decode("post")] = try row.decode("category", as: Int.self) }
        #expect(found == links)
    }
}

/// An application that makes posts of its own, links them to another category, and deletes posts and categories.
final class LinkClient: Sendable {
    struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        /// The category of each post.
        var links: [Int: Int] = [:]
    }

    private let slot: Int
    private let isNew: Bool
    private let database: ScratchDatabase
    private let stopped = Mutex(false)

    init(slot: Int, isNew: Bool, database: ScratchDatabase) {
        self.slot = slot
        self.isNew = isNew
        self.database = database
    }

    func stop() { stopped.withLock { $0 = true } }

    func run() async throws -> Account {
        let session = try await database.session(as: isNew ? "new" : "old")
        var account = Account()
        var next = 100_000 * (slot + 1)
        while !stopped.withLock({ $0 }) {
            next += 1
            let script = turn(next, &account)
            do {
                _ = try await session.run { try $0.execute("SET search_path = public; " + script) }
            } catch {
                account.failures.append("\(script): \(error)")
                return account
            }
            account.statements += 1
            await Task.yield()
        }
        await session.close()
        return account
    }

    private func turn(_ id: Int, _ account: inout Account) -> String {
        let posts = account.links.keys.sorted()
        if id % 5 == 0, let post = posts.first {
            account.links[post] = nil
            return "DELETE FROM \"Post\" WHERE id = \(post)"
        }
        if id % 5 == 1, let post = posts.last, let before = account.links[post] {
            let category = 1 + (before + 6) % 50
            account.links[post] = category
            return isNew
                ? "BEGIN; INSERT INTO \"_CategoryToPost\" VALUES (\(category), \(post)); DELETE FROM \"_CategoryToPost\" WHERE \"B\" = \(post) AND \"A\" = \(before); COMMIT"
                : "UPDATE \"Post\" SET \"categoryId\" = \(category) WHERE id = \(post)"
        }
        if id % 5 == 2 {
            // A category of its own comes with a post, and goes with it.
            return isNew
                ? """
                BEGIN; INSERT INTO "Category" VALUES (\(id), 'c'); INSERT INTO "Post" VALUES (\(id), 'p');
                INSERT INTO "_CategoryToPost" VALUES (\(id), \(id)); COMMIT; BEGIN; DELETE FROM "Post" WHERE id = \(id);
                DELETE FROM "Category" WHERE id = \(id); COMMIT
                """
                : """
                INSERT INTO "Category" VALUES (\(id), 'c'); INSERT INTO "Post" VALUES (\(id), 'p', \(id));
                DELETE FROM "Category" WHERE id = \(id)
                """
        }
        let category = 1 + id % 50
        account.links[id] = category
        return isNew
            ? "BEGIN; INSERT INTO \"Post\" VALUES (\(id), 'n'); INSERT INTO \"_CategoryToPost\" VALUES (\(category), \(id)); COMMIT"
            : "INSERT INTO \"Post\" VALUES (\(id), 'o', \(category))"
    }
}
