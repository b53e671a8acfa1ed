import Foundation
import Postgres
import TestSupport
import Testing

/// Ctrl-C and SIGTERM, and the throw-away server.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct InterruptTests {
    @Test(.scratchDatabase, arguments: [SIGINT, SIGTERM])
    func `an interrupted run stops at a safe place and goes on from there`(_ signal: Int32) async throws {
        let program = try Program(plan: Program.plan().replacing("observe: 0s", with: "observe: 1h"))
        try program.load(rows: 100)
        #expect(try await program.run("advance", "rename", "--through", "backfill").status == 0)
        let count = "SELECT count(*) FROM crossfade.lease WHERE expires_at > now()"
        let result = try await program.run(["advance", "rename", "--wait"]) { pid in
            try await waitUntil("the run to wait") {
                try program.value(
                    "SELECT EXISTS (SELECT FROM crossfade.event WHERE kind = 'phase applied' AND phase = 'dual_write_check')"
                )
            }
            kill(pid, signal)
        }
        #expect(result.status == 130, "\(result.errors)")
        #expect(result.errors.contains("finishing what is under way; press again to stop at once"))
        #expect(result.errors.contains("hint: crossfade advance rename"))
        #expect(try program.value(count) == 0, "the plan was given back")
        #expect(try await program.run("advance", "rename").status == 3)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal that comes before the program minds any ends it with 130`(_ signal: Int32) async throws {
        let result = try await Program().run(["help"], fault: "stop:start:1", withoutDatabase: true) { pid in
            try await waitUntil("the program to stop") {
                let state = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
                return state.split(separator: ")").last?.split(separator: " ").first == "T"
            }
            kill(pid, signal)
            kill(pid, SIGCONT)
        }
        #expect(result.status == 130)
    }

    @Test(.scratchDatabase) func `a second signal cancels the statement under way`() async throws {
        let program = try Program(plan: Program.plan().replacing("lock_deadline: 10s", with: "lock_deadline: 10m"))
        try program.load(rows: 100)
        let blocker = try program.database.connect(as: "blocker")
        try blocker.execute("BEGIN; LOCK TABLE public.\"Profile\" IN ACCESS SHARE MODE")
        let result = try await program.run(["advance", "rename"]) { pid in
            try await waitUntil("the run to begin") {
                try program.value("SELECT to_regclass('crossfade.event') IS NOT NULL")
                    && program.value(
                        "SELECT EXISTS (SELECT FROM crossfade.event WHERE kind = 'phase begun')"
                    )
            }
            kill(pid, SIGINT)
            try await Task.sleep(for: .milliseconds(200))
            kill(pid, SIGINT)
        }
        #expect(result.status == 130, "\(result.errors)")
        try blocker.execute("COMMIT")
        // Either signal may have ended it: what counts is that the run can go on.
        try program.sql("UPDATE crossfade.lease SET expires_at = now()")
        #expect(try await program.run("advance", "rename").status == 0)
    }

    @Test(.scratchDatabase) func `a process that is stopped inside a chunk holds its rows for two seconds`()
        async throws
    {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        #expect(try await program.run("init").status == 0)
        try program.sql(
            """
            CREATE TABLE seen (bound text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN INSERT INTO public.seen VALUES (current_setting('idle_in_transaction_session_timeout')); RETURN NULL; END $$;
            CREATE TRIGGER see AFTER UPDATE ON crossfade.chunk FOR EACH ROW EXECUTE FUNCTION see();
            """
        )
        let through = ["advance", "rename", "--through", "backfill"]
        let result = try await program.run(through, fault: "stop:copied:1") { pid in
            try await waitUntil("the server to end the session of the process, which stays stopped") {
                try program.value("SELECT sessions_fatal > 0 FROM pg_stat_database WHERE datname = current_database()")
            }
            try program.sql("SET lock_timeout = '1s'; UPDATE \"Profile\" SET bio = bio || ' later'")
            kill(pid, SIGCONT)
        }
        #expect(result.status == 0, "\(result.errors)")
        let kept = "SELECT count(*) FROM \"Profile\" WHERE bio LIKE '% later' AND biography = bio"
        #expect(try program.value(kept) == 100)
        #expect(try program.value("SELECT string_agg(DISTINCT bound, ' ') FROM seen") == "2s")
    }

    @Test(.scratchDatabase) func `what has nothing to save ends at once, without a word`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        let result = try await program.shell("exec \"$0\" status rename --watch > seen") { pid in
            try await waitUntil("a status") { (try? program.text(of: "seen"))?.contains("next ") == true }
            try await Task.sleep(for: .milliseconds(1500))
            kill(pid, SIGINT)
        }
        #expect(result.status == 130)
        #expect(result.errors.isEmpty, "\(result.errors)")
        // Shown again only when it changes.
        #expect(try program.text(of: "seen").matches(of: /rename  Profile\.bio/).count == 1)
    }

    // MARK: - The throw-away server

    @Test func `the cluster command runs a command with its DATABASE_URL, and exits as that does`() async throws {
        let program = try Program()
        let script = "echo \"$DATABASE_URL\"; exit 7"
        let result = try await program.run("cluster", "--", "sh", "-c", script)
        #expect(result.status == 7, "\(result.errors)")
        #expect(result.output.hasPrefix("postgresql:///postgres?host="))
        let folder = try #require(result.output.firstMatch(of: /host=([^&]+)/)).1
        #expect(!FileManager.default.fileExists(atPath: String(folder)))
    }

    @Test func `the cluster command prints its URL and ends with its input`() async throws {
        let result = try await Program().run("cluster", "--json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.wholeMatch(of: /\{"url":"postgresql:[^"]+"\}\n/) != nil, "\(result.output)")
    }
}
