import Testing

/// A change, and the statements of an old and a new version of an application that it keeps in sync.
struct RightsSubject: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let schema: String
    /// The lines of the plan below `change:`, in YAML's flow form.
    let change: String
    let old: [String]
    let new: [String]
    /// Findings that the plan accepts.
    var acknowledge = ""
    /// Whether an expression of the plan is behind a function of Crossfade's, which is found by the schema's name.
    var isMapped = false
    /// Whether sync writes another table.
    var crossesTables = false

    var plan: String {
        """
        version: 1
        name: rights
        change: {\(change)}
        acknowledge: [\(acknowledge)]
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 7d, requires: [{no_legacy_writes: 1h}]}
        """
    }

    static let all = [
        RightsSubject(
            testDescription: "rename_column",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL DEFAULT 'd'); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) n",
            change: "rename_column: {table: t, from: a, to: b}",
            old: [
                "INSERT INTO t (id, a) VALUES (101, 'o'), (102, DEFAULT)", "UPDATE t SET a = 'o' WHERE id = 1",
                "INSERT INTO t (id, a) VALUES (2, 'u') ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO t (id, b) VALUES (201, 'n')", "UPDATE t SET b = 'n' WHERE id = 4",
                "INSERT INTO t (id, b) VALUES (5, 'u') ON CONFLICT (id) DO UPDATE SET b = excluded.b",
                "DELETE FROM t WHERE id = 6",
            ]
        ),
        RightsSubject(
            testDescription: "change_type",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL); INSERT INTO t SELECT n, n FROM generate_series(1, 9) n",
            change: "change_type: {table: t, column: a, type: bigint, as: b, keeps: as}",
            old: [
                "INSERT INTO t (id, a) VALUES (101, 7)", "UPDATE t SET a = 70 WHERE id = 1",
                "INSERT INTO t (id, a) VALUES (2, 71) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO t (id, b) VALUES (201, 8)", "UPDATE t SET b = 80 WHERE id = 4",
                "INSERT INTO t (id, b) VALUES (5, 81) ON CONFLICT (id) DO UPDATE SET b = excluded.b",
                "DELETE FROM t WHERE id = 6",
            ],
            acknowledge: "unconvertible",
            isMapped: true
        ),
        RightsSubject(
            testDescription: "change_type with using",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, n::text FROM generate_series(1, 9) n",
            change:
                "change_type: {table: t, column: a, type: int, as: b, keeps: as, using: \"a::int\", back: \"a::text\"}",
            old: [
                "INSERT INTO t (id, a) VALUES (101, '7')", "UPDATE t SET a = '70' WHERE id = 1",
                "INSERT INTO t (id, a) VALUES (2, '71') ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO t (id, b) VALUES (201, 8)", "UPDATE t SET b = 80 WHERE id = 4",
                "INSERT INTO t (id, b) VALUES (5, 81) ON CONFLICT (id) DO UPDATE SET b = excluded.b",
                "DELETE FROM t WHERE id = 6",
            ],
            acknowledge: "unconvertible",
            isMapped: true
        ),
        RightsSubject(
            testDescription: "merge_columns",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b text NOT NULL); INSERT INTO t SELECT n, 'a' || n, 'b' || n FROM generate_series(1, 9) n",
            change:
                "merge_columns: {table: t, from: [a, b], to: {name: c, type: text}, merge: \"a || ' ' || b\", split: {a: \"split_part(c, ' ', 1)\", b: \"split_part(c, ' ', 2)\"}}",
            old: [
                "INSERT INTO t (id, a, b) VALUES (101, 'x', 'y')", "UPDATE t SET a = 'o' WHERE id = 1",
                "INSERT INTO t (id, a, b) VALUES (2, 'u', 'v') ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO t (id, c) VALUES (201, 'p q')", "UPDATE t SET c = 'n m' WHERE id = 4",
                "INSERT INTO t (id, c) VALUES (5, 'u w') ON CONFLICT (id) DO UPDATE SET c = excluded.c",
                "DELETE FROM t WHERE id = 6",
            ],
            isMapped: true
        ),
        RightsSubject(
            testDescription: "split_column",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, c text NOT NULL); INSERT INTO t SELECT n, 'a' || n || ' b' || n FROM generate_series(1, 9) n",
            change:
                "split_column: {table: t, from: c, to: [{name: a, type: text}, {name: b, type: text}], split: {a: \"split_part(c, ' ', 1)\", b: \"split_part(c, ' ', 2)\"}, merge: \"a || ' ' || b\"}",
            old: [
                "INSERT INTO t (id, c) VALUES (101, 'p q')", "UPDATE t SET c = 'n m' WHERE id = 1",
                "INSERT INTO t (id, c) VALUES (2, 'u w') ON CONFLICT (id) DO UPDATE SET c = excluded.c",
                "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO t (id, a, b) VALUES (201, 'x', 'y')", "UPDATE t SET a = 'o', b = 'p' WHERE id = 4",
                "INSERT INTO t (id, a, b) VALUES (5, 'u', 'v') ON CONFLICT (id) DO UPDATE SET a = excluded.a, b = excluded.b",
                "DELETE FROM t WHERE id = 6",
            ],
            isMapped: true
        ),
        RightsSubject(
            testDescription: "make_required",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) n",
            change: "make_required: {table: t, column: a, fill: \"'none'\"}",
            old: [
                "INSERT INTO t (id) VALUES (101)",
                "INSERT INTO t (id, a) VALUES (2, NULL) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
            ],
            new: [
                "INSERT INTO t (id, a) VALUES (201, 'n')", "UPDATE t SET a = 'n' WHERE id = 4",
                "DELETE FROM t WHERE id = 6",
            ]
        ),
        RightsSubject(
            testDescription: "drop_column",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) n",
            change: "drop_column: {table: t, column: a}",
            old: [
                "INSERT INTO t (id, a) VALUES (101, 'o')", "UPDATE t SET a = 'o' WHERE id = 1",
                "DELETE FROM t WHERE id = 3",
            ],
            new: ["INSERT INTO t (id, b) VALUES (201, 'n')", "UPDATE t SET b = 'n' WHERE id = 4"]
        ),
        RightsSubject(
            testDescription: "rename_table",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) n",
            change: "rename_table: {from: t, to: u}",
            old: [
                "INSERT INTO t VALUES (101, 'o')", "UPDATE t SET a = 'o' WHERE id = 1", "DELETE FROM t WHERE id = 3",
            ],
            new: [
                "INSERT INTO u VALUES (201, 'n')", "UPDATE u SET a = 'n' WHERE id = 4", "DELETE FROM u WHERE id = 6",
            ],
            acknowledge: "view-limits"
        ),
        RightsSubject(
            testDescription: "move_columns",
            schema: """
                CREATE TABLE s (id int PRIMARY KEY, a text); CREATE TABLE t (s int UNIQUE REFERENCES s ON DELETE CASCADE);
                INSERT INTO s SELECT n, 'v' || n FROM generate_series(1, 9) n; INSERT INTO t SELECT generate_series(1, 9)
                """,
            change: "move_columns: {from: s, to: t, columns: [a], match: {s: id}}",
            old: [
                "INSERT INTO s VALUES (101, 'o'); INSERT INTO t (s) VALUES (101)", "UPDATE s SET a = 'o' WHERE id = 1",
                "INSERT INTO s VALUES (2, 'u') ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM s WHERE id = 3",
            ],
            new: [
                "INSERT INTO s (id) VALUES (201); INSERT INTO t (s, a) VALUES (201, 'n')",
                "UPDATE t SET a = 'n' WHERE s = 4",
                "INSERT INTO t (s, a) VALUES (5, 'u') ON CONFLICT (s) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE s = 6",
            ],
            crossesTables: true
        ),
        RightsSubject(
            testDescription: "extract_table",
            schema:
                "CREATE TABLE s (id int PRIMARY KEY, a text); INSERT INTO s SELECT n, 'v' || n FROM generate_series(1, 9) n",
            change: "extract_table: {from: s, columns: [a], into: t, key: {s: id}}",
            old: [
                "INSERT INTO s VALUES (101, 'o')", "UPDATE s SET a = 'o' WHERE id = 1",
                "INSERT INTO s VALUES (2, 'u') ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                "DELETE FROM s WHERE id = 3",
            ],
            new: [
                "INSERT INTO s (id) VALUES (201); INSERT INTO t (s, a) VALUES (201, 'n')",
                "UPDATE t SET a = 'n' WHERE s = 4",
                "INSERT INTO t (s, a) VALUES (5, 'u') ON CONFLICT (s) DO UPDATE SET a = excluded.a",
                "DELETE FROM t WHERE s = 6",
            ],
            crossesTables: true
        ),
        RightsSubject(
            testDescription: "move_relation",
            schema: """
                CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE REFERENCES far ON DELETE SET NULL);
                INSERT INTO far SELECT generate_series(1, 20); INSERT INTO near SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n
                """,
            change:
                "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, references: near.id}, on_delete: set_null}",
            old: [
                "UPDATE near SET far = 1 WHERE id = 1", "UPDATE near SET far = NULL WHERE id = 11",
                "DELETE FROM near WHERE id = 13",
                "INSERT INTO near VALUES (101, 2)",
                "INSERT INTO near VALUES (5, 5) ON CONFLICT (id) DO UPDATE SET far = excluded.far",
            ],
            new: [
                "UPDATE far SET near = 3 WHERE id = 3", "UPDATE far SET near = NULL WHERE id = 12",
                "DELETE FROM far WHERE id = 14",
                "INSERT INTO far (id, near) VALUES (201, 4)",
                "INSERT INTO far (id, near) VALUES (6, 6) ON CONFLICT (id) DO UPDATE SET near = excluded.near",
            ],
            acknowledge: "old-action",
            crossesTables: true
        ),
        RightsSubject(
            testDescription: "move_relation, required",
            schema: """
                CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id serial PRIMARY KEY, far int NOT NULL UNIQUE REFERENCES far ON DELETE CASCADE);
                INSERT INTO far SELECT generate_series(1, 9); INSERT INTO near SELECT n, n FROM generate_series(1, 9) n
                """,
            change:
                "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, references: near.id}, on_delete: restrict}",
            old: [
                "INSERT INTO far VALUES (101); INSERT INTO near VALUES (101, 101)",
                "UPDATE near SET id = 301 WHERE id = 1",
            ],
            new: ["INSERT INTO near (id) VALUES (201); INSERT INTO far (id, near) VALUES (201, 201)"],
            acknowledge: "old-action",
            crossesTables: true
        ),
        RightsSubject(
            testDescription: "link_table",
            schema: """
                CREATE TABLE cat (id int PRIMARY KEY); CREATE TABLE post (id int PRIMARY KEY, cat int REFERENCES cat ON DELETE SET NULL);
                INSERT INTO cat SELECT generate_series(1, 20); INSERT INTO post SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n
                """,
            change:
                "link_table: {from: {table: post, column: cat, references: cat.id}, through: {table: link, columns: {cat: a, post: b}}}",
            old: [
                "UPDATE post SET cat = 4 WHERE id = 4", "UPDATE post SET cat = NULL WHERE id = 14",
                "UPDATE post SET cat = 5 WHERE id = 15",
                "INSERT INTO post VALUES (101, 3)", "DELETE FROM post WHERE id = 16",
                "INSERT INTO post VALUES (6, 6) ON CONFLICT (id) DO UPDATE SET cat = excluded.cat",
            ],
            new: [
                "INSERT INTO link VALUES (3, 3)", "DELETE FROM link WHERE b = 13", "UPDATE link SET a = 7 WHERE b = 17",
            ],
            acknowledge: "old-action",
            crossesTables: true
        ),
    ]
}
