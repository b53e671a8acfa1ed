import TestSupport

/// Two plans, and a schema in which the columns they are about share something.
struct PlanPair: Sendable, CustomStringConvertible {
    /// Something that contains two columns.
    struct Shared: Sendable {
        let name: String
        /// Makes it; `{a}` and `{b}` are the columns, `{i}` is what makes names of others different.
        let sql: String
        /// The tables of the two columns.
        var tables = ["t", "t"]

        /// The statements for columns and names with a number, or without.
        func made(_ number: String) -> String {
            sql.replacing("{a}", with: "a\(number)").replacing("{b}", with: "b\(number)")
                .replacing("{i}", with: number)
        }
    }

    let kinds: [String]
    let shared: Shared

    var description: String { "\(kinds[0]) and \(kinds[1]), \(shared.name)" }

    var schema: String { Self.tables(["a int", "b int"], "n, n") + shared.made("") }

    /// The plans' texts, with a number in their names; `retain` is how long they keep what contract set aside.
    func plans(_ number: Int, retain: String = "7d") -> [String] {
        [
            Self.plan("first-\(number)", Self.change(kinds[0], shared.tables[0], "a"), retain: retain),
            Self.plan("second-\(number)", Self.change(kinds[1], shared.tables[1], "b"), retain: retain),
        ]
    }

    /// Two tables with columns, a table beside each whose rows belong to its rows, and one whose key is of two columns.
    static func tables(_ columns: [String], _ values: String) -> String {
        let columns = columns.joined(separator: ", ")
        return """
            CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TABLE far (a int, b int, PRIMARY KEY (a, b)); INSERT INTO far SELECT n, n FROM generate_series(1, 20) n;
            CREATE TABLE t (id int PRIMARY KEY, \(columns)); INSERT INTO t SELECT n, \(values) FROM generate_series(1, 20) n;
            CREATE TABLE u (id int PRIMARY KEY, \(columns)); INSERT INTO u SELECT n, \(values) FROM generate_series(1, 20) n;
            CREATE TABLE beside_t (id int PRIMARY KEY, t int NOT NULL UNIQUE REFERENCES t);
            CREATE TABLE beside_u (id int PRIMARY KEY, u int NOT NULL UNIQUE REFERENCES u);
            INSERT INTO beside_t SELECT n, n FROM generate_series(1, 20) n;
            INSERT INTO beside_u SELECT n, n FROM generate_series(1, 20) n;

            """
    }

    static let kinds = ["rename", "retype", "drop", "move", "split", "require", "constrain", "unique"]

    /// Those whose run contract ends, since nothing is set aside.
    static let endingKinds: Set = ["require", "constrain", "unique"]

    /// A change of a column, which may be NULL and holds an integer.
    static func change(_ kind: String, _ table: String, _ column: String) -> String {
        switch kind {
        case "rename": "rename_column: {table: \(table), from: \(column), to: \(column)_new}"
        case "retype": "change_type: {table: \(table), column: \(column), type: bigint}"
        case "drop": "drop_column: {table: \(table), column: \(column)}"
        case "move": "move_columns: {from: \(table), to: beside_\(table), columns: [\(column)], match: {\(table): id}}"
        case "require": "make_required: {table: \(table), column: \(column), fill: '0'}"
        case "constrain": "add_constraint: {table: \(table), name: added_\(column), check: \(column) > -1000}"
        case "unique": "add_constraint: {table: \(table), name: added_\(column), unique: [id, \(column)]}"
        default:
            """
            split_column: {table: \(table), from: \(column), to: [{name: \(column)_1, type: int}, {name: \(column)_2, type: int}], \
            split: {\(column)_1: '\(column) / 10', \(column)_2: '\(column) % 10'}, merge: '\(column)_1 * 10 + \(column)_2'}
            """
        }
    }

    static func plan(_ name: String, _ change: String, retain: String = "7d") -> String {
        """
        version: 1
        name: \(name)
        change:
          \(change)
        acknowledge: [unconvertible, user-triggers, trigger-arguments]
        phases:
          lock_deadline: 10m
          backfill: {chunk_target: 20ms, workers: 1, latency_budget: off}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: \(retain)}
        """
    }

