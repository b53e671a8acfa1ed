import Postgres
import SQL
import Workflow

/// A row that a repair has written over.
private struct RepairedRow {
    /// The table it is of, quoted.
    let relation: String
    let key: String
    /// The values that were there, as JSON; nil where there was no row.
    let before: String?
}

extension PlanEngine {
    /// Copies violating rows again, the old column being the truth; a clean full check has to follow.
    ///
    /// What keeps both columns equal comes first: rows that are written meanwhile would be wrong again.
    ///
    /// - Returns: rows copied.
    package func repair() async throws -> Int64 {
        try await controlling { control in
            let stored = try await control.existing()
            let record = try await control.session.retrying { try withoutEmptyContract(stored, on: $0) }
            try requireSameDigests(record)
            var probe = record.run
            _ = try probe.handle(.repair)
            _ = try await restore(control)
            var total: Int64 = 0
            for part in files(record.blueprint).parts where part.has("repair") {
                total += try await repair(part, record, control)
            }
            return total
        }
    }

    /// What stays wrong after a repair, and why: values that have no counterpart are for a person to change.
    package func beyondRepair() async throws -> [String] {
        try await observing("repair") { connection in
            guard let record = try Ledger(connection).newestRun(of: plan.name) else { return [] }
            let data = DataCheck(connection: connection, files: files(record.blueprint))
            return try data.offences(in: "unrepairable", record.comparison, toleratesAbsence: true).map { check, rows in
                let count = rows.count >= DataCheck.limit ? "at least \(rows.count)" : "\(rows.count)"
                let keys = rows.prefix(5).joined(separator: ", ") + (rows.count > 5 ? ", ..." : "")
                return "\(count) rows \(check) (\(keys)): change these values; repair cannot"
            }
        }
    }

    private func repair(_ files: PhaseFiles, _ record: RunRecord, _ control: RunControl) async throws -> Int64 {
        let size = 1000
        var use = TemplateUse(record.comparison)
        use.limit = size
        use.setsPath = true
        let repair = try files.statement("repair", use)
        let isAnswering = try Script(parsing: repair).statements.first?.write == .answering
        let sql = isAnswering ? SessionPath.answering(repair) : repair
        // As many turns as there are rows to repair: a trigger of the table that changes them back must not keep us here.
        let compare = try files.statement("compare", record.comparison)
        let violations: Int64 = try await control.session.retrying { connection in
            let row = try connection.query(compare).only()
            return try row.columnNames.filter { $0 != "rows" }.reduce(0) { try $0 + row.decode($1, as: Int64.self) }
        }
        var total: Int64 = 0
        for _ in 0...(violations / Int64(size)) {
            try workspace.interruption.check()
            let rows = try await control.session.retrying { [plan, workspace, lease = control.lease] connection in
                try connection.transaction { connection in
                    try connection.execute("SET LOCAL lock_timeout = '2s'")
                    try lease.require(on: connection)
                    let rows = try connection.query(sql).map { row in
                        RepairedRow(
                            relation: try row.decode("relation"),
                            key: try row.decodeIfPresent("key") ?? "NULL",
                            before: try row.decodeIfPresent("before")
                        )
                    }
                    try connection.execute(SessionPath.pin)
                    let ledger = Ledger(connection)
                    try ledger.keep(rows, run: record.id)
                    let event = LedgerEvent("repaired", "\(rows.count) rows copied again; what they were is kept")
                    try ledger.append(event, run: record.id, plan: plan.name.text, by: workspace.actor)
                    try connection.execute(SessionPath.release)
                    return rows.count
                }
            }
            total += Int64(rows)
            if rows < size { break }
        }
        return total
    }
}

extension Ledger {
    /// Keeps what rows were before a repair, in the transaction that repairs them.
    fileprivate func keep(_ rows: [RepairedRow], run: Int64) throws {
        guard !rows.isEmpty else { return }
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.repaired (run, relation, key, before)
            SELECT $1, relation, key, nullif(before, '')::jsonb FROM unnest($2::text[], $3::text[], $4::text[]) AS r(relation, key, before)
            """,
            [run, rows.map(\.relation), rows.map(\.key), rows.map { $0.before ?? "" }]
        )
    }
}
