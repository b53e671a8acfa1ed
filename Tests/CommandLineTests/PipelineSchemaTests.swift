import Foundation
import TestSupport
import Testing

/// What the program says to pipelines, held to the schemas of those who read it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct PipelineSchemaTests {
    /// With rows whose keys are markup, control characters, noncharacters, and characters of several scalars.
    private func program() async throws -> Program {
        let assertion = #"{assertion: {name: 'no <row> & "none"', sql: 'SELECT key FROM lost'}}"#
        let program = try Program(plan: Program.plan(contract: "requires: [{soak: 1h}, \(assertion)]"))
        try program.sql(
            #"""
            CREATE TABLE lost (key text);
            CREATE TABLE "Profile" (key text PRIMARY KEY, bio text NOT NULL DEFAULT '');
            INSERT INTO "Profile" (key, bio) VALUES
              ('<&">', 'a'), (E'a \' b ]]> --> %25 &amp; &#1; \\u0000 \\', 'b'), (E'\x01\x08\x1b[31m\x7f\t\r\n', 'c'),
              ('🦊 👩‍💻 e', 'd'), (E'\u0085\u2028\u200b\ufffd\ufffe\uffff', 'e'), ('', 'f');
            ANALYZE "Profile"
            """#
        )
        let advanced = try await program.run("advance", "rename", "--through", "enforce")
        try #require(advanced.status == 0, "\(advanced.errors)")
        return program
    }

    /// What a command says in each form that has a schema.
    private func forms(
        of command: [String],
        by program: Program,
        status: Int32
    ) async throws -> [PublishedSchema: String] {
        var forms: [PublishedSchema: String] = [:]
        for schema in PublishedSchema.allCases {
            let result = try await program.run(command + ["--format", schema.rawValue])
            #expect(result.status == status, "\(schema): \(result.errors)")
            try await expectValid(result.output, by: schema)
            forms[schema] = result.output
        }
        return forms
    }

    @Test func `an open, a waiting and a closed gate are valid in each form`() async throws {
        let program = try await program()
        _ = try await forms(of: ["gate", "rename", "enforce"], by: program, status: 0)
        let waiting = try await forms(of: ["gate", "rename", "contract"], by: program, status: 3)
        #expect(waiting[.junit]?.contains("<skipped message=") == true)
        try program.sql(#"INSERT INTO lost SELECT key FROM "Profile" WHERE bio IN ('a', 'c', 'd')"#)
        let closed = try await forms(of: ["gate", "rename", "contract"], by: program, status: 2)
        for (schema, form) in closed { #expect(form.contains("🦊 👩‍💻"), "\(schema): \(form)") }
    }

    @Test func `a check is valid in each form, whatever the keys of wrong rows are`() async throws {
        let program = try await program()
        _ = try await forms(of: ["verify", "rename"], by: program, status: 0)
        try program.sql("ALTER TABLE \"Profile\" DISABLE TRIGGER ALL; UPDATE \"Profile\" SET biography = 'off'")
        let failed = try await forms(of: ["verify", "rename"], by: program, status: 2)
        for (schema, form) in failed { #expect(form.contains("🦊 👩‍💻"), "\(schema): \(form)") }
        #expect(failed[.junit]?.contains("key=&lt;&amp;&quot;&gt;") == true)
        for schema in [PublishedSchema.sarif, .gitlab] { #expect(failed[schema]?.contains(#"key=<&\">"#) == true) }
    }
}
