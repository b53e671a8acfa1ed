import Cluster
import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The server goes away in the middle, and the run goes on when it is back.
@Suite(
    .load(.ordinary),
    .timeLimit(.minutes(60)),
    .enabled(if: ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == "")
)
struct ServerRestartTests {
    @Test func `a backfill survives a restart of the server`() async throws {
        let cluster = try await Cluster.start()
        let target = ConnectionTarget(url: cluster.url, environment: [:])
        let connection = try Connection.open(target, SessionOptions(applicationName: "setup"))
        try connection.execute(
            """
            CREATE TABLE public.person (id int PRIMARY KEY, name text, pad text DEFAULT repeat('x', 500));
            INSERT INTO public.person SELECT n, 'n' || n FROM generate_series(1, 6000) n;
            -- Each copied row takes a millisecond, so that the copy is surely under way when the server goes.
            CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN PERFORM pg_catalog.pg_sleep(0.001); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON public.person FOR EACH ROW EXECUTE FUNCTION public.slow()
            """
        )
        connection.close()
        let text = Fixture.rename("person", "name", "full_name", extra: "acknowledge: [user-triggers]", retain: "7d")
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "restart/plan.yaml", text: text))
        let log = RemarkLog()
        let engine = PlanEngine(
            plan: try #require(plan, "\(diagnostics)"),
            workspace: Workspace(
                target: target,
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 100_001),
                remark: log.append
            )
        )
        _ = try await engine.advance(through: .expand, waits: false, confirmation: .notGiven)
        let backfill = Task { try await engine.advance(through: .backfill, waits: false, confirmation: .notGiven) }
        try await waitUntil("the copy to be under way", deadline: .seconds(120)) {
            log.all.contains { remark in
                if case .progress(let progress) = remark { return progress.rowsDone > 0 && progress.percent < 80 }
                return false
            }
        }
        try await cluster.restart()
        #expect(try await backfill.value.outcome == .done)
        let again = try Connection.open(target, SessionOptions(applicationName: "check"))
        let wrong: Int = try again.query(
            "SELECT count(*) AS wrong FROM public.person WHERE full_name IS DISTINCT FROM name"
        )
        .only().decode("wrong")
        #expect(wrong == 0)
        #expect(
            log.all.contains { if case .notice(let text) = $0 { text.contains("connecting again") } else { false } }
        )
        again.close()
        await cluster.stop()
    }
}
