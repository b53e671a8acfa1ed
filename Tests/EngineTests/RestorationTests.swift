import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A way in which a person, a bulk load or a restore undoes what phases brought about, without knowing of it.
enum Undoing: CaseIterable, CustomTestStringConvertible {
    /// Rails' `disable_referential_integrity`, `pg_restore --disable-triggers`.
    case disabledTriggers
    /// The same, and `ENABLE TRIGGER ALL` after it: a trigger that was ENABLE ALWAYS is so no more.
    case enabledTriggers
    case droppedTriggers
    case droppedFunctions
    case replacedFunctions
    /// Every step of enforce, by its undo file, run with psql.
    case enforce
    /// No table has statistics after a dump and restore.
    case statistics

    var testDescription: String { "\(self)" }

    /// The ways that the others do not cover, but for that of enforce's file.
    static let few: [Undoing] = [.enabledTriggers, .droppedFunctions, .replacedFunctions]

    func apply(to fixture: Fixture) async throws {
        switch self {
        case .enforce:
            // Triggers and functions are expand's, and are looked at by the other ways.
            let record = try #require(try await fixture.record())
            let files = try fixture.engine().files(record.blueprint)
            let walk = try PhaseWalk(files: files, on: try fixture.database.connect(as: "psql"))
            if fixture.plan.change.kind.keepsSearchPath { try fixture.sql("SET search_path = public") }
            try walk.run(.undo(.enforce))
        case .statistics:
            try fixture.sql("DELETE FROM pg_statistic WHERE starelid >= 16384")
        default: try fixture.sql(loop)
        }
    }

    /// Over every trigger that calls a function of Crossfade's, or over these functions.
    private var loop: String {
        let triggers = """
            SELECT tgrelid::regclass AS of, tgname AS name FROM pg_trigger g JOIN pg_proc p ON p.oid = tgfoid
             WHERE p.pronamespace = 'crossfade'::regnamespace AND NOT tgisinternal AND tgparentid = 0
            """
        let functions = """
            SELECT DISTINCT p.oid::regprocedure AS name FROM pg_trigger g JOIN pg_proc p ON p.oid = tgfoid
             WHERE p.pronamespace = 'crossfade'::regnamespace
               AND EXISTS (SELECT FROM pg_class c WHERE c.oid = tgrelid AND c.relnamespace <> p.pronamespace)
            """
        let (query, statement) =
            switch self {
            case .disabledTriggers: (triggers, "format('ALTER TABLE %s DISABLE TRIGGER %I', r.of, r.name)")
            case .enabledTriggers: (triggers, "format('ALTER TABLE %s ENABLE TRIGGER %I', r.of, r.name)")
            case .droppedTriggers: (triggers, "format('DROP TRIGGER %I ON %s', r.name, r.of)")
            case .droppedFunctions: (functions, "format('DROP FUNCTION %s CASCADE', r.name)")
            default:
                (
                    functions,
                    "format('CREATE OR REPLACE FUNCTION %s RETURNS trigger LANGUAGE plpgsql AS %L', r.name, 'BEGIN RETURN NEW; END')"
                )
            }
        return "DO $$ DECLARE r record; BEGIN FOR r IN \(query) LOOP EXECUTE \(statement); END LOOP; END $$"
    }
}

