import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A key that one statement takes from a row and gives to another, while a foreign key acts on the rows that belonged to the first.
///
/// The rule: the row that has the key afterwards has the values that the statement gave it. The other table's row does what its foreign
/// key says, and takes along only what belonged to the row that is gone.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ReusedKeyTransitions {
    enum Kind: String, CaseIterable, Sendable {
        case report
        case create
        case extract
    }

    /// What takes the other table's row along.
    enum Action: String, CaseIterable, Sendable {
        case cascade
        case setNull
        case setDefault
        case noAction
        case deferred
        /// A table between the two.
        case byWay
        /// A trigger of the application's.
        case byTrigger

        var foreignKey: String {
            switch self {
            case .cascade: "REFERENCES src ON DELETE CASCADE ON UPDATE CASCADE"
            case .setNull: "REFERENCES src ON DELETE SET NULL ON UPDATE SET NULL"
            case .setDefault: "DEFAULT NULL REFERENCES src ON DELETE SET DEFAULT ON UPDATE SET DEFAULT"
            case .noAction: "REFERENCES src"
            case .deferred: "REFERENCES src DEFERRABLE INITIALLY DEFERRED"
            case .byWay: "REFERENCES way ON DELETE CASCADE ON UPDATE CASCADE"
            case .byTrigger: ""
            }
        }

        /// What becomes of a row whose key goes: it follows, is gone, or stays.
        func follows(_ script: Script) -> Bool? {
            switch self {
            case .cascade, .byWay, .byTrigger: script.isUpdate ? true : false
            case .setNull, .setDefault: false
            case .noAction, .deferred: nil
            }
        }
    }

    /// Statements on the rows #1 = 5 and #2 = 6.
    enum Script: String, CaseIterable, Sendable {
        case again
        case againAsItWas
        case againWithout
        case shifted
        case moved

        var isUpdate: Bool { self == .moved }

        var text: String {
            func again(_ key: String, _ value: String, _ keys: String) -> String {
                "WITH gone AS (DELETE FROM src WHERE id IN (\(keys)) RETURNING id, v) INSERT INTO src (id, v) SELECT \(key), \(value) FROM gone"
            }
            return switch self {
            case .again: again("id", "v + 2", "#1")
            case .againAsItWas: again("id", "v", "#1")
            case .againWithout: again("id", "NULL", "#1")
            case .shifted: again("id - 1", "v", "#1, #2")
            case .moved: "UPDATE src SET id = id - 1 WHERE id IN (#1, #2)"
            }
        }

        /// The keys of the rows #1 and #2 afterwards, and the values of all.
        var keys: [Int: Int] { self == .shifted || self == .moved ? [1: 0, 2: 1] : [1: 1, 2: 2] }
        var values: [Int: Int] {
            switch self {
            case .again: [1: 7, 2: 6]
            case .againAsItWas: [1: 5, 2: 6]
            case .againWithout: [2: 6]
            case .shifted, .moved: [0: 5, 1: 6]
            }
        }
        /// Of the rows #1 and #2 those whose keys they lose.
        var gone: [Int] { self == .shifted || self == .moved ? [1, 2] : [1] }
    }

    @Test(.asSuperuser("session_replication_role"), arguments: Kind.allCases, Action.allCases)
    func `a row that gets a key has what the statement gave it`(_ kind: Kind, _ action: Action) async throws {
        // The table that a plan makes has a foreign key of its own, and no row is made of one that references a third.
        guard action == .cascade || kind == .report || kind == .create && action != .byWay else { return }
        let fixture = try Fixture(
            schema: Self.schema(kind, action),
            plan: MovedColumnsTests.plan(
                Self.change(kind),
                acknowledge: "[user-triggers, function-bodies, created-rows]"
            )
        )
        let walk = TransitionWalk(
            fixture: fixture,
            listing: (
                old:
                    "SELECT id / 100 AS number, string_agg(id % 100 || '=' || v, ' ' ORDER BY id) AS state FROM src WHERE v IS NOT NULL GROUP BY 1",
                new:
                    "SELECT src / 100 AS number, string_agg(src % 100 || '=' || v, ' ' ORDER BY src) AS state FROM dst WHERE v IS NOT NULL AND src IS NOT NULL GROUP BY 1"
            ),
            cleaning: kind == .extract ? "TRUNCATE src CASCADE" : "TRUNCATE src, dst CASCADE",
            transitions: { stage, _ in
                stage.hasOld && stage.hasNew ? Self.transitions(kind, action, stage) : []
            }
        )
        #expect(try await walk.run() > 100)
    }

    private static func schema(_ kind: Kind, _ action: Action) -> String {
        let source = "CREATE TABLE src (id int PRIMARY KEY, v int);"
        if kind == .extract { return source }
        let target = "CREATE TABLE dst (src int UNIQUE \(action.foreignKey));"
        switch action {
        case .byWay:
            return
                "\(source) CREATE TABLE way (id int PRIMARY KEY REFERENCES src ON DELETE CASCADE ON UPDATE CASCADE); \(target)"
        case .byTrigger:
            return """
                \(source) \(target)
                CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF TG_OP = 'DELETE' THEN DELETE FROM public.dst WHERE src = OLD.id;
                  ELSE UPDATE public.dst SET src = NEW.id WHERE src = OLD.id; END IF;
                  RETURN NULL;
                END $$;
                CREATE TRIGGER a AFTER DELETE ON src FOR EACH ROW EXECUTE FUNCTION follow();
                CREATE TRIGGER b AFTER UPDATE OF id ON src FOR EACH ROW EXECUTE FUNCTION follow();
                """
        case .cascade, .setNull, .setDefault, .noAction, .deferred: return source + target
        }
    }

    private static func change(_ kind: Kind) -> String {
        switch kind {
        case .extract: "extract_table: {from: src, columns: [v], into: dst, key: {src: id}}"
        case .create: "move_columns: {from: src, to: dst, columns: [v], match: {src: id}, missing: create}"
        case .report: "move_columns: {from: src, to: dst, columns: [v], match: {src: id}}"
        }
    }

    private static func transitions(_ kind: Kind, _ action: Action, _ stage: Stage) -> [Transition] {
        var cases: [Transition] = []
        // By way of another table the row follows its key too late to be told from the one that has it by then.
        for script in Script.allCases where script != .moved || action != .byWay {
            for rows in [[], [1], [2], [1, 2]] as [[Int]] {
                for isCopied in stage.isCopying && !rows.isEmpty && kind != .extract ? [true, false] : [true] {
                    cases.append(transition(script, rows, isCopied: isCopied, kind, action))
                }
            }
        }
        return cases
    }

    private static func transition(
        _ script: Script,
        _ rows: [Int],
        isCopied: Bool,
        _ kind: Kind,
        _ action: Action
    ) -> Transition {
        // As they are before any trigger has seen them.
        var before = "SET session_replication_role = replica; INSERT INTO src (id, v) VALUES (#1, 5), (#2, 6);"
        if action == .byWay { before += " INSERT INTO way VALUES (#1), (#2);" }
        for row in rows { before += " INSERT INTO dst (src, v) VALUES (#\(row), \(isCopied ? "\(row + 4)" : "NULL"));" }
        let name = "\(script), rows \(rows)\(isCopied ? "" : ", not copied")"
        func transition(_ outcome: Transition.Outcome) -> Transition {
            Transition(
                name: name,
                before: [before + " RESET session_replication_role"],
                script: script.text,
                outcome: outcome
            )
        }
        var held: Set<Int> = []
        for row in rows {
            guard script.gone.contains(row) else {
                held.insert(row)
                continue
            }
            switch action.follows(script) {
            case true?: held.insert(script.keys[row] ?? row)
            case false?: continue
            case nil where script.keys.values.contains(row): held.insert(row)
            // Nothing has its key afterwards.
            case nil:
                let kept = isCopied ? rows.map { "\($0)=\($0 + 4)" }.joined(separator: " ") : ""
                return transition(.fails(.foreignKeyViolation, old: "1=5 2=6", new: kept))
            }
        }
        let values = script.values.sorted { $0.key < $1.key }
        func text(_ isMeant: (Int) -> Bool) -> String {
            values.filter { isMeant($0.key) }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        // A row that the statement does not write stays as it is: another write or the backfill copies it.
        let untouched = Set(script.gone.contains(2) ? [] : [2])
        return transition(
            .holds(
                old: text { _ in true },
                new: text { key in
                    if untouched.contains(key) { return held.contains(key) && isCopied }
                    // A changed key alone makes no row of a new table.
                    return kind == .create || kind == .extract && !script.isUpdate || held.contains(key)
                }
            )
        )
    }
}
