import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Columns may be called anything: no name can meet a variable, a parameter, an alias or a delimiter of what is generated.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct SyncNameTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Templates")

    private static func texts() throws -> [String] {
        try ["same_row", "composed_columns", "required_column", "shared"].flatMap { family in
            try FileManager.default.contentsOfDirectory(
                at: folder.appending(path: family),
                includingPropertiesForKeys: nil
            ).map { try String(contentsOf: $0, encoding: .utf8) }
        }
    }

    /// Every word of the templates: variables, parameters, aliases, functions, keywords.
    ///
    /// The system's own columns cannot be a table's.
    private static func words() throws -> [String] {
        let all = try texts().flatMap {
            $0.matches(of: /[a-z_][a-z0-9_]*/.ignoresCase()).map { $0.output.lowercased() }
        }
        return Set(all).subtracting(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]).sorted()
    }

    /// What can be meant by a name in PL/pgSQL without a table: what the templates declare, and what is always there.
    private static func variables() throws -> [String] {
        let declared = try texts().flatMap { text in
            text.matches(of: /(?:^|\n) +(crossfade_\w+) (?:text|name|bigint|int|\{\{)/).map { String($0.output.1) }
        }
        let always = [
            "new", "old", "found", "sqlstate", "sqlerrm", "tg_op", "tg_argv", "tg_nargs", "tg_name", "tg_when",
            "tg_level",
            "tg_relid", "tg_relname", "tg_table_name", "tg_table_schema", "$1", "$2", "$3", "side", "owner", "held",
            "was",
            "present", "crossfade_1", "crossfade_2",
        ]
        return Set(declared + always).sorted()
    }

    /// Names that queries around an expression once gave to what they select.
    private static let others = ["key", "before", "place", "leaf", "given", "made", "wrong", "value", "email"]

    private func quoted(_ name: String) -> String { "\"\(name)\"" }

    private func fixture(_ change: String, without: Set<String>, extra: String = "") throws -> Fixture {
        let names = Set(try Self.words() + Self.variables() + Self.others).subtracting(without).subtracting(["id"])
            .sorted()
        let columns = names.map { "\(quoted($0)) text" }.joined(separator: ", ")
        return try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, \(columns)); INSERT INTO t (id) SELECT generate_series(1, 9)",
            plan: "version: 1\nname: names\nchange:\n  \(change)\n\(extra)\n"
        )
    }

    /// Through all phases and back, with a write to every column at each stage.
    private func walk(_ fixture: Fixture, _ check: (Fixture) throws -> Void) async throws {
        let walk = try await PhaseWalk(fixture)
        for file: PhaseFile in [
            .phase(.expand), .phase(.backfill), .phase(.enforce), .phase(.contract), .undo(.contract), .undo(.enforce),
        ] {
            try walk.run(file)
            if file != .phase(.contract) { try check(fixture) }
            if file == .phase(.enforce) { #expect(try walk.violations(.settled) == 0) }
        }
        try walk.run(.undo(.expand))
    }

    @Test func `the words include every variable`() throws {
        #expect(
            Set(try Self.words()).isSuperset(of: ["crossfade_side", "crossfade_winner", "crossfade_key", "new", "old"])
        )
        #expect(
            Set(try Self.variables()).isSuperset(of: [
                "crossfade_side", "crossfade_winner", "crossfade_drawn", "crossfade_made",
            ])
        )
    }

    @Test(arguments: ["new", "crossfade_side", "$1", "select"])
    func `a column of any name is renamed, beside columns of every name`(_ name: String) async throws {
        let fixture = try fixture("rename_column: {table: t, from: '\(name)', to: other}", without: ["other"])
        try await walk(fixture) { fixture in
            try fixture.sql(
                """
                UPDATE t SET \(quoted(name)) = 'a' WHERE id = 1; UPDATE t SET other = 'b' WHERE id = 2;
                INSERT INTO t (id, other) VALUES (10, 'c') ON CONFLICT (id) DO UPDATE SET other = excluded.other
                """
            )
            let row = "string_agg(\(quoted(name)) || other, ',' ORDER BY id)"
            #expect(try fixture.value("SELECT \(row) FROM t WHERE id IN (1, 2, 10)", as: String.self) == "aa,bb,cc")
        }
    }

    @Test(arguments: ["found", "old", "$1"])
    func `a column of any name gets another type`(_ name: String) async throws {
        let fixture = try fixture(
            "change_type: {table: t, column: '\(name)', type: int, as: other, using: '\(quoted(name))::int', back: '\(quoted(name))::text'}",
            without: ["other"]
        )
        try await walk(fixture) { fixture in
            try fixture.sql("UPDATE t SET \(quoted(name)) = '7' WHERE id = 1; UPDATE t SET other = 8 WHERE id = 2")
            let row = "string_agg(\(quoted(name)) || other::text, ',' ORDER BY id)"
            #expect(try fixture.value("SELECT \(row) FROM t WHERE id IN (1, 2)", as: String.self) == "77,88")
        }
    }

    @Test func `columns named like every variable become one, and come back`() async throws {
        let names = try Self.variables()
        let merge = names.map { "coalesce(\(quoted($0)), '')" }.joined(separator: " || '|' || ")
        let split = names.enumerated().map { "'\($1)': 'split_part(joined, ''|'', \($0 + 1))'" }.joined(separator: ", ")
        let from = names.map { "'\($0)'" }.joined(separator: ", ")
        let fixture = try fixture(
            """
            merge_columns: {table: t, from: [\(from)], to: {name: joined, type: text}, loss: acknowledged, merge: '\(merge.replacing("'", with: "''"))', \
            split: {\(split)}}
            """,
            without: ["joined"]
        )
        let sets = names.map { "\(quoted($0)) = 'v\($0)'" }.joined(separator: ", ")
        let values = names.map { "v\($0)" }.joined(separator: "|")
        try await walk(fixture) { fixture in
            try fixture.sql("UPDATE t SET \(sets) WHERE id = 1; UPDATE t SET joined = '\(values)' WHERE id = 2")
            let all = names.map(quoted).joined(separator: " || '|' || ")
            for id in [1, 2] {
                #expect(try fixture.value("SELECT joined FROM t WHERE id = \(id)", as: String.self) == values)
                #expect(try fixture.value("SELECT \(all) FROM t WHERE id = \(id)", as: String.self) == values)
            }
        }
    }

    @Test func `a column named like every variable is made of another, and goes back`() async throws {
        let names = try Self.variables()
        let to = names.map { "{name: '\($0)', type: text}" }.joined(separator: ", ")
        let split = names.enumerated().map { "'\($1)': 'split_part(joined, ''|'', \($0 + 1))'" }.joined(separator: ", ")
        let merge = names.map(quoted).joined(separator: " || '|' || ").replacing("'", with: "''")
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, joined text); INSERT INTO t (id) SELECT generate_series(1, 9)",
            plan: """
                version: 1
                name: names
                change:
                  split_column: {table: t, from: joined, to: [\(to)], loss: acknowledged, split: {\(split)}, merge: '\(merge)'}
                """
        )
        let values = names.map { "v\($0)" }.joined(separator: "|")
        try await walk(fixture) { fixture in
            try fixture.sql("UPDATE t SET joined = '\(values)' WHERE id = 1")
            let all = names.map(quoted).joined(separator: " || '|' || ")
            #expect(try fixture.value("SELECT \(all) FROM t WHERE id = 1", as: String.self) == values)
        }
    }

    @Test(arguments: [
        "make_required: {table: t, column: email, ", "add_required_column: {table: t, column: email, type: text, ",
    ])
    func `a fill may name columns called like every variable`(_ change: String) async throws {
        let names = try Self.variables() + Self.others.filter { $0 != "email" }
        let fill = names.map { "coalesce(\(quoted($0)), '-')" }.joined(separator: " || ").replacing("'", with: "''")
        let isNew = change.hasPrefix("add")
        let fixture = try fixture("\(change)fill: '\(fill)'}", without: isNew ? ["email"] : [], extra: "")
        let sets = names.map { "\(quoted($0)) = 'x'" }.joined(separator: ", ")
        try fixture.sql("UPDATE t SET \(sets) WHERE id > 5")
        let expected = String(repeating: "x", count: names.count)
        let walk = try await PhaseWalk(fixture)
        for file: PhaseFile in [.phase(.expand), .phase(.backfill), .phase(.enforce)] {
            try walk.run(file)
            try fixture.sql("DELETE FROM t WHERE id = 20; INSERT INTO t (id) VALUES (20)")
            #expect(try fixture.value("SELECT email FROM t WHERE id = 20", as: String.self).allSatisfy { $0 == "-" })
        }
        #expect(
            try fixture.value("SELECT count(*) FROM t WHERE id BETWEEN 6 AND 9 AND email = '\(expected)'", as: Int.self)
                == 4
        )
        try fixture.sql(
            "ALTER TABLE t ALTER email DROP NOT NULL, DISABLE TRIGGER USER; UPDATE t SET email = NULL WHERE id = 6"
        )
        try fixture.sql(try walk.files.statement("repair", .settled))
        #expect(try fixture.value("SELECT email FROM t WHERE id = 6", as: String.self) == expected)
    }
}
