import Foundation
import Postgres
import TestSupport
import Testing

/// `generate` and the files that people have edited.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct GenerateTests {
    private static let expand = "Plans/rename/1_expand.sql"

    private func program() async throws -> Program {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 5)
        let first = try await program.run("generate", "rename")
        try #require(first.status == 0, "\(first.errors)")
        return program
    }

    private func names(_ program: Program) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: program.folder.appending(path: "Plans/rename").path)
            .sorted()
    }

    @Test func `files that nobody edited are written anew`() async throws {
        let program = try await program()
        let before = try names(program)
        #expect(before.first == "0_ledger.sql")
        let text = try program.text(of: Self.expand)
        #expect(text.contains("psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -f 1_expand.sql"))
        #expect(text.contains("BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';"))
        // A change of the table makes other files, which take the place of the old ones.
        try program.sql(#"ALTER TABLE "Profile" ALTER bio DROP DEFAULT"#)
        let again = try await program.run("generate", "rename")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try names(program) == before)
    }

    @Test func `an edited file is left alone, and named`() async throws {
        let program = try await program()
        let edited = try program.text(of: Self.expand) + "-- a person was here\n"
        try program.write(edited, to: Self.expand)
        try program.write("-- mine", to: "Plans/rename/5_contract.sql")
        let other = try program.text(of: "Plans/rename/4_enforce.sql")
        try program.sql(#"ALTER TABLE "Profile" ALTER bio DROP NOT NULL"#)
        let refused = try await program.run("generate", "rename")
        #expect(refused.status == 4, "\(refused.output)")
        #expect(refused.errors.contains("Plans/rename/1_expand.sql, Plans/rename/5_contract.sql"), "\(refused.errors)")
        #expect(refused.errors.contains("crossfade generate rename --force"), "\(refused.errors)")
        #expect(try program.text(of: Self.expand) == edited)
        #expect(try program.text(of: "Plans/rename/4_enforce.sql") == other, "nothing is written")
        let phase = try await program.run("generate", "rename", "--phase", "enforce")
        #expect(phase.status == 0, "\(phase.errors)")
        #expect(try program.text(of: "Plans/rename/4_enforce.sql") != other)
        #expect(try program.text(of: Self.expand) == edited)
    }

    @Test func `with force the edited text is kept beside the new file, each time under a name of its own`()
        async throws
    {
        let program = try await program()
        let generated = try program.text(of: Self.expand)
        for turn in 1...2 {
            try program.write(generated + "-- turn \(turn)\n", to: Self.expand)
            let forced = try await program.run("generate", "rename", "--force", "--json")
            #expect(forced.status == 0, "\(forced.errors)")
            let kept = Self.expand + ".edited" + (turn == 1 ? "" : ".2")
            #expect(forced.output.contains("\"kept\":[\"\(kept)\"]"), "\(forced.output)")
            #expect(try program.text(of: Self.expand) == generated)
            #expect(try program.text(of: kept) == generated + "-- turn \(turn)\n")
        }
        #expect(try program.text(of: Self.expand + ".edited").hasSuffix("-- turn 1\n"))
    }

    @Test func `a file that cannot be read as text is not passed over`() async throws {
        let program = try await program()
        try Data([0xFF, 0xFE, 0x2D]).write(to: program.folder.appending(path: Self.expand))
        let result = try await program.run("advance", "rename")
        #expect(result.status == 4, "\(result.output)\(result.errors)")
        #expect(result.errors.contains("Plans/rename/1_expand.sql is there and cannot be read"), "\(result.errors)")
    }

    @Test func `a file keeps its limits of time where psql runs it, and advance its own`() async throws {
        let program = try await program()
        let locker = try program.database.connect()
        try locker.execute(#"BEGIN; LOCK TABLE public."Profile" IN ROW EXCLUSIVE MODE"#)
        let script = "cd Plans/rename && psql \"$DATABASE_URL\" -qX -v ON_ERROR_STOP=1 -f 0_ledger.sql -f 1_expand.sql"
        let blocked = try await program.shell(script)
        #expect(blocked.status == 3)
        #expect(blocked.errors.contains("lock timeout"), "\(blocked.errors)")
        try locker.execute("ROLLBACK")
        let applied = try await program.shell(script.replacing(" -f 0_ledger.sql", with: ""))
        #expect(applied.status == 0, "\(applied.errors)")
        let advance = try await program.run("advance", "rename")
        #expect(advance.status == 0, "\(advance.errors)")
        #expect(advance.output.contains("expand applied and verified (0 steps run"), "\(advance.output)")
        // An edited file runs without the frame that psql needs.
        try program.write(
            try program.text(of: "Plans/rename/4_enforce.sql") + "-- seen\n",
            to: "Plans/rename/4_enforce.sql"
        )
        let enforced = try await program.run("advance", "rename", "--through", "enforce")
        #expect(enforced.status == 0, "\(enforced.errors)")
    }
}
