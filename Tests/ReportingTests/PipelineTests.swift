import Diagnostics
import Foundation
import Reporting
import TestSupport
import Testing
import Workflow

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The answers that pipelines read, held to what their readers ask for.
struct PipelineTests {
    private static let path = "./Plans/it's a <plan>: 1.yaml"

    private func plan(path: String = Self.path) throws -> Plan {
        let text = "version: 1\nname: p\nchange: {rename_column: {table: T, from: a, to: b}}\n"
        return try #require(PlanReader.read(SourceText(name: path, text: text)).0)
    }

    private func gate() throws -> PipelineResult {
        let gate = Gate(
            subject: "contract",
            requirements: [
                RequirementResult("phase order", .open, "every phase before is verified"),
                RequirementResult(
                    "soak",
                    .waiting,
                    "24h have not passed",
                    opensAt: Date(timeIntervalSince1970: 1_800_000_000)
                ),
                RequirementResult(
                    "assertion no <row>, 100%",
                    .closed,
                    "2 rows violate it: \"a\" & 'b'\n::error::\u{1B}[31m | x"
                ),
            ]
        )
        return PipelineResult(gate, of: try plan(), at: Date(timeIntervalSince1970: 1_700_000_000))
    }

    private func check() throws -> PipelineResult {
        let report = VerificationReport(
            plan: "p",
            rowsChecked: 3,
            checks: [
                .init(
                    name: "every row holds the same value",
                    verdict: .failed,
                    violations: 2,
                    samples: ["id=1", "id='<x>'"]
                ),
                .init(name: "the trigger is there", verdict: .passed, violations: 0, samples: []),
                .init(name: "readers", verdict: .inconclusive, violations: 0, samples: ["no extension"]),
            ],
            startedAt: Date(timeIntervalSince1970: 1_700_000_000),
            finishedAt: Date(timeIntervalSince1970: 1_700_000_001.5)
        )
        return PipelineResult(report, of: try plan())
    }

    // MARK: - Schemas

    @Test(arguments: PublishedSchema.allCases)
    func `each form is valid by the schema of those who read it`(_ schema: PublishedSchema) async throws {
        let form = try #require(PipelineFormat(rawValue: schema.rawValue))
        for result in [try gate(), try check()] { try await expectValid(form.text(of: result), by: schema) }
    }

