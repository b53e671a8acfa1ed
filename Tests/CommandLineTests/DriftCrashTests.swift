import TestSupport
import Testing

/// What is changed from outside is carried over whole, wherever the process ends while that is done.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct DriftCrashTests {
    /// Where the process ends on its way to contract.
    enum End: String {
        /// After each step that is run.
        case steps
        /// Once everything is carried over and in the ledger, before contract begins.
        case check
    }

    /// A plan, and what is changed once enforce is verified.
    struct Case: CustomTestStringConvertible {
        let test: KindCase
        let act: String
        let end: End
        var testDescription: String { "\(test.kind), \(end.rawValue)" }
    }

    private static let rename = KindCase(
        kind: "rename_column",
        schema: DriftCase.schema,
        section: DriftCase.section,
        extra: "acknowledge: [user-triggers, row-shape, new-name]"
    )

    static let cases: [Case] = {
        let renames = TestTier.isExhaustive ? DriftCase.lists : Array(DriftCase.lists.prefix(1))
        let walks =
            renames.map { (rename, $0.map(\.sql)) }
            + KindDrift.all.filter { TestTier.isExhaustive || $0.kind == "move_columns" }.compactMap { drift in
                drift.test.map { ($0, drift.acts.map(drift.afterEnforce)) }
            }
        return walks.flatMap { test, acts in
            let ends: [End] =
                TestTier.isExhaustive ? [.steps, .check] : test.kind == "move_columns" ? [.steps] : [.check]
            return ends.map { Case(test: test, act: acts.joined(separator: "; "), end: $0) }
        }
    }()

    private static func advance(through phase: String) -> [String] {
        ["advance", "kind", "--through", phase, "--confirm", "kind", "--quiet"]
    }

    @Test(.asSuperuser("OWNER TO a role without rights on the schema"), arguments: cases)
    func `killed on the way to contract, advance ends as if it never had been`(_ example: Case) async throws {
        let program = try Program(plan: example.test.plan(), name: "kind")
        let catalog = try CatalogShape(program.database)
        /// From the start to contract, with the acts before it; killed after each step from there on.
        func walk(isKilled: Bool) async throws -> (contracted: String, back: String) {
            // A schema that is made anew is not as initdb made it.
            try program.sql("DROP SCHEMA IF EXISTS crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            try program.sql(example.test.schema)
            let there = try await program.run(Self.advance(through: "enforce"))
            try #require(there.status == 0, "\(there.errors)\(there.output)")
            try program.sql(example.act)
            let contract = Self.advance(through: "contract")
            switch isKilled ? example.end : nil {
            case .steps:
                let killed = try await program.runKilledAfterEachStep(contract)
                #expect(killed.last.status == 0, "\(killed.last.errors)\(killed.last.output)")
                #expect(killed.kills > 0)
            case .check:
                #expect(try await program.run(contract, fault: "kill:verification:1").wasKilled)
                let again = try await program.run(contract)
                #expect(again.status == 0, "\(again.errors)\(again.output)")
            case nil:
                let calm = try await program.run(contract)
                try #require(calm.status == 0, "\(calm.errors)\(calm.output)")
            }
            let contracted = try catalog.read()
            let back = try await program.run(["rollback", "kind", "--confirm", "kind", "--quiet"])
            #expect(back.status == 0, "\(back.errors)\(back.output)")
            return (contracted, try catalog.read())
        }
        let calm = try await walk(isKilled: false)
        let killed = try await walk(isKilled: true)
        #expect(killed.contracted == calm.contracted)
        #expect(killed.back == calm.back)
    }
}
