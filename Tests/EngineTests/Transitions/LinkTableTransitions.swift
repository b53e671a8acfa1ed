import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every transition of a link that becomes a row of a table of links, from either side, at every stage.
///
/// The rule: the old column holds one of the row's links, and none exactly where there is none. It is the one that was written; when
/// that goes, the smallest of the others.
@Suite(.ledgerDatabase, .asSuperuser("COPY FROM PROGRAM"), .timeLimit(.minutes(60)))
struct LinkTableTransitions {
    private static let post = WrittenTable(name: "post", key: "id", column: "cat")

    enum Variant: String, CaseIterable, Sendable {
        case refuse
        case record
        /// The old column has no foreign key, and the table of links has.
        case unreferenced

        var second: String { self == .record ? "record" : "refuse" }
        var reference: String { self == .unreferenced ? "" : " REFERENCES cat ON DELETE SET NULL ON UPDATE CASCADE" }
    }

    @Test(arguments: Variant.allCases)
    func `what one shape holds the other holds`(_ variant: Variant) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE cat (id int PRIMARY KEY); CREATE TABLE post (id int PRIMARY KEY, cat int\(variant.reference), again int);
                \(MoveRelationTransitions.again("post", "cat"))
                """,
            plan: MovedColumnsTests.plan(
                "link_table: {from: {table: post, column: cat, references: cat.id}, through: {table: link, columns: {cat: a, post: b}}, "
                    + "second_link: \(variant.second)}",
                acknowledge: "[old-action, unchecked-links, user-triggers]"
            )
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old:
                    "SELECT id / 100 AS number, string_agg(id % 100 || '>' || cat % 100, ' ' ORDER BY id) AS state FROM post WHERE cat IS NOT NULL GROUP BY 1",
                new:
                    "SELECT b / 100 AS number, string_agg(b % 100 || '>' || a % 100, ' ' ORDER BY b, a) AS state FROM link GROUP BY 1"
            ),
            cleaning: "TRUNCATE post, cat CASCADE",
            transitions: { stage, connection in
                let merges = connection.serverVersion >= 150_000
                return (stage.hasOld ? Self.ofColumn(stage, variant, merges: merges) : [])
                    + (stage.hasNew ? Self.ofLinks(stage, variant.second, merges: merges) : [])
            },
            truncations: { stage in Self.truncations(stage, variant) }
        )
        #expect(try await walk.run() > 700)
    }

    /// Two posts and three categories, and the first post linked to the given ones.
    private static func rows(_ stage: Stage, linked categories: [Int]) -> [String] {
        var scripts = ["INSERT INTO cat VALUES (#51), (#52), (#53); INSERT INTO post VALUES (#1), (#2)"]
        if let first = categories.first {
            scripts.append(
                stage.hasOld
                    ? "UPDATE post SET cat = #\(first) WHERE id = #1" : "INSERT INTO link VALUES (#\(first), #1)"
            )
        }
        return scripts + categories.dropFirst().map { "INSERT INTO link VALUES (#\($0), #1)" }
    }

    // MARK: - The old column

    private static func ofColumn(_ stage: Stage, _ variant: Variant, merges: Bool) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ before: [String], _ script: String, _ link: String) {
            cases.append(Transition(name: "post: \(name)", before: before, script: script, outcome: .holds(link)))
        }
        func text(_ category: Int?) -> String { category.map { "#\($0)" } ?? "NULL" }
        func link(_ post: Int, _ category: Int?) -> String { category.map { "\(post)>\($0)" } ?? "" }
        for to in [nil, 51] {
            for (form, script) in post.insertions("#1", to.map { "#\($0)" }, merges: merges) {
                add("\(form), \(text(to))", ["INSERT INTO cat VALUES (#51)"], script, link(1, to))
            }
        }
        for (from, to) in [(nil, nil), (nil, 51), (51, 52), (51, nil), (51, 51)] as [(Int?, Int?)] {
            let change = "\(text(from)) → \(text(to))"
            let before = rows(stage, linked: [from].compactMap { $0 })
            for (form, script) in post.updates("#1", to.map { "#\($0)" }, merges: merges) {
                add("\(form), \(change)", before, script, link(1, to))
            }
            let update = "UPDATE post SET cat = "
            add(
                "and back in one transaction, \(change)",
                before,
                "BEGIN; \(update)\(text(to)) WHERE id = #1; \(update)\(text(from)) WHERE id = #1; COMMIT",
                link(1, from)
            )
            add(
                "key and link at once, \(change)",
                before,
                "UPDATE post SET id = #9, cat = \(text(to)) WHERE id = #1",
                link(9, to)
            )
            add("DELETE, \(change)", before, "DELETE FROM post WHERE id = #1", "")
            if let to, stage.hasNew {
                add(
                    "and taken back by the links in one transaction, \(change)",
                    before,
                    "BEGIN; \(update)\(text(to)) WHERE id = #1; DELETE FROM link WHERE a = #\(to) AND b = #1; COMMIT",
                    ""
                )
            }
        }
        let linked = rows(stage, linked: [51])
        add("key of the post", linked, "UPDATE post SET id = #9 WHERE id = #1", "9>51")
        // A column that nothing holds to a category keeps what it was given, as long as there are no links.
        let isUnchecked = variant == .unreferenced && !stage.hasNew
        add("key of the category", linked, "UPDATE cat SET id = #59 WHERE id = #51", isUnchecked ? "1>51" : "1>59")
        add("DELETE of the category", linked, "DELETE FROM cat WHERE id = #51", isUnchecked ? "1>51" : "")
        add(
            "several rows in one statement",
            linked,
            "UPDATE post SET cat = CASE id WHEN #1 THEN #52 ELSE #51 END WHERE id IN (#1, #2)",
            "1>52 2>51"
        )
        add(
            "changed again by a trigger of the table",
            rows(stage, linked: []),
            "UPDATE post SET cat = #51, again = #52 WHERE id = #1",
            "1>52"
        )
        cases.append(
            Transition(
                name: "post: a link to nowhere",
                before: linked,
                script: "UPDATE post SET cat = #58 WHERE id = #1",
                outcome: isUnchecked ? .holds("1>58") : .fails(.foreignKeyViolation, "1>51")
            )
        )
        return cases
    }

    // MARK: - The links

    private static func ofLinks(_ stage: Stage, _ second: String, merges: Bool) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ linked: [Int], _ script: String, old: String, new: String? = nil) {
            // After contract there is no old column to choose one of several links.
            cases.append(
                Transition(
                    name: "link: \(name)",
                    before: rows(stage, linked: linked),
                    script: script,
                    outcome: .holds(old: old, new: new ?? old)
                )
            )
        }
        let insert = "INSERT INTO link VALUES (#51, #1)"
        add("INSERT", [], insert, old: "1>51")
        add("INSERT ON CONFLICT DO NOTHING, first arm", [], "\(insert) ON CONFLICT DO NOTHING", old: "1>51")
        add("INSERT ON CONFLICT DO NOTHING, second arm", [51], "\(insert) ON CONFLICT DO NOTHING", old: "1>51")
        add("upsert, first arm", [], "\(insert) ON CONFLICT (a, b) DO UPDATE SET a = #52", old: "1>51")
        add("upsert, second arm", [51], "\(insert) ON CONFLICT (a, b) DO UPDATE SET a = #52", old: "1>52")
        add("COPY", [], "COPY link (a, b) FROM PROGRAM 'printf ''%s\\t%s\\n'' #51 #1'", old: "1>51")
        add("INSERT of several", [], "INSERT INTO link VALUES (#51, #1), (#52, #2)", old: "1>51 2>52")
        if merges {
            let merge = "MERGE INTO link USING (VALUES (#51, #1)) v(c, p) ON a = c AND b = p "
            add("MERGE, not matched", [], merge + "WHEN NOT MATCHED THEN INSERT VALUES (c, p)", old: "1>51")
            add("MERGE, matched and changed", [51], merge + "WHEN MATCHED THEN UPDATE SET a = #52", old: "1>52")
            add("MERGE, matched and deleted", [51], merge + "WHEN MATCHED THEN DELETE", old: "")
        }
        add("DELETE", [51], "DELETE FROM link WHERE b = #1", old: "")
        add("UPDATE to another category", [51], "UPDATE link SET a = #52 WHERE b = #1", old: "1>52")
        add("UPDATE to the same", [51], "UPDATE link SET a = a WHERE b = #1", old: "1>51")
        add("UPDATE to another post", [51], "UPDATE link SET b = #2 WHERE b = #1", old: "2>51")
        add(
            "another first, then without the one",
            [51],
            "BEGIN; INSERT INTO link VALUES (#52, #1); DELETE FROM link WHERE a = #51 AND b = #1; COMMIT",
            old: "1>52"
        )
        add(
            "without the one first, then another",
            [51],
            "BEGIN; DELETE FROM link WHERE a = #51 AND b = #1; INSERT INTO link VALUES (#52, #1); COMMIT",
            old: "1>52"
        )
        let (gone, come) = (
            "g AS (DELETE FROM link WHERE a = #51 AND b = #1)", "c AS (INSERT INTO link VALUES (#52, #1))"
        )
        add("both in one statement", [51], "WITH \(gone), \(come) SELECT", old: "1>52")
        add("both in one statement, the other way round", [51], "WITH \(come), \(gone) SELECT", old: "1>52")
        add(
            "and back in one transaction",
            [51],
            "BEGIN; DELETE FROM link WHERE b = #1; INSERT INTO link VALUES (#51, #1); COMMIT",
            old: "1>51"
        )
        add("key of the post", [51], "UPDATE post SET id = #9 WHERE id = #1", old: "9>51")
        add("key of the category", [51], "UPDATE cat SET id = #59 WHERE id = #51", old: "1>59")
        add("DELETE of the post", [51], "DELETE FROM post WHERE id = #1", old: "")
        add("DELETE of the category", [51], "DELETE FROM cat WHERE id = #51", old: "")
        if stage.hasOld {
            add(
                "and taken back by the column in one transaction",
                [],
                "BEGIN; \(insert); UPDATE post SET cat = NULL WHERE id = #1; COMMIT",
                old: ""
            )
        }
        return cases + seconds(stage, second)
    }

    /// More than one link of a row.
    private static func seconds(_ stage: Stage, _ second: String) -> [Transition] {
        var cases: [Transition] = []
        func add(_ name: String, _ linked: [Int], _ script: String, old: String, new: String) {
            cases.append(
                Transition(
                    name: "links: \(name)",
                    before: rows(stage, linked: linked),
                    script: script,
                    outcome: .holds(old: old, new: new)
                )
            )
        }
        if second == "refuse", stage.hasOld {
            cases.append(
                Transition(
                    name: "a second link",
                    before: rows(stage, linked: [51]),
                    script: "INSERT INTO link VALUES (#52, #1)",
                    outcome: .fails(.uniqueViolation, "1>51")
                )
            )
            return cases
        }
        add("a second", [52], "INSERT INTO link VALUES (#51, #1)", old: "1>52", new: "1>51 1>52")
        add(
            "the row's own goes",
            [52, 51, 53],
            "DELETE FROM link WHERE a = #52 AND b = #1",
            old: "1>51",
            new: "1>51 1>53"
        )
        add("another goes", [52, 51], "DELETE FROM link WHERE a = #51 AND b = #1", old: "1>52", new: "1>52")
        add("all go at once", [52, 51, 53], "DELETE FROM link WHERE b = #1", old: "", new: "")
        add(
            "another becomes a third",
            [52, 51],
            "UPDATE link SET a = #53 WHERE a = #51 AND b = #1",
            old: "1>52",
            new: "1>52 1>53"
        )
        add(
            "the row's own becomes a third",
            [52, 51],
            "UPDATE link SET a = #53 WHERE a = #52 AND b = #1",
            old: "1>51",
            new: "1>51 1>53"
        )
        add(
            "the category of the row's own is deleted",
            [52, 51],
            "DELETE FROM cat WHERE id = #52",
            old: "1>51",
            new: "1>51"
        )
        guard stage.hasOld else { return cases }
        add(
            "the column goes on to a new one",
            [52, 51],
            "UPDATE post SET cat = #53 WHERE id = #1",
            old: "1>53",
            new: "1>51 1>53"
        )
        add(
            "the column goes on to one that is there",
            [52, 51],
            "UPDATE post SET cat = #51 WHERE id = #1",
            old: "1>51",
            new: "1>51"
        )
        add(
            "the column is set to NULL",
            [52, 51],
            "UPDATE post SET cat = NULL WHERE id = #1",
            old: "1>51",
            new: "1>51"
        )
        return cases
    }

    private static func truncations(_ stage: Stage, _ variant: Variant) -> [Transition] {
        let before =
            rows(stage, linked: []).map { $0 + " ON CONFLICT DO NOTHING" }.map {
                $0.replacing("53);", with: "53) ON CONFLICT DO NOTHING;")
            }
            + [
                stage.hasOld
                    ? "UPDATE post SET cat = #51 WHERE id = #1"
                    : "INSERT INTO link VALUES (#51, #1) ON CONFLICT DO NOTHING"
            ]
        return (["post", "cat"] + (stage.hasNew ? ["link"] : [])).map { table in
            let isKept = table == "cat" && variant == .unreferenced && !stage.hasNew
            return Transition(
                name: "TRUNCATE \(table)",
                before: before,
                script: "TRUNCATE \(table) CASCADE",
                outcome: .holds(isKept ? "1>51" : "")
            )
        }
    }
}
