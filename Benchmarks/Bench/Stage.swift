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

    /// The contender when the program takes its keys.
    func supported(_ contender: CrossfadeBackfill) -> CrossfadeBackfill? {
        contender.pace.keys.allSatisfy(keys.contains) ? contender : nil
    }
}
