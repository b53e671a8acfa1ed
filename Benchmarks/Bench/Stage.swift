/// What every suite has at hand.
struct Stage: Sendable {
    let settings: Settings
    let server: Server
    let program: Program
    /// The keys of the plan that this build of the program takes.
    let keys: Set<Pace.Key>

    /// Every contender once a round, beginning with another one each time; the answer has one list a contender.
    func rounds<T: Sendable>(
        of contenders: [any Contender],
        _ title: String,
        _ measure: (any Contender) async throws -> (T, line: String)
    ) async throws -> [[T]] {
        var results = contenders.map { _ in [T]() }
        for round in 0..<settings.rounds {
            for offset in contenders.indices {
                let place = (round + offset) % contenders.count
                let (result, line) = try await measure(contenders[place])
                Screen.remark("\(title), round \(round + 1) of \(settings.rounds): \(line)")
                results[place].append(result)
            }
        }
        return results
    }

    /// Measures on a database of its own, which is closed whatever happens.
    func onFreshDatabase(
        _ shape: TableShape,
        rows: Int,
        _ measure: (Database, Stage) async throws -> Findings
    ) async throws -> Findings {
        let database = try await server.freshDatabase(shape, rows: rows)
        do {
            let findings = try await measure(database, self)
            await database.close()
            return findings
        } catch {
            await database.close()
            throw error
        }
    }

    /// The contender when the program takes its keys.
    func supported(_ contender: CrossfadeBackfill) -> CrossfadeBackfill? {
        contender.pace.keys.allSatisfy(keys.contains) ? contender : nil
    }
}
