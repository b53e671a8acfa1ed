package import SQL

extension Finding {
    /// A NULL that a new version writes in an INSERT, and that cannot be told from a column that was left out.
    package static func explicitNull(in news: [Identifier], defaultsOf olds: [Identifier], of table: QualifiedName)
        -> Finding
    {
        func names(_ columns: [Identifier]) -> String { columns.map { "\($0)" }.joined(separator: ", ") }
        return Finding(
            "explicit-null",
            .acknowledge,
            "until contract an INSERT of a new version that writes NULL into \(names(news)) of \(table) gets what the default of "
                + "\(names(olds)) gives, as if it had left the column out",
            hint: "let new versions leave NULL to an UPDATE, or to after contract"
        )
    }

    /// A trigger that may change what the application wrote, so that both sides no longer fit.
    package static func dualWriteTrigger(_ name: String, of table: QualifiedName) -> Finding {
        Finding(
            "dual-write-triggers",
            .acknowledge,
            "trigger \(name) of \(table) fires before rows are written: where it changes one of the columns, an application that "
                + "writes both is taken for one that wrote them differently",
            hint: "let the trigger change both columns alike, or use dual_write.by: trigger"
        )
    }
}

extension ColumnFacts {
    /// What stands against an application that writes the old column and its counterpart itself.
    package func dualWriteFindings(of table: QualifiedName) -> [Finding] {
        if identity != nil || (self.default != nil && !defaultIsConstant) {
            return [
                Finding(
                    "dual-write",
                    .refused,
                    "the server makes a value of \(table).\(name) for each row, which no application can write a second time",
                    hint: "use dual_write.by: trigger"
                )
            ]
        }
        guard self.default != nil else { return [] }
        return [
            Finding(
                "dual-write-default",
                .acknowledge,
                "\(table).\(name) has a default, and the new shape gets its own at contract only: an INSERT that leaves the old "
                    + "column to its default is taken for one that did not write both",
                hint: "let the application write both in each INSERT"
            )
        ]
    }
}
