import Foundation
import Postgres
import TestSupport
import Testing

/// The record of a run, through the built program.
@Suite(.timeLimit(.minutes(60)), .scratchDatabase)
struct ReportTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    /// A run whose contract passed over a requirement, with a writer and a description that have markup in them.
    private func contracted() async throws -> Program {
        let program = try Program(
            plan: Program.plan(
                extra: "description: <b>bold</b> & |",
                contract: "requires: [{soak: 1h}, {approval: {count: 1}}]"
            )
        )
        try program.load(rows: 300)
        try #require(try await program.run("advance", "rename", "--through", "expand").status == 0)
        let writer = try program.database.connect(as: "<script>alert(1)</script>")
        try writer.execute("UPDATE public.\"Profile\" SET bio = 'late' WHERE id = 3")
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        let approval = ["approve", "rename", "contract", "--reason", "in the `board`"]
        try #require(try await program.run(approval, user: "berta").status == 0)
        let contract = ["advance", "rename", "--confirm", "rename", "--override", "soak", "--reason", "on call"]
        try #require(try await program.run(contract).status == 0)
        return program
    }

    @Test func `a run to contract can be read as markdown, as a page and as an object`() async throws {
        let program = try await contracted()
        let markdown = try await program.run("report", "rename")
        #expect(markdown.status == 0 && markdown.errors.isEmpty, "\(markdown.errors)")
        #expect(
            markdown.output.hasPrefix(
                "# rename\n\nProfile.bio -&gt; Profile.biography\n\n&lt;b&gt;bold&lt;/b&gt; &amp; \\|\n"
            )
        )
        #expect(markdown.output.contains("in the \\`board\\`"))
        #expect(markdown.output.contains("`<script>alert(1)</script>`"))
        #expect(markdown.output.contains("soak, which was waiting ("))
        #expect(
            markdown.output
                == (try await program.run("report", "rename", "--format", "markdown").output)
                .replacing(#/Record made: .*/#, with: markdown.output.firstMatch(of: #/Record made: .*/#)?.output ?? "")
        )

        let page = try await program.run("report", "rename", "--format", "html")
        #expect(page.status == 0)
        #expect(page.output.hasPrefix("<!DOCTYPE html>") && page.output.hasSuffix("</html>\n"))
        #expect(page.output.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        for forbidden in ["<script", "<b>", "src=", "@import", "url(", "http://", "https://"] {
            #expect(!page.output.contains(forbidden), "\(forbidden)")
        }
        #expect(page.output.contains("ALTER TABLE"))

        let json = try object(try await program.run("report", "rename", "--json").output)
        #expect(json["state"] as? String == "active")
        let steps = try #require(json["steps"] as? [[String: Any]])
        #expect(Int64(steps.count) == (try program.value("SELECT count(*) FROM crossfade.step")))
        let scripts = try #require(json["scripts"] as? [[String: Any]])
        #expect(scripts.allSatisfy { $0["sql"] is String })
        let phases = try #require(json["phases"] as? [[String: Any]])
        #expect((phases.last?["overrides"] as? [[String: Any]])?.count == 1)
        let approvals = try #require(json["approvals"] as? [[String: Any]])
        #expect(approvals.first?["approver"] as? String == "berta" && approvals.first?["ofThisChange"] as? Bool == true)
    }

    @Test func `every field of the object is documented, and every documented field is there`() async throws {
        let program = try await contracted()
        let json = try object(try await program.run("report", "rename", "--format", "json").output)
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/reference/json.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## report\n").dropFirst().first)
        let rows = (section.components(separatedBy: "\n## ").first ?? "").matches(
            of: #/(?m)^\| `(\w+)(?:\[\])?` \| (.*) \|$/#
        )
        #expect(Set(rows.map { String($0.1) }) == Set(json.keys))
        for row in rows {
            let list = json[String(row.1)] as? [[String: Any]]
            guard let fields = list?.first.map({ Set($0.keys) }) else { continue }
            let documented = Set(String(row.2).matches(of: #/`(\w+)`/#).map { String($0.1) })
            #expect(fields.isSubset(of: documented), "\(row.1): \(fields.subtracting(documented))")
        }
    }

    @Test func `a file is written whole, and its path is the answer`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 20)
        try #require(try await program.run("advance", "rename").status == 0)
        let written = try await program.run("report", "rename", "--format", "html", "--output", "record.html")
        #expect(written.status == 0 && written.output == "record.html\n")
        #expect(try program.text(of: "record.html").hasSuffix("</html>\n"))
        try program.write("older", to: "record.md")
        let again = try object(
            try await program.run("report", "rename", "--output", "record.md", "--json", "--format", "markdown").output
        )
        #expect(again["file"] as? String == "record.md" && again["plan"] as? String == "rename")
        #expect(try program.text(of: "record.md").hasPrefix("# rename\n"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: program.folder.path).sorted() == [
                "Plans", "record.html", "record.md",
            ]
        )

        let nowhere = try await program.run("report", "rename", "--output", "nowhere/record.md")
        #expect(nowhere.status == 1 && nowhere.output.isEmpty)
        #expect(nowhere.errors.contains("cannot be written to nowhere/record.md"), "\(nowhere.errors)")
    }

    @Test func `without a run there is no record, and a file that is there stays`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 20)
        try program.write("older", to: "record.md")
        let refused = try await program.run("report", "rename", "--output", "record.md")
        #expect(refused.status == 4)
        #expect(refused.errors.contains("crossfade advance rename"), "\(refused.errors)")
        #expect(try program.text(of: "record.md") == "older")
        #expect(try await program.run("report", "rename", "--format", "pdf").status == 64)
        #expect(try program.value("SELECT to_regnamespace('crossfade') IS NULL", as: Bool.self))
    }
}
