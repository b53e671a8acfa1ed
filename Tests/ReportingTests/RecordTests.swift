import Foundation
import TestSupport
import Testing
import Workflow

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Reporting

/// The record of a run in its three forms.
@Suite struct RecordTests {
    private static let hostile = #"<script>alert("1")</script> & | `rm` 'x'"#

    private static func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds) }

    private static var report: RunReport {
        var report = RunReport(
            head: RunReport.Head(
                plan: "rename-profile-bio",
                description: "Why: \(hostile)",
                change: "Profile.bio → Profile.biography",
                state: .active,
                isBlocked: false,
                author: "anna",
                authorRole: "anna_db",
                database: "shop",
                serverVersion: "15.18",
                beganAt: at(0),
                finishedAt: nil,
                changeDigest: "c0ffee",
                templateDigest: "beef",
                madeAt: at(9000)
            )
        )
        report.phases = [
            StatusReport.PhaseLine(
                phase: .expand,
                status: .verified,
                startedAt: at(1),
                finishedAt: at(2),
                attempts: 1,
                isEdited: true
            ),
            StatusReport.PhaseLine(
                phase: .backfill,
                status: .pending,
                startedAt: nil,
                finishedAt: nil,
                attempts: 0,
                isEdited: false
            ),
        ]
        report.steps = [
            RunReport.Step(
                file: "same_row/expand",
                title: "add \(hostile)",
                outcome: "failed",
                attempts: 3,
                seconds: 0,
                error: "a lock was not to be had",
                sqlDigest: "aaaabbbbccccdddd",
                finishedAt: at(1)
            ),
            RunReport.Step(
                file: "same_row/expand",
                title: "edited",
                outcome: "done",
                attempts: 1,
                seconds: 0.0123,
                error: nil,
                sqlDigest: "eeee",
                finishedAt: at(2)
            ),
        ]
        report.texts = [
            RunReport.Text(
                file: "same_row/expand",
                title: "add \(hostile)",
                sql: "ALTER TABLE \"a<b\" ADD c text DEFAULT '```';\nSELECT 1;",
                sqlDigest: "aaaabbbbccccdddd",
                locks: ["ACCESS EXCLUSIVE on \"a<b\""]
            )
        ]
        report.passes = [
            RunReport.Pass(
                step: "copy",
                relation: "public.t",
                number: 1,
                rows: 1_234_567,
                chunks: 40,
                chunkSeconds: 61.25,
                rejections: 2
            )
        ]
        report.throughput = RunReport.Throughput(beganAt: at(100), binSeconds: 10, rows: [0, 120_000, 240_000, 90_000])
        report.repaired = [RunReport.Repaired(relation: "\"public\".\"Profile\"", rows: 3)]
        report.checks = [
            RunReport.FullCheck(
                phase: "expand",
                verdict: .failed,
                rowsChecked: 10,
                violations: 1,
                parts: [.init(name: "every row", verdict: .failed, violations: 1, samples: ["id=<7>"])],
                startedAt: at(3),
                finishedAt: at(4.25)
            ),
            RunReport.FullCheck(
                phase: nil,
                verdict: .passed,
                rowsChecked: 10,
                violations: 0,
                parts: [.init(name: "every row", verdict: .passed, violations: 0, samples: [])],
                startedAt: at(5),
                finishedAt: at(6)
            ),
        ]
        report.writers = [
            RunReport.Writers(
                side: "old",
                writer: GateFacts.LegacyWriter(
                    role: "app",
                    applicationName: hostile,
                    client: "10.0.0.7",
                    firstSeen: at(7),
                    lastSeen: at(8),
                    writes: 12
                )
            )
        ]
        report.readersSince = at(5)
        report.readers = [GateFacts.LegacyReader(role: "app", query: "SELECT bio\nFROM t", calls: 9, lastSeen: at(8))]
        report.approvals = [
            RunReport.Approval(
                phase: "contract",
                approval: GateFacts.Approval(
                    approver: "berta",
                    role: "berta_db",
                    givenAt: at(20),
                    ordinal: 4,
                    changeDigest: "c0ffee",
                    checkDigest: "k",
                    reason: hostile
                ),
                isOfThisChange: true
            )
        ]
        report.events = [
            HistoryEntry(
                at: at(1),
                role: "anna_db",
                actor: "anna@\(hostile)",
                kind: "overridden",
                phase: "expand",
                step: nil,
                message: "soak, which was waiting: \(hostile)",
                sqlDigest: nil
            )
        ]
        return report
    }

    @Test(arguments: [RunRecordPage.Format.markdown, .html, .json])
    func `each form is the golden one`(_ format: RunRecordPage.Format) throws {
        let page = RunRecordPage(Self.report, as: format)
        try expectGolden(page.content, "record.\(format == .markdown ? "md" : format.rawValue)")
    }

    @Test func `the HTML is well-formed, loads nothing, and takes nothing for markup`() throws {
        let html = RunRecordPage(Self.report, as: .html).content
        let reader = ElementReader()
        let parser = XMLParser(data: Data(html.replacing("<!DOCTYPE html>\n", with: "").utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError)) at line \(parser.lineNumber)")
        #expect(
            reader.elements.isDisjoint(with: ["script", "link", "img", "iframe", "object", "embed", "base", "form"])
        )
        #expect(
            reader.attributes.isDisjoint(with: ["src", "href", "srcset", "action", "onload", "onclick", "xlink:href"])
        )
        #expect(reader.elements.isSuperset(of: ["h1", "h2", "table", "svg", "desc", "pre", "details", "dl"]))
        #expect(reader.text.contains(Self.hostile))
        for word in ["http:", "https:", "@import", "url("] { #expect(!html.contains(word), "\(word)") }
    }

    @Test func `a table of Markdown keeps its columns whatever stands in a cell`() {
        let markdown = RunRecordPage(Self.report, as: .markdown).content
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (place, line) in lines.enumerated() where line.hasPrefix("|--") || line.hasPrefix("|-") {
            let columns = line.filter { $0 == "|" }.count
            for row in lines[(place + 1)...].prefix(while: { $0.hasPrefix("|") }) {
                #expect(row.replacing("\\|", with: "").filter { $0 == "|" }.count == columns, "\(row)")
            }
        }
        #expect(markdown.contains("````sql"), "the text has three backticks of its own")
        #expect(!markdown.contains("<script"))
    }

    @Test func `a plot's scale ends at a round number, and a still stretch is level with its foot`() {
        let plot = ThroughputPlot(throughput: .init(beganAt: Self.at(0), binSeconds: 1, rows: [0, 4200, 100]))
        #expect(plot.svg.contains(">5k</text>") && plot.svg.contains(">2.5k</text>"), "\(plot.svg)")
        #expect(plot.description.contains("4,300 rows from") && plot.description.contains("at most 4,200"))
        let single = ThroughputPlot(throughput: .init(beganAt: Self.at(0), binSeconds: 1, rows: [1]))
        #expect(single.svg.contains("<path"))
    }
}

/// What a document consists of.
private final class ElementReader: NSObject, XMLParserDelegate {
    var elements: Set<String> = []
    var attributes: Set<String> = []
    var text = ""

    func parser(
        _: XMLParser,
        didStartElement name: String,
        namespaceURI _: String?,
        qualifiedName _: String?,
        attributes attributeDict: [String: String]
    ) {
        elements.insert(name)
        attributes.formUnion(attributeDict.keys)
    }

    func parser(_: XMLParser, foundCharacters string: String) { text += string }
}
