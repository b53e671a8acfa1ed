package import Workflow

extension RunReport {
    /// One page that needs nothing but itself: no script, no font, no image from elsewhere.
    package var html: String { page.markup }

    private var page: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>\(head.plan): record of run \(head.run)</title>
        <style>
        \(HTML.styleSheet)
        </style>
        </head>
        <body>
        <header>
        <h1>\(head.plan)</h1>
        <p class="summary">\(head.summary)</p>
        \(HTML.paragraph(head.description))
        \(HTML.facts(facts))
        </header>
        <main>
        \(sections)
        </main>
        </body>
        </html>

        """
    }

    private var sections: [HTML] {
        [
            .section("Phases", id: "phases", [.table(phaseTable)]),
            .section("Steps", id: "steps", [.table(stepTable)]),
            .section("Rows", id: "rows", rows),
            .section("Checks", id: "checks", [.table(checkTable)] + singles),
            .section("Evidence", id: "evidence", evidence),
            .section("Approvals", id: "approvals", [.table(approvalTable)]),
            .section("Events", id: "events", [.details("\(events.count.counted("event"))", [.table(eventTable)])]),
            .section("Appendix: the SQL", id: "sql", appendix),
        ]
    }

    private var rows: [HTML] {
        let plots = throughput.enumerated().map { ThroughputPlot(throughput: $1, id: "plot-\($0 + 1)").html }
        return [.table(passTable)] + plots
            + ["<h3>Repaired</h3>", .table(repairTable), .paragraph(repairsNote)]
    }

    private var singles: [HTML] {
        checks.map { check in
            .details(
                "\(check.verdict.rawValue), \(check.finishedAt.spoken): \(check.checks.count.counted("single check"))",
                [.table(singleTable(of: check))]
            )
        }
    }

    private var evidence: [HTML] {
        [
            "<h3>Writers</h3>", .table(writerTable),
            "<h3>Readers</h3>", .paragraph(readersNote), .table(readerTable),
            "<h3>Brownouts</h3>", .table(brownoutTable),
        ]
    }

    private var appendix: [HTML] {
        if scripts.isEmpty { return [.paragraph(stepTable.none)] }
        return scripts.enumerated().map { place, script in
            let text: HTML =
                script.text.map { "<pre tabindex=\"0\"><code>\($0.sql)</code></pre>" }
                ?? .paragraph(RunReport.Script.unknownText)
            return .details("\(script.title)", id: "sql-\(place + 1)", [.facts(script.facts), text])
        }
    }
}
