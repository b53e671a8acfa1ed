import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// No name of a table or a column can be taken for a variable, a parameter, an alias or a keyword of what is generated.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct CrossTableNamesTests {
    /// Names for the two tables, their keys, the old column and the new one.
    struct Names: Sendable, CustomTestStringConvertible {
        let near: String
        let far: String
        let nearKey: String
        let farKey: String
        let old: String
        let new: String
        /// Whether the tables have a column for every word of the templates.
        var hasOthers = false

        var testDescription: String { [near, far, nearKey, farKey, old, new].joined(separator: ", ") }
        /// A name as SQL wants it.
        func quoted(_ name: KeyPath<Names, String>) -> String {
            "\"\(self[keyPath: name].replacing("\"", with: "\"\""))\""
        }
    }

    static let names = [
        Names(near: "old", far: "new", nearKey: "n", farKey: "sync", old: "o", new: "excluded", hasOthers: true),
        Names(near: "sync", far: "crossfade", nearKey: "path", farKey: "key", old: "held", new: "ref"),
        Names(near: "$1", far: "$crossfade$", nearKey: "$2", farKey: "leaves", old: "$crossfade$ \"x", new: "tg_op"),
        // A row as a whole is written as a column of its name is.
        Names(near: "tg_relid", far: "found", nearKey: "old", farKey: "x", old: "y", new: "new"),
    ]

    static let kinds = ["move_relation", "link_table", "move_columns", "extract_table"]

    /// Every word of the templates that a column can be called by.
    static func words() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Templates")
        let system = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]
        var words: Set<String> = []
        for family in ["move_relation", "link_table", "moved_columns", "shared"] {
            for file in try FileManager.default.contentsOfDirectory(
                at: folder.appending(path: family),
                includingPropertiesForKeys: nil
            ) {
                let text = try String(contentsOf: file, encoding: .utf8).replacing(/\{\{[^}]*\}\}/, with: " ")
                    .replacing(/--.*/, with: " ")
                words.formUnion(text.matches(of: /[A-Za-z_]\w*/).map { $0.output.lowercased() })
            }
        }
        return words.subtracting(system).sorted()
    }

    /// ON CONFLICT calls the row that it refuses by this name.
    @Test func `a new table may be called excluded`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text);
                INSERT INTO t VALUES (1, 'a');
                """,
            plan: """
                version: 1
                name: kind
                change:
                  extract_table: {from: t, columns: [a], into: excluded, key: {ref: id}}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        for phase in [Phase.expand, .backfill, .enforce] {
            try await fixture.advance(through: phase)
            try fixture.sql("INSERT INTO t SELECT max(id) + 1, 'b' FROM t; UPDATE t SET a = '\(phase.rawValue)'")
            #expect(
                try fixture.value("SELECT string_agg(DISTINCT a, ',') FROM excluded", as: String.self) == phase.rawValue
            )
        }
    }

    private func fixture(_ kind: String, _ names: Names) throws -> Fixture {
        let (near, far) = (names.quoted(\.near), names.quoted(\.far))
        let (nearKey, farKey, old) = (names.quoted(\.nearKey), names.quoted(\.farKey), names.quoted(\.old))
        // Once beside columns of every word.
        let words = names.hasOthers ? try Self.words() : []
        func others(_ used: [String]) -> String {
            words.filter { !used.contains($0) }.map { ", \"\($0)\" int" }.joined()
        }
        let isMove = kind == "move_columns" || kind == "extract_table"
        let unique = kind == "move_relation" ? " UNIQUE" : ""
        let reference = isMove ? "" : "\(unique) REFERENCES \(far) ON DELETE SET NULL ON UPDATE CASCADE"
        let matched =
            kind == "move_columns"
            ? ", \(names.quoted(\.new)) int UNIQUE REFERENCES \(near) ON DELETE CASCADE ON UPDATE CASCADE" : ""
        let tables = [
            "CREATE TABLE \(far) (\(farKey) int PRIMARY KEY\(others([names.farKey, names.new, names.old])))",
            "CREATE TABLE \(near) (\(nearKey) int PRIMARY KEY, \(old) int\(reference)\(others([names.nearKey, names.old])))",
        ]
        let moved = "; ALTER TABLE \(far) ADD \(matched.dropFirst(2))"
        return try Fixture(
            schema: tables.joined(separator: "; ") + (matched.isEmpty ? "" : moved),
            plan: MovedColumnsTests.plan(
                Self.change(kind, names),
                acknowledge: "[old-action, select-star, unchecked-links]"
            )
        )
    }

    /// Names in a plan stand in single quotes.
    private static func change(_ kind: String, _ names: Names) -> String {
        func yaml(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
        let (near, far) = (yaml(names.quoted(\.near)), yaml(names.quoted(\.far)))
        let (nearKey, farKey) = (
            "\(names.quoted(\.near)).\(names.quoted(\.nearKey))", "\(names.quoted(\.far)).\(names.quoted(\.farKey))"
        )
        switch kind {
        case "move_relation":
            return """
                move_relation: {from: {table: \(near), column: \(yaml(names.old)), references: \(yaml(farKey))}, \
                to: {table: \(far), column: \(yaml(names.new)), references: \(yaml(nearKey))}, on_delete: set_null}
                """
        case "link_table":
            return """
                link_table: {from: {table: \(near), column: \(yaml(names.old)), references: \(yaml(farKey))}, \
                through: {table: made, columns: {\(yaml(names.near)): \(yaml(names.new)), \(yaml(names.far)): \(yaml(names.nearKey))}}}
                """
        case "move_columns":
            return
                "move_columns: {from: \(near), to: \(far), columns: [\(yaml(names.old))], match: {\(yaml(names.new)): \(yaml(names.nearKey))}}"
        default:
            return
                "extract_table: {from: \(near), columns: [\(yaml(names.old))], into: made, key: {\(yaml(names.new)): \(yaml(names.nearKey))}}"
        }
    }

    /// Writes of either side, and what both have to hold then; nil of a side that is away.
    private func write(_ kind: String, _ names: Names, _ fixture: Fixture, hasOld: Bool) throws {
        let (near, far) = (names.quoted(\.near), names.quoted(\.far))
        let (nearKey, farKey) = (names.quoted(\.nearKey), names.quoted(\.farKey))
        let (old, new) = (names.quoted(\.old), names.quoted(\.new))
        let target = kind == "link_table" || kind == "extract_table" ? "made" : far
        /// Key and value of a row of the new shape.
        let (key, value) =
            switch kind {
            case "move_relation": (new, farKey)
            case "link_table": (new, nearKey)
            default: (new, old)
            }
        try fixture.sql(
            "DELETE FROM \(near); DELETE FROM \(far); INSERT INTO \(far) (\(farKey)) VALUES (11), (12); INSERT INTO \(near) (\(nearKey)) VALUES (1), (2)"
        )
        if kind == "move_columns" {
            try fixture.sql("INSERT INTO \(target) (\(farKey), \(key)) VALUES (13, 1), (14, 2)")
        }
        func expect(_ pairs: String, _ statement: String) throws {
            try fixture.sql(statement)
            let held =
                "SELECT coalesce(string_agg(\(key) || '>' || \(value), ' ' ORDER BY \(key)), '') FROM \(target) WHERE \(key) IS NOT NULL AND \(value) IS NOT NULL"
            #expect(try fixture.value(held, as: String.self) == pairs, "new: \(statement)")
            guard hasOld else { return }
            let of =
                "SELECT coalesce(string_agg(\(nearKey) || '>' || \(old), ' ' ORDER BY \(nearKey)), '') FROM \(near) WHERE \(old) IS NOT NULL"
            #expect(try fixture.value(of, as: String.self) == pairs, "old: \(statement)")
        }
        if hasOld {
            try expect("1>11", "UPDATE \(near) SET \(old) = 11 WHERE \(nearKey) = 1")
            try expect("1>12", "UPDATE \(near) SET \(old) = 12 WHERE \(nearKey) = 1")
            try expect("3>12", "UPDATE \(near) SET \(nearKey) = 3 WHERE \(nearKey) = 1")
            try expect("", "UPDATE \(near) SET \(old) = NULL WHERE \(nearKey) = 3")
            try fixture.sql("UPDATE \(near) SET \(nearKey) = 1 WHERE \(nearKey) = 3")
        }
        switch kind {
        case "move_relation":
            try expect("2>11", "UPDATE \(far) SET \(new) = 2 WHERE \(farKey) = 11")
            try expect("2>19", "UPDATE \(far) SET \(farKey) = 19 WHERE \(farKey) = 11")
            try expect("", "DELETE FROM \(near) WHERE \(nearKey) = 2")
        case "link_table":
            try expect("2>11", "INSERT INTO made (\(key), \(value)) VALUES (2, 11)")
            try expect("2>12", "UPDATE made SET \(value) = 12")
            try expect("", "DELETE FROM made")
        case "move_columns":
            try expect(
                "2>11",
                "INSERT INTO \(target) (\(farKey), \(key), \(old)) VALUES (15, 2, 11) ON CONFLICT (\(key)) DO UPDATE SET \(old) = excluded.\(old)"
            )
            try expect("", "DELETE FROM \(target) WHERE \(key) = 2")
            if hasOld {
                try expect(
                    "2>5",
                    "UPDATE \(near) SET \(old) = 5 WHERE \(nearKey) = 2; INSERT INTO \(target) (\(farKey), \(key)) VALUES (16, 2)"
                )
            }
        default:
            try expect(
                "2>11",
                "INSERT INTO made (\(key), \(value)) VALUES (2, 11) ON CONFLICT (\(key)) DO UPDATE SET \(value) = excluded.\(value)"
            )
            try expect("2>12", "UPDATE made SET \(value) = 12 WHERE \(key) = 2")
            try expect("", "DELETE FROM made WHERE \(key) = 2")
        }
        try fixture.sql("DELETE FROM \(near); DELETE FROM \(far)")
    }

    @Test(arguments: kinds, names)
    func `no name is taken for another`(_ kind: String, _ names: Names) async throws {
        let fixture = try fixture(kind, names)
        try await fixture.advance(through: .expand)
        try write(kind, names, fixture, hasOld: true)
        try await fixture.advance(through: .enforce)
        try write(kind, names, fixture, hasOld: true)
        guard names.hasOthers else { return }
        #expect(try await fixture.engine().repair() == 0)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
        try write(kind, names, fixture, hasOld: false)
        try await fixture.rollBack(to: .enforce)
        try write(kind, names, fixture, hasOld: true)
    }
}
