package import SQL

/// A view; its columns are those of the query.
package struct View: SchemaObject {
    /// Name, type and collation of the columns, in order.
    package var columns: [CompositeType.Attribute]
    /// The query as the server prints it, without a semicolon.
    package var query: ServerText
    /// Such as `security_barrier=true` and `check_option=local`.
    package var options: [String] = []

    package init(columns: [CompositeType.Attribute], query: ServerText) {
        self.columns = columns
        self.query = query
    }

    package var keyword: String { "VIEW" }

    package func creation(of id: ObjectID) -> [Step] { [Step("CREATE VIEW \(body(of: id))")] }

    private func body(of id: ObjectID) -> String { "\(id.quoted)\(options.withClause) AS\n\(query.text)" }

    /// OR REPLACE adds columns at the end and changes no other.
    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard columns.starts(with: old.columns) else { return .replacement }
        let options = options.storageSteps(from: old.options, "ALTER VIEW \(id.quoted)")
        guard query != old.query || columns != old.columns else { return .inPlace(options) }
        // OR REPLACE keeps no option that it does not name, and removes none that is not there.
        return .inPlace([Step("CREATE OR REPLACE VIEW \(body(of: id))")])
    }
}

/// A view whose rows are stored.
package struct MaterializedView: SchemaObject {
    package var query: ServerText
    package var options: [String] = []
    package var accessMethod: Identifier?
    package var tablespace: Identifier?
    package var isPopulated = true
    package var clusteredOn: Identifier?

    package init(query: ServerText) {
        self.query = query
    }

    package var keyword: String { "MATERIALIZED VIEW" }

    /// Without rows at first: functions of the query may read what is made after it.
    package func creation(of id: ObjectID) -> [Step] {
        let parts = [
            "CREATE MATERIALIZED VIEW \(id.quoted)", accessMethod.map { "USING \($0.quoted)" },
            options.isEmpty ? nil : "WITH (\(options.storageList))", tablespace.map { "TABLESPACE \($0.quoted)" },
            "AS\n\(query.text)\nWITH NO DATA",
        ]
        var steps = [Step(parts.compactMap(\.self).joined(separator: " "))]
        if isPopulated { steps.append(Step("REFRESH MATERIALIZED VIEW \(id.quoted)", stage: .late)) }
        return steps + clusterSteps(of: id, from: nil)
    }

    package func removal(of id: ObjectID) -> [Step] {
        [Step("DROP MATERIALIZED VIEW \(id.quoted)", .destroysMaterializedRows)]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard query == old.query else { return .replacement }
        let target = "ALTER MATERIALIZED VIEW \(id.quoted)"
        var steps = options.storageSteps(from: old.options, target)
        if accessMethod != old.accessMethod {
            steps.append(Step("\(target) SET ACCESS METHOD \(accessMethod?.quoted ?? "heap")"))
        }
        if tablespace != old.tablespace {
            steps.append(Step("\(target) SET TABLESPACE \(tablespace?.quoted ?? "pg_default")"))
        }
        if isPopulated != old.isPopulated {
            let data = isPopulated ? "" : " WITH NO DATA"
            steps.append(Step("REFRESH MATERIALIZED VIEW \(id.quoted)\(data)", stage: .late))
        }
        return .inPlace(steps + clusterSteps(of: id, from: old.clusteredOn))
    }

    private func clusterSteps(of id: ObjectID, from old: Identifier?) -> [Step] {
        guard clusteredOn != old else { return [] }
        let clause = clusteredOn.map { "CLUSTER ON \($0.quoted)" } ?? "SET WITHOUT CLUSTER"
        return [Step("ALTER MATERIALIZED VIEW \(id.quoted) \(clause)", stage: .late)]
    }
}
