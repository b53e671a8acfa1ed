import Foundation
import TestSupport
import Testing

/// Executables and webhooks that a plan names are told what happens, or asked before it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct HookTests {
    /// What a hook was told, of which this is looked at.
    private struct Message: Decodable, Equatable {
        struct Gate: Decodable, Equatable {
            struct Requirement: Decodable, Equatable {
                let name: String
                let verdict: String
            }
            let phase: String
            let verdict: String
            let requirements: [Requirement]
        }
        let version: Int
        let event: String
        let plan: String
        let phase: String?
        let at: String
        let actor: String
        let role: String
        let message: String
        let eventId: Int64?
        let gate: Gate?

        var line: String { "\(event) \(phase ?? "-")" }
    }

    private static let advance = ["advance", "rename", "--through", "contract", "--confirm", "rename"]

    private func program(hooks: String, contract: String = "retain: 7d") async throws -> Program {
        let program = try Program(plan: Program.plan(extra: "hooks:\n\(hooks)", contract: contract))
        try program.load(rows: 20)
        return program
    }

    /// An executable beside the plan, which writes what it is told into a file named after it.
    private func script(_ program: Program, _ name: String = "note", ending: String = "") throws {
        let path = "Plans/hooks/\(name)"
        let lines = """
            #!/bin/sh
            cat >>"$0.told"
            printf '%s' "$CROSSFADE_PLAN|$CROSSFADE_EVENT|$CROSSFADE_PHASE|$CROSSFADE_EVENT_ID|$CROSSFADE_MESSAGE|$*|$#
            " >>"$0.env"
            \(ending)

            """
        try program.write(lines, to: path)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: program.folder.appending(path: path).path
        )
    }

    private func messages(_ texts: [Substring]) throws -> [Message] {
        try texts.map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }

    /// What the executable was told so far.
    private func told(_ program: Program, _ name: String = "note") throws -> [Message] {
        let path = "Plans/hooks/\(name).told"
        guard FileManager.default.fileExists(atPath: program.folder.appending(path: path).path) else { return [] }
        return try messages(try program.text(of: path).split(separator: "\n"))
    }

    private func told(_ server: WebServer) throws -> [Message] { try messages(server.requests.map { $0.body[...] }) }

    private func log(_ program: Program, _ kind: String) throws -> String {
        try program.value(
            "SELECT coalesce(string_agg(message, E'\\n' ORDER BY id), '') FROM crossfade.event WHERE kind = '\(kind)'"
        )
    }

    // MARK: - Executables

    @Test func `an executable is told every event in order, once, with the log's own words`() async throws {
        let program = try await program(
            hooks:
                "  - {on: [begun, verified, failed, waiting, approved], run: [hooks/note, 'a \"b\"', \"it's $(touch x)\"]}",
            contract: "requires: [{approval: {}}]"
        )
        try script(program)
        // Twice: what is waited for is told once.
        for _ in 1...2 {
            let waiting = try await program.run(Self.advance)
            #expect(waiting.status == 3, "\(waiting.errors)\(waiting.output)")
        }
        try #require(
            try await program.run("approve", "rename", "contract", "--reason", "yes", user: "berta").status == 0
        )
        #expect(try told(program).last?.line == "approved contract")
        let done = try await program.run(Self.advance)
        #expect(done.status == 0, "\(done.errors)")

        let told = try told(program)
        let earlier = ["expand", "backfill", "dual_write_check", "enforce"].flatMap {
            ["begun \($0)", "verified \($0)"]
        }
        #expect(
            told.map(\.line)
                == earlier + ["waiting contract", "approved contract", "begun contract", "verified contract"]
        )
        let logged: String = try program.value(
            """
            SELECT string_agg(concat_ws('|', id, phase, actor, role, message), E'\\n' ORDER BY id) FROM crossfade.event
             WHERE kind IN ('phase begun', 'phase verified', 'waiting', 'approved')
            """
        )
        let lines = told.map { "\($0.eventId ?? 0)|\($0.phase ?? "")|\($0.actor)|\($0.role)|\($0.message)" }
        #expect(lines.joined(separator: "\n") == logged)
        #expect(told.allSatisfy { $0.version == 1 && $0.plan == "rename" && $0.at.hasSuffix("Z") })
        let waiting = told.first { $0.event == "waiting" }
        #expect(waiting?.gate?.phase == "contract" && waiting?.gate?.verdict == "waiting")
        #expect(waiting?.gate?.requirements.contains(.init(name: "approval", verdict: "waiting")) == true)
        #expect(told.filter { $0.gate != nil }.count == 1)
        let environment = try program.text(of: "Plans/hooks/note.env").split(separator: "\n")
        #expect(
            environment.map(String.init)
                == told.map {
                    "rename|\($0.event)|\($0.phase ?? "")|\($0.eventId ?? 0)|\($0.message)|a \"b\" it's $(touch x)|2"
                }
        )
        #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "x").path))
    }

    @Test func `what a phase waits for is asked again once the hook has agreed`() async throws {
        let program = try Program(
            plan: Program.plan(
                extra: "hooks:\n  - {before: [contract], run: [hooks/note]}",
                contract: "requires: [{approval: {}}]"
            )
        )
        try program.load(rows: 20)
        try script(program, ending: "touch \"$0.asked\"; while [ ! -e \"$0.go\" ]; do sleep 0.1; done")
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        try #require(try await program.run("approve", "rename", "contract", user: "berta").status == 0)
        let asked = program.folder.appending(path: "Plans/hooks/note.asked").path
        let shut = try await program.run(Self.advance) { _ in
            try await waitUntil("the hook is asked") { FileManager.default.fileExists(atPath: asked) }
            let taken = try await program.run("approve", "rename", "contract", "--withdraw", user: "berta")
            #expect(taken.status == 0, "\(taken.errors)")
            try program.write("", to: "Plans/hooks/note.go")
        }
        #expect(shut.status == 3, "\(shut.errors)\(shut.output)")
        #expect(try program.value("SELECT count(bio) FROM \"Profile\"", as: Int.self) == 20)
    }

    @Test func `a hook that is new to a run is told nothing of the past, and of its own phases only`() async throws {
        let program = try await program(hooks: "  - {on: [verified], run: ['true']}")
        try #require(try await program.run("advance", "rename", "--through", "backfill").status == 0)
        let hooks = "hooks: [{on: [begun, verified], phases: [backfill, enforce], run: [hooks/note]}]"
        try program.write(Program.plan(extra: hooks), to: "Plans/rename.yaml")
        try script(program)
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        #expect(try told(program).map(\.line) == ["begun enforce", "verified enforce"])
        // Not even of one that reads nothing of what it is told.
        #expect(try log(program, "hook failed").isEmpty)
    }

    @Test func `a failed check is told`() async throws {
        let program = try await program(hooks: "  - {on: [failed], run: [hooks/note]}")
        try script(program)
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        try program.sql(
            "ALTER TABLE \"Profile\" DISABLE TRIGGER ALL; UPDATE \"Profile\" SET biography = 'off' WHERE id = 3"
        )
        #expect(try await program.run("verify", "rename").status == 2)
        let told = try told(program)
        #expect(told.map(\.line) == ["failed -"])
        #expect(told.first?.message == (try log(program, "check failed")))
    }

    @Test func `killed between commit and call, the next command tells what was not told`() async throws {
        let program = try await program(hooks: "  - {on: [begun, verified], run: [hooks/note]}")
        try script(program)
        let killed = try await program.run(["advance", "rename"], fault: "kill:hook:1")
        #expect(killed.wasKilled)
        #expect(try told(program).isEmpty)
        #expect(try log(program, "phase begun") == "with the generated steps")
        try #require(try await program.run("pause", "rename").status == 0)
        #expect(try told(program).map(\.line) == ["begun expand"])
        try #require(try await program.run("resume", "rename").status == 0)
        try #require(try await program.run("advance", "rename").status == 0)
        #expect(try told(program).map(\.line).filter { $0 != "begun expand" } == ["verified expand"])
    }

    @Test(.asSuperuser("CREATE ROLE")) func `what a role may not tell is told by the next command`() async throws {
        let program = try await program(
            hooks: "  - {on: [approved], run: [hooks/note]}",
            contract: "requires: [{approval: {}}]"
        )
        try script(program)
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        let role = "approver_\(UUID().uuidString.lowercased().prefix(8))"
        try program.sql(
            """
            CREATE ROLE "\(role)"; GRANT USAGE ON SCHEMA crossfade TO "\(role)"; GRANT SELECT ON "Profile" TO "\(role)";
            GRANT SELECT ON ALL TABLES IN SCHEMA crossfade TO "\(role)";
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA crossfade TO "\(role)"
            """
        )
        let approved = try await program.run(
            "approve",
            "rename",
            "contract",
            environment: ["PGOPTIONS": "-c role=\(role)"]
        )
        #expect(approved.errors.contains("may not write crossfade.hook"), "\(approved.errors)")
        #expect(try log(program, "approved") == "without a reason given")
        #expect(try told(program).isEmpty)
        try #require(try await program.run(Self.advance).status == 0)
        #expect(try told(program).map(\.line) == ["approved contract"])
        try program.sql("DROP OWNED BY \"\(role)\"; DROP ROLE \"\(role)\"")
    }

    @Test func `two processes at once tell each event once and in order`() async throws {
        let program = try await program(hooks: "  - {on: [begun, verified, approved], run: [hooks/note]}")
        try script(program, ending: "sleep 0.3")
        try #require(try await program.run("advance", "rename").status == 0)
        let advance = ["advance", "rename", "--through", "enforce"]
        let result = try await program.run(advance) { _ in
            for reason in ["one", "two", "three"] {
                let approved = try await program.run("approve", "rename", "contract", "--reason", reason)
                #expect(approved.status == 0, "\(approved.errors)")
            }
        }
        #expect(result.status == 0, "\(result.errors)")
        let logged: String = try program.value(
            """
            SELECT string_agg(id::text, ',' ORDER BY id) FROM crossfade.event
             WHERE kind IN ('phase begun', 'phase verified', 'approved')
            """
        )
        let told = try told(program)
        #expect(told.map { "\($0.eventId ?? 0)" }.joined(separator: ",") == logged)
        #expect(told.filter { $0.event == "approved" }.map(\.message) == ["one", "two", "three"])
    }

    // MARK: - Asking

    @Test func `contract does not begin unless the hook before it says yes`() async throws {
        let program = try await program(hooks: "  - {before: [contract], run: [hooks/note]}")
        try script(program, ending: "test -e \"$0.yes\" || { echo 'release 12 is at 40 %' >&2; exit 7; }")
        let refused = try await program.run(Self.advance)
        #expect(refused.status == 2, "\(refused.errors)")
        let said = "contract does not begin: the hook hooks/note exits with 7: release 12 is at 40 %"
        #expect(refused.errors.contains(said), "\(refused.errors)")
        #expect(refused.errors.contains("crossfade advance rename"), "\(refused.errors)")
        #expect(try log(program, "hook refused") == said)
        let status = "SELECT status || attempts FROM crossfade.phase WHERE phase = 'contract'"
        #expect(try program.value(status) == "pending0")
        #expect(
            try program.value("SELECT count(*) FROM crossfade.event WHERE phase = 'contract' AND kind LIKE 'phase%'")
                == 0
        )

        try program.write("", to: "Plans/hooks/note.yes")
        // Asked again by a retried command, and by one after a crash before which contract changed nothing: all is looked at anew.
        let killed = try await program.run(Self.advance, fault: "kill:phase:1")
        #expect(killed.wasKilled)
        #expect(try program.value(status) == "applying1")
        let done = try await program.run(Self.advance)
        #expect(done.status == 0, "\(done.errors)")
        let told = try told(program)
        #expect(told.map(\.line) == ["before contract", "before contract", "before contract"])
        #expect(told.allSatisfy { $0.eventId == nil && $0.gate?.phase == "contract" && $0.gate?.verdict == "open" })
    }

    @Test(arguments: [
        ("run: [hooks/none]", "cannot be started"), ("run: [sleep, '60'], timeout: 1s", "did not end within 1 s"),
        ("post_to: CROSSFADE_NOT_SET", "the environment variable CROSSFADE_NOT_SET is not set"),
        ("post_to: DATABASE_URL", "the environment variable DATABASE_URL holds no address"),
        ("run: [sh, '-c', 'kill -9 $$']", "was ended by signal 9"),
    ])
    func `a hook that cannot answer is no yes`(hook: String, words: String) async throws {
        let program = try await program(hooks: "  - {before: [expand], \(hook)}")
        let refused = try await program.run("advance", "rename")
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(refused.errors.contains(words), "\(refused.errors)")
        #expect(try program.value("SELECT status FROM crossfade.phase WHERE phase = 'expand'") == "pending")
    }

    @Test func `purge is asked for like a phase, also where contract purges`() async throws {
        let program = try await program(hooks: "  - {before: [purge], run: [hooks/note]}", contract: "retain: 0s")
        try script(program, ending: "test -e \"$0.yes\"")
        #expect(try await program.run(Self.advance).status == 2)
        #expect(try program.value("SELECT status FROM crossfade.phase WHERE phase = 'contract'") == "verified")
        #expect(try program.value("SELECT state FROM crossfade.run") == "active")
        let purge = ["purge", "rename", "--confirm", "rename"]
        #expect(try await program.run(purge).status == 2)
        try program.write("", to: "Plans/hooks/note.yes")
        let purged = try await program.run(purge)
        #expect(purged.status == 0, "\(purged.errors)")
        #expect(try told(program).map(\.line) == ["before purge", "before purge", "before purge"])
        #expect(try program.value("SELECT state FROM crossfade.run") == "completed")
    }

    // MARK: - Webhooks

    @Test func `a webhook that stumbles is told once and in order`() async throws {
        let server = try WebServer(answering: [500, 500, 200])
        let program = try await program(
            hooks: "  - {on: [verified], post_to: CROSSFADE_HOOK_URL, authorization: CROSSFADE_HOOK_TOKEN}"
        )
        let secrets = ["CROSSFADE_HOOK_URL": server.url, "CROSSFADE_HOOK_TOKEN": "Bearer geheim"]
        let result = try await program.run(
            ["--verbose", "advance", "rename", "--through", "backfill"],
            environment: secrets
        )
        #expect(result.status == 0, "\(result.errors)")
        let lines = try told(server).map(\.line)
        #expect(lines == ["verified expand", "verified expand", "verified expand", "verified backfill"])
        for request in server.requests {
            #expect(request.head.hasPrefix("POST /health?token=secret HTTP/1.1"), "\(request.head)")
            #expect(request.head.contains("Authorization: Bearer geheim"), "\(request.head)")
            #expect(request.head.contains("Content-Type: application/json"), "\(request.head)")
        }
        #expect(try log(program, "hook failed").isEmpty)
        try expectSecrecy(program, result, ["token=secret", "geheim"])
        server.stop()
    }

    @Test func `a webhook that never answers is given up, and the run is verified all the same`() async throws {
        let server = try WebServer(answering: [nil])
        let program = try await program(
            hooks: "  - {on: [verified], phases: [expand], post_to: CROSSFADE_HOOK_URL, retries: 1, timeout: 1s}"
        )
        let result = try await program.run(["advance", "rename"], environment: ["CROSSFADE_HOOK_URL": server.url])
        #expect(result.status == 0, "\(result.errors)")
        let words = """
            the hook CROSSFADE_HOOK_URL was not told 'verified' of expand: it did not answer within 1 s (after 2 tries)
            """
        #expect(try log(program, "hook failed") == words)
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(server.requests.count == 2)
        // It is moved on from.
        let next = try await program.run(["advance", "rename"], environment: ["CROSSFADE_HOOK_URL": server.url])
        #expect(next.status == 0, "\(next.errors)")
        #expect(server.requests.count == 2)
        try expectSecrecy(program, result, ["token=secret"])
        server.stop()
    }

    @Test func `without curl a webhook is not told, and what to install is`() async throws {
        let program = try await program(
            hooks: "  - {on: [verified], phases: [expand], post_to: CROSSFADE_HOOK_URL, retries: 0}"
        )
        let result = try await program.shell(
            "CROSSFADE_HOOK_URL=http://127.0.0.1:1/T0K3N PATH=/nowhere \"$0\" advance rename"
        )
        #expect(result.status == 0, "\(result.errors)")
        let words = "cannot be called: the program curl is not installed; run: apt-get install curl"
        #expect(result.errors.contains(words), "\(result.errors)")
        try expectSecrecy(program, result, ["T0K3N"])
    }

    @Test func `a webhook that is asked says yes with 2xx, and not with a redirection`() async throws {
        let server = try WebServer(answering: [302, 403, 204])
        let program = try await program(hooks: "  - {before: [expand], post_to: CROSSFADE_HOOK_URL}")
        let environment = ["CROSSFADE_HOOK_URL": server.url]
        for status in [302, 403] {
            let refused = try await program.run(["advance", "rename"], environment: environment)
            #expect(refused.status == 2)
            let said = "expand does not begin: the hook CROSSFADE_HOOK_URL answers with \(status)"
            #expect(refused.errors.contains(said), "\(refused.errors)")
        }
        let done = try await program.run(["advance", "rename"], environment: environment)
        #expect(done.status == 0, "\(done.errors)")
        #expect(try told(server).map(\.line) == ["before expand", "before expand", "before expand"])
        server.stop()
    }

    @Test func `what a hook says does not bring a secret into the log`() async throws {
        let program = try await program(
            hooks: "  - {before: [expand], run: [sh, '-c', 'echo \"$DATABASE_URL and $HOOK\" >&2; exit 1']}\n"
                + "  - {before: [contract], post_to: HOOK}"
        )
        let url = try program.database.url
        let secret = url + (url.contains("?") ? "&" : "?") + "password=geheim"
        let environment = ["DATABASE_URL": secret, "HOOK": "https://example.org/T0K3N"]
        let refused = try await program.run(["advance", "rename"], environment: environment)
        #expect(refused.status == 2)
        let said = try log(program, "hook refused")
        #expect(said.contains("*** and ***"), "\(said)")
        try expectSecrecy(program, refused, ["geheim", "T0K3N"])
    }

    /// Neither what the command wrote nor anything in the ledger has it.
    private func expectSecrecy(_ program: Program, _ result: Program.Result, _ secrets: [String]) throws {
        let ledger: String = try program.value(
            """
            SELECT concat((SELECT string_agg(e::text, ' ') FROM crossfade.event e),
                          (SELECT string_agg(h::text, ' ') FROM crossfade.hook h),
                          (SELECT string_agg(r::text, ' ') FROM crossfade.run r))
            """
        )
        for secret in secrets {
            #expect(!ledger.contains(secret))
            #expect(!(result.output + result.errors).contains(secret), "\(result.output)\(result.errors)")
        }
    }
}
