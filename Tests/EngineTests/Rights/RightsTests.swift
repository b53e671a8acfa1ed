import Diagnostics
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// No application statement fails for want of a right, an object or a setting of Crossfade's, and nothing that is missing
/// passes for evidence.
@Suite(.scratchDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct RightsTests {
    /// After contract nothing of Crossfade's is called any more, and its undo makes the functions that enforce made.
    private static let stages:
        [(name: String, files: [PhaseFile], body: SyncBody, hasOld: Bool, acts: ArraySlice<RightsAct>)] = [
            ("expand", [.phase(.expand)], .copying, true, RightsAct.all[...]),
            ("enforce", [.phase(.backfill), .phase(.enforce)], .settled, true, RightsAct.all[...]),
            ("contract", [.phase(.contract)], .settled, false, RightsAct.all.prefix(2)),
            ("contract undone", [.undo(.contract)], .settled, true, RightsAct.all.prefix(4)),
        ]

    @Test(arguments: RightsSubject.all)
    func `every statement succeeds and is carried over, whatever is done to rights, owners and objects`(
        _ subject: RightsSubject
    )
        async throws
    {
        let roles = try RightsRoles()
        let fixture = try await roles.fixture(subject.schema, subject.plan)
        defer { roles.drop(in: fixture) }
        let operating = try fixture.database.connect()
        try operating.execute("SET SESSION AUTHORIZATION \(roles.name("anna"))")
        let walk = try PhaseWalk(files: try fixture.engine().files(try await fixture.blueprint()), on: operating)
        var mismatches: [String] = []
        for stage in Self.stages {
            if stage.name != "expand", subject.endsWithContract, stage.name != "enforce" { continue }
            for file in stage.files { try walk.run(file) }
            try fixture.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO \(roles.name("app"))")
            let trial = RightsTrial(subject: subject, roles: roles, walk: walk, body: stage.body, hasOld: stage.hasOld)
            for act in stage.acts where subject.stands(act) {
                mismatches += try trial.run(act, on: fixture).map { "\(stage.name), \(act.name): \($0)" }
            }
        }
        #expect(mismatches.isEmpty, "\(mismatches.joined(separator: "\n"))")
    }
}

/// A subject at a stage, held against acts, each in a transaction that is taken back.
private struct RightsTrial {
    let subject: RightsSubject
    let roles: RightsRoles
    let walk: PhaseWalk
    let body: SyncBody
    let hasOld: Bool

    func run(_ act: RightsAct, on fixture: Fixture) throws -> [String] {
        let connection = try fixture.database.connect(as: "trial")
        let found = Result { try self.failures(of: act, on: connection) }
        // The next step waits for no lock: they have to be gone by then.
        try connection.execute("ROLLBACK")
        return try found.get()
    }

    private func failures(of act: RightsAct, on connection: Connection) throws -> [String] {
        let isOfRole = act.setting.hasPrefix("role")
        if !act.setting.isEmpty, !isOfRole { try connection.execute("SET \(act.setting)") }
        // Without Crossfade a session that is read-only by default fails at its first write too.
        try connection.execute("BEGIN READ WRITE")
        if !act.statements.isEmpty { try connection.execute(roles.named(act.statements)) }
        try connection.execute("SET LOCAL SESSION AUTHORIZATION \(roles.name("app"))")
        if isOfRole { try connection.execute("SET LOCAL \(roles.named(act.setting))") }
        var failures: [String] = []
        for statement in ((hasOld ? subject.old : []) + subject.new).map(Self.qualified) + [
            "SET CONSTRAINTS ALL IMMEDIATE"
        ] {
            do { try connection.execute(statement) } catch { return ["\(statement): \(error)"] }
        }
        try connection.execute("RESET SESSION AUTHORIZATION; \(act.restore)")
        if act.breaksExpressions { return try expressions(act, on: connection) }
        guard hasOld else { return [] }
        if walk.files.blueprint.recordsWriters { failures += try recording(act, on: connection) }
        try connection.execute(roles.named(act.regrant))
        return try failures + differences(on: connection)
    }

    private func differences(on connection: Connection) throws -> [String] {
        let row = try connection.query(try walk.files.statement("compare", body)).only()
        return try row.columnNames.filter { $0 != "rows" }.compactMap { kind in
            guard let count = try row.decodeIfPresent(kind, as: Int.self), count > 0 else { return nil }
            return "\(count) \(kind)"
        }
    }

    /// The functions of the plan's expressions are named, and made again as `repair` makes them, before rows are compared.
    private func expressions(_ act: RightsAct, on connection: Connection) throws -> [String] {
        guard subject.isMapped, hasOld else { return [] }
        let path = try EvidencePath(connection: connection, files: walk.files)
        let breaks = try path.breaks()
        guard let reason = act.reason, breaks.contains(where: { $0.reason.contains(reason) }) else {
            return ["not said: \(act.reason ?? ""), but \(breaks.map(\.text))"]
        }
        if breaks.allSatisfy({ $0.remedy.hasPrefix("GRANT") }) {
            for one in breaks { try connection.execute(one.remedy) }
        } else {
            let step = try SyncRestoration(walk.files, isEnforced: body == .settled).step(titled: "restore")
            for statement in step?.statements ?? [] { try connection.execute(statement.text) }
            let isDone: Bool = try connection.query(step?.done ?? "").only().decode(at: 0)
            if !isDone { return ["restored, and not done"] }
        }
        return try path.breaks().map { "still broken: \($0.text)" } + differences(on: connection)
    }

    /// What a check says of the act, and whether its statement restores everything.
    private func recording(_ act: RightsAct, on connection: Connection) throws -> [String] {
        let path = try EvidencePath(connection: connection, files: walk.files)
        let breaks = try path.breaks()
        let isSaid = !act.breaksKeeping || walk.files.blueprint.keepsValues
        guard let reason = act.reason, isSaid else {
            let seen = act.records ? try connection.query("SELECT FROM crossfade.observation").isEmpty : false
            return breaks.map { "said though recording goes on: \($0.text)" } + (seen ? ["nothing was recorded"] : [])
        }
        guard breaks.contains(where: { $0.reason.contains(roles.named(reason)) }) else {
            return ["not said: \(reason), but \(breaks.map(\.text))"]
        }
        guard !breaks.contains(where: { $0.remedy.contains("crossfade init") }) else { return [] }
        for one in breaks { try connection.execute(one.remedy) }
        return try path.breaks().map { "still broken: \($0.text)" }
    }

    /// The statement with its tables' schema, so that it means the same with any search_path.
    private static func qualified(_ statement: String) -> String {
        statement.replacing(/(INTO|UPDATE|FROM) (?!SET)(\w+)/) { "\($0.output.1) public.\($0.output.2)" }
    }
}

extension RightsSubject {
    /// A kind that sets nothing aside: contract ends its run.
    fileprivate var endsWithContract: Bool { testDescription == "make_required" }

    /// Whether the act leaves what sync itself needs.
    fileprivate func stands(_ act: RightsAct) -> Bool {
        if act.breaksExpressions, !isMapped { return false }
        // Foreign keys do nothing in a replica either.
        return !(crossesTables && act.setting.hasPrefix("session_replication_role"))
    }
}

/// Roles of a case; roles are the server's and not the database's.
struct RightsRoles {
    private let prefix: String

    init() throws { prefix = "w_\(try ScratchDatabase.current.name)" }

    func name(_ role: String) -> String { "\(prefix)_\(role)" }

    /// A text in which the roles have the names of this case.
    func named(_ text: String) -> String {
        text.replacing(/\b(anna|ben|owners|dba|app)\b/) { name(String($0.output.1)) }
    }

    func target(as role: String) throws -> ConnectionTarget {
        let url = try ScratchDatabase.current.url.replacing("user=postgres", with: "user=\(name(role))")
        return ConnectionTarget(url: url, environment: [:])
    }

    func workspace(as role: String) throws -> Workspace {
        Workspace(
            target: try target(as: role),
            templates: try Fixture.templates(),
            actor: Actor(user: role, host: "test", pid: 4242)
        )
    }

    /// Tables of `owners`, in which `anna` and `ben` are; a ledger of `dba`, in which `anna` is an operator; `app` writes.
    func fixture(_ schema: String, _ plan: String) async throws -> Fixture {
        let database = try ScratchDatabase.current.name
        let fixture = try Fixture(
            schema: named(
                """
                CREATE ROLE owners; CREATE ROLE anna LOGIN IN ROLE owners; CREATE ROLE ben LOGIN IN ROLE owners; CREATE ROLE app LOGIN;
                CREATE ROLE dba LOGIN; GRANT CREATE ON DATABASE \(database) TO dba, anna, ben, owners; GRANT ALL ON SCHEMA public TO owners;
                """
            ) + "SET ROLE \(name("owners")); \(schema); RESET ROLE",
            plan: plan
        )
        let installation = LedgerInstallation(workspace: try workspace(as: "dba"))
        _ = try await installation.install(granting: .operator, to: name("anna"))
        return fixture
    }

    func drop(in fixture: Fixture) {
        do {
            for role in ["anna", "ben", "app", "owners", "dba"].map(name) {
                try fixture.sql(
                    "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN DROP OWNED BY \(role) CASCADE; DROP ROLE \(role); END IF; END $$"
                )
            }
        } catch { Issue.record(error) }
    }
}
