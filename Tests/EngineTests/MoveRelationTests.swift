import Foundation
import Postgres
import SQL
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A 1-1 foreign key changes side, carried to every phase and back, with both versions at work.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MoveRelationTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// What a one-shot migration would have done.
        let plain: String
        var extra = ""
    }

    static let cases = [prisma, nullable, odd, deferred]

    /// The relation of Prisma's guide.
    static let prisma = Case(
        testDescription: "Prisma's guide",
        schema: """
            CREATE TABLE "User" (id serial PRIMARY KEY, name text NOT NULL);
            CREATE TABLE "Profile" (id serial PRIMARY KEY, biography text NOT NULL, "userId" integer NOT NULL);
            CREATE UNIQUE INDEX "Profile_userId_key" ON "Profile" ("userId");
            ALTER TABLE "Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            INSERT INTO "User" (name) SELECT 'user ' || n FROM generate_series(1, 3000) n;
            INSERT INTO "Profile" (biography, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 3000) n ORDER BY n % 17;
            """,
        change: """
                from: {table: Profile, column: userId, references: User.id}
                to: {table: User, column: profileId, references: Profile.id}
                on_delete: restrict
            """,
        plain: """
            ALTER TABLE "User" ADD COLUMN "profileId" integer;
            UPDATE "User" u SET "profileId" = p.id FROM "Profile" p WHERE p."userId" = u.id;
            ALTER TABLE "User" ALTER COLUMN "profileId" SET NOT NULL;
            CREATE UNIQUE INDEX "User_profileId_key" ON "User" ("profileId");
            ALTER TABLE "User" ADD CONSTRAINT "User_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "Profile" (id)
              ON DELETE RESTRICT ON UPDATE CASCADE;
            ALTER TABLE "Profile" DROP COLUMN "userId";
            """
    )

    static let nullable = Case(
        testDescription: "optional on both sides, bigint against int",
        schema: """
            CREATE TABLE person (id bigint PRIMARY KEY, name text);
            CREATE TABLE passport (number bigint UNIQUE NOT NULL, holder bigint UNIQUE REFERENCES person ON DELETE SET NULL);
            INSERT INTO person SELECT n, 'p' || n FROM generate_series(1, 500) n;
            INSERT INTO passport SELECT n * 10, CASE WHEN n % 3 > 0 THEN n END FROM generate_series(1, 500) n;
            """,
        change: """
                from: {table: passport, column: holder, references: person.id}
                to: {table: person, column: passport, references: passport.number}
                on_delete: set_null
            """,
        plain: """
            ALTER TABLE person ADD COLUMN passport bigint;
            UPDATE person u SET passport = p.number FROM passport p WHERE p.holder = u.id;
            CREATE UNIQUE INDEX person_passport_key ON person (passport);
            ALTER TABLE person ADD CONSTRAINT person_passport_fkey FOREIGN KEY (passport) REFERENCES passport (number)
              ON DELETE SET NULL ON UPDATE CASCADE;
            ALTER TABLE passport DROP COLUMN holder;
            """
    )

    static let odd = Case(
        testDescription: "names with quotes, capitals, dots and 63 bytes, keys of text and uuid",
        schema: #"""
            CREATE SCHEMA "S.1";
            CREATE TABLE "S.1"."My ""User" ("the 'Key" uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int);
            CREATE TABLE "S.1"."select" (
              "K%s" text PRIMARY KEY,
              "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij123" uuid NOT NULL
                CONSTRAINT "one""each" UNIQUE REFERENCES "S.1"."My ""User" ON DELETE CASCADE
            );
            INSERT INTO "S.1"."My ""User" (n) SELECT n FROM generate_series(1, 300) n;
            INSERT INTO "S.1"."select" SELECT 'k''' || n, "the 'Key" FROM "S.1"."My ""User";
            """#,
        change: #"""
                from:
                  table: S.1-
                  column: abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij123
                  references: '"S.1"."My ""User"."the ''Key"'
                to: {table: '"S.1"."My ""User"', column: 'It''s', references: '"S.1".select."K%s"'}
                on_delete: no_action
                not_null: false
            """#.replacing("S.1-", with: "'\"S.1\".select'"),
        plain: #"""
            ALTER TABLE "S.1"."My ""User" ADD COLUMN "It's" text;
            UPDATE "S.1"."My ""User" u SET "It's" = p."K%s" FROM "S.1"."select" p
              WHERE p."abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij123" = u."the 'Key";
            CREATE UNIQUE INDEX "My ""User_It's_key" ON "S.1"."My ""User" ("It's");
            ALTER TABLE "S.1"."My ""User" ADD CONSTRAINT "My ""User_It's_fkey" FOREIGN KEY ("It's") REFERENCES "S.1"."select" ("K%s")
              ON UPDATE CASCADE;
            ALTER TABLE "S.1"."select" DROP COLUMN "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij123";
            """#
    )

    static let deferred = Case(
        testDescription: "a deferred foreign key and a deferrable unique constraint",
        schema: """
            CREATE TABLE a (id int PRIMARY KEY);
            CREATE TABLE b (id int PRIMARY KEY, a int CONSTRAINT b_once UNIQUE DEFERRABLE INITIALLY DEFERRED
              REFERENCES a DEFERRABLE INITIALLY DEFERRED);
            COMMENT ON CONSTRAINT b_a_fkey ON b IS 'belongs to';
            INSERT INTO a SELECT generate_series(1, 200);
            INSERT INTO b SELECT n, 201 - n FROM generate_series(1, 200) n;
            """,
        change: """
                from: {table: b, column: a, references: a.id}
                to: {table: a, column: b, references: b.id}
                on_delete: cascade
                on_update: no_action
            """,
        plain: """
            ALTER TABLE a ADD COLUMN b int;
            UPDATE a SET b = b.id FROM b WHERE b.a = a.id;
            CREATE UNIQUE INDEX a_b_key ON a (b);
            ALTER TABLE a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE;
            ALTER TABLE b DROP COLUMN a;
            """
    )

    private func fixture(_ test: Case = prisma, retain: String = "7d") throws -> Fixture {
        let plan = """
            version: 1
            name: move
            change:
              move_relation:
            \(test.change)
            acknowledge: [old-action]
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
        let blueprint = try #require(try await fixture.record()?.blueprint as? MoveRelationBlueprint)
        let links = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \(blueprint.new.table.quoted) t"
        let (schema, content) = (try await fixture.dump(), try fixture.value(links, as: String.self))
        try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        try fixture.sql("DROP SCHEMA IF EXISTS \"S.1\" CASCADE")
        // The same keys again.
        try fixture.sql(test.schema.replacing("gen_random_uuid()", with: "gen_random_uuid()"))
        try fixture.sql(test.plain)
        let plain = try await fixture.dump()
        #expect(Self.comparable(schema) == Self.comparable(plain))
        if !test.schema.contains("uuid") { #expect(try fixture.value(links) == content) }
    }

    /// The public schema made anew has other rights, which is of no matter here.
    private static func comparable(_ dump: String) -> String {
        dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }.joined(
            separator: "\n"
        )
    }

    // MARK: - What is found before anything is built

    @Test(.asSuperuser("DISABLE TRIGGER ALL"))
    func `links to nowhere and rows without a link are named before anything is built`() async throws {
        let fixture = try fixture()
        try fixture.sql(
            """
            INSERT INTO "User" VALUES (9001, 'alone');
            ALTER TABLE "Profile" DISABLE TRIGGER ALL; INSERT INTO "Profile" VALUES (9002, 'lost', 9999);
            ALTER TABLE "Profile" ENABLE TRIGGER ALL
            """
        )
        let before = try await fixture.dump()
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        guard case .closed(let gate) = report.outcome else {
            Issue.record("expand began: \(report)")
            return
        }
        #expect(gate.verdict == .closed)
        let findings = try await fixture.engine().check(looksAtData: true).map(\.message)
        #expect(findings.contains { $0.contains("id=9001") }, "\(findings)")
        #expect(findings.contains { $0.contains("id=9002") }, "\(findings)")
        #expect(try await fixture.dump() == before)
    }

    @Test(arguments: ["move_relation", "link_table"])
    func `a key that only an extension or a collation calls equal is refused`(_ kind: String) async throws {
        let change = [
            "move_relation":
                "{from: {table: b, column: a, references: a.id}, to: {table: a, column: b, references: b.id}, on_delete: set_null}",
            "link_table": "{from: {table: b, column: a, references: a.id}, through: {table: l, columns: {a: x, b: y}}}",
        ]
        let fixture = try Fixture(
            schema: """
                CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                CREATE TABLE a (id text COLLATE ci PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a text COLLATE ci UNIQUE REFERENCES a)
                """,
            plan: MovedColumnsTests.plan("\(kind): \(change[kind] ?? "")")
        )
        let findings = try await fixture.engine().check().filter { $0.id == "relation-type" }
        #expect(findings.map(\.weight) == [.refused])
    }

    @Test func `a side that is not unique is refused`() async throws {
        let schema = Self.prisma.schema.replacing("CREATE UNIQUE INDEX", with: "CREATE INDEX")
        let test = Case(testDescription: "", schema: schema, change: Self.prisma.change, plain: "")
        let findings = try await fixture(test).engine().check()
        #expect(findings.contains { $0.id == "relation-unique" && $0.weight == .refused })
    }

    @Test(arguments: [
        ("ON DELETE CASCADE", "deletes the row of public.document"), ("ON DELETE RESTRICT", "refuses to delete"),
        ("", "refuses to delete"), ("DEFERRABLE INITIALLY DEFERRED", nil), ("ON DELETE SET NULL", nil),
    ])
    func `what the old foreign key does when a row is deleted has to be acknowledged`(
        _ action: String,
        _ words: String?
    )
        async throws
    {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE meta (id int PRIMARY KEY);
                CREATE TABLE document (id int PRIMARY KEY, meta int UNIQUE REFERENCES meta \(action));
                """,
            plan: MovedColumnsTests.plan(
                "move_relation: {from: {table: document, column: meta, references: meta.id}, to: {table: meta, column: document, "
                    + "references: document.id}, on_delete: cascade}"
            )
        )
        let findings = try await fixture.engine().check().filter { $0.id == "old-action" }
        #expect(findings.allSatisfy { $0.weight == .acknowledge })
        #expect(findings.count == (words == nil ? 0 : 1))
        if let words { #expect(findings.first?.message.contains(words) == true, "\(findings.map(\.message))") }
    }

    // MARK: - While both sides live

    @Test func `each kind of write leaves both sides equal`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        for statement in [
            #"INSERT INTO "User" VALUES (5001, 'new'); INSERT INTO "Profile" VALUES (5001, 'b', 5001)"#,
            #"BEGIN; INSERT INTO "Profile" VALUES (5002, 'b'); INSERT INTO "User" VALUES (5002, 'new', 5002); COMMIT"#,
            #"DELETE FROM "Profile" WHERE id = 5001"#,
            #"DELETE FROM "User" WHERE id = 5002"#,
            #"UPDATE "Profile" SET "userId" = 5001 WHERE id = 10"#,
            #"UPDATE "Profile" SET id = 7777 WHERE id = 20"#,
            #"UPDATE "User" SET id = 8888 WHERE id = 30"#,
            #"BEGIN; UPDATE "User" SET "profileId" = NULL WHERE id = 40; DELETE FROM "Profile" WHERE "userId" IS NULL; COMMIT"#,
            #"INSERT INTO "Profile" VALUES (10, 'x', 5001) ON CONFLICT (id) DO UPDATE SET biography = 'y'"#,
            #"BEGIN; UPDATE "User" SET "profileId" = NULL WHERE id = 50; DELETE FROM "Profile" WHERE "userId" IS NULL; COMMIT"#,
            #"BEGIN; INSERT INTO "Profile" VALUES (7002, 'b'); UPDATE "User" SET id = 8802, "profileId" = 7002 WHERE id = 60; DELETE FROM "Profile" WHERE "userId" IS NULL; COMMIT; UPDATE "User" SET name = 'x' || 1 / (SELECT count(*) FROM "User" WHERE id = 8802 AND "profileId" = 7002) WHERE id = 1"#,
            #"TRUNCATE "Profile" CASCADE"#,
        ] {
            try fixture.sql(statement)
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .passed, "\(statement): \(report.checks.filter { $0.verdict != .passed })")
        }
    }

    @Test func `a second claim on a row is refused as the new shape will refuse it, and a required link at commit`()
        async throws
    {
        let fixture = try fixture()
        try await fixture.advance(through: .backfill)
        func state(_ sql: String) -> String {
            do {
                try fixture.sql(sql)
                return "done"
            } catch let error as PostgresError {
                return error.sqlState?.rawValue ?? "\(error)"
            } catch { return "\(error)" }
        }
        #expect(
            state(#"UPDATE "User" SET "profileId" = (SELECT "profileId" FROM "User" WHERE id = 2) WHERE id = 1"#)
                == "23505"
        )
        #expect(state(#"UPDATE "User" SET "profileId" = 99999 WHERE id = 1"#) == "23503")
        #expect(state(#"INSERT INTO "Profile" VALUES (6001, 'b')"#) == "23502")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test(.asSuperuser("session_replication_role")) func `what a superuser breaks is found by kind, and repaired`()
        async throws
    {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            """
            SET session_replication_role = replica;
            UPDATE "User" SET "profileId" = NULL WHERE id = 1;
            DELETE FROM "Profile" WHERE "userId" = 2;
            UPDATE "User" SET "profileId" = -3 WHERE id = 3;
            """
        )
        let report = try await fixture.engine().verify()
        #expect(report.verdict == .failed)
        let failed = report.checks.filter { $0.verdict == .failed }
        #expect(failed.map(\.violations) == [1, 1, 1], "\(failed)")
        #expect(failed.flatMap(\.samples).contains("User.id=1"))
        #expect(try await fixture.engine().repair() == 3)
        #expect(
            try fixture.value("SELECT count(*) FROM crossfade.repaired WHERE before IS NOT NULL", as: Int.self) == 3
        )
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a row that only the new side can hold refuses the rollback`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .contract)
        try fixture.sql(#"INSERT INTO "Profile" (id, biography) VALUES (7001, 'free')"#)
        let before = try await fixture.dump()
        let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("id=7001") == true, "\(String(describing: error))")
        #expect(try await fixture.dump() == before)
        try fixture.sql(#"DELETE FROM "Profile" WHERE id = 7001; UPDATE "User" SET "profileId" = NULL WHERE false"#)
        try await fixture.rollBack()
    }

    @Test func `what the new version wrote after contract is there after rollback`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .contract)
        try fixture.sql(
            """
            BEGIN; INSERT INTO "Profile" (id, biography) VALUES (7001, 'a'); INSERT INTO "User" VALUES (7001, 'a', 7001); COMMIT;
            DELETE FROM "User" WHERE id = 40; DELETE FROM "Profile" WHERE id NOT IN (SELECT "profileId" FROM "User")
            """
        )
        let wanted: String = try fixture.value(
            #"SELECT string_agg("profileId" || '-' || id, ',' ORDER BY id) FROM "User""#
        )
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.rollBack()
        #expect(
            try fixture.value(#"SELECT string_agg(id || '-' || "userId", ',' ORDER BY "userId") FROM "Profile""#)
                == wanted
        )
    }

    // MARK: - Under traffic

    @Test func `both versions create, move and delete through all phases: nothing fails, no orphan, no lost link`()
        async throws
    {
        let fixture = try fixture()
        let clients = (0..<4).map { slot in RelationClient(slot: slot, isNew: false, database: fixture.database) }
        let old = clients.map { client in Task { try await client.run() } }
        try await fixture.advance(through: .enforce)
        let news = (4..<8).map { slot in RelationClient(slot: slot, isNew: true, database: fixture.database) }
        let new = news.map { client in Task { try await client.run() } }
        try await Task.sleep(for: .seconds(2))
        #expect(try await fixture.engine().verify().verdict == .passed)
        clients.forEach { $0.stop() }
        var accounts: [RelationClient.Account] = []
        for task in old { accounts.append(try await task.value) }
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .seconds(1))
        news.forEach { $0.stop() }
        for task in new { accounts.append(try await task.value) }
        #expect(accounts.flatMap(\.failures) == [])
        #expect(accounts.allSatisfy { $0.statements > 20 }, "\(accounts.map(\.statements))")
        var links: [Int: Int] = [:]
        for account in accounts { links.merge(account.links) { $1 } }
        let rows = try fixture.database.connect().query(
            #"SELECT id, "profileId" FROM public."User" WHERE id >= 100000"#
        )
        var found: [Int: Int] = [:]
        for row in rows { found[try row.decode("id")] = try row.decodeIfPresent("profileId") }
        #expect(found == links)
        #expect(
            try fixture.value(
                #"SELECT count(*) FROM "User" u WHERE "profileId" IS NOT NULL AND NOT EXISTS (SELECT FROM "Profile" p WHERE p.id = u."profileId")"#
            ) == 0
        )
    }
}

/// An application that creates, moves and deletes pairs of its own.
final class RelationClient: Sendable {
    struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        /// The profile of each user.
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

    /// A transaction, and what it makes of the links.
    private func turn(_ id: Int, _ account: inout Account) -> String {
        let users = account.links.keys.sorted()
        if id % 4 == 0, let user = users.first, let profile = account.links[user] {
            account.links[user] = nil
            return isNew
                ? "BEGIN; DELETE FROM \"User\" WHERE id = \(user); DELETE FROM \"Profile\" WHERE id = \(profile); COMMIT"
                : "DELETE FROM \"User\" WHERE id = \(user)"
        }
        if id % 4 == 1, users.count > 1, let one = account.links[users[0]], let other = account.links[users[1]] {
            let (first, second) = (users[0], users[1])
            if isNew {
                // A user gets another profile, and the one before goes.
                account.links[first] = id
                return """
                    BEGIN; INSERT INTO "Profile" (id, biography) VALUES (\(id), 'n');
                    UPDATE "User" SET "profileId" = \(id) WHERE id = \(first); DELETE FROM "Profile" WHERE id = \(one); COMMIT
                    """
            }
            // The users swap their profiles.
            account.links[first] = other
            account.links[second] = one
            return """
                BEGIN; DELETE FROM "Profile" WHERE id IN (\(one), \(other));
                INSERT INTO "Profile" VALUES (\(other), 'b', \(first)), (\(one), 'b', \(second)); COMMIT
                """
        }
        account.links[id] = id
        return isNew
            ? "BEGIN; INSERT INTO \"Profile\" (id, biography) VALUES (\(id), 'n'); INSERT INTO \"User\" (id, name, \"profileId\") VALUES (\(id), 'n', \(id)); COMMIT"
            : "BEGIN; INSERT INTO \"User\" (id, name) VALUES (\(id), 'o'); INSERT INTO \"Profile\" (id, biography, \"userId\") VALUES (\(id), 'o', \(id)); COMMIT"
    }
}
