extension Connection {
    /// Runs a statement that this session runs again and again: from the second time on the server has it parsed, and
    /// inside `keepingPlans` planned.
    ///
    /// For statements on the server's own catalog and on the ledger: what they name is not made anew meanwhile, so that the form
    /// of their rows stays. Not for an application's rows, of which the next range may want another plan.
    /// Behind a pooler it is a query as any other, since the next one may run in another session.
    package func queryKept(_ sql: String, _ parameters: [(any Parameter)?] = []) throws(PostgresError) -> Rows {
        guard !isPooled, keptStatements.seen.contains(sql) else {
            let rows = try query(sql, parameters)
            if !isPooled { keptStatements.seen.insert(sql) }
            return rows
        }
        let texts = try texts(of: parameters)
        let name = try name(of: sql)
        guard let result = try exchange(sql, send: { $0.send(prepared: name, parameters: texts) }).first else {
            throw .usage("the statement is empty")
        }
        return result.rows
    }

    private func name(of sql: String) throws(PostgresError) -> String {
        if let name = keptStatements.names[sql] { return name }
        // Counted first: one that was cut off may be there all the same.
        keptStatements.count += 1
        let name = "crossfade_\(keptStatements.count)"
        try exchange(sql) { $0.prepare(sql + mark, as: name) }
        keptStatements.names[sql] = name
        return name
    }

    /// Runs `body`, in which a kept statement is planned once, whatever its parameters are.
    ///
    /// Planning a read of the catalog takes longer than the read, and the plan is the same each time. Not for the rows of an
    /// application, of which a range may be two rows or all of them.
    package func keepingPlans<T>(_ body: () throws -> T) throws -> T {
        if isPooled { return try body() }
        try execute("SET plan_cache_mode = force_generic_plan")
        do {
            let value = try body()
            try execute("RESET plan_cache_mode")
            return value
        } catch {
            // A transaction that failed takes the setting back with it.
            if isUsable, handle?.transactionStatus != .failed {
                do { try execute("RESET plan_cache_mode") } catch { close() }
            }
            throw error
        }
    }
}

/// What a session's server knows by a name.
struct KeptStatements {
    /// Statements that were run once.
    var seen: Set<String> = []
    /// The names of those that came again.
    var names: [String: String] = [:]
    /// Names given so far.
    var count = 0
}
