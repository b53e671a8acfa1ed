import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Where the deployed code keeps both columns equal, and the trigger watches it up to enforce.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct DualWriteTests {
    private static let schema = """
        CREATE TABLE person (id int PRIMARY KEY, tenant text DEFAULT 'x', name text NOT NULL);
        INSERT INTO person (id, name) SELECT n, 'name ' || n FROM generate_series(1, 100) n;
        """

    private func plan(observe: String = "0s", kind: String = "rename_column: {table: person, from: name, to: title}")
        -> String
    {
        """
        version: 1
        name: watched
        change:
          \(kind)
        dual_write: {by: application}
        phases:
          dual_write_check: {observe: \(observe), min_writes: 0}
          contract: {requires: [no_legacy_writes: 1h]}

        """
    }

    private func fixture(observe: String = "0s") throws -> Fixture {
        try Fixture(schema: Self.schema, plan: plan(observe: observe))
    }

    /// Carries the plan into the window of the dual-write check, an hour after expand.
    private func beginWatch(_ fixture: Fixture) async throws {
        try await fixture.advance(through: .expand)
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '1 hour'")
        try await fixture.advance(through: .backfill)
        let watched = try await fixture.engine().advance(
            through: .dualWriteCheck,
            waits: false,
            confirmation: Confirmation(name: "watched")
        )
        #expect(watched.outcome != .done)
    }

    private func write(_ statement: String, _ fixture: Fixture, as application: String = "web") throws {
        let connection = try fixture.database.connect()
        try connection.execute("SET application_name = '\(application)'")
        try connection.execute(statement)
    }

    /// What was recorded, in order: side, application, key.
    private func recorded(_ fixture: Fixture) throws -> [String] {
        try fixture.database.connect().query(
            "SELECT concat_ws(' ', side, application_name, key) AS line FROM crossfade.observation ORDER BY seen_at"
        ).map { try $0.decode("line") }
    }

    private func row(_ id: Int, _ fixture: Fixture) throws -> String {
        try fixture.database.connect().query(
            "SELECT concat_ws('|', name, coalesce(title, 'NULL')) AS line FROM public.person WHERE id = $1",
            [id]
        ).only().decode("line")
    }

    @Test func `what writes one side is recorded with its row, which stays as it was written`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        try write("UPDATE public.person SET tenant = 'y' WHERE id = 1", fixture, as: "unrelated")
        try write("UPDATE public.person SET name = 'both', title = 'both' WHERE id = 2", fixture, as: "dual")
        try write("INSERT INTO public.person (id, name, title) VALUES (200, 'n', 'n')", fixture, as: "dual")
        let none = try recorded(fixture)
        #expect(none.isEmpty)
        try write("UPDATE public.person SET name = 'alone' WHERE id = 3", fixture, as: "old")
        try write("UPDATE public.person SET title = 'alone' WHERE id = 4", fixture, as: "new")
        try write("UPDATE public.person SET name = 'this', title = 'that' WHERE id = 5", fixture, as: "confused")
        try write("INSERT INTO public.person (id, name) VALUES (201, 'n')", fixture, as: "old insert")
        try write("UPDATE public.person SET title = NULL WHERE id = 2", fixture, as: "stale")
        let seen = try recorded(fixture)
        #expect(
            seen == ["old old id=3", "new new id=4", "both confused id=5", "old old insert id=201", "stale stale id=2"]
        )
        let rows = try [1, 2, 3, 4, 5, 201].map { try row($0, fixture) }
        #expect(rows == ["name 1|NULL", "both|NULL", "alone|NULL", "name 4|alone", "this|that", "n|NULL"])
    }

    @Test func `a write of one side keeps backfill and the dual-write check closed, and names the row`() async throws {
        let fixture = try fixture(observe: "10m")
        try await fixture.advance(through: .expand)
        try write("UPDATE public.person SET name = 'alone' WHERE id = 3", fixture, as: "old")
        let gate = try await fixture.engine().gate(.backfill)
        let result = try #require(gate.requirements.first { $0.name == "dual writes" })
        #expect(result.verdict == .closed)
        #expect(result.reason.contains("'old'") && result.reason.contains("id=3"), "\(result.reason)")

        // Time passes, and all others write both.
        try fixture.sql("UPDATE crossfade.observation SET seen_at = seen_at - interval '1 hour'")
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '1 hour'")
        #expect(try await fixture.engine().gate(.backfill).verdict == .open)
        try await fixture.advance(through: .backfill)
        try write("UPDATE public.person SET title = 'alone' WHERE id = 4", fixture, as: "hasty")
        let failed = try await fixture.engine().verify()
        #expect(failed.verdict == .failed)
        let samples = failed.checks.first { $0.verdict == .failed }?.samples
        #expect(samples == ["id=4"])
        #expect(try row(4, fixture) == "name 4|alone")
        _ = try await fixture.engine().repair()
        #expect(try row(4, fixture) == "name 4|name 4")
    }

    @Test func `the window of the dual-write check begins anew with each write of one side`() async throws {
        let fixture = try fixture(observe: "10m")
        try await beginWatch(fixture)
        try write("UPDATE public.person SET name = 'alone' WHERE id = 7", fixture, as: "left behind")
        let status = try await fixture.engine().status()
        let observe = try #require(status.gate?.requirements.first { $0.name == "observe" })
        #expect(observe.verdict == .waiting)
        #expect(observe.reason.contains("'left behind'") && observe.reason.contains("id=7"), "\(observe.reason)")
        // A session is noted once a minute: it may have gone on to the end of that.
        let seen = try fixture.value("SELECT seen_at FROM crossfade.observation", as: Date.self)
        #expect(observe.opensAt == GateFacts.LegacyWriter.endOfMinute(seen).addingTimeInterval(600))
    }

    @Test func `from enforce on versions of one side write without failing, and are kept equal`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .dualWriteCheck)
        try write("UPDATE public.person SET name = 'w', title = 'w' WHERE id = 1", fixture)
        try await fixture.advance(through: .enforce)
        try write("INSERT INTO public.person (id, title) VALUES (300, 'new')", fixture, as: "new")
        try write("INSERT INTO public.person (id, name) VALUES (301, 'old')", fixture, as: "old")
        try write("UPDATE public.person SET title = 'after' WHERE id = 1", fixture, as: "new")
        let rows = try [1, 300, 301].map { try row($0, fixture) }
        #expect(rows == ["after|after", "new|new", "old|old"])
        let gate = try await fixture.engine().gate(.contract)
        let legacy = gate.requirements.first { $0.name == "no_legacy_writes" }
        #expect(legacy?.verdict == .closed)

        try await fixture.rollBack(to: .dualWriteCheck)
        try write("UPDATE public.person SET title = 'alone' WHERE id = 9", fixture, as: "again")
        #expect(try row(9, fixture) == "name 9|alone")
        #expect(try recorded(fixture).last == "new again id=9")
    }

    @Test func `an enforce that an old writer precedes is refused until it has been quiet`() async throws {
        let fixture = try fixture(observe: "10m")
        try await beginWatch(fixture)
        try fixture.sql(
            """
            UPDATE crossfade.phase SET baseline = jsonb_set(baseline, '{startedAt}', to_jsonb((baseline ->> 'startedAt')::float8 - 3600))
             WHERE baseline IS NOT NULL
            """
        )
        try await fixture.advance(through: .dualWriteCheck)
        try write("UPDATE public.person SET name = 'late' WHERE id = 8", fixture, as: "late")
        let gate = try await fixture.engine().gate(.enforce)
        let dual = gate.requirements.first { $0.name == "dual writes" }
        #expect(dual?.verdict == .closed)
    }

    @Test(arguments: [
        ("drop_column: {table: person, column: tenant}", "one row"),
        ("rename_column: {table: numbered, from: id, to: number}", "for each row"),
    ])
    func `what no application can write twice is refused`(_ change: String, _ why: String) async throws {
        let fixture = try Fixture(
            schema: Self.schema
                + "CREATE TABLE numbered (id serial PRIMARY KEY);",
            plan: plan(kind: change)
        )
        let findings = try await fixture.engine().check()
        let refusal = findings.first { $0.id == "dual-write" && $0.weight == .refused }
        #expect(refusal?.message.contains(why) == true, "\(findings)")
    }

    @Test func `who keeps both sides equal cannot be changed under a run`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        var other = fixture.plan
        other.dualWrite.by = .trigger
        let engine = try fixture.engine(plan: other)
        await #expect(throws: Failure.self) {
            try await engine.advance(through: .backfill, waits: false, confirmation: Confirmation(name: "watched"))
        }
    }

    /// A version that writes one side alone would fail at a NOT NULL that the watching trigger does not fill.
    @Test func `nothing is required of the new side while the trigger only watches`() async throws {
        let fixture = try fixture()
        let files = PhaseFiles(
            templates: try Fixture.templates(),
            blueprint: try await fixture.blueprint(),
            folder: URL(filePath: NSTemporaryDirectory())
        )
        let there = try #require(try files.load(.phase(.enforce))).steps
        let back = try #require(try files.load(.undo(.enforce))).steps
        let connection = try fixture.database.connect()
        func run(_ step: Step) throws {
            try connection.transaction { connection in
                for statement in step.statements { try connection.execute(statement.text) }
            }
        }
        try await fixture.advance(through: .dualWriteCheck)
        for (number, step) in (there + back).enumerated() {
            try run(step)
            try connection.execute("INSERT INTO public.person (id, name) VALUES (\(1000 + number), 'old')")
        }
        #expect(try row(1000, fixture) == "old|old")
        #expect(try row(1000 + there.count + back.count - 1, fixture) == "old|NULL")
    }

    // MARK: - Rows written on one side

    @Test func `enforce is not let in while a row is wrong, and is once it is repaired`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .dualWriteCheck)
        try write("UPDATE public.person SET name = 'late' WHERE id = 8", fixture, as: "late")
        let gate = try await fixture.engine().gate(.enforce)
        #expect(gate.requirements.first { $0.name == Gate.fullCheck }?.verdict == .closed, "\(gate)")
        let report = try await fixture.engine().advance(
            through: .enforce,
            waits: false,
            confirmation: Confirmation(name: "watched")
        )
        guard case .failedCheck(let check) = report.outcome else {
            Issue.record("enforce was let in: \(report)")
            return
        }
        #expect(check.checks.flatMap(\.samples).contains("id=8"), "\(check)")
        #expect(try await fixture.record()?.run.status(of: .enforce) == .pending)
        _ = try await fixture.engine().repair()
        #expect(try await fixture.engine().verify().verdict == .passed)
        #expect(try await fixture.engine().gate(.enforce).verdict == .open)
        try await fixture.advance(through: .enforce)
        #expect(try row(8, fixture) == "late|late")
    }

    /// A row that came in between the check and the trigger must not make a statement fail that only touches it.
    @Test(arguments: [
        "rename_column: {table: person, from: name, to: title}",
        "merge_columns: {table: person, from: [name], to: {name: title, type: text}, merge: name, split: {name: title}}",
    ])
    func `a row of one side is filled by whoever touches it while enforce is under way`(_ kind: String) async throws {
        let fixture = try Fixture(schema: Self.schema, plan: plan(kind: kind))
        try await fixture.advance(through: .dualWriteCheck)
        try write("UPDATE public.person SET name = 'late', title = NULL WHERE id IN (8, 9)", fixture, as: "late")
        let files = PhaseFiles(
            templates: try Fixture.templates(),
            blueprint: try await fixture.blueprint(),
            folder: URL(filePath: NSTemporaryDirectory())
        )
        let steps = try #require(try files.load(.phase(.enforce))).steps
        let connection = try fixture.database.connect()
        let scan = try #require(steps.firstIndex { $0.statements.contains { $0.text.contains("VALIDATE") } })
        #expect(scan > 1)
        for step in steps[..<scan] {
            for statement in step.statements { try connection.execute("BEGIN; \(statement.text); COMMIT") }
        }
        try write("UPDATE public.person SET tenant = 'touched' WHERE id = 8", fixture, as: "innocent")
        #expect(try row(8, fixture) == "late|late")
        _ = try await fixture.engine().repair()
        #expect(try row(9, fixture) == "late|late")
        // Half-way is no damage.
        let check = try await fixture.engine().verify()
        #expect(check.verdict == .passed, "\(check)")
        try await fixture.advance(through: .enforce)
        try await fixture.rollBack(to: .dualWriteCheck)
    }

    @Test func `an enforce that fails at such a row says how it is mended`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .dualWriteCheck)
        try write("UPDATE public.person SET name = 'late', title = NULL WHERE id = 8", fixture, as: "late")
        // As though the row had come after the gate.
        try fixture.sql("UPDATE crossfade.phase SET status = 'failed' WHERE phase = 'enforce'")
        let engine = try fixture.engine()
        let failure = await #expect(throws: Failure.self) {
            try await engine.advance(through: .enforce, waits: false, confirmation: Confirmation(name: "watched"))
        }
        #expect(failure?.hint?.hasPrefix("crossfade repair watched") == true, "\(String(describing: failure))")
        #expect(try await fixture.engine().repair() == 1)
        try await fixture.advance(through: .enforce)
        #expect(try row(8, fixture) == "late|late")
    }

    @Test func `undoing enforce says who fails from there on`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let engine = try fixture.engine()
        let failure = await #expect(throws: Failure.self) {
            try await engine.rollBack(to: .dualWriteCheck, confirmation: .notGiven)
        }
        let words = "versions that write only the new side fail from there on"
        #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
        let preview = try await engine.preview(.enforce)
        #expect(preview.phases.first?.undo.contains(words) == true, "\(preview.phases.map(\.undo))")
        // There is nothing after enforce to undo, and nothing to be warned of.
        #expect(try await engine.rollBack(to: .enforce, confirmation: .notGiven).outcome == .done)
    }

    // MARK: - Who is meant

    @Test func `of several changes those that nobody can write twice are not asked for`() async throws {
        let fixture = try Fixture(
            schema: Self.schema + "ALTER TABLE person ADD email text;",
            plan: plan(observe: "10m").replacing(
                "change:\n  rename_column: {table: person, from: name, to: title}",
                with: """
                    changes:
                      - rename_column: {table: person, from: name, to: title}
                      - make_required: {table: person, column: email, fill: "'none'"}
                    """
            )
        )
        try await fixture.advance(through: .expand)
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '1 hour'")
        try write("INSERT INTO public.person (id, name, title) VALUES (400, 'n', 'n')", fixture, as: "correct")
        #expect(try recorded(fixture).contains { $0.hasPrefix("old correct") })
        #expect(try await fixture.engine().gate(.backfill).verdict == .open)
        try write("INSERT INTO public.person (id, name, email) VALUES (401, 'n', 'e')", fixture, as: "wrong")
        let gate = try await fixture.engine().gate(.backfill)
        #expect(gate.obstacles.first?.reason.contains("'wrong'") == true, "\(gate)")
    }

    @Test func `a trigger that may change what the application wrote has to be accepted`() async throws {
        let schema = """
            CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := trim(NEW.name); RETURN NEW; END';
            CREATE TRIGGER tidy_name BEFORE INSERT OR UPDATE ON person FOR EACH ROW EXECUTE FUNCTION tidy();
            """
        let fixture = try Fixture(schema: Self.schema + schema, plan: plan())
        let found = try await fixture.engine().check().filter { $0.id == "dual-write-triggers" }
        #expect(found.map(\.weight) == [.acknowledge])
        #expect(found.first?.message.contains("tidy_name") == true, "\(found)")
        var other = fixture.plan
        other.dualWrite.by = .trigger
        let none = try await fixture.engine(plan: other).check().filter { $0.id == "dual-write-triggers" }
        #expect(none.isEmpty)
    }

    @Test func `the rows named are those of the newest writes, each once`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .expand)
        for id in [5, 3, 4, 3] { try write("UPDATE public.person SET name = name || 'x' WHERE id = \(id)", fixture) }
        let writers = try Ledger(try fixture.database.connect()).writers(
            of: fixture.plan.missedWrites,
            since: .distantPast
        )
        #expect(writers.map { $0.samples.map(\.key) } == [["id=3", "id=4", "id=5"]])
        #expect(writers.first?.writes == 4)
        let report = try await fixture.engine().report(showsValues: false)
        #expect(report.writers.map(\.keys) == [["id=3", "id=4", "id=5"]])
    }
}
