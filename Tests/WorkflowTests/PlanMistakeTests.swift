import Diagnostics
import TestSupport
import Testing
import Workflow
import YAML

@Suite struct PlanMistakeTests {
    @Test(arguments: MistakeCase.all)
    func `a mistake is told where it was made`(_ mistake: MistakeCase) {
        let marked = MarkedText(mistake.text)
        let (_, diagnostics) = PlanReader.read(marked.source)
        #expect(marked.findings(of: diagnostics) == mistake.findings)
    }

    @Test func `every kind of mistake has a case`() {
        let told = MistakeCase.all.flatMap(\.findings).joined(separator: "\n")
        let ids = PlanMistake.allCases.map(\.rawValue) + StructureMistake.allCases.map(\.rawValue)
        for id in ids { #expect(told.contains("[\(id)]")) }
    }

    @Test func `an error in the SQL of a block is told in the block`() {
        let marked = MarkedText(
            """
            version: 1
            name: p
            change: {rename_column: {table: T, from: a, to: b}}
            phases:
              contract:
                requires:
                  - assertion:
                      name: n
                      sql: |
                        SELECT 1
                          FROM a GROUP 1️⃣ORDER BY 1
                  - assertion:
                      name: m
                      sql: |
                        SELECT 1 FROM2️⃣

            """
        )
        let (_, diagnostics) = PlanReader.read(marked.source)
        #expect(
            marked.findings(of: diagnostics) == [
                "1️⃣ [plan.invalid-sql] syntax error at or near \"ORDER\"",
                "2️⃣ [plan.invalid-sql] syntax error at end of input",
            ]
        )
    }

    @Test func `five mistakes are told in one go, each with its line`() {
        let text = """
            version: 2
            name: rename-profile-bio
            change:
              rename_column: {table: Profile, form: bio, to: biography}
            phases:
              lock_timeout: 1d
              backfill: {workers: many}
              contract:
                requires: [{soak: 24h}, {soak: 1h}]
            """
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "Plans/rename.yaml", text: text))
        #expect(plan == nil)
        #expect(
            DiagnosticRenderer(color: false).render(diagnostics) == """
                Plans/rename.yaml:1:10: error: plans of version 2 are not known here; this is version 1 [plan.version]
                1 | version: 2
                  |          ^

                Plans/rename.yaml:4:35: error: unknown key 'form' [plan.unknown-key]
                4 |   rename_column: {table: Profile, form: bio, to: biography}
                  |                                   ^^^^ did you mean 'from'?

                Plans/rename.yaml:6:17: error: 'lock_timeout' must be between 10ms and 5s, not 1d [plan.out-of-range]
                6 |   lock_timeout: 1d
                  |                 ^^

                Plans/rename.yaml:7:23: error: 'workers' must be a whole number, not 'many' [plan.wrong-type]
                7 |   backfill: {workers: many}
                  |                       ^^^^

                Plans/rename.yaml:9:29: error: 'soak' is there twice [plan.repeated]
                9 |     requires: [{soak: 24h}, {soak: 1h}]
                  |                             ^^^^^^^^^^
                Plans/rename.yaml:9:16: note: first written here
                9 |     requires: [{soak: 24h}, {soak: 1h}]
                  |                ^^^^^^^^^^^

                """
        )
    }
}
