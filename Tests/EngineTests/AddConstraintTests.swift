import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Rows that violate a constraint are found before it is built, while it is watched, and where it cannot be built at all.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct AddConstraintTests {
    private static let schema = """
        CREATE TABLE hall (id int, wing text, PRIMARY KEY (id, wing));
        CREATE TABLE room (id int PRIMARY KEY, hall int, wing text, seats int, title text, taken int4range);
        INSERT INTO hall SELECT n, 'w' FROM generate_series(1, 50) n;
        INSERT INTO room SELECT n, n, 'w', n + 1, 'Title ' || n, int4range(n, n + 1) FROM generate_series(1, 50) n;
        """

    private func fixture(_ section: String, extra: String = "") throws -> Fixture {
        let test = KindCase(
            kind: "add_constraint",
            schema: Self.schema + extra,
            section: section,
            extra: "acknowledge: [blocking-scan]"
        )
        return try Fixture(schema: test.schema, plan: test.plan())
    }

    /// The section, the damage, and the keys of the rows that violate it then.
    static let violations: [(String, String, Set<String>)] = [
        ("{table: room, unique: [seats]}", "UPDATE room SET seats = 7 WHERE id IN (8, 9)", ["id=6", "id=8", "id=9"]),
        ("{table: room, unique: [seats, wing]}", "UPDATE room SET wing = NULL; UPDATE room SET seats = 7", []),
        (
            "{table: room, unique: [seats, wing], nulls_not_distinct: true}",
            "UPDATE room SET wing = NULL, seats = 7 WHERE id IN (8, 9)", ["id=8", "id=9"]
        ),
        (
            "{table: room, check: 'room.seats > 1'}",
            "UPDATE room SET seats = 0 WHERE id = 8; UPDATE room SET seats = NULL WHERE id = 9", ["id=8"]
        ),
        ("{table: room, not_null: title}", "UPDATE room SET title = NULL WHERE id = 8", ["id=8"]),
        (
            "{table: room, foreign_key: {columns: [hall, wing], references: {table: hall, columns: [id, wing]}}}",
            "UPDATE room SET hall = 99 WHERE id = 8; UPDATE room SET hall = 99, wing = NULL WHERE id = 9", ["id=8"]
        ),
        (
            "{table: room, index: {columns: [wing], expressions: ['lower(title)'], unique: true, where: seats > 3}}",
            "UPDATE room SET title = 'X' WHERE id IN (1, 2, 8); UPDATE room SET title = 'x' WHERE id = 9",
            ["id=8", "id=9"]
        ),
        (
            "{table: room, exclude: 'USING gist (taken WITH &&)'}", "UPDATE room SET taken = '[8,11)' WHERE id = 8",
            ["id=8", "id=9", "id=10"]
        ),
    ]

    /// The section, and what a person made before the plan.
    static let present: [(section: String, made: String)] = [
        ("{table: room, unique: [seats]}", "ADD UNIQUE (seats)"),
        ("{table: room, check: seats > 1}", "ADD CHECK (seats > 1)"),
        ("{table: room, not_null: title}", "ALTER title SET NOT NULL"),
        (
            "{table: room, foreign_key: {columns: [hall, wing], references: {table: hall, columns: [id, wing]}}}",
            "ADD FOREIGN KEY (hall, wing) REFERENCES hall (id, wing)"
        ),
        ("{table: room, exclude: 'USING gist (taken WITH &&)'}", "ADD EXCLUDE USING gist (taken WITH &&)"),
    ]

    @Test func `what the table has before the plan is said, and stays when the plan is rolled back`() async throws {
        for (section, made) in Self.present {
            let fixture = try fixture(section, extra: "ALTER TABLE room \(made)")
            let start = try await fixture.dump()
            #expect(try await fixture.engine().check().contains { $0.id == "already-there" }, "\(made)")
            try await fixture.advance(through: .enforce)
            #expect(try await fixture.dump() == start, "\(made)")
            try await fixture.rollBack()
            #expect(try await fixture.dump() == start, "\(made)")
            try fixture.sql("DROP TABLE room, hall")
        }
    }

    @Test(arguments: violations)
    func `violating rows are counted and named before anything is built`(
        _ section: String,
        _ damage: String,
        _ keys: Set<String>
    ) async throws {
        let fixture = try fixture(section, extra: damage)
        let messages = try await fixture.engine().check(looksAtData: true).filter { $0.id == "data" }.map(\.message)
        #expect(messages.isEmpty == keys.isEmpty, "\(messages)")
        for key in keys { #expect(messages.contains { $0.contains(key) }, "\(key) in \(messages)") }
        if !keys.isEmpty { #expect(messages.contains { $0.contains("\(keys.count) against it") }, "\(messages)") }
        let before = try await fixture.dump()
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        #expect((report.outcome == .done) == keys.isEmpty)
        #expect(try await fixture.dump() == before)
    }

    @Test(arguments: violations)
    func `a version that still violates it fails the check, and enforce is not begun`(
        _ section: String,
        _ damage: String,
        _ keys: Set<String>
    ) async throws {
        let fixture = try fixture(section)
        try await fixture.advance(through: .dualWriteCheck)
        try fixture.sql(damage)
        let report = try await fixture.engine().verify()
        #expect((report.verdict == .passed) == keys.isEmpty)
        #expect(Set(report.checks.flatMap(\.samples)) == keys)
        let begun = try? await fixture.engine().advance(through: .enforce, waits: false, confirmation: .notGiven)
        #expect((begun?.outcome == .done) == keys.isEmpty)
        #expect((try #require(await fixture.record()).run.status(of: .enforce) == .pending) == !keys.isEmpty)
    }

    @Test(arguments: [
        ("{table: room, check: 'nosuch > 1'}", "nosuch"),
        ("{table: room, unique: [nosuch]}", "nosuch"),
        (
            "{table: room, foreign_key: {columns: [hall], references: {table: hall, columns: [id]}}}",
            "no unique constraint"
        ),
        (
            "{table: room, foreign_key: {columns: [title], references: {table: room, columns: [id]}}}",
            "cannot be implemented"
        ),
        ("{table: room, index: {columns: [seats], using: gin}}", "no default operator class"),
        ("{table: room, exclude: 'USING gist (seats WITH &&)'}", "operator"),
        ("{table: room, unique: [seats], name: room_pkey}", "taken"),
    ])
    func `what could only fail later is refused`(_ section: String, _ reason: String) async throws {
        let findings = try await fixture(section).engine().check()
        #expect(
            findings.contains { $0.weight == .refused && $0.message.contains(reason) },
            "\(findings.map(\.message))"
        )
    }

    @Test(arguments: violations.map(\.0).dropLast())
    func `clients write on while it is built`(_ section: String) async throws {
        let fixture = try fixture(section)
        let stopped = StopSwitch()
        let database = fixture.database
        let clients = (1...3).map { slot in
            Task {
                let session = try await database.session(as: "client")
                var turns = 0
                while !stopped.isOff {
                    turns += 1
                    let id = slot * 100_000 + turns
                    try await session.run { connection in
                        _ = try connection.query(
                            "INSERT INTO public.room (id, hall, wing, seats, title) VALUES ($1::int, 3, 'w', $1::int, 'T ' || $1::int)",
                            [id]
                        )
                        _ = try connection.query("UPDATE public.room SET hall = 4 WHERE id = $1::int", [id])
                        if id % 3 == 0 { _ = try connection.query("DELETE FROM public.room WHERE id = $1::int", [id]) }
                    }
                    try await Task.sleep(for: .milliseconds(15))
                }
                return turns
            }
        }
        try await fixture.advance(through: .enforce)
        try await Task.sleep(for: .milliseconds(300))
        stopped.turnOff()
        for client in clients { #expect(try await client.value > 10) }
        #expect(try await fixture.engine().verify().verdict == .passed)
    }
}
