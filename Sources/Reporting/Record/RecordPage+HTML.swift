extension RecordPage {
    /// One file that asks nothing of a network: well-formed XML too, and forbidden by itself to load anything.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <title>\(title.escaped)</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <header>
        <h1>\(title.escaped)</h1>
        <p class="change">\(subtitle.escaped)</p>
        </header>
        <main>
        \(sections.map(html).joined(separator: "\n"))
        </main>
        </body>
        </html>
        """
    }

    private func html(_ section: Section) -> String {
        let body = section.blocks.map(html).joined(separator: "\n")
        guard section.isAppendix else {
            return "<section>\n<h2>\(section.title.escaped)</h2>\n\(body)\n</section>"
        }
        return
            "<section>\n<details>\n<summary><h2>\(section.title.escaped)</h2></summary>\n\(body)\n</details>\n</section>"
    }

    private func html(_ block: Block) -> String {
        switch block {
        case .paragraph(let text): return "<p>\(text.escaped)</p>"
        case .facts(let facts):
            let rows = facts.map { "<dt>\($0.0.escaped)</dt><dd>\($0.1.escaped)</dd>" }
            return "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
        case .table(let table): return html(table)
        case .code(let caption, let text):
            return "<figure><figcaption>\(caption.escaped)</figcaption><pre>\(text.escaped)</pre></figure>"
        case .plot(let throughput):
            let plot = ThroughputPlot(throughput: throughput)
            return "<figure>\(plot.svg)<figcaption>\(plot.description.escaped)</figcaption></figure>"
        }
    }

    private func html(_ table: Table) -> String {
        let head = table.columns.map {
            "<th scope=\"col\"\($0.isNumber ? " class=\"number\"" : "")>\($0.title.escaped)</th>"
        }
        let rows = table.rows.map { row in
            let cells = zip(table.columns, row).map { column, cell in
                "<td\(column.isNumber ? " class=\"number\"" : cell.mood)>\(cell.escaped)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        // The box scrolls and not the page; a keyboard reaches it.
        return """
            <div class="table" tabindex="0">
            <table>
            <thead><tr>\(head.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            </div>
            """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2024; --faint: #5b6570; --paper: #ffffff; --box: #f4f6f8; --line: #d8dee4;
          --accent: #2563a8; --good: #1a7f45; --bad: #b3261e; --wait: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --faint: #9aa5b1; --paper: #14171a; --box: #1d2226;
          --line: #343c44; --accent: #6fb1ff; --good: #5fd08a; --bad: #ff8a80; --wait: #f0b95c; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
        h2 { font-size: 1.2rem; margin: 2.2rem 0 .7rem; }
        summary h2 { display: inline; }
        summary { cursor: pointer; margin: 2.2rem 0 .7rem; }
        .change { color: var(--faint); margin: .3rem 0 0; font-size: 1.1rem; }
        dl { display: grid; grid-template-columns: 13rem 1fr; gap: .3rem 1rem; margin: 0; }
        dt { color: var(--faint); }
        dd { margin: 0; }
        .table { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .7rem 0; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; }
        th, td { padding: .4rem .7rem; text-align: left; vertical-align: top; max-width: 34rem; overflow-wrap: break-word; }
        .text { min-width: 12rem; }
        .time { white-space: nowrap; }
        th { background: var(--box); font-weight: 600; white-space: nowrap; }
        tr + tr td { border-top: 1px solid var(--line); }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .good { color: var(--good); font-weight: 600; }
        .bad { color: var(--bad); font-weight: 600; }
        .wait { color: var(--wait); font-weight: 600; }
        figure { margin: 1rem 0; }
        figcaption { color: var(--faint); font-size: .875rem; margin: 0 0 .3rem; }
        pre { margin: 0; padding: .8rem 1rem; background: var(--box); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto;
          overflow-wrap: normal; font: .8125rem/1.45 ui-monospace, monospace; tab-size: 2; }
        .plot { width: 100%; max-width: 48rem; height: auto; display: block; }
        .plot-area { fill: var(--accent); fill-opacity: .25; stroke: var(--accent); stroke-width: 1.5; }
        .plot-line { stroke: var(--line); stroke-width: 1; }
        .plot-text { fill: var(--faint); font: 12px system-ui, sans-serif; }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } h1 { font-size: 1.3rem; }
          td { max-width: 18rem; } .plot-text { font-size: 20px; } }
        @media print { details > * { display: block; } .table, pre { overflow: visible; border: 0; padding-left: 0; } body { max-width: none; } }
        """
}

extension String {
    /// The class that lends a cell its colour; the words say it without.
    fileprivate var mood: String {
        switch self {
        case "passed", "verified", "done", "completed": " class=\"good\""
        case "failed": " class=\"bad\""
        case "inconclusive", "waiting": " class=\"wait\""
        case _ where hasSuffix(" UTC") && count == 23: " class=\"time\""
        case _ where count > 40: " class=\"text\""
        default: ""
        }
    }
}
