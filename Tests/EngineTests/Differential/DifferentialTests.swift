import Differential
import Foundation
import TestSupport
import Testing

/// Random tables and workloads, each run on a table that is being changed and on a twin that nothing changes.
@Suite(.load(.ordinary), .timeLimit(.minutes(600)))
struct DifferentialTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static func number(_ variable: String) -> Int? {
        environment["CROSSFADE_DIFFERENTIAL_\(variable)"].flatMap { Int($0) }
    }

    private static let tables = number("TABLES") ?? 200
    private static let seed = number("SEED") ?? 1
    /// Of so many tables one is carried by the engine, with gates, checks and ledger; the others by the phases' steps.
    private static let engineEvery = number("ENGINE") ?? 20
    private static let attempts = number("SHRINK") ?? 150
    private static let kinds =
        environment["CROSSFADE_DIFFERENTIAL_KINDS"]?.split(separator: ",").compactMap { Kind(rawValue: String($0)) }
        ?? Kind.allCases
    private static let workers = min(2, tables)

    @Test(arguments: 0..<Self.workers)
    func `a table in change and its twin answer alike`(_ worker: Int) async throws {
        let server = try await TestServer.required()
        let name = "differential_" + String(UInt64.random(in: .min ... .max), radix: 16)
        let twins = try Twins(name, url: server.url(database:))
        var census = Census()
        for seed in stride(from: Self.seed + worker, to: Self.seed + Self.tables, by: Self.workers) {
            try await rehearse(seed, on: twins, &census)
        }
        print("differential test, seeds from \(Self.seed), worker \(worker + 1) of \(Self.workers):\n\(census)")
        try twins.close()
    }

    private func rehearse(_ seed: Int, on twins: Twins, _ census: inout Census) async throws {
        let trial = Trial.random(seed: UInt64(seed), kinds: Self.kinds)
        let usesEngine = seed % Self.engineEvery == 0
        func run(_ rehearsal: Rehearsal) async throws -> Verdict {
            do {
                return try await rehearsal.run(on: twins) {
                    if usesEngine { return EngineMover($0) }
                    return try StepMover($0)
                }
            } catch {
                try twins.renew()
                throw error
            }
        }
        do {
            let verdict = try await run(try trial.rehearsal())
            census.note(verdict, of: trial.kind)
            guard case .different(let difference) = verdict else { return }
            print("seed \(seed), \(trial.kind.rawValue): \(difference)")
            var shrinker = Shrinker(trial, difference, attempts: Self.attempts, run: run)
            try await shrinker.shrink()
            Issue.record("seed \(seed): \(shrinker.difference)\n\(try shrinker.trial.script())")
        } catch {
            Issue.record("seed \(seed), \(trial.kind.rawValue): \(error)\n\((try? trial.script()) ?? "")")
        }
    }
}
