import Diagnostics
import Testing

@testable import Workflow

/// An override is of one phase, whether it is named or is the only one that can be meant.
struct OverrideTests {
    private func plan(askingBefore phases: [Phase]) throws -> Plan {
        let requirements = phases.map { "  \($0.rawValue): {requires: [{soak: 1h}]}\n" }.joined()
        let text = """
            version: 1
            name: rename
            change: {rename_column: {table: t, from: a, to: b}}
            \(requirements.isEmpty ? "" : "phases:\n\(requirements)")
            """
        return try #require(PlanReader.read(SourceText(name: "plan.yaml", text: text)).0)
    }

    private func override(_ words: [String], _ plan: Plan) throws -> Override {
        try Override(words, reason: "it's agreed", by: "anna", in: plan)
    }

    /// What is passed over, by phase.
    private func passed(_ override: Override) -> [Phase] {
        Phase.allCases.filter { override.names(before: $0) == ["soak"] }
    }

    /// Every set of two phases that ask, of phases that the command begins, and what is said.
    static let words: [(word: String, phase: Phase?)] = [
        ("soak", nil), ("enforce:soak", .enforce), ("contract:soak", .contract),
    ]
    static let cases = [[Phase.enforce], [.contract], [.enforce, .contract]].flatMap { asking in
        [[Phase.enforce], [.contract], [.enforce, .contract]].flatMap { crossed in
            words.map { (asking, crossed, $0) }
        }
    }

    @Test(arguments: cases)
    func `it is of one phase, and refused where that could be several or none`(
        _ asking: [Phase],
        _ crossed: [Phase],
        _ word: (word: String, phase: Phase?)
    ) throws {
        let plan = try plan(askingBefore: asking)
        if let phase = word.phase {
            guard asking.contains(phase) else {
                let failure = #expect(throws: Failure.self) { try override([word.word], plan) }
                #expect(failure?.code == .usage)
                #expect(failure?.message.hasSuffix("does not ask for 'soak' before \(phase.rawValue)") == true)
                return
            }
            #expect(passed(try override([word.word], plan).resolved(crossing: crossed, of: plan)) == [phase])
            return
        }
        let candidates = asking.filter(crossed.contains)
        let named = try override([word.word], plan)
        #expect(passed(named) == [], "nothing is passed over before the phase is known")
        let isOnlyLater = candidates.isEmpty && asking == [.contract]
        if candidates.count > 1 || isOnlyLater {
            let failure = #expect(throws: Failure.self) { try named.resolved(crossing: crossed, of: plan) }
            #expect(failure?.code == .usage)
            let overrides = (isOnlyLater ? "" : "--override enforce:soak ") + "--override contract:soak"
            let command =
                "crossfade advance rename --through contract \(overrides) --reason 'it'\\''s agreed' --confirm rename"
            #expect(failure?.hint?.hasSuffix(command) == true, "\(failure?.hint ?? "")")
            return
        }
        #expect(passed(try named.resolved(crossing: crossed, of: plan)) == candidates)
    }

    @Test func `a gate is passed by what is said of its own phase`() throws {
        let plan = try plan(askingBefore: [.enforce, .contract])
        let override = try override(["enforce:soak"], plan).resolved(crossing: [.enforce, .contract], of: plan)
        for (subject, verdict) in [("enforce", GateVerdict.open), ("contract", .waiting), ("purge", .waiting)] {
            let gate = Gate(subject: subject, requirements: [RequirementResult("soak", .waiting, "not yet")])
            #expect(gate.overridden(by: override).gate.verdict == verdict, "\(subject)")
            #expect(gate.overridden(by: override).passedOver.isEmpty == (verdict == .waiting), "\(subject)")
        }
    }
}
