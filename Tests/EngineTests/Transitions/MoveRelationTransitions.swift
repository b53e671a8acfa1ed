import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every transition of a 1-1 link, from either side, at every stage.
///
/// The rule: what the side holds that was written, the other side holds too. Two exceptions: until enforce is done a link that the
/// new side sets to NULL beside the old side's is set back, and what either shape forbids by itself fails.
@Suite(.ledgerDatabase, .asSuperuser("COPY FROM PROGRAM"), .timeLimit(.minutes(60)))
struct MoveRelationTransitions {
    /// How the old column references the other table.
    enum Reference: String, CaseIterable, Sendable {
        case followed = "REFERENCES far ON DELETE SET NULL ON UPDATE CASCADE"
        case deferred = "REFERENCES far DEFERRABLE INITIALLY DEFERRED"
        case none = ""
    }

    /// The side that a statement writes: its table `t` with the column `c`, and the other table.
    private struct Side {
        let isOld: Bool
        var t: String { isOld ? "near" : "far" }
        var c: String { isOld ? "far" : "near" }
        var v: String { isOld ? "far" : "near" }
        /// Keys of the written table's rows, and of the other's.
        func t(_ n: Int) -> String { "#\(isOld ? n : 50 + n)" }
        func v(_ n: Int) -> String { "#\(isOld ? 50 + n : n)" }
        /// A link as the listings have it.
        func link(_ t: Int, _ v: Int?) -> String { v.map { isOld ? "\(t)>\(50 + $0)" : "\($0)>\(50 + t)" } ?? "" }
        var table: WrittenTable { WrittenTable(name: t, key: "id", column: c) }
        var other: Side { Side(isOld: !isOld) }
    }

