import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A key that one statement takes from a row and gives to another, where the rows are linked.
///
/// The rule: what the old column holds when the statement is over is the link, as it is without the change.
@Suite(.ledgerDatabase, .asSuperuser("session_replication_role"), .timeLimit(.minutes(60)))
struct ReusedLinkTransitions {
    /// How the old column references the other table.
    enum Reference: String, CaseIterable, Sendable {
        case followed = "REFERENCES far ON DELETE SET NULL ON UPDATE CASCADE"
        case checked = "REFERENCES far"
        case deferred = "REFERENCES far DEFERRABLE INITIALLY DEFERRED"
        case none = ""
    }

    /// A statement on rows that are linked as `before` says, and the links afterwards.
    struct Case: Sendable {
        let name: String
        let before: [Int: Int]
        let script: String
        let after: String
        /// The same where no link was copied before, if it is another.
        var uncopied: String?
    }

    private static let referencedAgain = "the referenced row again"

    /// `shares`: several rows may have one link, and a row of the other table that is gone takes the links along.
    private static func cases(_ reference: Reference, shares: Bool) -> [Case] {
        func again(_ key: String, _ ref: String, _ keys: String) -> String {
            "WITH gone AS (DELETE FROM near WHERE id IN (\(keys)) RETURNING id, far) INSERT INTO near (id, far) SELECT \(key), \(ref) FROM gone"
        }
        let (alone, both) = ([1: 51], [1: 51, 2: 52])
        var cases = [
            Case(name: "again", before: alone, script: again("id", "far", "#1"), after: "1>51"),
            Case(name: "again, linked to another", before: alone, script: again("id", "#53", "#1"), after: "1>53"),
            Case(name: "again, without a link", before: alone, script: again("id", "NULL", "#1"), after: ""),
            Case(name: "moved on", before: alone, script: again("id - 1", "far", "#1, #2"), after: "0>51"),
            Case(name: "moved on, both", before: both, script: again("id - 1", "far", "#1, #2"), after: "0>51 1>52"),
            Case(name: "moved up", before: [2: 52], script: again("id - 1", "far", "#1, #2"), after: "1>52"),
        ]
        for links in [alone, [2: 52], both] + (shares ? [[1: 51, 2: 51]] : []) {
            cases.append(
                Case(
                    name: "keys",
                    before: links,
                    script: "UPDATE near SET id = id - 1 WHERE id IN (#1, #2)",
                    after: text(links) { ($0 - 1, $1) }
                )
            )
        }
        cases.append(
            Case(
                name: referencedAgain,
                before: both,
                script:
                    "WITH gone AS (DELETE FROM far WHERE id = #51 RETURNING id) INSERT INTO far (id) SELECT id FROM gone",
                after: reference == .followed || shares ? "2>52" : "1>51 2>52",
                uncopied: reference == .followed ? nil : "1>51 2>52"
            )
        )
        if reference == .followed {
            cases.append(
                Case(
                    name: "keys of the referenced rows",
                    before: both,
                    script: "UPDATE far SET id = id - 1 WHERE id IN (#51, #52)",
                    after: text(both) { ($0, $1 - 1) }
                )
            )
        }
        return cases
    }

    private static func text(_ links: [Int: Int], _ change: (Int, Int) -> (Int, Int)) -> String {
        links.map(change).sorted { $0.0 < $1.0 }.map { "\($0.0)>\($0.1)" }.joined(separator: " ")
    }

    private static let oldListing =
        "SELECT id / 100 AS number, string_agg(id % 100 || '>' || far % 100, ' ' ORDER BY id) AS state FROM near WHERE far IS NOT NULL GROUP BY 1"