/// What phases brought about and somebody undoes is done again by the next command, which says so.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RestorationTests {
    static let cases = KindCase.all.filter { $0.kind != "custom" }

    /// All ways; or else that of enforce's file, and one of the few in turn.
    private static func ways(for test: KindCase) -> [Undoing] {
        guard !TestTier.isExhaustive else { return Undoing.allCases }
        let index = cases.firstIndex { $0.description == test.description } ?? 0
        return [Undoing.few[index % Undoing.few.count], .enforce]
    }

    /// Whether it is what the file of contract does, and taken for that file, run by hand.
    private static func isContract(_ way: Undoing, of test: KindCase) -> Bool {
        way == .droppedFunctions && ["make_required", "add_required_column"].contains(test.kind)
    }

    private func undone(_ sentences: [String]) -> [String] {
        sentences.filter { $0.contains("was undone since") && $0.hasSuffix("done again") }
    }

    @Test(arguments: cases)
    func `advance does again what is undone by hand after enforce, and says so`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .enforce)
        let catalog = try CatalogShape(fixture.database)
        let enforced = try catalog.read()
        var said = 0
        for way in Self.ways(for: test) where !Self.isContract(way, of: test) {
            try await way.apply(to: fixture)
            let isSeen = try catalog.read() != enforced
            let report = try await fixture.advance(through: .enforce)
            #expect(!isSeen || !undone(report.done).isEmpty, "\(way): \(report.done)")
            #expect(try catalog.read() == enforced, "\(way)")
            said += undone(report.done).count
        }
        #expect(said > 0)
        #expect(undone(try await fixture.advance(through: .enforce).done) == [], "again")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    private static let rename = """
        CREATE TABLE price (id int PRIMARY KEY, amount numeric NOT NULL UNIQUE);
        INSERT INTO price SELECT n, n FROM generate_series(1, 100) n
        """

    private func renamed(through phase: Phase) async throws -> Fixture {
        let fixture = try Fixture(schema: Self.rename, plan: Fixture.rename("price", "amount", "cost", retain: "7d"))
        try await fixture.advance(through: phase)
        return fixture
    }

    @Test func `a failed check for disabled triggers blocks until advance enables them, and checks again`() async throws
    {
        let fixture = try await renamed(through: .enforce)
        try await Undoing.enabledTriggers.apply(to: fixture)
        let check = try await fixture.engine().verify()
        #expect(check.verdict == .failed)
        let samples = check.checks.flatMap(\.samples).joined(separator: "\n")
        #expect(samples.contains("ALTER TABLE public.price ENABLE ALWAYS TRIGGER"))
        try await fixture.advance(through: .contract)
    }

    @Test func `repair sets the triggers up again, and then copies what was written without them`() async throws {
        let fixture = try await renamed(through: .enforce)
        try await Undoing.disabledTriggers.apply(to: fixture)
        try fixture.sql("UPDATE price SET amount = -id WHERE id <= 3")
        #expect(try await fixture.engine().verify().verdict == .failed)
        #expect(try await fixture.engine().repair() == 3)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
        #expect(try fixture.value("SELECT sum(cost)::int FROM price WHERE id <= 3", as: Int.self) == -6)
    }

    @Test func `advance of a run whose rows differ sets the triggers up again and stays blocked`() async throws {
        let fixture = try await renamed(through: .enforce)
        try await Undoing.disabledTriggers.apply(to: fixture)
        try fixture.sql("UPDATE price SET amount = -id WHERE id <= 3")
        #expect(try await fixture.engine().verify().verdict == .failed)
        let confirmation = Confirmation(name: fixture.plan.name.text)
        let report = try await fixture.engine().advance(through: .contract, waits: false, confirmation: confirmation)
        guard case .failedCheck(let check) = report.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(check.violations == 3)
        #expect(undone(report.done).count == 1)
    }

    @Test func `resume sets up again what was undone while the run was paused`() async throws {
        let fixture = try await renamed(through: .enforce)
        let enforced = try await fixture.dump()
        _ = try await fixture.engine().pause()
        try await Undoing.droppedFunctions.apply(to: fixture)
        try fixture.sql("ALTER TABLE price DROP CONSTRAINT price_cost_key")
        #expect(try await fixture.engine().verify().verdict == .failed)
        _ = try await fixture.engine().resume()
        #expect(try await fixture.dump() == enforced)
    }

    /// pg_dump writes what pg_get_triggerdef does; for a comparison of rows by an operator that is no text the server takes.
    @Test func `the server takes each trigger as it writes it itself, so that a dump can be restored`() async throws {
        let fixture = try await renamed(through: .enforce)
        let definitions = try fixture.database.connect().query(
            """
            SELECT format('DROP TRIGGER %I ON %s; %s', tgname, tgrelid::regclass, pg_get_triggerdef(oid)) AS sql
              FROM pg_trigger WHERE tgrelid = 'public.price'::regclass AND NOT tgisinternal
            """
        ).map { try $0.decode("sql", as: String.self) }
        #expect(definitions.count == 3)
        for definition in definitions { try fixture.sql(definition) }
    }
}