    static let nothing = Shared(name: "nothing", sql: "")

    static let shared = [
        Shared(name: "index", sql: "CREATE INDEX ON t ({a}, {b})"),
        Shared(name: "index of an expression", sql: "CREATE INDEX ON t (({a} + {b}))"),
        Shared(name: "partial index", sql: "CREATE INDEX ON t ({a}) WHERE {b} > 3"),
        Shared(name: "unique constraint", sql: "ALTER TABLE t ADD UNIQUE ({a}, {b})"),
        Shared(name: "exclusion constraint", sql: "ALTER TABLE t ADD EXCLUDE USING btree ({a} WITH =, {b} WITH =)"),
        Shared(name: "check", sql: "ALTER TABLE t ADD CHECK ({a} <= {b})"),
        Shared(name: "view", sql: "CREATE VIEW v{i} AS SELECT {a}, {b} FROM t"),
        Shared(
            name: "view of a view",
            sql: """
                CREATE VIEW v{i} AS SELECT id, {a} FROM t;
                CREATE VIEW w{i} AS SELECT v{i}.{a}, u.{b} FROM v{i} JOIN u USING (id)
                """,
            tables: ["t", "u"]
        ),
        Shared(name: "materialized view", sql: "CREATE MATERIALIZED VIEW m{i} AS SELECT {a}, {b} FROM t"),
        Shared(name: "policy", sql: "CREATE POLICY p{i} ON t USING ({a} <= {b})"),
        Shared(
            name: "policy of two tables",
            sql: "CREATE POLICY p{i} ON t USING ({a} IN (SELECT {b} FROM u))",
            tables: ["t", "u"]
        ),
        Shared(
            name: "columns of a trigger",
            sql: "CREATE TRIGGER g{i} AFTER UPDATE OF {a}, {b} ON t FOR EACH ROW EXECUTE FUNCTION noted()"
        ),
        Shared(
            name: "condition of a trigger",
            sql: "CREATE TRIGGER g{i} AFTER UPDATE ON t FOR EACH ROW WHEN (old.{a} <> new.{b}) EXECUTE FUNCTION noted()"
        ),
        Shared(name: "extended statistics", sql: "CREATE STATISTICS s{i} ON {a}, {b} FROM t"),
        Shared(
            name: "generated column",
            sql: "ALTER TABLE t ADD c{i} int GENERATED ALWAYS AS ({a} + {b}) STORED"
        ),
        Shared(
            name: "function with a parsed body",
            sql: "CREATE FUNCTION f{i}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum({a} + {b}) FROM t; END"
        ),
        Shared(
            name: "foreign key of two columns",
            sql: "ALTER TABLE t ADD FOREIGN KEY ({a}, {b}) REFERENCES far (a, b)"
        ),
        Shared(
            name: "foreign key to two columns",
            sql: """
                CREATE UNIQUE INDEX ON t ({a}, {b});
                CREATE TABLE near{i} (x int, y int, FOREIGN KEY (x, y) REFERENCES t ({a}, {b}))
                """
        ),
        Shared(
            name: "foreign key to its own table",
            sql: "ALTER TABLE t ADD UNIQUE ({b}); ALTER TABLE t ADD FOREIGN KEY ({a}) REFERENCES t ({b})"
        ),
        Shared(
            name: "ends of a foreign key",
            sql: "ALTER TABLE u ADD UNIQUE ({b}); ALTER TABLE t ADD FOREIGN KEY ({a}) REFERENCES u ({b})",
            tables: ["t", "u"]
        ),
        Shared(
            name: "ends of a foreign key, the other way",
            sql: "ALTER TABLE t ADD UNIQUE ({a}); ALTER TABLE u ADD FOREIGN KEY ({b}) REFERENCES t ({a})",
            tables: ["t", "u"]
        ),
    ]
}