    /// Rows as they are before any trigger has seen them.
    private static func before(_ test: Case, copied: [Int], by copy: String) -> [String] {
        func far(_ near: Int) -> String { test.before[near].map { "#\($0)" } ?? "NULL" }
        var script = "SET session_replication_role = replica; INSERT INTO far (id) VALUES (#51), (#52), (#53); "
        script += "INSERT INTO near (id, far) VALUES (#1, \(far(1))), (#2, \(far(2)));"
        // In the order of the keys: an UPDATE of them goes by where the rows lie.
        for (near, far) in test.before.sorted(by: { $0.key < $1.key }) where copied.contains(near) {
            script += copy.replacing("NEAR", with: "#\(near)").replacing("FAR", with: "#\(far)") + ";"
        }
        return [script + " RESET session_replication_role"]
    }

    /// `uncopied`: what the new shape holds of a link that was not copied; the backfill copies the others.
    private static func transitions(
        _ stage: Stage,
        _ cases: [Case],
        copy: String,
        uncopied: (Case) -> String
    ) -> [Transition] {
        guard stage.hasOld, stage.hasNew else { return [] }
        return cases.flatMap { test in
            (stage.isCopying ? [[1, 2], []] : [[1, 2]]).map { copied in
                Transition(
                    name: "\(test.name), \(test.before)\(copied.isEmpty ? ", not copied" : "")",
                    before: before(test, copied: copied, by: copy),
                    script: test.script,
                    outcome: copied.isEmpty
                        ? .holds(old: test.uncopied ?? test.after, new: uncopied(test)) : .holds(test.after)
                )
            }
        }
    }

    /// The key of a row whose link is copied goes to one whose link is not.
    private static func halfCopied(_ stage: Stage, _ copy: String) -> [Transition] {
        guard stage.isCopying else { return [] }
        let test = Case(
            name: "keys, one copied",
            before: [1: 51, 2: 51],
            script: "UPDATE near SET id = id - 1 WHERE id IN (#1, #2)",
            after: "0>51 1>51"
        )
        return [
            Transition(
                name: test.name,
                before: before(test, copied: [1], by: copy),
                script: test.script,
                outcome: .holds(old: test.after, new: "0>51")
            )
        ]
    }

    @Test(arguments: Reference.allCases)
    func `a link that moves to the other table`(_ reference: Reference) async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE \(reference.rawValue));",
            plan: MovedColumnsTests.plan(
                "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, "
                    + "references: near.id}, on_delete: set_null}",
                acknowledge: "[old-action]"
            )
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old: Self.oldListing,
                new:
                    "SELECT id / 100 AS number, string_agg(near % 100 || '>' || id % 100, ' ' ORDER BY near) AS state FROM far WHERE near IS NOT NULL GROUP BY 1"
            ),
            cleaning: "TRUNCATE near, far",
            transitions: { stage, _ in
                Self.transitions(
                    stage,
                    Self.cases(reference, shares: false),
                    copy: " UPDATE far SET near = NEAR WHERE id = FAR"
                ) {
                    guard $0.name == Self.referencedAgain else { return $0.after }
                    return reference == .deferred || reference == .none ? "1>51" : ""
                }
            }
        )
        #expect(try await walk.run() > 80)
    }

    @Test(arguments: Reference.allCases, ["refuse", "record"])
    func `a link that becomes a row of a table of links`(_ reference: Reference, _ second: String) async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int \(reference.rawValue));",
            plan: MovedColumnsTests.plan(
                "link_table: {from: {table: near, column: far, references: far.id}, through: {table: link, columns: {far: a, near: b}}, "
                    + "second_link: \(second)}",
                acknowledge: "[old-action, unchecked-links]"
            )
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old: Self.oldListing,
                new:
                    "SELECT b / 100 AS number, string_agg(b % 100 || '>' || a % 100, ' ' ORDER BY b, a) AS state FROM link GROUP BY 1"
            ),
            cleaning: "TRUNCATE near, far CASCADE",
            transitions: { stage, _ in
                let copy = " INSERT INTO link (a, b) VALUES (FAR, NEAR)"
                let cases = Self.cases(reference, shares: true)
                return Self.transitions(stage, cases, copy: copy) {
                    $0.name == Self.referencedAgain || $0.name == "keys" ? "" : $0.after
                } + Self.halfCopied(stage, copy)
            }
        )
        #expect(try await walk.run() > 80)
    }
}
