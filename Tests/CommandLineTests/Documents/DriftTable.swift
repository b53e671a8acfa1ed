import TestSupport

/// What is changed of a column from outside, how it is named, and who carries it over.
enum DriftTable {
    static var text: String {
        var table = MarkdownTable("changed from outside", "named by `check`", "carried over by")
        for drift in DriftCase.all {
            table.row(drift.act.code, drift.seen.map { "… \($0) …".code } ?? "", carrier(of: drift))
        }
        return table.text
    }

    private static func carrier(of drift: DriftCase) -> String {
        let carrier =
            switch drift.outcome {
            case .carried: "the next `advance`"
            case .contract: "contract, in its own transaction"
            case .stays: "nothing to do: it is the table's"
            case .refused: "nothing: PostgreSQL refuses it, since the sync trigger has the column"
            }
        return carrier + (drift.remark.map { "; \($0)" } ?? "")
    }
}

/// The same of the other kinds.
enum KindDriftTable {
    static var text: String {
        var table = MarkdownTable("kind", "changed from outside", "named by `check`", "carried over by")
        for drift in KindDrift.all {
            for act in drift.acts {
                table.row(drift.kind.code, act.act.code, act.seen.map { "… \($0) …".code } ?? "", act.carried)
            }
        }
        return table.text
    }
}
