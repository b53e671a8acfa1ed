import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A BEFORE trigger of the application's that keeps rows from being written: the copy does not reach them.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct KeepingTriggerTests {
    /// A trigger on rows of which the seventh is special, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var partitions = ""
        let body: String
        var when = "BEFORE UPDATE ON t"
        var name = "keep"
        /// Whether `check` says that it may keep rows.
        let isTold: Bool
        /// How the backfill names it; nil where it ends well.
        let culprit: String?
    }

    static let cases = [
        Case(
            testDescription: "returns NULL",
            body: "IF OLD.id = 7 THEN RETURN NULL; END IF; RETURN NEW",
            isTold: true,
            culprit: "the trigger keep of public.t (function public.keep())"
        ),
        Case(
            testDescription: "returns a variable that is NULL",
            body: "IF OLD.id = 7 THEN NEW := NULL; END IF; RETURN NEW",
            isTold: false,
            culprit: "the trigger keep of public.t (function public.keep())"
        ),
        Case(
            testDescription: "on a partition",
            partitions: "PARTITION BY RANGE (id); CREATE TABLE p PARTITION OF t DEFAULT",
            body: "IF OLD.id = 7 THEN RETURN null; END IF; RETURN NEW",
            when: "BEFORE UPDATE ON p",
            name: "it's",
            isTold: true,
            culprit: "the trigger \"it's\" of public.p (function public.keep())"
        ),
        Case(
            testDescription: "returns NULL for no row",
            body: "IF OLD.id = 70 THEN RETURN NULL; END IF; RETURN NEW",
            isTold: true,
            culprit: nil
        ),
        Case(testDescription: "returns the row", body: "RETURN NEW", isTold: false, culprit: nil),
        Case(
            testDescription: "comes afterwards, where the result is nothing",
            body: "RETURN NULL",
            when: "AFTER UPDATE ON t",
            isTold: false,
            culprit: nil
        ),
    ]

    @Test(arguments: cases)
    func `the trigger is told before, and named with the rows that it keeps`(_ test: Case) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text) \(test.partitions); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 9) n;
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(test.body); END $$;
                CREATE TRIGGER "\(test.name)" \(test.when) FOR EACH ROW EXECUTE FUNCTION keep()
                """,
            plan: Fixture.rename("t", "a", "b", extra: "acknowledge: [user-triggers]", retain: "7d")
        )
        let told = try await fixture.engine().check().filter {
            $0.id == "user-triggers" && $0.message.contains("RETURN NULL")
        }
        #expect(!told.isEmpty == test.isTold, "\(told)")
        guard let culprit = test.culprit else {
            #expect(try await fixture.advance(through: .backfill).outcome == .done)
            return
        }
        let failure = await #expect(throws: Failure.self) { try await fixture.advance(through: .backfill) }
        #expect(failure?.message.contains("id=7") == true)
        #expect(failure?.hint?.contains(culprit) == true, "\(failure?.hint ?? "")")
        #expect(
            try fixture.value("SELECT string_agg(id::text, ',') FROM t WHERE b IS NULL", as: String.self) == "7",
            "the other rows are copied"
        )
    }

    @Test func `of several triggers each that can be the cause is named`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 9) n;
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 7 THEN RETURN NULL; END IF; RETURN NEW; END $$;
                CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep();
                CREATE TRIGGER pass BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION pass();
                CREATE TRIGGER gone BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION pass();
                CREATE TRIGGER off BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION pass(); ALTER TABLE t DISABLE TRIGGER off;
                """,
            plan: Fixture.rename("t", "a", "b", extra: "acknowledge: [user-triggers]", retain: "7d")
        )
        let failure = await #expect(throws: Failure.self) { try await fixture.advance(through: .backfill) }
        let both = "keep of public.t (function public.keep()), pass of public.t (function public.pass())"
        #expect(
            failure?.hint?.contains(
                "one of these triggers returns NULL for them, or sets the copied value back: \(both)"
            ) == true
        )
    }
}
