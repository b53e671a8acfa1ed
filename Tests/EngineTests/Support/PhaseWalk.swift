import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Takes a change through its phases by their steps alone: no gates, no checks, no records.
///
/// For tables of cases, which ask for every phase of many changes in little time.
struct PhaseWalk {
    let files: PhaseFiles
    private let connection: Connection

    init(_ fixture: Fixture) async throws {
        try self.init(
            files: try fixture.engine().files(try await fixture.blueprint()),
            on: try fixture.database.connect(as: "phase walk")
        )
        if fixture.plan.change.kind.keepsSearchPath { try connection.execute("SET search_path = public") }
    }

    /// Installs the ledger, which the steps' functions need.
    init(files: PhaseFiles, on connection: Connection) throws {
        self.files = files
        self.connection = connection
        try Ledger(connection).install(LedgerScripts(files.templates))
    }

    /// Runs the steps of a file, those over ranges of blocks on the whole table, and calls `body` after each.
    func run(_ file: PhaseFile, _ body: (String) throws -> Void = { _ in }) throws {
        guard let loaded = try files.load(file) else { return }
        for step in loaded.steps {
            if try isDone(step) { continue }
            switch step.mode {
            case .transaction:
                let text = step.statements.map { $0.text + ";" }.joined(separator: "\n")
                try connection.execute("BEGIN; \(text) COMMIT")
            case .none: try connection.execute(step.statements[0].text)
            case .chunk: try copy(step, of: file)
            }
            guard try isDone(step) else { throw StepNotDone(title: step.title) }
            try body(step.title)
        }
    }

    /// A step has run, and its postcondition does not hold.
    struct StepNotDone: Error {
        let title: String
    }

    /// The number of rows that the check of a phase calls wrong.
    func violations(_ body: SyncBody) throws -> Int {
        try connection.query(try files.statement("compare", body)).only().decode("violations")
    }

    /// What the check of a phase calls wrong, by the names of its columns.
    func wrong(_ body: SyncBody) throws -> [String] {
        let row = try connection.query(try files.statement("compare", body)).only()
        return try row.columnNames.filter { $0 != "rows" }.filter { try row.decodeIfPresent($0, as: Int.self) ?? 0 > 0 }
    }

    private func isDone(_ step: Step) throws -> Bool {
        try connection.query(step.done).first?.decodeIfPresent(at: 0) ?? false
    }

    private func copy(_ step: Step, of file: PhaseFile) throws {
        let leaves = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND (c.oid = to_regclass($1)
                OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf))
            """,
            [(step.over ?? files.blueprint.table).quoted]
        ).map { try QualifiedName(parsing: try $0.decode("name")) }
        for leaf in leaves {
            let steps = try files.render(file, .file, leaf: leaf)?.steps
            let whole = try #require(steps?.first { $0.title == step.title })
            // Between two tables the triggers pass the copy over; in one they have to know it by what it writes.
            let mark = step.over == nil ? "" : "SET LOCAL crossfade.backfill = 'on'; "
            try connection.execute("BEGIN; \(mark)\(whole.statements[0].text); COMMIT")
        }
    }
}
