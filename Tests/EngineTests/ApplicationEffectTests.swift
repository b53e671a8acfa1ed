import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What running applications notice of a change, where a bystander's statements do not show it: see ``Bystander``.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ApplicationEffectTests {
    /// The rows take their time to be copied.
    private func fixture() throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text); INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 2000) n;
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.0005); RETURN new; END';
                CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow();
                """,
            plan: Fixture.rename("t", "bio", "biography", extra: "acknowledge: [user-triggers]")
        )
    }

    /// The SQLSTATE of a statement that fails.
    private func state(of statement: String, on connection: Connection) -> String? {
        do throws(PostgresError) {
            try connection.execute(statement)
            return nil
        } catch {
            return error.sqlState?.rawValue ?? "\(error)"
        }
    }

    @Test func `a row that is being copied is locked for whoever will not wait`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        let running = Task { try await fixture.advance(through: .backfill) }
        let application = try fixture.database.connect(as: "application")
        try application.execute("SET search_path = public")
        var states: Set<String> = []
        var fewest = Int64.max
        try await waitUntil("a row to be locked", deadline: .seconds(240)) {
            states.formUnion([state(of: "SELECT FROM t FOR UPDATE NOWAIT", on: application)].compactMap(\.self))
            let free: Int64 = try application.query("SELECT count(*) FROM (SELECT FROM t FOR UPDATE SKIP LOCKED) t")
                .only()
                .decode(at: 0)
            fewest = min(fewest, free)
            return !states.isEmpty && fewest < 2000
        }
        _ = try await running.value
        #expect(states == ["55P03"])
        #expect(state(of: "SELECT FROM t FOR UPDATE NOWAIT", on: application) == nil)
    }

    @Test(arguments: ["REPEATABLE READ", "SERIALIZABLE"])
    func `who read a row before it was copied and writes it after fails once`(_ level: String) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        let application = try fixture.database.connect(as: "application")
        try application.execute("SET search_path = public")
        try application.execute("BEGIN ISOLATION LEVEL \(level); SELECT bio FROM t WHERE id = 1")
        try await fixture.advance(through: .backfill)
        let update = "UPDATE t SET bio = 'anew' WHERE id = 1"
        #expect(state(of: update, on: application) == "40001")
        try application.execute("ROLLBACK; BEGIN ISOLATION LEVEL \(level)")
        #expect(state(of: update, on: application) == nil)
        try application.execute("COMMIT")
        #expect(try fixture.value("SELECT biography FROM t WHERE id = 1") == "anew")
    }

    /// The name that a trigger sees, whichever name a statement uses.
    @Test func `the triggers of a renamed table see its new name from enforce on`() async throws {
        let test = try #require(KindCase.all.first { $0.kind == "rename_table" })
        let fixture = try Fixture(
            schema: test.schema + """
                ;CREATE TABLE seen (name text);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN INSERT INTO public.seen VALUES (tg_table_name), (tg_relname); RETURN NULL; END';
                CREATE TRIGGER see AFTER UPDATE ON "Profile" FOR EACH STATEMENT EXECUTE FUNCTION see();
                """,
            plan: test.plan()
        )
        let from = [Phase.enforce, .contract]
        for phase in Phase.allCases {
            try await fixture.advance(through: phase)
            for name in phase == .contract ? ["UserProfile"] : ["Profile", "UserProfile"] {
                try fixture.sql("TRUNCATE seen; UPDATE \"\(name)\" SET bio = bio WHERE id = 1")
                let seen: String = try fixture.value("SELECT string_agg(DISTINCT name, ' ') FROM seen")
                #expect(seen == (from.contains(phase) ? "UserProfile" : "Profile"), "\(name) after \(phase.rawValue)")
            }
        }
        let effect = try #require(fixture.plan.change.kind.effects.first { $0.kind == .triggerTableName })
        #expect(effect.moments == [.enforce])
    }

    /// Those whose ends are compared by tests of their own are not among the cases of ``KindLifecycleTests``.
    @Test(arguments: KindCase.all.filter { $0.plain == nil })
    func `applications notice what the kind says they do`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "0s"))
        let bystander = try Bystander(fixture.database)
        for phase in Phase.allCases {
            try await fixture.advance(through: phase)
            let noticed = try bystander.look()
            let said = fixture.plan.change.kind.noticed(in: phase)
            // What a person's own steps do is not known: all of it is said.
            if test.kind == "custom" {
                #expect(noticed.isSubset(of: said))
            } else {
                #expect(noticed == said, "\(phase.rawValue)")
            }
        }
    }

    /// A kind is named, and a phase: the page has a row for each effect, and the effect's name as JSON has it.
    @Test func `the page about them has all of them`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = try String(
            contentsOf: folder.appending(path: "../../Docs/explanation/what-applications-notice.md"),
            encoding: .utf8
        )
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }
        for kind in ApplicationEffect.Kind.allCases {
            #expect(rows.filter { $0.hasSuffix("| `\(kind.rawValue)` |") }.count == 1, "\(kind.rawValue)")
        }
    }
}
