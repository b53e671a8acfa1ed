import Cluster
import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A schema, a plan on it, and the engine that runs the plan in the scratch database of the case.
struct Fixture {
    let plan: Plan
    let database: ScratchDatabase
    let remarks = RemarkLog()
    private let reading: KeptConnection
    /// The commands of a case follow one another in the same sessions.
    ///
    /// A session that has a temporary schema keeps the plans of its statements: without one each probe's temporary table gives
    /// it another search path until it is rolled back.
    private let sessions = SessionStore(lifetime: .seconds(300)) { connection in
        guard try connection.queryKept("SELECT pg_my_temp_schema() = 0 AS is_missing").only().decode("is_missing")
        else { return }
        try connection.execute("CREATE TEMPORARY TABLE pg_temp.crossfade_rest (); DROP TABLE pg_temp.crossfade_rest")
    }

    init(schema: String, plan text: String) throws {
        database = try ScratchDatabase.current
        reading = KeptConnection(database)
        plan = try Self.read(text)
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        try connection.execute(schema)
    }

    /// A plan in a folder of its own.
    static func read(_ text: String) throws -> Plan {
        let (plan, diagnostics) = PlanReader.read(
            SourceText(name: "\(NSTemporaryDirectory())plans-\(UUID().uuidString)/plan.yaml", text: text)
        )
        guard let plan else { throw diagnostics }
        return plan
    }

    /// The plan of a rename that waits for nothing.
    static func rename(_ table: String, _ from: String, _ to: String, extra: String = "", retain: String = "0s")
        -> String
    {
        """
        version: 1
        name: rename
        change:
          rename_column:
            table: \(table)
            from: \(from)
            to: \(to)
        \(extra)
        phases:
          lock_deadline: 10m
          backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract:
            retain: \(retain)
        """
    }

