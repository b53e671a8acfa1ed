import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every transition of a value that moves to another table, from either side, at every stage.
///
/// The rule: the value that was written last stands in both places. A new row without a value takes over what the other place has; a
/// row that goes takes its value along; until enforce is done NULL beside a value is set back.
@Suite(.ledgerDatabase, .asSuperuser("COPY FROM PROGRAM"), .timeLimit(.minutes(60)))
struct MovedColumnsTransitions {
    enum Kind: String, CaseIterable, Sendable {
        case report
        case deferred
        case create
        case extract

        /// Whether a value makes the row it has to stand in.
        var makesRows: Bool { self == .create || self == .extract }

        var schema: String {
            let source = "CREATE TABLE src (id int PRIMARY KEY, v int, again int);"
            if self == .extract { return source }
            let timing = self == .deferred ? " DEFERRABLE INITIALLY DEFERRED" : ""
            return source
                + " CREATE TABLE dst (src int UNIQUE REFERENCES src ON DELETE CASCADE ON UPDATE CASCADE\(timing), note text, again int);"
        }

        var change: String {
            switch self {
            case .extract: "extract_table: {from: src, columns: [v], into: dst, key: {src: id}}"
            case .create: "move_columns: {from: src, to: dst, columns: [v], match: {src: id}, missing: create}"
            case .report, .deferred: "move_columns: {from: src, to: dst, columns: [v], match: {src: id}}"
            }
        }
    }

    private static let source = WrittenTable(name: "src", key: "id", column: "v")
    private static let target = WrittenTable(name: "dst", key: "src", column: "v")

