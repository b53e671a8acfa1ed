import Foundation
import TestSupport
import Testing

/// A run is looked at, held, approved and taken back from the ledger's copy of its plan.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct RunWithoutFileTests {
    /// What became of the plan's file under a run.
    enum File: String, CaseIterable {
        case gone, invalid, edited
        case anotherPlan = "another plan"
        case anotherFolder = "another folder"

        /// What is said of it at the top.
        var remark: String {
            switch self {
            case .gone, .anotherFolder: "there is no file of the plan rename"
            case .invalid: "Plans/rename.yaml is not valid"
            case .edited: "to: note in the file, biography in the run"
            case .anotherPlan: "Plans/rename.yaml holds the plan other"
            }
        }

        /// What ends a command that would apply the file's content.
        var refusal: (code: Int32, text: String) {
            switch self {
            case .gone, .anotherFolder: (64, "crossfade export rename")
            case .invalid: (65, "is no valid plan")
            case .edited: (4, "is not the one the run began with")
            case .anotherPlan: (64, "rename is the name of a run")
            }
        }

        func happen(to program: Program) throws {
            let url = program.folder.appending(path: "Plans/rename.yaml")
            let text = try program.text(of: "Plans/rename.yaml")
            try FileManager.default.removeItem(at: url)
            switch self {
            case .gone: break
            case .anotherFolder: try program.write(text, to: "elsewhere/rename.yaml")
            case .invalid:
                try program.write(text.replacing("rename_column", with: "rename_colum"), to: "Plans/rename.yaml")
            case .edited: try program.write(text.replacing("to: biography", with: "to: note"), to: "Plans/rename.yaml")
            case .anotherPlan:
                try program.write(text.replacing("name: rename\n", with: "name: other\n"), to: "Plans/rename.yaml")
            }
        }
    }

    private func program(through phase: String, contract: String = "retain: 7d") async throws -> Program {
        let program = try Program(plan: Program.plan(contract: contract))
        try program.load(rows: 20)
        let advance = try await program.run("advance", "rename", "--through", phase, "--confirm", "rename")
        try #require(advance.status == 0, "\(advance.errors)")
        return program
    }

    @Test(arguments: File.allCases)
    func `every command that does not apply the file works, and says that it is not the file's plan`(_ file: File)
        async throws
    {
        let program = try await program(through: "enforce", contract: "requires: [{approval: {}}]")
        let before = try await program.dump()
        try file.happen(to: program)
        let commands: [(arguments: [String], code: Int32)] = [
            (["status", "rename"], 0), (["history", "rename"], 0), (["report", "rename"], 0),
            (["verify", "rename"], 0),
            (["gate", "rename", "contract"], 3), (["pause", "rename"], 0), (["resume", "rename"], 0),
            (["approve", "rename", "contract"], 0), (["gate", "rename", "contract"], 0), (["repair", "rename"], 0),
            (["verify", "rename"], 0),
        ]
        for (arguments, code) in commands {
            let result = try await program.run(arguments, user: "berta")
            #expect(result.status == code, "\(arguments): \(result.output)\(result.errors)")
            #expect(result.errors.contains(file.remark), "\(arguments): \(result.errors)")
            #expect(result.errors.contains("the run's own plan is used"), "\(arguments): \(result.errors)")
        }
        for command in [["advance", "rename", "--confirm", "rename"], ["generate", "rename"]] {
            let refused = try await program.run(command)
            // What is generated is of the file; only a run's state can refuse it.
            if file == .edited, command[0] == "generate" { continue }
            #expect(refused.status == file.refusal.code, "\(command): \(refused.output)\(refused.errors)")
            #expect(refused.errors.contains(file.refusal.text), "\(command): \(refused.errors)")
        }
        #expect(try await program.dump() == before)
        let back = try await program.run("rollback", "rename", "--confirm", "rename")
        #expect(back.status == 0, "\(back.output)\(back.errors)")
        let columns =
            "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '\"Profile\"'::regclass AND attnum > 0 AND NOT attisdropped"
        #expect(try program.value(columns) == "id,bio,userId,pad")
    }

    @Test func `purge needs no file, and rollback none after contract`() async throws {
        let kept = try await program(through: "contract")
        try File.gone.happen(to: kept)
        let early = try await kept.run("purge", "rename", "--confirm", "rename")
        #expect(early.status == 3, "\(early.output)\(early.errors)")
        try kept.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d'")
        let purge = try await kept.run("purge", "rename", "--confirm", "rename")
        #expect(purge.status == 0, "\(purge.output)\(purge.errors)")
    }

    @Test func `a file that is renamed, or edited beside the change, is the run's`() async throws {
        let program = try await program(through: "backfill")
        let text = try program.text(of: "Plans/rename.yaml")
        try FileManager.default.removeItem(at: program.folder.appending(path: "Plans/rename.yaml"))
        try program.write(text.replacing("retain: 7d", with: "retain: 3d"), to: "Plans/later.yaml")
        for word in ["rename", "later", "Plans/later.yaml"] {
            let status = try await program.run("status", word)
            #expect(status.status == 0)
            #expect(!status.errors.contains("the run's own plan"), "\(status.errors)")
        }
        #expect(try await program.run("advance", "rename").status == 0)
        // The text of the newest advance is kept.
        #expect(try await program.run("export", "rename").output.contains("retain: 3d"))
    }

    @Test func `export writes the plan, and overwrites nothing`() async throws {
        let program = try await program(through: "expand")
        let text = try program.text(of: "Plans/rename.yaml")
        try File.gone.happen(to: program)
        #expect(try await program.run("export", "rename").output == text + (text.hasSuffix("\n") ? "" : "\n"))
        let written = try await program.run("export", "rename", "--output", "Plans/rename.yaml")
        #expect(written.status == 0, "\(written.errors)")
        #expect(try program.text(of: "Plans/rename.yaml") == text)
        #expect(try await program.run("export", "rename", "--output", "Plans/rename.yaml").status == 4)
        #expect(try await program.run("advance", "rename").status == 0)
        let unknown = try await program.run("export", "nothing")
        #expect(unknown.status == 4)
        #expect(unknown.errors.contains("there is no run of the name nothing"), "\(unknown.errors)")
    }

    @Test func `forget removes a run that began nothing, and no other`() async throws {
        let gate = "phases:\n  expand: {requires: [{assertion: {name: never, sql: 'SELECT 1'}}]}\n"
        let program = try Program(plan: Program.plan().replacing("phases:\n", with: gate))
        try program.load(rows: 5)
        #expect(try await program.run("advance", "rename").status == 2)
        try File.gone.happen(to: program)
        #expect(try await program.run("status").output.contains("rename"))
        let forgotten = try await program.run("forget", "rename")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        #expect(try await !program.run("status").output.contains("rename"))
        #expect(try await program.run("status", "rename").status == 64)
        #expect(try program.value("SELECT count(*)::int FROM crossfade.event WHERE kind = 'run forgotten'") == 1)
        // The name is free for another change.
        try program.write(Program.plan().replacing("to: biography", with: "to: note"), to: "Plans/rename.yaml")
        #expect(try await program.run("advance", "rename").status == 0)
        let begun = try await program.run("forget", "rename")
        #expect(begun.status == 4)
        #expect(begun.errors.contains("crossfade rollback rename --confirm rename"), "\(begun.errors)")
    }

    @Test func `a run of before the ledger kept texts is looked at with its file, and told without`() async throws {
        let program = try await program(through: "expand")
        try program.sql("UPDATE crossfade.run SET plan_text = NULL")
        #expect(try await program.run("status", "rename").status == 0)
        let exported = try await program.run("export", "rename")
        #expect(exported.status == 4)
        #expect(exported.errors.contains("an advance with the plan's file keeps it"), "\(exported.errors)")
        #expect(try await program.run("advance", "rename").status == 0)
        #expect(try await program.run("export", "rename").status == 0)
    }
}
