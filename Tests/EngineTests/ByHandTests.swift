import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A phase's generated file that a person runs with psql, whole or in part, on the way there and on the way back.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ByHandTests {
    static let cases =
        KindCase.all + KindCase.exchanged.prefix(2) + KindCase.lists.filter { $0.about == "two of them" }
        + KindCase.placeholders.prefix(1)

    @Test(arguments: cases)
    func `what was run of a file is found done, and the rest follows`(_ test: KindCase) async throws {
        let hand = try Hand(Fixture(schema: test.schema, plan: test.plan()))
        defer { hand.clean() }
        let fixture = hand.fixture
        let furthest = try #require(Phase(rawValue: test.furthest))
        let (start, catalog) = (try await fixture.dump(), try CatalogShape(fixture.database))
        var before: (phase: Phase?, shape: String) = (nil, try catalog.read())
        for phase in Phase.allCases where phase <= furthest {
            let (there, back) = (PhaseFile.phase(phase), PhaseFile.undo(phase))
            for count in Hand.counts(try await hand.pieces(of: there)) {
                try await hand.run(there, first: count)
                try await fixture.advance(through: phase)
                try await hand.goBack(to: before.phase)
                #expect(try catalog.read() == before.shape, "\(phase.rawValue), \(count) by hand, undone")
            }
            try await hand.run(there)
            let report = try await fixture.advance(through: phase)
            #expect(report.done.contains { $0.contains("(0 steps run") }, "\(report.done)")
            let reached = try catalog.read()
            for count in Hand.counts(try await hand.pieces(of: back)) {
                try await hand.run(back, first: count)
                try await hand.goBack(to: before.phase)
                #expect(try catalog.read() == before.shape, "\(phase.rawValue), undone, \(count) by hand")
                try await fixture.advance(through: phase)
                #expect(try catalog.read() == reached, "\(phase.rawValue), undone, \(count) by hand, again")
            }
            try await hand.run(back)
            try await hand.goBack(to: before.phase)
            #expect(try catalog.read() == before.shape, "\(phase.rawValue) undone by hand")
            try await fixture.advance(through: phase)
            before = (phase, reached)
        }
        try await fixture.rollBack()
        #expect(try await fixture.dump() == start, "all undone")
    }

    // MARK: - What changes between enforce and contract

    /// What a person does to the table before the file is written, and with what is done about it in the end.
    static let drifts = [
        Drift("nothing"),
        Drift(
            "an anchor is made",
            then: "CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
            last: "DROP MATERIALIZED VIEW m"
        ),
        Drift(
            "an anchor is there",
            first: "CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
            last: "DROP MATERIALIZED VIEW m"
        ),
        Drift(
            "an anchor is dropped",
            first: "CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
            then: "DROP MATERIALIZED VIEW m"
        ),
        Drift("a policy is made", then: "CREATE POLICY p ON t USING (a <> 'y')", last: "DROP POLICY p ON t"),
        Drift("a policy is there", first: "CREATE POLICY p ON t USING (a <> 'y')", last: "DROP POLICY p ON t"),
        Drift(
            "a policy is dropped",
            first: "CREATE POLICY p ON t USING (a <> 'y')",
            then: "DROP POLICY p ON t"
        ),
    ]

    struct Drift: Sendable, CustomStringConvertible {
        let description: String
        let first: String
        let then: String
        let last: String

        init(_ description: String, first: String = "", then: String = "", last: String = "") {
            self.description = description
            self.first = first
            self.then = then
            self.last = last
        }
    }

    @Test(arguments: drifts)
    func `a contract run by hand is found as what it was when its file was written`(_ drift: Drift) async throws {
        let hand = try Hand(
            Fixture(
                schema: """
                    CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL);
                    INSERT INTO t SELECT n, 'x' || n FROM generate_series(1, 5) n; CREATE INDEX named ON t (a);
                    """,
                plan: Fixture.rename("t", "a", "b", retain: "7d")
            )
        )
        defer { hand.clean() }
        let start = try await hand.fixture.dump()
        try hand.fixture.sql(drift.first)
        try await hand.fixture.advance(through: .enforce)
        try hand.fixture.sql(drift.then)
        let enforced = try await hand.fixture.dump()
        try await hand.run(.phase(.contract))
        let places = try hand.places()
        let reached = try await hand.fixture.dump()
        let report = try await hand.fixture.advance(through: .contract)
        #expect(report.done.contains { $0.contains("(0 steps run") }, "\(report.done)")
        #expect(try await hand.fixture.dump() == reached)
        try await hand.fixture.rollBack(to: .enforce)
        #expect(try await hand.fixture.dump() == enforced)
        try await hand.fixture.advance(through: .contract)
        #expect(try hand.places() == places, "done again, it is the same contract")
        try await hand.fixture.rollBack()
        try hand.fixture.sql(drift.last)
        #expect(try await hand.fixture.dump() == start)
    }
}

/// A person with psql, and the files of a plan in the folder where advance looks for them.
private struct Hand {
    let fixture: Fixture

    init(_ fixture: Fixture) { self.fixture = fixture }

    private var folder: URL { URL(filePath: fixture.plan.source.name).deletingLastPathComponent() }

    func clean() { try? FileManager.default.removeItem(at: folder) }

    /// What psql commits, piece by piece: each transaction, and each statement outside any.
    func pieces(of file: PhaseFile) async throws -> [[String]] {
        let files = try await fixture.engine().generate(into: folder)
        guard let url = files.first(where: { $0.lastPathComponent == file.fileName }) else { return [] }
        var pieces: [[String]] = []
        var isOpen = false
        for statement in try Script(parsing: String(contentsOf: url, encoding: .utf8)).statements.map(\.text) {
            if isOpen { pieces[pieces.count - 1].append(statement) } else { pieces.append([statement]) }
            if statement == "BEGIN" { isOpen = true }
            if statement == "COMMIT" { isOpen = false }
        }
        return pieces
    }

    /// Runs the file as psql does, or the first of its pieces.
    func run(_ file: PhaseFile, first count: Int? = nil) async throws {
        let pieces = try await pieces(of: file)
        let connection = try fixture.database.connect(as: "psql")
        try connection.execute("SET search_path = public")
        for statement in pieces.prefix(count ?? pieces.count).joined() {
            do {
                try connection.execute(statement)
            } catch {
                Issue.record("\(file.fileName): \(error): \(statement)")
                return
            }
        }
    }

    /// Rolls back to a phase; where contract moved the primary key that takes enforce along, which is then done again.
    func goBack(to phase: Phase?) async throws {
        let record = try #require(try await fixture.record())
        guard phase == .enforce, record.run.movesPrimaryKey else {
            try await fixture.rollBack(to: phase)
            return
        }
        try await fixture.rollBack(to: .dualWriteCheck)
        try await fixture.advance(through: .enforce)
    }

    /// After how many pieces a person stops: after each of them, or as one for all of these after half of them.
    static func counts(_ pieces: [[String]]) -> [Int] {
        guard pieces.count > 1 else { return [] }
        return TestTier.isExhaustive ? Array(1..<pieces.count) : [pieces.count / 2]
    }

    /// The columns of t by name and place.
    func places() throws -> String {
        try fixture.value(
            """
            SELECT string_agg(attname || attnum, ' ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped
            """
        )
    }
}