    /// The plan of an example in `Plans/`, with phases that wait for nothing.
    static func example(_ name: String, extra: String = "", retain: String = "7d") throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Plans")
        let text = try String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8)
        let change = text.components(separatedBy: "\nphases:")[0]
        return """
            \(change)
            \(extra)
            phases:
              lock_deadline: 10m
              backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract:
                retain: \(retain)
            """
    }

    /// Read once: scanning all of them takes longer than most cases.
    private static let library = Result { try TemplateLibrary(overrides: nil) }

    static func templates() throws -> TemplateLibrary { try library.get() }

    func engine(user: String = "anna", plan other: Plan? = nil) throws -> PlanEngine {
        PlanEngine(
            plan: other ?? plan,
            workspace: Workspace(
                target: database.target,
                templates: try Self.templates(),
                actor: Actor(user: user, host: "test", pid: Int32.random(in: 100_000...200_000)),
                sessions: sessions,
                remark: remarks.append
            )
        )
    }

    /// Lets the next command begin in sessions of its own, as it does in a process of its own.
    func reconnect() async { await sessions.close() }

    /// Advances until the phase is verified; `changed` begins what is changed from outside meanwhile.
    @discardableResult
    func advance(through phase: Phase, changed: [String] = []) async throws -> AdvanceReport {
        let report = try await engine().advance(
            through: phase,
            waits: false,
            confirmation: Confirmation(name: plan.name.text)
        )
        #expect(report.outcome == .done, "\(report)")
        // What an advance has carried over, or nobody has changed, is no change from outside.
        let changes = report.status.changes?.findings.map(\.message) ?? []
        #expect(changes.elementsEqual(changed) { $0.hasPrefix($1) }, "\(changes)")
        return report
    }

    @discardableResult
    func rollBack(to phase: Phase? = nil) async throws -> AdvanceReport {
        try await engine().rollBack(to: phase, confirmation: Confirmation(name: plan.name.text))
    }

    @discardableResult
    func sql(_ script: String) throws -> [CommandResult] {
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        return try connection.execute(script)
    }

    func value<T: ColumnDecodable & Sendable>(_ query: String, as type: T.Type = T.self) throws -> T {
        try reading.value(query)
    }

    /// The change resolved as it stands: from the catalog, or after contract from the ledger.
    func blueprint() async throws -> any RenderedBlueprint {
        let connection = try database.connect()
        if let record = try Ledger(connection).newestRun(of: plan.name), record.run.status(of: .contract).hasBegun {
            return record.blueprint
        }
        let engine = try engine()
        return try await engine.observing("tests") { [plan] connection in
            try Resolution.resolve(plan, on: connection).blueprint
        }
    }

    func record() async throws -> RunRecord? {
        try Ledger(try database.connect()).newestRun(of: plan.name)
    }

    /// What the catalog says of a column; with `renamedFrom`, what it would say after a plain rename.
    func attributes(of table: QualifiedName, _ column: Identifier, renamedFrom old: Identifier? = nil) async throws
        -> [String]
    {
        let connection = try database.connect()
        try connection.execute("SET search_path = public; BEGIN")
        if let old {
            try connection.execute("ALTER TABLE \(table.quoted) RENAME COLUMN \(old.quoted) TO \(column.quoted)")
        }
        return try connection.query(Self.attributeQuery, [table.quoted, column]).map { try $0.decode("attribute") }
    }

    static let attributeQuery = """
        WITH a AS (
          SELECT a.*, quote_ident(attname) AS quoted FROM pg_attribute a WHERE attrelid = to_regclass($1) AND attname = $2
        ), described AS (
          SELECT 'column ' || format_type(atttypid, atttypmod) || attnotnull || attidentity::text || attcollation || attstorage::text
                 || coalesce(attcompression::text, '') || coalesce(attstattarget, -1) || coalesce(attoptions::text, '')
                 || coalesce(attacl::text, '') || coalesce(col_description(attrelid, attnum), '') AS attribute FROM a
          UNION ALL SELECT 'default ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef, a WHERE adrelid = attrelid AND adnum = attnum
          UNION ALL SELECT 'sequence ' || s.relname || ' ' || deptype::text || coalesce(s.relacl::text, '') || coalesce(obj_description(s.oid, 'pg_class'), '')
            FROM pg_depend d, pg_class s, a WHERE d.refobjid = attrelid AND refobjsubid = attnum AND s.oid = d.objid AND s.relkind = 'S'
          UNION ALL SELECT 'index ' || regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX .* ON ', '\\1')
              || coalesce(obj_description(indexrelid, 'pg_class'), '') || indisvalid
            FROM pg_index, a WHERE indrelid = attrelid AND pg_get_indexdef(indexrelid) LIKE '%' || quoted || '%' AND (attnum = ANY (indkey) OR 0 = ANY (indkey))
          UNION ALL SELECT 'constraint ' || CASE WHEN confrelid = attrelid THEN conname ELSE '' END || pg_get_constraintdef(k.oid) || convalidated
              || coalesce(obj_description(k.oid, 'pg_constraint'), '')
            FROM pg_constraint k, a WHERE (conrelid = attrelid AND attnum = ANY (conkey)) OR (confrelid = attrelid AND attnum = ANY (confkey) AND conparentid = 0)
          UNION ALL SELECT 'trigger ' || pg_get_triggerdef(g.oid) || tgenabled::text FROM pg_trigger g, a
            WHERE tgrelid = attrelid AND NOT tgisinternal
        )
        SELECT attribute FROM described ORDER BY attribute
        """

    /// The schema as pg_dump writes it, without the ledger and the lines that differ at each run.
    func dump() async throws -> String {
        let binaries = try PostgresBinaries.find(environment: ProcessInfo.processInfo.environment)
        let process = Process()
        process.executableURL = URL(filePath: binaries.path("pg_dump"))
        // Reading those of the whole catalog takes a tenth of its time, and no server here has a provider of labels.
        process.arguments = ["--schema-only", "-N", "crossfade", "--no-security-labels", "-d", database.url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return text.split(separator: "\n").filter { !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict") }
            .joined(separator: "\n")
    }
}

/// What a command said while it worked.
final class RemarkLog: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var remarks: [Remark] = []

    func append(_ remark: Remark) { lock.withLock { unsafe remarks.append(remark) } }

    var all: [Remark] { lock.withLock { unsafe remarks } }
}