    @Test(arguments: Kind.allCases)
    func `the value that was written last stands in both places`(_ kind: Kind) async throws {
        let fixture = try Fixture(
            schema: "\(kind.schema) \(MoveRelationTransitions.again("src", "v"))",
            plan: MovedColumnsTests.plan(kind.change, acknowledge: "[user-triggers, function-bodies, created-rows]")
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old:
                    "SELECT id / 100 AS number, string_agg(id % 100 || '=' || v, ' ' ORDER BY id) AS state FROM src WHERE v IS NOT NULL GROUP BY 1",
                new:
                    "SELECT src / 100 AS number, string_agg(src % 100 || '=' || v, ' ' ORDER BY src) AS state FROM dst WHERE v IS NOT NULL GROUP BY 1"
            ),
            cleaning: "TRUNCATE src CASCADE",
            transitions: { stage, connection in
                let merges = connection.serverVersion >= 150_000
                return (stage.hasOld ? Self.ofSource(kind, stage, merges: merges) : [])
                    + (stage.hasNew ? Self.ofTarget(kind, stage, merges: merges) + Self.ofBoth(kind, stage) : [])
            },
            truncations: { stage in Self.truncations(kind, stage) }
        )
        #expect(try await walk.run() > 800)
    }

    /// A row of each table, whose value is the given one.
    private static func rows(_ kind: Kind, _ stage: Stage, _ value: Int?) -> [String] {
        let value = value.map { "\($0)" } ?? "NULL"
        let source =
            stage.hasOld
            ? "INSERT INTO src (id, v) VALUES (#1, \(value)), (#2, NULL)" : "INSERT INTO src (id) VALUES (#1), (#2)"
        if stage.hasOld {
            return kind == .extract ? [source] : [source, "INSERT INTO dst (src) VALUES (#1) ON CONFLICT DO NOTHING"]
        }
        return [source, kind == .extract && value == "NULL" ? "" : "INSERT INTO dst (src, v) VALUES (#1, \(value))"]
    }

    private static func text(_ key: Int, _ value: Int?) -> String { value.map { "\(key)=\($0)" } ?? "" }

    // MARK: - The old place

    private static func ofSource(_ kind: Kind, _ stage: Stage, merges: Bool) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: "src: \(name)", before: before, script: script, outcome: outcome))
        }
        for to in [nil, 5] {
            for (form, script) in source.insertions("#1", to.map { "\($0)" }, merges: merges) {
                add(
                    "\(form), \(text(1, to))",
                    [],
                    script,
                    .holds(old: text(1, to), new: kind.makesRows ? text(1, to) : "")
                )
            }
        }
        for (from, to) in [(nil, nil), (nil, 5), (5, 6), (5, nil), (5, 5)] as [(Int?, Int?)] {
            let change = "\(from ?? 0) → \(to ?? 0)"
            let before = rows(kind, stage, from)
            for (form, script) in source.updates("#1", to.map { "\($0)" }, merges: merges) {
                add("\(form), \(change)", before, script, .holds(text(1, to)))
            }
            let (then, was) = (to.map { "\($0)" } ?? "NULL", from.map { "\($0)" } ?? "NULL")
            add(
                "and back in one transaction, \(change)",
                before,
                "BEGIN; UPDATE src SET v = \(then) WHERE id = #1; UPDATE src SET v = \(was) WHERE id = #1; COMMIT",
                .holds(text(1, from))
            )
            add(
                "key and value at once, \(change)",
                before,
                "UPDATE src SET id = #9, v = \(then) WHERE id = #1",
                .holds(text(9, to))
            )
            add("DELETE, \(change)", before, "DELETE FROM src WHERE id = #1", .holds(""))
        }
        let before = rows(kind, stage, 5)
        add("key", before, "UPDATE src SET id = #9 WHERE id = #1", .holds("9=5"))
        let others = kind.makesRows || !stage.hasNew ? [] : ["INSERT INTO dst (src) VALUES (#2)"]
        add(
            "several rows in one statement",
            before + others,
            "UPDATE src SET v = CASE id WHEN #1 THEN 6 ELSE 7 END WHERE id IN (#1, #2)",
            .holds("1=6 2=7")
        )
        add(
            "changed again by a trigger of the table",
            before,
            "UPDATE src SET v = 6, again = 7 WHERE id = #1",
            .holds("1=7")
        )
        return cases
    }

    // MARK: - The new place

    private static func ofTarget(_ kind: Kind, _ stage: Stage, merges: Bool) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: "dst: \(name)", before: before, script: script, outcome: outcome))
        }
        /// Read before it was copied, and written back.
        func kept(_ from: Int?, _ to: Int?) -> Int? { to == nil && stage.isCopying && kind != .extract ? from : to }
        for to in [nil, 5] {
            for (form, script) in target.insertions("#1", to.map { "\($0)" }, merges: merges) {
                add("\(form), \(text(1, to))", ["INSERT INTO src (id) VALUES (#1)"], script, .holds(text(1, to)))
            }
        }
        for (from, to) in [(nil, nil), (nil, 5), (5, 6), (5, nil), (5, 5)] as [(Int?, Int?)] {
            // A row that is not there equals one of NULLs.
            if kind == .extract, from == nil { continue }
            let change = "\(from ?? 0) → \(to ?? 0)"
            let before = rows(kind, stage, from)
            for (form, script) in target.updates("#1", to.map { "\($0)" }, merges: merges) {
                add("\(form), \(change)", before, script, .holds(text(1, kept(from, to))))
            }
            let (then, was) = (to.map { "\($0)" } ?? "NULL", from.map { "\($0)" } ?? "NULL")
            add(
                "and back in one transaction, \(change)",
                before,
                "BEGIN; UPDATE dst SET v = \(then) WHERE src = #1; UPDATE dst SET v = \(was) WHERE src = #1; COMMIT",
                .holds(text(1, kept(to, from)))
            )
            add("DELETE, \(change)", before, "DELETE FROM dst WHERE src = #1", .holds(""))
            add("to another row, \(change)", before, "UPDATE dst SET src = #2 WHERE src = #1", .holds(text(2, from)))
            add(
                "key of the other row, \(change)",
                before,
                "UPDATE src SET id = #9 WHERE id = #1",
                .holds(text(9, from))
            )
            if kind != .extract || stage.hasOld {
                add(
                    "to another row and another value, \(change)",
                    before,
                    "UPDATE dst SET src = #2, v = \(then) WHERE src = #1",
                    .holds(text(2, to))
                )
            }
        }
        return cases
    }

    // MARK: - Both

    private static func ofBoth(_ kind: Kind, _ stage: Stage) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: "both: \(name)", before: before, script: script, outcome: outcome))
        }
        let (sourceAlone, targetAlone) = ("INSERT INTO src (id) VALUES (#1)", "INSERT INTO dst (src) VALUES (#1)")
        let targetWith = "INSERT INTO dst (src, v) VALUES (#1, 5)"
        add("a new version, one after the other", [], "BEGIN; \(sourceAlone); \(targetWith); COMMIT", .holds("1=5"))
        add(
            "a new version, in one statement",
            [],
            "WITH s AS (\(sourceAlone)), d AS (\(targetWith)) SELECT",
            .holds("1=5")
        )
        add(
            "a new version, in one statement, the value first",
            [],
            "WITH d AS (\(targetWith)), s AS (\(sourceAlone)) SELECT",
            .holds("1=5")
        )
        if kind == .deferred {
            add("a new version, the value first", [], "BEGIN; \(targetWith); \(sourceAlone); COMMIT", .holds("1=5"))
            add(
                "a new version, the value first, in a subtransaction",
                [],
                "BEGIN; SAVEPOINT a; \(targetWith); RELEASE a; \(sourceAlone); COMMIT",
                .holds("1=5")
            )
        }
        guard stage.hasOld else { return cases }
        let sourceWith = "INSERT INTO src (id, v) VALUES (#1, 5)"
        if kind != .extract {
            let explicit = "INSERT INTO dst (src, v) VALUES (#1, NULL)"
            for (form, script) in [
                ("INSERT", targetAlone), ("NULL", explicit), ("COPY", "COPY dst (src) FROM PROGRAM 'echo #1'"),
                ("upsert", "\(explicit) ON CONFLICT (src) DO UPDATE SET v = excluded.v"),
            ] {
                add(
                    "an old version, one after the other, \(form)",
                    [],
                    "BEGIN; \(sourceWith); \(script); COMMIT",
                    .holds("1=5")
                )
                // Crossfade has made the row meanwhile, which had to be acknowledged.
                if kind == .create { continue }
                add("an old version, in two transactions, \(form)", [sourceWith], script, .holds("1=5"))
            }
            add(
                "an old version, in one statement",
                [],
                "WITH s AS (\(sourceWith)), d AS (\(targetAlone)) SELECT",
                .holds("1=5")
            )
            add(
                "an old version, in one statement, the value last",
                [],
                "WITH d AS (\(targetAlone)), s AS (\(sourceWith)) SELECT",
                .holds("1=5")
            )
            if kind == .deferred {
                add("an old version, the value last", [], "BEGIN; \(targetAlone); \(sourceWith); COMMIT", .holds("1=5"))
            }
            add(
                "an upsert beside a value of another row",
                rows(kind, stage, 5) + ["UPDATE src SET v = 6 WHERE id = #2"],
                "INSERT INTO dst (src, v) VALUES (#1, 7) ON CONFLICT (src) DO UPDATE SET v = excluded.v",
                .holds(old: "1=7 2=6", new: kind.makesRows ? "1=7 2=6" : "1=7")
            )
        }
        let linked = rows(kind, stage, 5)
        let isKept = stage.isCopying && kind != .extract
        add(
            "written here, emptied there",
            linked,
            "BEGIN; UPDATE src SET v = 6 WHERE id = #1; UPDATE dst SET v = NULL WHERE src = #1; COMMIT",
            .holds(isKept ? "1=6" : "")
        )
        add(
            "written there, emptied here",
            linked,
            "BEGIN; UPDATE dst SET v = 6 WHERE src = #1; UPDATE src SET v = NULL WHERE id = #1; COMMIT",
            .holds("")
        )
        add(
            "written here, then there",
            linked,
            "BEGIN; UPDATE src SET v = 6 WHERE id = #1; UPDATE dst SET v = 7 WHERE src = #1; COMMIT",
            .holds("1=7")
        )
        add(
            "written there, then here",
            linked,
            "BEGIN; UPDATE dst SET v = 7 WHERE src = #1; UPDATE src SET v = 6 WHERE id = #1; COMMIT",
            .holds("1=6")
        )
        add("made again", linked, "BEGIN; DELETE FROM dst WHERE src = #1; \(targetAlone); COMMIT", .holds(""))
        return cases
    }

    private static func truncations(_ kind: Kind, _ stage: Stage) -> [Transition] {
        let source =
            stage.hasOld
            ? "INSERT INTO src (id, v) VALUES (#1, 5) ON CONFLICT DO NOTHING"
            : "INSERT INTO src (id) VALUES (#1) ON CONFLICT DO NOTHING"
        let target =
            kind == .extract && !stage.hasNew
            ? ""
            : stage.hasOld
                ? "INSERT INTO dst (src) VALUES (#1) ON CONFLICT DO NOTHING"
                : "INSERT INTO dst (src, v) VALUES (#1, 5) ON CONFLICT DO NOTHING"
        return (["src"] + (stage.hasNew ? ["dst"] : [])).map {
            Transition(
                name: "TRUNCATE \($0)",
                before: [source, target],
                script: "TRUNCATE \($0) CASCADE",
                outcome: .holds("")
            )
        }
    }
}
