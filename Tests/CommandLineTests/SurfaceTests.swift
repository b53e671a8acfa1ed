import Foundation
import TestSupport
import Testing

/// Exit statuses, streams and JSON shapes, through the built program.
@Suite(.timeLimit(.minutes(60)), .scratchDatabase)
struct SurfaceTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test func `a database that cannot be reached is 69, and its password is nowhere`() async throws {
        let program = try Program(plan: Program.plan())
        let url = "postgresql://anna:geheim@127.0.0.1:1/nothing"
        for command in [["status", "rename"], ["advance", "rename"], ["status", "rename", "--json"]] {
            let result = try await program.run(["--database", url] + command, withoutDatabase: true)
            #expect(result.status == 69, "\(result.errors)")
            #expect(!(result.output + result.errors).contains("geheim"))
        }
    }

    @Test func `the JSON of status, gate, verify, errors and history has the documented fields`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        let fresh = try object(try await program.run("status", "rename", "--json").output)
        #expect(fresh["state"] as? String == "new")
        #expect(fresh["backfill"] is NSNull)
        #expect(fresh["lastCheck"] is NSNull)
        #expect(try await program.run("advance", "rename", "--through", "backfill", "--json").status == 0)
        let status = try object(try await program.run("--json", "status", "rename").output)
        for field in ["plan", "state", "phase", "phases", "backfill", "lastCheck", "gate", "next"] {
            #expect(status[field] != nil, "\(field)")
        }
        let phases = try #require(status["phases"] as? [[String: Any]])
        #expect(phases.count == 5)
        #expect(Set(phases[0].keys) == ["name", "status", "startedAt", "finishedAt", "attempts", "edited"])
        let backfill = try #require(status["backfill"] as? [String: Any])
        #expect(
            Set(backfill.keys).isSuperset(of: [
                "rowsDone", "rowsTotal", "percent", "rowsPerSecond", "etaSeconds", "throttledBy", "workers",
            ])
        )
        #expect(backfill["rowsDone"] as? Int == 100)
        let verify = try object(try await program.run("verify", "rename", "--json").output)
        #expect(verify["verdict"] as? String == "passed")
        #expect(verify["rowsChecked"] as? Int == 100)
        let gate = try object(try await program.run("gate", "rename", "contract", "--json").output)
        #expect(gate["verdict"] as? String == "closed")
        #expect(
            (gate["requirements"] as? [[String: Any]])?.allSatisfy {
                Set($0.keys) == ["name", "verdict", "reason", "opensAt"]
            } == true
        )
        let refused = try await program.run("repair", "nowhere", "--json")
        let error = try #require(try object(refused.output)["error"] as? [String: Any])
        #expect(error["code"] as? String == "usage")
        #expect(refused.errors.isEmpty)
        let history = try object(try await program.run("history", "rename", "--json").output)
        #expect((history["entries"] as? [[String: Any]])?.first?["kind"] as? String == "run created")
    }

    @Test func `wrong usage with --json is an object too`() async throws {
        let program = try Program(plan: Program.plan())
        for arguments in [["frobnicate", "--json"], ["gate", "rename", "later", "--json"]] {
            let result = try await program.run(arguments, withoutDatabase: true)
            #expect(result.status == 64)
            let error = try #require(try object(result.output)["error"] as? [String: Any])
            #expect(error["code"] as? String == "usage")
        }
    }

    @Test func `the result goes to stdout, remarks to stderr`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        let result = try await program.run("advance", "rename", "--json")
        #expect(result.output.split(separator: "\n").count == 1)
        #expect(try object(result.output)["outcome"] as? String == "done")
        #expect(!result.errors.isEmpty)
        #expect(try await program.run("advance", "rename", "--json", "--quiet").errors.isEmpty)
    }
}
