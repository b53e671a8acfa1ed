/// A table with a key and one more column, and the ways in which a statement writes a row of it.
struct WrittenTable: Sendable {
    let name: String
    let key: String
    let column: String

    /// What a statement makes of a row that is not there yet.
    func insertions(_ key: String, _ value: String?, merges: Bool) -> [(form: String, script: String)] {
        let value = value ?? "NULL"
        let names = "\(name) (\(self.key), \(column))"
        let printed = value == "NULL" ? "\\N" : value
        return [
            ("INSERT", "INSERT INTO \(names) VALUES (\(key), \(value))"),
            ("upsert, first arm", upsert(key, value)),
            ("COPY", "COPY \(names) FROM PROGRAM 'printf ''%s\\t%s\\n'' \(key) ''\(printed)'''"),
            ("INSERT of a query", "INSERT INTO \(names) SELECT * FROM (VALUES (\(key), \(value)::int)) v"),
        ] + (merges ? [("MERGE, not matched", merge(key, value))] : [])
    }

    /// What a statement makes of the column of a row that is there.
    func updates(_ key: String, _ value: String?, merges: Bool) -> [(form: String, script: String)] {
        let value = value ?? "NULL"
        return [
            ("UPDATE", "UPDATE \(name) SET \(column) = \(value) WHERE \(self.key) = \(key)"),
            ("upsert, second arm", upsert(key, value)),
            (
                "UPDATE FROM",
                "UPDATE \(name) t SET \(column) = v.n FROM (VALUES (\(key), \(value)::int)) v(k, n) WHERE t.\(self.key) = v.k"
            ),
        ] + (merges ? [("MERGE, matched", merge(key, value))] : [])
    }

    private func upsert(_ key: String, _ value: String) -> String {
        "INSERT INTO \(name) (\(self.key), \(column)) VALUES (\(key), \(value)) ON CONFLICT (\(self.key)) DO UPDATE SET \(column) = excluded.\(column)"
    }

    private func merge(_ key: String, _ value: String) -> String {
        """
        MERGE INTO \(name) t USING (VALUES (\(key), \(value)::int)) v(k, n) ON t.\(self.key) = v.k
        WHEN MATCHED THEN UPDATE SET \(column) = v.n WHEN NOT MATCHED THEN INSERT (\(self.key), \(column)) VALUES (v.k, v.n)
        """
    }
}
