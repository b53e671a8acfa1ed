import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Who stands in the way of a lock, as an ordinary owner may see it: of other roles' sessions hardly more than the role.
@Suite(
    .scratchDatabase,
    .asSuperuser("CREATE ROLE"),
    .timeLimit(.minutes(60)),
    .enabled(if: ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == "", "makes a role")
)
struct BlockerTests {
    /// Runs `body` with a table of an ordinary owner's, and the owner's address.
    private func asOwner(_ body: (Fixture, ConnectionTarget) async throws -> Void) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, bio text); INSERT INTO t VALUES (1, 'one')",
            plan: Fixture.rename("t", "bio", "biography").replacing("lock_deadline: 10m", with: "lock_deadline: 10s")
        )
        let role = "\(fixture.database.name)_owner"
        try fixture.sql(
            """
            CREATE ROLE \(role) LOGIN; ALTER TABLE t OWNER TO \(role); GRANT CREATE ON SCHEMA public TO \(role);
            GRANT CREATE ON DATABASE \(fixture.database.name) TO \(role);
            """
        )
        let url = fixture.database.url.replacing("user=postgres", with: "user=\(role)")
        try #require(url != fixture.database.url)
        try await body(fixture, ConnectionTarget(url: url, environment: [:]))
        try fixture.sql("REASSIGN OWNED BY \(role) TO CURRENT_USER; DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    private func engine(_ fixture: Fixture, _ target: ConnectionTarget) throws -> PlanEngine {
        PlanEngine(
            plan: fixture.plan,
            workspace: Workspace(
                target: target,
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 1),
                remark: fixture.remarks.append
            )
        )
    }

    @Test func `a session of another role is named by its process and role`() async throws {
        try await asOwner { fixture, target in
            let reader = try fixture.database.connect(as: "report")
            try reader.execute("BEGIN; SELECT FROM public.t")
            let failure = try #require(
                await #expect(throws: Failure.self) {
                    _ = try await engine(fixture, target).advance(
                        through: .expand,
                        waits: false,
                        confirmation: .notGiven
                    )
                }
            )
            #expect(failure.code == .tryAgain)
            #expect("\(failure)".contains("process \(reader.processID) (report) of role postgres"), "\(failure)")
            try reader.execute("ROLLBACK")
            let report = try await engine(fixture, target).advance(
                through: .contract,
                waits: false,
                confirmation: Confirmation(name: fixture.plan.name.text)
            )
            #expect(report.outcome == .done)
        }
    }

    @Test(arguments: [true, false])
    func `what may not be seen is not taken for autovacuum`(_ isOwner: Bool) async throws {
        try await asOwner { fixture, target in
            let reader = try fixture.database.connect(as: "report")
            try reader.execute("BEGIN; SELECT FROM public.t")
            let viewer =
                try isOwner
                ? Connection.open(target, SessionOptions(applicationName: "crossfade tests"))
                : fixture.database.connect()
            let lock = RelationLock(relation: try QualifiedName(parsing: "public.t"), mode: .accessExclusive)
            let blocker = try #require(try Blocker.find([lock], on: viewer).first)
            #expect(blocker.givesWay == false)
            #expect(blocker.text.contains("SELECT FROM public.t") == !isOwner, "\(blocker.text)")
            #expect(!blocker.text.contains("insufficient"))
        }
    }
}
