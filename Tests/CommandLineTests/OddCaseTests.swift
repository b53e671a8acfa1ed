import Foundation
import Postgres
import TestSupport
import Testing

/// What goes wrong around a run, and what the command line says to it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct OddCaseTests {
    private func program(_ plan: String = Program.plan(), rows: Int = 500) throws -> Program {
        let program = try Program(plan: plan)
        try program.load(rows: rows)
        return program
    }

    @Test func `a row changed behind the tool's back closes everything until repair and a clean check`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        try program.sql(
            """
            ALTER TABLE "Profile" DISABLE TRIGGER USER; UPDATE "Profile" SET bio = 'behind' WHERE id = 42;
            DO $$
            DECLARE
              own name;
            BEGIN
              FOR own IN SELECT tgname FROM pg_trigger WHERE tgrelid = '"Profile"'::regclass AND tgname LIKE '~%crossfade%' LOOP
                EXECUTE format('ALTER TABLE "Profile" ENABLE ALWAYS TRIGGER %I', own);
              END LOOP;
            END $$
            """
        )
        let verify = try await program.run("verify", "rename")
        #expect(verify.status == 2)
        #expect(verify.output.contains("id=42"))
        #expect(try await program.run("gate", "rename", "contract").status == 2)
        for _ in 1...2 {
            let advance = try await program.run("advance", "rename", "--confirm", "rename")
            #expect(advance.status == 2, "\(advance.output)\(advance.errors)")
        }
        let repair = try await program.run("repair", "rename")
        #expect(repair.status == 0)
        #expect(repair.output.contains("1 row copied"))
        // A repair is not a check.
        #expect(try await program.run("advance", "rename", "--confirm", "rename").status == 2)
        #expect(try await program.run("verify", "rename").status == 0)
        #expect(try await program.run("gate", "rename", "contract").status == 0)
        let contract = try await program.run("advance", "rename", "--confirm", "rename")
        #expect(contract.status == 0, "\(contract.output)\(contract.errors)")
        #expect(try program.value("SELECT biography FROM \"Profile\" WHERE id = 42", as: String.self) == "behind")
    }

    @Test func `a disabled trigger fails the check by its name`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename").status == 0)
        try program.sql("ALTER TABLE \"Profile\" DISABLE TRIGGER \"~crossfade_rename\"")
        let verify = try await program.run("verify", "rename")
        #expect(verify.status == 2)
        #expect(verify.output.contains("~crossfade_rename is disabled"))
    }

    @Test func `a lock held by a long transaction is waited for, named, and given up with nothing half done`()
        async throws
    {
        let program = try program()
        let before = try await program.dump()
        let blocker = try program.database.connect(as: "nightly report")
        try blocker.execute("BEGIN; SELECT count(*) FROM public.\"Profile\"")
        let blocked = try await program.run("advance", "rename")
        #expect(blocked.status == 75, "\(blocked.output)")
        #expect(blocked.errors.contains("nightly report"))
        #expect(try await program.dump() == before)
        try blocker.execute("COMMIT")
        #expect(try await program.run("advance", "rename").status == 0)
    }

    @Test func `a second process is told who runs the plan, and a dead one's plan is taken over`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename").status == 0)
        try program.sql(
            """
            INSERT INTO crossfade.lease VALUES ('rename', 'other', 'elsewhere', 4711, now(), now() + interval '1 min')
            ON CONFLICT (plan) DO UPDATE SET token = excluded.token, host = excluded.host, pid = excluded.pid, expires_at = excluded.expires_at
            """
        )
        let second = try await program.run("advance", "rename")
        #expect(second.status == 75)
        #expect(second.errors.contains("process 4711 on elsewhere"))
        try program.sql("UPDATE crossfade.lease SET expires_at = now() - interval '1 s'")
        #expect(try await program.run("advance", "rename").status == 0)
    }

    @Test func `a plan edited under its run is refused with both digests`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename").status == 0)
        let edited = Program.plan().replacing("to: biography", with: "to: life")
        try edited.write(to: program.folder.appending(path: "Plans/rename.yaml"), atomically: true, encoding: .utf8)
        let refused = try await program.run("advance", "rename")
        #expect(refused.status == 4)
        #expect(refused.errors.matches(of: /digest [0-9a-f]{12}/).count == 2)
    }

    @Test func `what sets aside or drops something needs the plan's name`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        for command in [["advance", "rename"], ["rollback", "rename"], ["advance", "rename", "--confirm", "other"]] {
            let refused = try await program.run(command)
            #expect(refused.status == 4, "\(command)")
            #expect(refused.errors.contains("--confirm rename"))
        }
    }

    @Test func `approval, soak and retain are waited for with a reason`() async throws {
        let contract = "retain: 1d\n    requires: [{approval: {count: 1, not_author: true}}, {soak: 1h}]"
        let program = try program(Program.plan(contract: contract))
        #expect(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        let waiting = try await program.run("advance", "rename", "--confirm", "rename")
        #expect(waiting.status == 3)
        #expect(waiting.output.contains("0 of 1 approvals"))
        #expect(try await program.run("approve", "rename", "contract", user: "anna").output.contains("does not count"))
        let approved = try await program.run("gate", "rename", "contract", "--format", "json")
        #expect(approved.status == 3)
        #expect(
            try await program.run("approve", "rename", "contract", "--reason", "seen", user: "bert").output.contains(
                "approved by bert"
            )
        )
        try program.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '2 h'")
        let contracted = try await program.run("advance", "rename", "--confirm", "rename")
        #expect(contracted.status == 0, "\(contracted.output)\(contracted.errors)")
        #expect(try await program.run("purge", "rename", "--confirm", "rename").status == 3)
        try program.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '2 d'")
        #expect(try await program.run("purge", "rename", "--confirm", "rename").status == 0)
        let late = try await program.run("rollback", "rename", "--confirm", "rename")
        #expect(late.status == 4)
        #expect(late.errors.contains("500 rows"))
    }

    @Test func `paused, a run does not move; resumed, it does`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename").status == 0)
        #expect(try await program.run("pause", "rename").status == 0)
        let held = try await program.run("advance", "rename")
        #expect(held.status == 3, "\(held.output)\(held.errors)")
        #expect(held.errors.contains("crossfade resume rename"))
        #expect(try await program.run("resume", "rename").status == 0)
        #expect(try await program.run("advance", "rename").status == 0)
    }

    @Test func `the event log refuses to be changed`() async throws {
        let program = try program()
        #expect(try await program.run("advance", "rename").status == 0)
        for statement in [
            "DELETE FROM crossfade.event", "UPDATE crossfade.event SET message = ''", "TRUNCATE crossfade.event",
        ] {
            #expect(throws: PostgresError.self) { try program.sql(statement) }
        }
        #expect(try await program.run("history", "rename").output.contains("phase verified"))
    }

    @Test func `a generated file that a person edited is run, marked, and held to its postconditions`() async throws {
        let program = try program()
        #expect(try await program.run("generate", "rename", "--into", "Plans").status == 0)
        let file = program.folder.appending(path: "Plans/rename/1_expand.sql")
        let text = try String(contentsOf: file, encoding: .utf8)
        let marked = text.replacing(
            "COMMENT ON FUNCTION",
            with: "COMMENT ON TABLE \"public\".\"Profile\" IS 'by hand';\nCOMMENT ON FUNCTION"
        )
        try marked.write(to: file, atomically: true, encoding: .utf8)
        #expect(try await program.run("advance", "rename").status == 0)
        #expect(try await program.run("status", "rename").output.contains("edited file"))
        #expect(try program.value("SELECT obj_description('\"Profile\"'::regclass)", as: String.self) == "by hand")
    }

    @Test func `files applied by psql are recorded as applied`() async throws {
        let program = try program()
        #expect(try await program.run("generate", "rename", "--into", "Plans").status == 0)
        let files = program.folder.appending(path: "Plans/rename")
        for name in ["0_ledger", "1_expand", "2_backfill", "4_enforce"] {
            let connection = try program.database.connect()
            let text = try String(contentsOf: files.appending(path: "\(name).sql"), encoding: .utf8)
            for statement in try Statements.split(text) { try connection.execute(statement) }
        }
        let report = try await program.run("advance", "rename", "--through", "enforce")
        #expect(report.status == 0, "\(report.output)\(report.errors)")
        #expect(report.output.contains("0 steps run"))
        #expect(!report.output.contains(" 1 steps run"))
    }
}
