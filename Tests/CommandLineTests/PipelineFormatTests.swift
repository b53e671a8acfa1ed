import Foundation
import TestSupport
import Testing

/// The program in a pipeline: its forms, its exit statuses, and the job files that use it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct PipelineFormatTests {
    private func program() async throws -> Program {
        let program = try Program(
            plan: Program.plan(contract: "requires: [{soak: 1h}, {assertion: {name: none, sql: 'SELECT 7'}}]")
        )
        try program.load(rows: 20)
        let advanced = try await program.run("advance", "rename", "--through", "enforce")
        try #require(advanced.status == 0, "\(advanced.errors)")
        return program
    }

    @Test func `each form has the answer, and the exit status is that of text`() async throws {
        let program = try await program()
        let marks = [
            "text": "closed", "json": #""verdict":"closed""#, "junit": #"<failure message="1 row violates it: "#,
            "sarif": #""ruleId": "gate.contract.assertion-none""#, "github": "::error file=Plans/rename.yaml,line=1,",
            "gitlab": #""severity": "blocker""#,
        ]
        for (format, mark) in marks {
            let gate = try await program.run("gate", "rename", "contract", "--format", format)
            #expect(gate.status == 2, "\(format)")
            #expect(gate.output.contains(mark), "\(format): \(gate.output)")
            #expect(gate.errors.isEmpty, "\(format): \(gate.errors)")
        }
        try program.sql(
            "ALTER TABLE \"Profile\" DISABLE TRIGGER ALL; UPDATE \"Profile\" SET biography = 'off' WHERE id = 3"
        )
        for (format, mark) in [
            "junit": "id=3</failure>", "gitlab": "id=3", "sarif": #""level": "error""#, "github": "::error",
        ] {
            let verify = try await program.run("verify", "rename", "--format", format)
            #expect(verify.status == 2, "\(format)")
            #expect(verify.output.contains(mark), "\(format): \(verify.output)")
        }
    }

    @Test func `a job of GitHub's gets a table on its page, and one without a page none`() async throws {
        let program = try await program()
        try program.write("before\n", to: "summary.md")
        let path = program.folder.appending(path: "summary.md").path
        let gate = try await program.run(
            ["gate", "rename", "contract", "--format", "github"],
            environment: ["GITHUB_STEP_SUMMARY": path]
        )
        #expect(gate.status == 2)
        let summary = try program.text(of: "summary.md")
        #expect(summary.hasPrefix("before\n### rename: gate of contract\n"), "\(summary)")
        #expect(summary.contains("| ⏳ waits | soak |"), "\(summary)")
        let lost = try await program.run(
            ["gate", "rename", "contract", "--format", "github"],
            environment: ["GITHUB_STEP_SUMMARY": "/nowhere/summary.md"]
        )
        #expect(lost.status == 2)
        #expect(lost.errors.contains("the job's summary cannot be written to /nowhere/summary.md"), "\(lost.errors)")
    }

    @Test func `waiting ends when the gate opens, when a fact is against it, and when the time is over`() async throws {
        let program = try Program(plan: Program.plan(contract: "requires: [{soak: 1h}]"))
        try program.load(rows: 20)
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        #expect(try await program.run("gate", "rename", "contract", "--timeout", "1s").status == 64)
        let over = try await program.run("gate", "rename", "contract", "--wait", "--timeout", "1s")
        #expect(over.status == 3, "\(over.output)")
        try program.sql(
            "UPDATE crossfade.phase SET finished_at = clock_timestamp() - interval '1 h' + interval '3 s' WHERE phase = 'enforce'"
        )
        let open = try await program.run("gate", "rename", "contract", "--wait", "--timeout", "2m")
        #expect(open.status == 0, "\(open.output)")
        try program.sql(
            "CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(bio) FROM \"Profile\"); END $$"
        )
        #expect(try await program.run("gate", "rename", "contract", "--wait").status == 2)
    }

    // MARK: - The job files of the documents

    private static let documents = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/ci")

    /// The lines below `run: |` of a step, as the runner would hand them to bash.
    private func script(of step: String) throws -> String {
        let text = try String(contentsOf: Self.documents.appending(path: "github/action.yml"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = try #require(lines.firstIndex { $0.hasSuffix("- id: \(step)") })
        let start = try #require(lines[head...].firstIndex { $0.hasSuffix("run: |") })
        return lines[(start + 1)...].prefix { $0.isEmpty || $0.hasPrefix("        ") }.map { $0.dropFirst(8) }.joined(
            separator: "\n"
        )
    }

    /// Runs a script as the runner does, with the programs of the folder `bin` before all others.
    private func bash(_ program: Program, _ variables: String, _ file: String) async throws -> Program.Result {
        try await program.shell("PATH=\"$PWD/bin:$PATH\" \(variables) bash --noprofile --norc -eo pipefail \(file)")
    }

    @Test(arguments: [
        ("FROM=\"file://$PWD/releases/v0.1.0\"", ""), ("SERVER=\"file://$PWD\" REPOSITORY=some/fork", ""),
        ("", "set the input from"), ("FROM=\"file://$PWD\"", "exit"),
        ("FROM=\"file://$PWD/releases/v0.1.0\" CHECKSUM=", "set the input checksum"),
        ("FROM=\"file://$PWD/releases/v0.1.0\" CHECKSUM=\(String(repeating: "0", count: 64))", "did NOT match"),
    ])
    func `the composite action installs a version, and only the package with its checksum`(
        source: String,
        problem: String
    ) async throws {
        let program = try Program(plan: Program.plan())
        try program.write("a package", to: "releases/v0.1.0/crossfade_0.1.0_amd64.deb")
        try program.write("a package", to: "some/fork/releases/download/v0.1.0/crossfade_0.1.0_amd64.deb")
        for (name, text) in [("dpkg", "echo amd64"), ("apt-get", "echo $* >>apt"), ("sudo", "\"$@\"")] {
            try program.write("#!/bin/sh\n\(text)\n", to: "bin/\(name)")
        }
        try program.write(try script(of: "install"), to: "install.sh")
        try await program.shell("chmod +x bin/*")
        let checksum = "CHECKSUM=$(printf 'a package' | sha256sum | cut -c 1-64)"
        let result = try await bash(program, "VERSION=0.1.0 FROM= REPOSITORY= \(checksum) \(source)", "install.sh")
        let calls = (try? program.text(of: "apt")) ?? ""
        if problem.isEmpty {
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            #expect(
                calls.contains(/install --yes --no-install-recommends \S*\/crossfade_0.1.0_amd64.deb\n$/),
                "\(calls)"
            )
        } else {
            #expect(result.status != 0)
            #expect(
                problem == "exit" || (result.output + result.errors).contains(problem),
                "\(result.output)\(result.errors)"
            )
            #expect(calls.isEmpty)
        }
    }

    @Test(arguments: [
        ("contract", "", 2, "closed"), ("contract", "1s", 2, "closed"), ("enforce", "", 0, "open"), ("", "", 0, "open"),
        ("nonsense", "", 64, "error"),
    ])
    func `the composite action asks the program, and tells the verdict`(
        _ phase: String,
        _ timeout: String,
        _ status: Int32,
        _ verdict: String
    ) async throws {
        let program = try await program()
        try program.write(try script(of: "ask"), to: "action.sh")
        let result = try await bash(
            program,
            "PLAN=rename PHASE='\(phase)' TIMEOUT='\(timeout)' DATABASE= CROSSFADE=\"$0\" GITHUB_OUTPUT=out GITHUB_STEP_SUMMARY=summary.md",
            "action.sh"
        )
        #expect(result.status == status, "\(result.output)\(result.errors)")
        #expect(try program.text(of: "out") == "verdict=\(verdict)\n")
    }

    @Test func `GitLab's template names options that there are`() async throws {
        let template = try String(contentsOf: Self.documents.appending(path: "gitlab.yml"), encoding: .utf8)
        let commands = template.split(separator: "\n").filter { $0.contains("- crossfade ") }
        #expect(commands.count == 2)
        let program = try await program()
        for command in commands {
            let line = command.trimmingPrefix { $0 == " " || $0 == "-" }.replacing(
                "crossfade ",
                with: "\"$0\" ",
                maxReplacements: 1
            )
            let result = try await program.shell(
                "CROSSFADE_PLAN=rename CROSSFADE_PHASE=enforce CROSSFADE_TIMEOUT=1s; \(line)"
            )
            #expect(result.status == 0, "\(line): \(result.errors)")
        }
        #expect(try program.text(of: "crossfade-gate.xml").hasPrefix("<?xml"))
        #expect(try program.text(of: "crossfade-quality.json") == "[]\n")
    }
}