    @Test(arguments: Reference.allCases)
    func `what one side holds the other holds`(_ reference: Reference) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE far (id int PRIMARY KEY, again int);
                CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE \(reference.rawValue), again int);
                \(Self.again("near", "far")) \(Self.again("far", "near"))
                """,
            plan: MovedColumnsTests.plan(
                "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, "
                    + "references: near.id}, on_delete: set_null}",
                acknowledge: "[user-triggers, unread-body]"
            )
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old:
                    "SELECT id / 100 AS number, string_agg(id % 100 || '>' || far % 100, ' ' ORDER BY id) AS state FROM near WHERE far IS NOT NULL GROUP BY 1",
                new:
                    "SELECT id / 100 AS number, string_agg(near % 100 || '>' || id % 100, ' ' ORDER BY near) AS state FROM far WHERE near IS NOT NULL GROUP BY 1"
            ),
            cleaning: "TRUNCATE near, far",
            transitions: { stage, connection in
                [Side(isOld: true), Side(isOld: false)].filter { $0.isOld ? stage.hasOld : stage.hasNew }.flatMap {
                    Self.transitions($0, stage, reference, merges: connection.serverVersion >= 150_000)
                }
            },
            truncations: { stage in Self.truncations(stage, reference) }
        )
        #expect(try await walk.run() > 1000)
    }

    /// A trigger of the table's own that changes the link once more, before Crossfade's sees the first change.
    static func again(_ table: String, _ column: String) -> String {
        """
        CREATE FUNCTION again_\(table)() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          EXECUTE format('UPDATE public.\(table) SET \(column) = %s, again = NULL WHERE id = %s', NEW.again, NEW.id); RETURN NULL;
        END $$;
        CREATE TRIGGER again AFTER UPDATE ON \(table) FOR EACH ROW WHEN (NEW.again IS NOT NULL) EXECUTE FUNCTION again_\(table)();
        """
    }

    /// Two rows of each table, and the first of the written side linked to the given one of the other.
    private static func rows(_ side: Side, _ stage: Stage, linked v: Int?) -> [String] {
        // The links that were there before are written by whichever side there is.
        let writer = stage.hasOld ? Side(isOld: true) : Side(isOld: false)
        let link = v.map { v in
            let (t, other) = writer.isOld == side.isOld ? (side.t(1), side.v(v)) : (side.v(v), side.t(1))
            return "; UPDATE \(writer.t) SET \(writer.c) = \(other) WHERE id = \(t)"
        }
        return ["INSERT INTO near VALUES (#1), (#2); INSERT INTO far VALUES (#51), (#52)\(link ?? "")"]
    }

    private static func transitions(_ side: Side, _ stage: Stage, _ reference: Reference, merges: Bool) -> [Transition]
    {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: "\(side.t): \(name)", before: before, script: script, outcome: outcome))
        }
        /// What is held after the written side went from one link to another.
        func held(_ from: Int?, _ to: Int?) -> Transition.Outcome {
            // Read before it was copied, and written back.
            let isStale = !side.isOld && stage.isCopying && to == nil
            return .holds(side.link(1, isStale ? from : to))
        }
        for to in [nil, 1] {
            let others = ["INSERT INTO \(side.v) VALUES (\(side.v(1)))"]
            for (form, script) in side.table.insertions(side.t(1), to.map(side.v), merges: merges) {
                add("\(form), \(to == nil ? "NULL" : "a")", others, script, .holds(side.link(1, to)))
            }
        }
        for (from, to) in [(nil, nil), (nil, 1), (1, 2), (1, nil), (1, 1)] as [(Int?, Int?)] {
            let change = "\(from == nil ? "NULL" : "a") → \(to.map { $0 == 1 ? "a" : "b" } ?? "NULL")"
            let before = rows(side, stage, linked: from)
            for (form, script) in side.table.updates(side.t(1), to.map(side.v), merges: merges) {
                add("\(form), \(change)", before, script, held(from, to))
            }
            let update = "UPDATE \(side.t) SET \(side.c) = "
            let (then, was) = (to.map(side.v) ?? "NULL", from.map(side.v) ?? "NULL")
            add(
                "and back in one transaction, \(change)",
                before,
                "BEGIN; \(update)\(then) WHERE id = \(side.t(1)); \(update)\(was) WHERE id = \(side.t(1)); COMMIT",
                held(to ?? from, from)
            )
            // The same link, written by the other side.
            let other = side.other
            if let to, stage.hasOld, stage.hasNew {
                add(
                    "and taken back by the other side in one transaction, \(change)",
                    before,
                    "BEGIN; \(update)\(then) WHERE id = \(side.t(1)); UPDATE \(other.t) SET \(other.c) = NULL WHERE id = \(side.v(to)); COMMIT",
                    .holds(!other.isOld && stage.isCopying ? side.link(1, to) : "")
                )
            }
            add(
                "key and link at once, \(change)",
                before,
                "UPDATE \(side.t) SET id = \(side.t(9)), \(side.c) = \(then) WHERE id = \(side.t(1))",
                .holds(side.link(9, to))
            )
            if let from {
                add(
                    "key of the row, \(change)",
                    before,
                    "UPDATE \(side.t) SET id = \(side.t(9)) WHERE id = \(side.t(1))",
                    .holds(side.link(9, from))
                )
            }
            add("DELETE, \(change)", before, "DELETE FROM \(side.t) WHERE id = \(side.t(1))", .holds(""))
        }
        cases += linked(side, stage, reference)
        return cases
    }

    /// Transitions of the row that is referenced, and of several rows at once.
    private static func linked(_ side: Side, _ stage: Stage, _ reference: Reference) -> [Transition] {
        var cases: [Transition] = []
        let before = rows(side, stage, linked: 1)
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: "\(side.t): \(name)", before: before, script: script, outcome: outcome))
        }
        // What a key of the other side's takes along: of the old shape what its foreign key says, of both everything.
        if stage.hasNew && stage.hasOld || (side.isOld && reference == .followed) || !side.isOld {
            let isRefused = side.isOld && reference == .deferred && !stage.hasNew
            if !isRefused {
                add(
                    "key of the referenced row",
                    before,
                    "UPDATE \(side.v) SET id = \(side.v(9)) WHERE id = \(side.v(1))",
                    .holds(side.link(1, 9))
                )
                add("DELETE of the referenced row", before, "DELETE FROM \(side.v) WHERE id = \(side.v(1))", .holds(""))
            }
        }
        add(
            "changed again by a trigger of the table, a → b",
            rows(side, stage, linked: nil),
            "UPDATE \(side.t) SET \(side.c) = \(side.v(1)), again = \(side.v(2)) WHERE id = \(side.t(1))",
            .holds(side.link(1, 2))
        )
        add(
            "a link that another row has",
            before,
            "UPDATE \(side.t) SET \(side.c) = \(side.v(1)) WHERE id = \(side.t(2))",
            .fails(.uniqueViolation, side.link(1, 1))
        )
        if reference != .none || !side.isOld {
            add(
                "a link to nowhere",
                before,
                "UPDATE \(side.t) SET \(side.c) = \(side.v(8)) WHERE id = \(side.t(1))",
                .fails(.foreignKeyViolation, side.link(1, 1))
            )
        }
        add(
            "several rows in one statement",
            before + ["INSERT INTO \(side.v) VALUES (\(side.v(3)))"],
            "UPDATE \(side.t) SET \(side.c) = CASE id WHEN \(side.t(1)) THEN \(side.v(3)) ELSE \(side.v(2)) END WHERE id IN (\(side.t(1)), \(side.t(2)))",
            .holds([side.link(1, 3), side.link(2, 2)].sorted().joined(separator: " "))
        )
        return cases + (side.isOld && reference != .followed ? deferred(side, stage, reference) : [])
    }

    /// A key that is checked at commit, or never, lets either row come first.
    private static func deferred(_ side: Side, _ stage: Stage, _ reference: Reference) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ outcome: Transition.Outcome) {
            cases.append(Transition(name: name, before: before, script: script, outcome: outcome))
        }
        let (near, far) = ("INSERT INTO near (id, far) VALUES (#1, #51)", "INSERT INTO far (id) VALUES (#51)")
        let before = rows(side, stage, linked: 1)
        let linked = Transition.Outcome.holds("1>51")
        add("the row with the link first", [], "BEGIN; \(near); \(far); COMMIT", linked)
        add("the row it is linked to first", [], "BEGIN; \(far); \(near); COMMIT", linked)
        add("both in one statement, the link first", [], "WITH n AS (\(near)), f AS (\(far)) SELECT", linked)
        add("both in one statement, the link last", [], "WITH f AS (\(far)), n AS (\(near)) SELECT", linked)
        let (rekeyed, followed) = ("UPDATE far SET id = #59 WHERE id = #51", "UPDATE near SET far = #59 WHERE id = #1")
        add("the link follows a changed key", before, "BEGIN; \(rekeyed); \(followed); COMMIT", .holds("1>59"))
        add("the link goes before a changed key", before, "BEGIN; \(followed); \(rekeyed); COMMIT", .holds("1>59"))
        let (gone, other) = ("DELETE FROM far WHERE id = #51", "UPDATE near SET far = #52 WHERE id = #1")
        add("another link after the row it led to is gone", before, "BEGIN; \(gone); \(other); COMMIT", .holds("1>52"))
        add("another link before the row it led to is gone", before, "BEGIN; \(other); \(gone); COMMIT", .holds("1>52"))
        guard stage.hasNew else { return cases }
        // What the application wrote is what EXCLUDED is, though the other side's row asks for its link.
        add(
            "upsert of the row it is linked to, second arm",
            before,
            "INSERT INTO far (id, near) VALUES (#51, NULL) ON CONFLICT (id) DO UPDATE SET near = excluded.near",
            stage.isCopying ? linked : .holds("")
        )
        add(
            "upsert of the row it is linked to, first arm",
            [],
            "BEGIN; \(near); INSERT INTO far (id, near) VALUES (#51, NULL) ON CONFLICT (id) DO UPDATE SET near = excluded.near; COMMIT",
            linked
        )
        return cases
    }

    private static func truncations(_ stage: Stage, _ reference: Reference) -> [Transition] {
        let before = [
            "INSERT INTO near VALUES (#1) ON CONFLICT DO NOTHING; INSERT INTO far VALUES (#51) ON CONFLICT DO NOTHING",
            stage.hasOld ? "UPDATE near SET far = #51 WHERE id = #1" : "UPDATE far SET near = #1 WHERE id = #51",
        ]
        return ["near", "far"].map { table in
            let isBelievedIn = table == "far" && reference == .none && !stage.hasNew
            return Transition(
                name: "TRUNCATE \(table)",
                before: before,
                script: "TRUNCATE \(table) CASCADE",
                outcome: .holds(isBelievedIn ? "1>51" : "")
            )
        }
    }
}
