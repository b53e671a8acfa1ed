import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A NOT NULL of an old side, held by a value that stands there until the transaction ends.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct PlaceholderTests {
    private func fixture(_ place: Int) throws -> Fixture {
        let test = KindCase.placeholders[place]
        return try Fixture(schema: test.schema, plan: test.plan())
    }

    @Test func `a new version creates the pair in one transaction, and half of it is refused at its end`() async throws
    {
        let fixture = try fixture(0)
        for phase in [Phase.expand, .backfill, .dualWriteCheck, .enforce] {
            try await fixture.advance(through: phase)
            try fixture.sql(
                """
                BEGIN; INSERT INTO "Profile" DEFAULT VALUES; INSERT INTO "User" (name, "profileId") SELECT 'new', max(id) FROM "Profile"; COMMIT
                """
            )
            let linked =
                #"SELECT p."userId" = u.id FROM "User" u JOIN "Profile" p ON p.id = u."profileId" ORDER BY u.id DESC LIMIT 1"#
            #expect(try fixture.value(linked, as: Bool.self), "\(phase.rawValue)")
            let alone = #expect(throws: PostgresError.self) {
                try fixture.sql(#"INSERT INTO "Profile" DEFAULT VALUES"#)
            }
            #expect(alone?.sqlState == .foreignKeyViolation)
            try fixture.sql(
                #"BEGIN; INSERT INTO "User" (name) VALUES ('old'); INSERT INTO "Profile" ("userId") SELECT max(id) FROM "User"; COMMIT"#
            )
            try fixture.sql(
                #"BEGIN; UPDATE "User" SET "profileId" = NULL WHERE id = 8; UPDATE "User" SET "profileId" = 8 WHERE id = 8; COMMIT"#
            )
            let standing = #"SELECT count(*)::int FROM "Profile" WHERE "userId" IS NULL OR "userId" < 0"#
            #expect(try fixture.value(standing, as: Int.self) == 0)
            #expect(try await fixture.engine().verify().verdict == .passed, "\(phase.rawValue)")
        }
        let unlinked = #expect(throws: PostgresError.self) {
            try fixture.sql(#"UPDATE "User" SET "profileId" = NULL WHERE id = 7"#)
        }
        #expect(unlinked?.sqlState == .foreignKeyViolation)
    }

    @Test func `a post is linked by a version that knows links alone`() async throws {
        let fixture = try fixture(1)
        for phase in [Phase.expand, .backfill, .enforce] {
            try await fixture.advance(through: phase)
            try fixture.sql(
                """
                BEGIN; INSERT INTO "Post" DEFAULT VALUES;
                INSERT INTO "_CategoryToPost" SELECT (SELECT id FROM "Category" WHERE name = 'c3'), max(id) FROM "Post"; COMMIT
                """
            )
            let linked =
                #"SELECT c.name FROM "Post" p JOIN "Category" c ON c.id = p."categoryId" ORDER BY p.id DESC LIMIT 1"#
            #expect(try fixture.value(linked, as: String.self) == "c3")
            let alone = #expect(throws: PostgresError.self) { try fixture.sql(#"INSERT INTO "Post" DEFAULT VALUES"#) }
            #expect(alone?.sqlState == .foreignKeyViolation)
            #expect(try await fixture.engine().verify().verdict == .passed, "\(phase.rawValue)")
        }
    }

    @Test(arguments: [
        ("name text NOT NULL UNIQUE REFERENCES \"User\" (name)", "placeholders are integers or UUIDs"),
        ("name int NOT NULL UNIQUE", "has no foreign key"),
    ])
    func `what has no placeholder is refused`(_ column: String, _ message: String) async throws {
        let fixture = try Fixture(
            schema:
                #"CREATE TABLE "User" (name text PRIMARY KEY); CREATE TABLE "Profile" (id int PRIMARY KEY, \#(column))"#,
            plan: """
                version: 1
                name: move
                change:
                  move_relation: {from: {table: Profile, column: name, references: User.name},
                    to: {table: User, column: profileId, references: Profile.id}, on_delete: set_null, required: placeholder}
                """
        )
        let findings = try await fixture.engine().check().filter { $0.id == "placeholder" }
        #expect(findings.contains { $0.message.contains(message) }, "\(findings.map(\.message))")
    }
}
