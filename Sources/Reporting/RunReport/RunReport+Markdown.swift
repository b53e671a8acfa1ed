import Foundation
package import Workflow

extension RunReport {
    /// The record as GitHub and most other readers of Markdown show it.
    package var markdown: String {
        let introduction = [
            "# \(head.plan.markdown)", head.summary.markdown, head.description?.markdown, Self.list(facts),
        ]
        let sections: [String?] = [
            "## Phases", Self.table(phaseTable),
            "## Steps", Self.table(stepTable),
            "## Rows", Self.table(passTable),
        ]
        return (introduction + sections + plots + repaired + proof + appendix).compactMap(\.self).joined(
            separator: "\n\n"
        )
            + "\n"
    }

    private var plots: [String?] {
        throughput.flatMap { throughput in
            let coarse = throughput.coarser(atMost: 20)
            return ["### \(throughput.title.markdown)", coarse.summary.markdown, Self.table(coarse.table)]
        }
    }

    private var repaired: [String?] { ["### Repaired", Self.table(repairTable), repairsNote] }

    private var proof: [String?] {
        let singles = checks.flatMap { check in
            ["### \(check.finishedAt.spoken): \(check.verdict.rawValue)", Self.table(singleTable(of: check))]
        }
        return ["## Checks", Self.table(checkTable)] + singles
            + ["## Evidence", "### Writers", Self.table(writerTable)]
            + ["### Readers", readersNote, Self.table(readerTable)]
            + ["### Brownouts", Self.table(brownoutTable)]
            + ["## Approvals", Self.table(approvalTable), "## Events", Self.table(eventTable)]
    }

    private var appendix: [String?] {
        let texts = scripts.enumerated().flatMap { place, script in
            [
                "### \(place + 1). \(script.title.markdown)", Self.list(script.facts),
                script.text?.sql.markdownBlock(of: "sql") ?? Script.unknownText,
            ]
        }
        return ["## Appendix: the SQL"] + (texts.isEmpty ? [stepTable.none] : texts)
    }
}

// MARK: - Elements

extension RunReport {
    private static func list(_ facts: [(name: String, value: RecordTable.Cell)]) -> String {
        facts.map { "- \($0.name): \(cell($0.value))" }.joined(separator: "\n")
    }

    private static func table(_ table: RecordTable) -> String {
        if table.rows.isEmpty { return table.none.markdown }
        let head = [table.columns.map(\.markdown), table.columns.map { _ in "---" }]
        let rows = table.rows.map { $0.map(cell) }
        return (head + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    private static func cell(_ cell: RecordTable.Cell) -> String {
        switch cell {
        case .text(let text): text?.markdown ?? "–"
        case .code(let text): text.markdownCode
        case .count(let number): number.grouped
        case .digest(let digest): String(digest.prefix(12)).markdownCode
        case .time(let date): date?.spoken ?? "–"
        case .word(let word, _, let details): word.markdown + (details.map { ": \($0.markdown)" } ?? "")
        case .script(let text, let number): "\(text.markdown) (SQL \(number))"
        case .list(let cells): cells.map(Self.cell).joined(separator: "<br>")
        }
    }
}

extension Throughput {
    /// The bins as lines.
    fileprivate var table: RecordTable {
        RecordTable(
            label: "Throughput",
            columns: ["From", "Rows per second"],
            rows: rates.enumerated().map { place, rate in
                [.took(Double(place) * binSeconds), .count(Int64(rate.rounded()))]
            },
            none: ""
        )
    }
}
