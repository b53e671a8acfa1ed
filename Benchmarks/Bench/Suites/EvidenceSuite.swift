import Foundation

/// What it costs an old version's write that it leaves evidence behind: the sync trigger against itself without that part.
struct EvidenceSuite: Suite {
    private static let bound = 1.05
    /// Single-row updates of the old column in one measurement.
    private static let updates = 5000
    private static let rounds = 15

    func run(on stage: Stage) async throws -> Findings {
        try await stage.onFreshDatabase(.bigint, rows: min(stage.settings.rows, 100_000), measure)
    }

    private func measure(_ database: Database, _ stage: Stage) async throws -> Findings {
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        try await contender.prepare(database)
        _ = try await contender.backfill(database)
        let whole: String = try await database.value(
            """
            SELECT pg_get_functiondef(tgfoid) FROM pg_trigger
             WHERE tgrelid = '\(TableShape.table)'::regclass AND NOT tgisinternal ORDER BY tgname DESC LIMIT 1
            """
        )
        let bare = try Self.withoutEvidence(whole)
        var (with, without) = ([Double](), [Double]())
        // The first round fills the caches, and is not counted.
        for round in 0...Self.rounds {
            var seconds: [Double] = []
            // In turns, beginning with the other one each time.
            for function in round.isMultiple(of: 2) ? [whole, bare] : [bare, whole] {
                seconds.append(try await update(function, database))
            }
            guard round > 0 else { continue }
            with.append(round.isMultiple(of: 2) ? seconds[0] : seconds[1])
            without.append(round.isMultiple(of: 2) ? seconds[1] : seconds[0])
        }
        try await database.execute(whole)
        return try findings(with, without)
    }

    /// Updates row after row, each in a statement of its own, and takes it back: what is left is the trigger and the row.
    private func update(_ function: String, _ database: Database) async throws -> Double {
        try await database.execute(function)
        try await database.execute("VACUUM \(TableShape.table)")
        let start = ContinuousClock.now
        try await database.execute(
            """
            BEGIN;
            DO $$ BEGIN
              FOR n IN 1..\(Self.updates) LOOP
                UPDATE \(TableShape.table) SET \(TableShape.old) = \(TableShape.old) || 'x' WHERE id = n;
              END LOOP;
            END $$;
            ROLLBACK
            """
        )
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// The function without what records who wrote, which stands right before its end.
    private static func withoutEvidence(_ definition: String) throws -> String {
        guard let start = definition.range(of: "  IF side IS NOT NULL THEN"),
            let end = definition.range(of: "  RETURN NEW;\nEND\n", options: .backwards),
            start.lowerBound < end.lowerBound
        else { throw BenchError.unmeasurable("the sync function has no part that records") }
        return definition.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
    }

    private func findings(_ with: [Double], _ without: [Double]) throws -> Findings {
        guard let pairs = Statistics(zip(with, without).map { $0 / $1 }), let with = Statistics(with),
            let without = Statistics(without)
        else { throw BenchError.unmeasurable("there was no round") }
        var table = MarkdownTable("\(Self.updates) updates of one row each", "seconds")
        table.add("the sync trigger", with.text { Words.decimal($0, 3) })
        table.add("the same without evidence", without.text { Words.decimal($0, 3) })
        Screen.remark("evidence: \(pairs.text { Words.decimal($0, 3) }) ×")
        var findings = Findings()
        findings.add(.evidence, Words.ratio(pairs.median), isMet: pairs.median <= Self.bound)
        findings.sections = [
            Section(
                title: "Evidence",
                text:
                    "In turns, in one session, within transactions that are taken back: no commit, network or parsing hides the "
                    + "difference. The ratio is the median over pairs.",
                table: table
            )
        ]
        return findings
    }
}
