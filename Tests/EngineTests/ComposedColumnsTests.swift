import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Columns that become one, or several: whatever is written on either side reaches the other.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ComposedColumnsTests {
    private static let schema = """
        CREATE TABLE "User" (id serial PRIMARY KEY, first text NOT NULL, last text NOT NULL, note text);
        INSERT INTO "User" (first, last) SELECT 'First' || n, 'Last' || n FROM generate_series(1, 300) n;
        """

    /// As in `Plans/merge-user-name.yaml`: the way back cannot tell a second first name from a last one.
    private static let merge = #"""
        merge_columns: {table: User, from: [first, last], to: {name: fullName, type: text}, loss: acknowledged, merge: "first || ' ' || last", \#
        split: {first: 'split_part("fullName", '' '', 1)', last: 'substr("fullName", length(split_part("fullName", '' '', 1)) + 2)'}}
        """#

    private func fixture(_ change: String = merge, schema: String = schema, extra: String = "", retain: String = "7d")
        throws
        -> Fixture
    {
        let plan = """
            version: 1
            name: compose
            change:
              \(change)
            \(extra)
            phases:
              lock_deadline: 10m
              backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: \(retain)}
            """
        return try Fixture(schema: schema, plan: plan)
    }

    private func row(_ id: Int, in fixture: Fixture) throws -> String {
        try fixture.value(
            "SELECT concat_ws('/', coalesce(first, '-'), coalesce(last, '-'), coalesce(\"fullName\", '-')) FROM \"User\" WHERE id = \(id)"
        )
    }

    static let writes: [(String, Int, String)] = [
        (#"INSERT INTO "User" (id, first, last) VALUES (1001, 'A', 'B')"#, 1001, "A/B/A B"),
        (#"INSERT INTO "User" (id, "fullName") VALUES (1002, 'C D')"#, 1002, "C/D/C D"),
        (#"INSERT INTO "User" (id, first, last, "fullName") VALUES (1003, 'E', 'F', 'E F')"#, 1003, "E/F/E F"),
        (#"INSERT INTO "User" (id, first, last, "fullName") VALUES (1004, 'E', 'F', 'G H')"#, 1004, "G/H/G H"),
        (#"UPDATE "User" SET first = 'X' WHERE id = 5"#, 5, "X/Last5/X Last5"),
        (#"UPDATE "User" SET "fullName" = 'Y Z' WHERE id = 6"#, 6, "Y/Z/Y Z"),
        (#"UPDATE "User" SET note = 'touched' WHERE id = 7"#, 7, "First7/Last7/First7 Last7"),
        (#"UPDATE "User" SET first = 'P', "fullName" = 'Q R' WHERE id = 8"#, 8, "Q/R/Q R"),
        (
            #"INSERT INTO "User" (id, first, last) VALUES (9, 'a', 'b') ON CONFLICT (id) DO UPDATE SET first = 'U'"#, 9,
            "U/Last9/U Last9"
        ),
        (
            #"UPDATE "User" SET "fullName" = 'Anna Maria Smith' WHERE id = 10; UPDATE "User" SET note = 'x' WHERE id = 10"#,
            10,
            "Anna/Maria Smith/Anna Maria Smith"
        ),
        (
            #"UPDATE "User" SET "fullName" = 'Single' WHERE id = 11; UPDATE "User" SET note = 'x' WHERE id = 11"#, 11,
            "Single//Single"
        ),
    ]

    @Test(arguments: [Phase.expand, .backfill, .enforce])
    func `each kind of write leaves both sides right`(_ phase: Phase) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: phase)
        for (statement, id, expected) in Self.writes {
            try fixture.sql(statement)
            #expect(try row(id, in: fixture) == expected, "\(statement)")
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .passed, "\(statement): \(report.checks.filter { $0.verdict != .passed })")
        }
    }

    @Test func `rows for which an expression fails are named with what the server says, before anything is built`()
        async throws
    {
        let fixture = try fixture(
            "split_column: {table: t, from: spot, to: [{name: x, type: int}], split: {x: 'spot::int'}, merge: 'x::text'}",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, spot text); INSERT INTO t VALUES (1, '1'), (2, 'two'), (3, '03'), (4, NULL)"
        )
        let messages = try await fixture.engine().check(looksAtData: true).map(\.message)
        #expect(
            messages.contains { $0.contains("id=2 (invalid input syntax for type integer: \"two\")") },
            "\(messages)"
        )
        #expect(messages.contains { $0.contains("survives") && $0.contains("id=3 (03)") }, "\(messages)")
    }

    @Test func `a statement whose value has no counterpart goes on, and the row is found`() async throws {
        let fixture = try fixture(
            "split_column: {table: t, from: spot, to: [{name: x, type: int}], split: {x: 'spot::int'}, merge: 'x::text'}",
            schema: "CREATE TABLE t (id int PRIMARY KEY, spot text); INSERT INTO t VALUES (1, '1')"
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE t SET spot = 'two' WHERE id = 1")
        let report = try await fixture.engine().verify()
        #expect(report.checks.flatMap(\.samples) == ["id=1"])
        try fixture.sql("UPDATE t SET spot = '2' WHERE id = 1")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `with triggers off both sides differ: verify finds it, and repair takes the old side for the truth`()
        async throws
    {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            #"""
            ALTER TABLE "User" DISABLE TRIGGER USER; UPDATE "User" SET first = 'Lost' WHERE id IN (3, 4);
            ALTER TABLE "User" ENABLE ALWAYS TRIGGER "~crossfade_sync_compose"
            """#
        )
        #expect(Set(try await fixture.engine().verify().checks.flatMap(\.samples)) == ["id=3", "id=4"])
        #expect(try await fixture.engine().repair() == 2)
        let kept =
            "SELECT string_agg(concat_ws(' ', relation, key, before ->> 'first', before ->> 'fullName'), ';' ORDER BY key) FROM crossfade.repaired"
        let before: String = try fixture.value(kept)
        #expect(before == #""public"."User" id=3 Lost First3 Last3;"public"."User" id=4 Lost First4 Last4"#)
        #expect(try row(3, in: fixture) == "Lost/Last3/Lost Last3")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test(arguments: ["refused", "acknowledged"])
    func `without a way back a new version's write is kept, seen, and refused by rollback`(_ loss: String) async throws
    {
        let change = """
            merge_columns: {table: t, from: [first, last], to: {name: full, type: text}, merge: "first || ' ' || last", loss: \(loss)}
            """
        let fixture = try fixture(
            change,
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, first text, last text); INSERT INTO t VALUES (1, 'A', 'B'), (2, 'C', 'D')",
            extra: "acknowledge: [one-way]"
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            "ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET first = 'Z' WHERE id = 1; ALTER TABLE t ENABLE ALWAYS TRIGGER \"~crossfade_sync_compose\""
        )
        #expect(try await fixture.engine().verify().verdict == .failed, "nobody is known to have written the new side")
        _ = try await fixture.engine().repair()
        try fixture.sql("UPDATE t SET \"full\" = 'New One' WHERE id = 2")
        #expect(try await fixture.engine().verify().verdict == .passed)
        for phase in [Phase.enforce, .contract] {
            try await fixture.advance(through: phase)
            let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
            #expect(error?.message.contains("id=2") == true, "\(phase): \(String(describing: error))")
        }
    }

    @Test func `without an acknowledgement a change without a way back is closed`() async throws {
        let change =
            #"merge_columns: {table: User, from: [first, last], to: {name: full, type: text}, merge: "first || ' ' || last"}"#
        let findings = try await fixture(change).engine().check()
        #expect(
            findings.contains {
                $0.id == "one-way" && $0.weight == .acknowledge && $0.message.contains("refused until")
            }
        )
    }

    @Test(
        .asSuperuser("SET ROLE"),
        arguments: [
            "merge_columns", "split_column", "change_type", "make_required", "drop_column", "drop_table",
            "rename_column",
        ]
    )
    func `a role without any right on Crossfade's schema writes as before`(_ kind: String) async throws {
        let test = try #require(KindCase.all.first { $0.kind == kind })
        let hardened =
            ";ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor;"
            + "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO pg_monitor; GRANT USAGE ON SCHEMA public TO pg_monitor;"
        let fixture = try Fixture(schema: test.schema + hardened, plan: test.plan())
        let table = try #require(
            ["User", "Order", "Profile", "Old"].first { "\(fixture.plan.change.kind.table)".hasSuffix($0) }
        )
        let key: String = try fixture.value("SELECT min(id)::text FROM \"\(table)\"")
        for phase in [Phase.expand, .enforce] {
            try await fixture.advance(through: phase)
            let names: String = try fixture.value(
                """
                SELECT string_agg(quote_ident(attname) || ' = ' || quote_ident(attname), ', ') FROM pg_attribute
                 WHERE attrelid = '"\(table)"'::regclass AND attnum > 1 AND NOT attisdropped
                """
            )
            try fixture.sql("SET ROLE pg_monitor; UPDATE \"\(table)\" SET \(names) WHERE id = \(key)")
            let old: String = try fixture.value(
                """
                SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '"\(table)"'::regclass AND attnum > 1 AND NOT attisdropped
                 ORDER BY attnum LIMIT 1
                """
            )
            try fixture.sql(
                "SET ROLE pg_monitor; UPDATE \"\(table)\" SET \(old) = (SELECT \(old) FROM \"\(table)\" ORDER BY id DESC LIMIT 1) WHERE id = \(key)"
            )
        }
    }

    @Test func `clients of both versions work through all phases and back: nothing fails, no name is lost`()
        async throws
    {
        let fixture = try fixture()
        let (oldEnd, newEnd) = (StopSwitch(), StopSwitch())
        let old = (0..<3).map { slot in
            Task { try await Self.client(slot, ["first", "last"], fixture.database, oldEnd) }
        }
        try await fixture.advance(through: .expand)
        let new = (3..<6).map { slot in Task { try await Self.client(slot, ["fullName"], fixture.database, newEnd) } }
        try await fixture.advance(through: .enforce)
        try await Task.sleep(for: .milliseconds(500))
        oldEnd.turnOff()
        var names: [Int: String] = [:]
        for task in old { names.merge(try await task.value) { $1 } }
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .milliseconds(500))
        try await fixture.rollBack(to: .enforce)
        try await Task.sleep(for: .milliseconds(300))
        newEnd.turnOff()
        for task in new { names.merge(try await task.value) { $1 } }
        #expect(names.count > 60)
        #expect(try await fixture.engine().verify().verdict == .passed)
        let rows = try fixture.database.connect().query(
            #"SELECT id, first || ' ' || last AS old, "fullName" AS new FROM public."User" WHERE id > 300"#
        )
        #expect(rows.count == names.count)
        for row in rows {
            let name = names[try row.decode("id")]
            #expect(try row.decode("old") == name)
            #expect(try row.decode("new") == name)
        }
    }

    /// Adds, changes and deletes users by the columns it knows.
    ///
    /// - Returns: the names it last wrote, by id.
    private static func client(_ slot: Int, _ columns: [String], _ database: ScratchDatabase, _ end: StopSwitch)
        async throws
        -> [Int: String]
    {
        let session = try await database.session(as: "client")
        var names: [Int: String] = [:]
        var turn = 0
        while !end.isOff {
            turn += 1
            let parts = columns.count == 2 ? ["F\(slot)", "L\(turn)"] : ["F\(slot) L\(turn)"]
            let known = turn % 2 == 1 ? nil : names.keys.randomElement()
            let isGone = turn % 8 == 0
            let id: Int = try await session.run { connection in
                let list = columns.map { "\"\($0)\"" }
                let marks = columns.indices.map { "$\($0 + 1)" }
                let statement =
                    if let known, isGone {
                        #"DELETE FROM public."User" WHERE id = \#(known) AND '' <> ALL (ARRAY[\#(marks.joined(separator: ", "))]) RETURNING id"#
                    } else if let known {
                        #"UPDATE public."User" SET \#(zip(list, marks).map { "\($0) = \($1)" }.joined(separator: ", ")) WHERE id = \#(known) RETURNING id"#
                    } else {
                        #"INSERT INTO public."User" (\#(list.joined(separator: ", "))) VALUES (\#(marks.joined(separator: ", "))) RETURNING id"#
                    }
                return try connection.query(statement, parts).only().decode("id")
            }
            names[id] = known != nil && isGone ? nil : parts.joined(separator: " ")
            try await Task.sleep(for: .milliseconds(3))
        }
        await session.close()
        return names
    }
}