    /// What would make the form of a gate invalid, and a word of the objection.
    @Test(arguments: [
        (PublishedSchema.junit, #"time="0""#, #"time="0" file="plan.yaml""#, "attribute 'file'"),
        (PublishedSchema.junit, #"errors="0""#, "", "attribute 'errors'"),
        (PublishedSchema.junit, "&lt;row&gt;", "<row>", "row"),
        (PublishedSchema.sarif, #""level": "error""#, #""level": "fatal""#, "'fatal' is not one of"),
        (PublishedSchema.sarif, #""version": "2.1.0""#, #""version": "2.2.0""#, "'2.2.0' is not one of"),
        (PublishedSchema.gitlab, #""severity": "blocker""#, #""severity": "fatal""#, "'fatal' is not one of"),
        (PublishedSchema.gitlab, #""path": ""#, #""path": "/"#, "location"),
    ])
    func `a form that breaks its schema is refused`(
        _ schema: PublishedSchema,
        _ sound: String,
        _ broken: String,
        _ objection: String
    ) async throws {
        let text = try #require(PipelineFormat(rawValue: schema.rawValue)).text(of: try gate())
        #expect(text.contains(sound), "\(text)")
        let found = try await schema.objections(to: text.replacing(sound, with: broken))
        #expect(found?.contains(objection) == true, "\(found ?? "none")")
        #expect(try await schema.objections(to: String(text.dropLast())) != nil, "without its end")
    }

    // MARK: - The path of the plan

    @Test func `a plan below the current folder is named from there, however it was asked for`() throws {
        let here = FileManager.default.currentDirectoryPath
        for (path, shown) in [
            "\(here)/Plans/p.yaml": "Plans/p.yaml", "Plans/p.yaml": "Plans/p.yaml",
            "\(here)er/p.yaml": "\(here)er/p.yaml",
        ] {
            let gate = Gate(subject: "enforce", requirements: [RequirementResult("phase order", .open, "fine")])
            #expect(PipelineResult(gate, of: try plan(path: path), at: Date()).path == shown)
        }
    }

    // MARK: - JUnit

    /// What a reader of JUnit XML sees.
    private final class Suite: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []
        var text = ""

        func parser(
            _: XMLParser,
            didStartElement name: String,
            namespaceURI _: String?,
            qualifiedName _: String?,
            attributes: [String: String] = [:]
        ) {
            elements.append((name, attributes))
        }

        func parser(_: XMLParser, foundCharacters characters: String) { text += characters }

        func all(_ name: String) -> [[String: String]] { elements.filter { $0.name == name }.map(\.attributes) }
    }

    private func suite(_ result: PipelineResult) throws -> Suite {
        let suite = Suite()
        let parser = XMLParser(data: Data(PipelineFormat.junit.text(of: result).utf8))
        parser.delegate = suite
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        return suite
    }

    @Test func `JUnit has a test for each requirement, with what waits skipped and what is closed failed`() throws {
        let suite = try suite(try gate())
        #expect(
            suite.elements.map(\.name) == [
                "testsuites", "testsuite", "testcase", "testcase", "skipped", "testcase", "failure",
            ]
        )
        let counts = try #require(suite.all("testsuite").first)
        #expect(["tests", "failures", "errors", "skipped"].map { counts[$0] } == ["3", "1", "0", "1"])
        #expect(counts["name"] == "gate of contract, p" && counts["timestamp"] == "2023-11-14T22:13:20")
        #expect(
            suite.all("testcase").map { $0["classname"] } == [
                "gate.contract.phase-order", "gate.contract.soak", "gate.contract.assertion-no-row-100",
            ]
        )
        #expect(counts["file"] == Self.path)
        #expect(suite.all("skipped").first?["message"] == "24h have not passed, opens at 2027-01-15T08:00:00Z")
        #expect(suite.text.contains(#"2 rows violate it: "a" & 'b'␊::error::␛[31m | x"#), "\(suite.text)")
    }

    @Test func `JUnit of a check names the rows`() throws {
        let suite = try suite(try check())
        #expect(suite.all("failure").first?["message"] == "2 violations in 3 rows")
        #expect(suite.text.contains("id=1\nid='<x>'"))
        #expect(suite.all("testsuite").first?["time"] == "1.500")
    }

    // MARK: - SARIF

    @Test(arguments: [true, false])
    func `SARIF has what version 2.1.0 requires`(_ isGate: Bool) throws {
        let result = isGate ? try gate() : try check()
        let object = try JSONSerialization.jsonObject(with: Data(PipelineFormat.sarif.text(of: result).utf8))
        let log = try #require(object as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        #expect(log["$schema"] as? String == "https://json.schemastore.org/sarif-2.1.0.json")
        let runs = try #require(log["runs"] as? [[String: Any]])
        #expect(runs.count == 1)
        let driver = try #require((runs[0]["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "Crossfade")
        let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
        #expect(Set(rules).count == rules.count, "ids are unique")
        let results = try #require(runs[0]["results"] as? [[String: Any]])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
        for entry in results {
            let index = try #require(entry["ruleIndex"] as? Int)
            #expect(rules[index] == entry["ruleId"] as? String)
            #expect((entry["message"] as? [String: Any])?["text"] as? String != nil)
            let location = try #require((entry["locations"] as? [[String: Any]])?.first)
            let physical = try #require(location["physicalLocation"] as? [String: Any])
            let uri = try #require((physical["artifactLocation"] as? [String: Any])?["uri"] as? String)
            #expect(uri == "Plans/it's%20a%20%3Cplan%3E%3A%201.yaml")
            #expect((physical["region"] as? [String: Any])?["startLine"] as? Int == 1)
        }
    }

    // MARK: - GitHub and GitLab

    @Test func `GitHub gets one command a line, which nothing in a message can end`() throws {
        let lines = PipelineFormat.github.text(of: try gate()).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines[0].hasPrefix(
                "::error file=./Plans/it's a <plan>%3A 1.yaml,line=1,title=p%2C gate of contract%3A assertion no <row>%2C 100%25::2 rows"
            ),
            "\(lines[0])"
        )
        #expect(
            lines[1].hasPrefix("::warning ")
                && lines[1].hasSuffix("::24h have not passed, opens at 2027-01-15T08:00:00Z")
        )
    }

    @Test func `GitHub gets a notice when everything holds`() throws {
        let gate = Gate(subject: "enforce", requirements: [RequirementResult("phase order", .open, "fine")])
        let text = PipelineFormat.github.text(of: PipelineResult(gate, of: try plan(), at: Date()))
        #expect(text.hasPrefix("::notice ") && text.hasSuffix("::1 of 1 hold"))
    }

    @Test func `the table of GitHub's summary has a row for each requirement, and no markup from outside`() throws {
        let summary = try gate().summary
        #expect(summary.split(separator: "\n").count == 6)
        #expect(summary.contains(#"| ❌ fails | assertion no \<row\>, 100% |"#), "\(summary)")
        #expect(summary.contains(#"\[31m \| x |"#), "\(summary)")
    }

    @Test func `GitLab's report has its required keys, and fingerprints of their own`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(PipelineFormat.gitlab.text(of: try check()).utf8))
        let entries = try #require(object as? [[String: Any]])
        #expect(entries.map { $0["severity"] as? String } == ["blocker", "minor"])
        #expect(Set(entries.compactMap { $0["fingerprint"] as? String }).count == 2)
        for entry in entries {
            #expect(entry["description"] is String && entry["check_name"] is String)
            let location = try #require(entry["location"] as? [String: Any])
            #expect(location["path"] as? String == "Plans/it's a <plan>: 1.yaml")
            #expect((location["lines"] as? [String: Any])?["begin"] as? Int == 1)
        }
        let clean = VerificationReport(plan: "p", rowsChecked: 1, checks: [], startedAt: Date(), finishedAt: Date())
        #expect(PipelineFormat.gitlab.text(of: PipelineResult(clean, of: try plan())) == "[]")
    }
}
