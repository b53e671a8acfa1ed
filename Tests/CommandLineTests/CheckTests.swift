import Foundation
import TestSupport
import Testing

@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct CheckTests {
    private static let fiveMistakes = """
        version: 2
        name: rename profile
        change:
          rename_column:
            tabel: Profile
            from: bio
            to: biography
        phases:
          backfill: {workers: many}
          contract:
            retain: soon

        """

    @Test func `five mistakes are five diagnostics with carets, and status 65`() async throws {
        let program = try Program()
        try program.write(Self.fiveMistakes, to: "Plans/rename.yaml")
        let result = try await program.run("check")
        #expect(result.status == 65)
        #expect(result.output.matches(of: /: error:/).count == 5)
        #expect(result.output.matches(of: /(?m)^ *\| +\^+/).count == 5)
        try expectGolden(result.output, "check-five-mistakes.txt")
    }

    @Test func `without a name all plans of the folder are checked`() async throws {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/good.yaml")
        try program.write(Self.fiveMistakes, to: "Plans/wrong.yaml")
        try program.write("not a plan", to: "Plans/notes.txt")
        let result = try await program.run("check")
        #expect(result.status == 65)
        #expect(result.output.contains("✔ Plans/good.yaml: rename is valid"))
        #expect(result.output.contains("✘ Plans/wrong.yaml: 5 errors"))
        #expect(result.output.contains("1 of 2 plans can be run"))
        #expect(result.output.contains("the catalog was not asked: no database is named"))
        #expect(try await program.run("check", "good").status == 0)
    }

    @Test func `the schema is that of the documents`() async throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Docs/reference/plan.schema.json")
        let schema = try await Program().run("check", "--schema")
        #expect(schema.output == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test func `a database that is named and cannot be reached is no excuse, mistakes come first`() async throws {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/good.yaml")
        let nowhere = ["DATABASE_URL": "postgresql://127.0.0.1:1/none"]
        let unreachable = try await program.run("check", environment: nowhere)
        #expect(unreachable.status == 69)
        #expect(unreachable.output.isEmpty)
        #expect(try await program.run("check", "--offline", environment: nowhere).status == 0)
        try program.write(Self.fiveMistakes, to: "Plans/wrong.yaml")
        let both = try await program.run("check", environment: nowhere)
        #expect(both.status == 65)
        #expect(both.output.contains("the catalog was not asked: the database cannot be reached"), "\(both.output)")
    }

    @Test(.scratchDatabase) func `what the catalog refuses is 2, and what blocks contract is not`() async throws {
        let program = try Program(plan: Program.plan())
        let missing = try await program.run("check")
        #expect(missing.status == 2)
        #expect(missing.output.contains("✘ Plans/rename.yaml: rename is valid, but the catalog is against it"))
        #expect(missing.output.contains("refused: "))
        try program.load(rows: 3)
        let clean = try await program.run("check")
        #expect(clean.status == 0, "\(clean.output)")
        #expect(clean.output == "✔ Plans/rename.yaml: rename is valid\n")
        try program.sql("CREATE VIEW profiles AS SELECT bio FROM \"Profile\"")
        let dependant = try await program.run("check")
        #expect(dependant.status == 0)
        #expect(dependant.output.contains("carried over: view public.profiles reads bio"), "\(dependant.output)")
        try program.sql(
            "CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(bio) FROM \"Profile\"); END $$"
        )
        let blocking = try await program.run("check")
        #expect(blocking.status == 0)
        let told = "blocks contract: the body of public.told() has the word bio"
        #expect(blocking.output.contains(told), "\(blocking.output)")
    }

    @Test(.scratchDatabase) func `what is to be acknowledged is 2 until the plan does it`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 3)
        try program.sql(
            """
            CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER audit BEFORE UPDATE ON "Profile" FOR EACH ROW EXECUTE FUNCTION noted()
            """
        )
        let asked = try await program.run("check")
        #expect(asked.status == 2)
        #expect(asked.output.contains("acknowledge: [user-triggers]"), "\(asked.output)")
        try program.write(Program.plan(extra: "acknowledge: [user-triggers]"), to: "Plans/rename.yaml")
        let accepted = try await program.run("check")
        #expect(accepted.status == 0)
        #expect(!accepted.output.contains("user-triggers"))
    }
}
