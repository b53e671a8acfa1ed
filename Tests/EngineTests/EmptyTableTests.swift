import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A table that has no rows when enforce runs, and gets some, or is emptied and filled, afterwards: statistics are nothing that has to
/// be there still.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct EmptyTableTests {
    static let cases: [(change: String, schema: String, rows: String)] = [
        (
            "rename_column: {table: t, from: a, to: b}", "CREATE TABLE t (id int PRIMARY KEY, a text)",
            "INSERT INTO t VALUES (1, 'x')"
        ),
        (
            "merge_columns: {table: t, from: [a], to: {name: b, type: text}, merge: a, split: {a: b}}",
            "CREATE TABLE t (id int PRIMARY KEY, a text)", "INSERT INTO t VALUES (1, 'x')"
        ),
        (
            "add_required_column: {table: t, column: b, type: text, fill: \"'x'\"}",
            "CREATE TABLE t (id int PRIMARY KEY, a text)",
            "INSERT INTO t VALUES (1, 'x')"
        ),
        (
            "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, references: near.id}, "
                + "on_delete: set_null}",
            "CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE REFERENCES far ON DELETE SET NULL)",
            "INSERT INTO far VALUES (1); INSERT INTO near VALUES (1, 1)"
        ),
        (
            "link_table: {from: {table: near, column: far, references: far.id}, through: {table: link, columns: {near: a, far: b}}}",
            "CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int REFERENCES far ON DELETE SET NULL)",
            "INSERT INTO far VALUES (1); INSERT INTO near VALUES (1, 1)"
        ),
        (
            "move_columns: {from: t, to: u, columns: [a], match: {t: id}}",
            "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE TABLE u (t int PRIMARY KEY REFERENCES t)",
            "INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1)"
        ),
        (
            "extract_table: {from: t, columns: [a], into: u, key: {t: id}}",
            "CREATE TABLE t (id int PRIMARY KEY, a text)",
            "INSERT INTO t VALUES (1, 'x')"
        ),
    ]

    @Test(arguments: cases)
    func `rows that come after enforce do not close contract`(_ change: String, _ schema: String, _ rows: String)
        async throws
    {
        let fixture = try Fixture(
            schema: schema,
            plan: MovedColumnsTests.plan(change, acknowledge: "[old-action]")
        )
        try await fixture.advance(through: .enforce)
        // Each in a transaction of its own.
        for script in [rows, "TRUNCATE \(schema.contains("far") ? "near, far" : "t") CASCADE", rows] {
            try fixture.sql(script)
        }
        #expect(try await fixture.advance(through: .contract).outcome == .done)
    }
}
