package import SQL

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
