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
        var reached: [String]?
        for stop in try await stops(test, hand) {
            let shapes = try await walk(test, hand, stop)
            #expect(shapes == reached ?? shapes, "by hand: \(stop)")
            reached = shapes
        }
    }

    /// Where a person stops in every file, a walk for each: everywhere in the exhaustive form; else nowhere, and for the first
    /// case of a family of files also halfway.
    private func stops(_ test: KindCase, _ hand: Hand) async throws -> [Hand.Stop] {
        if TestTier.isExhaustive {
            var longest = 1
            for file in PhaseFile.allCases { longest = max(longest, try await hand.pieces(of: file).count) }
            return (1..<longest).map { .after($0) } + [.never]
        }
        let families = hand.fixture.plan.change.kind.families
        let first = try Self.cases.first { try Fixture.read($0.plan()).change.kind.families == families }
        return first?.description == test.description ? [.halfway, .never] : [.never]
    }

    /// Through all phases and back, each of them begun by hand.
    ///
    /// - Returns: the shape after each phase.
    private func walk(_ test: KindCase, _ hand: Hand, _ stop: Hand.Stop) async throws -> [String] {
        let fixture = hand.fixture
        let furthest = try #require(Phase(rawValue: test.furthest))
        let (start, catalog) = (try await fixture.dump(), try CatalogShape(fixture.database))
        var shapes: [(phase: Phase?, shape: String)] = [(nil, try catalog.read())]
        for phase in Phase.allCases where phase <= furthest {
            try await hand.run(.phase(phase), stop)
            if phase == .contract, stop == .never { try await expectTold(test, fixture) }
            let report = try await fixture.advance(through: phase)
            if stop == .never { #expect(report.done.contains { $0.contains("(0 steps run") }, "\(report.done)") }
            shapes.append((phase, try catalog.read()))
        }
        let reached = shapes.map(\.shape)
        while let undone = shapes.popLast()?.phase, let before = shapes.last {
            try await hand.run(.undo(undone), stop)
            try await hand.goBack(to: before.phase)
            #expect(try catalog.read() == before.shape, "\(undone.rawValue), undone, by hand: \(stop)")
        }
        #expect(try await fixture.dump() == start, "all undone, by hand: \(stop)")
        return reached
    }

    /// Between the file and the command that records it, the commands say what was done and what comes next.
    private func expectTold(_ test: KindCase, _ fixture: Fixture) async throws {
        // Nothing that contract does to these is taken from the old shape.
        guard !["make_required", "add_required_column", "add_constraint", "custom"].contains(test.kind) else { return }
        let status = try await fixture.engine().status()
        #expect(status.next == "crossfade advance kind --confirm kind", "\(status)")
        #expect(status.gate?.requirements.first?.reason.hasPrefix(ContractByHand.message) == true, "\(status)")
        #expect(try await fixture.engine().gate(.contract).verdict == .open)
        #expect(try await fixture.engine().check().map(\.id) == ["by-hand"])
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

    /// Each way of an anchor that changes, and of a policy, at least once.
    static let tried = TestTier.isExhaustive ? drifts : [drifts[0], drifts[1], drifts[3], drifts[4]]

    @Test(arguments: tried)
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
        let files = try await fixture.engine().generate(into: folder).written
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

    /// After how many pieces of a file a person stops.
    enum Stop: Hashable {
        case after(Int)
        case halfway
        case never
    }

    /// Runs the file as psql does, or the first of its pieces.
    func run(_ file: PhaseFile, _ stop: Stop = .never) async throws {
        let pieces = try await pieces(of: file)
        let count =
            switch stop {
            case .after(let count): count
            case .halfway: pieces.count > 1 ? pieces.count / 2 : 0
            case .never: pieces.count
            }
        let connection = try fixture.database.connect(as: "psql")
        try connection.execute("SET search_path = public")
        for statement in pieces.prefix(count).joined() {
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
