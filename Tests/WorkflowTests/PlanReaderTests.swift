import Diagnostics
import Foundation
import SQL
import TestSupport
import Testing
import Workflow

@Suite struct PlanReaderTests {
    private static let shortest = """
        version: 1
        name: rename
        change: {rename_column: {table: Profile, from: bio, to: biography}}

        """

    private func plan(_ text: String) throws -> Plan {
        let source = SourceText(name: "plan.yaml", text: text)
        let (plan, diagnostics) = PlanReader.read(source)
        #expect(diagnostics.isEmpty, "\(DiagnosticRenderer(color: false).render(diagnostics))")
        return try #require(plan)
    }

    private func requirements(_ list: String) throws -> [Requirement] {
        let plan = try plan("\(Self.shortest)phases: {contract: {requires: [\(list)]}}")
        return plan.requirements[.contract] ?? []
    }

    @Test(arguments: [
        ("from: Profile, to: UserProfile", "UserProfile"),
        (#"from: '"Profile"', to: '"UserProfile"'"#, "UserProfile"),
        (#"from: '"a.b"', to: '"c.d"'"#, "c.d"),
        ("from: app.Profile, to: UserProfile", "UserProfile"),
        ("from: app.Profile, to: app.UserProfile", "UserProfile"),
        (#"from: '"A.1"."My T"', to: '"A.1"."Your T"'"#, "Your T"),
    ])
    func `the new name of a table is read as the old one is`(_ names: String, _ name: String) throws {
        let plan = try plan("version: 1\nname: rename\nchange: {rename_table: {\(names)}}\n")
        #expect((plan.change.kind as? RenameTable)?.to.name == name)
    }

    @Test(arguments: ["from: app.Profile, to: other.UserProfile", "from: Profile, to: app.UserProfile"])
    func `a table stays in its schema`(_ names: String) throws {
        let text = "version: 1\nname: rename\nchange: {rename_table: {\(names)}}\n"
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "plan.yaml", text: text))
        #expect(plan == nil)
        #expect(DiagnosticRenderer(color: false).render(diagnostics).contains("[plan.invalid-name]"))
    }

    @Test func `a plan that says only what is to change has the defaults`() throws {
        let plan = try plan(Self.shortest)
        let rename = try RenameColumn(
            table: QualifiedName(parsing: "Profile"),
            from: Identifier("bio"),
            to: Identifier("biography")
        )
        let name = try #require(PlanName("rename"))
        let byDefault: [Phase: [Requirement]] = [.contract: [.noLegacyWrites(.seconds(600))]]
        #expect(plan == Plan(name: name, change: Change(rename), requirements: byDefault, source: plan.source))
        #expect(plan.change.key == "rename_column")
        #expect(plan.description == nil)
        #expect(plan.acknowledge.isEmpty)
        #expect(plan.dualWrite == DualWrite(conflict: .newWins, by: .trigger))
        #expect(plan.pace.lockTimeout == .milliseconds(50))
        #expect(plan.pace.lockDeadline == .seconds(600))
        #expect(plan.pace.backfill.chunkTarget == .milliseconds(250))
        #expect(plan.pace.backfill.workers == 2)
        #expect(plan.pace.backfill.order == .blocks)
        #expect(plan.observation == Observation(observe: .seconds(600), minWrites: 1))
        #expect(plan.retain == .seconds(7 * 86_400))
    }

    @Test(
        arguments: [
            ("dual_write_check: {observe: 2h}", [.noLegacyWrites(.seconds(7200))]),
            ("dual_write_check: {observe: 0s}", []),
            ("contract: {requires: []}", []),
            ("contract: {requires: [{soak: 1h}]}", [.soak(.seconds(3600))]),
        ] as [(String, [Requirement])]
    )
    func `contract asks for what the plan says, or looks back for as long as writes were watched`(
        _ settings: String,
        _ expected: [Requirement]
    ) throws {
        let plan = try plan(Self.shortest + "phases: {\(settings)}\n")
        #expect(plan.requirements[.contract] ?? [] == expected)
    }

    @Test func `an approval may name a role and a time`() throws {
        let list = "{approval: {count: 2, role: 'release managers', expires: 14d}}, {approval: {role: dba}}"
        let rules = try requirements(list)
        let managers = ApprovalRule(count: 2, role: "release managers", expires: .seconds(14 * 86_400))
        #expect(rules == [.approval(managers), .approval(ApprovalRule(role: "dba"))])
        #expect(rules.map(\.name) == ["approval release managers", "approval dba"])
    }

    @Test func `every throttle signal is read`() throws {
        let plan = try plan(
            Self.shortest + """
                phases:
                  backfill:
                    throttle:
                      replica_lag: 1500ms
                      replica_lag_bytes: 256MB
                      replica_urls: [postgres://bob@host/db, host=a dbname=b, $REPLICA]
                      slot_lag: 1GB
                      active_sessions: 12
                      lock_waits: 1
                      wal_backlog: 512kB
                      wal_rate: 2TB
                      oldest_transaction: 1h
                      xmin_age: 100000000
                      wraparound_vacuum: off
                      commit_latency: 100ms
                      query: {sql: SELECT 1.5;, above: -0.5}
                      command: exit 0
                      url: https://host/path?a=b@c
                      flag_file: a
                      shared_flag_file: b c

                """
        )
        var settings = ThrottleSettings()
        settings.replicaLag = .milliseconds(1_500)
        settings.replicaLagBytes = ByteSize(bytes: 256 << 20)
        settings.replicaURLs = ["postgres://bob@host/db", "host=a dbname=b", "$REPLICA"]
        settings.slotLag = ByteSize(bytes: 1 << 30)
        settings.activeSessions = .count(12)
        settings.lockWaits = 1
        settings.walBacklog = ByteSize(bytes: 512 << 10)
        settings.walRate = ByteSize(bytes: 2 << 40)
        settings.oldestTransaction = .seconds(3_600)
        settings.xminAge = 100_000_000
        settings.wraparoundVacuum = .off
        settings.commitLatency = .milliseconds(100)
        settings.query = ThrottleQuery(sql: "SELECT 1.5", above: -0.5)
        settings.command = "exit 0"
        settings.url = "https://host/path?a=b@c"
        settings.flagFile = "a"
        settings.sharedFlagFile = "b c"
        #expect(plan.pace.backfill.throttle == settings)
    }

    @Test func `every throttle signal can be switched off`() throws {
        let keys = Signal.allCases.filter { $0 != .window }.map { "\($0.rawValue): off" }.joined(separator: ", ")
        let plan = try plan("\(Self.shortest)phases: {backfill: {throttle: {\(keys)}}}\n")
        #expect(plan.pace.backfill.throttle == .off)
        let query = try self.plan("\(Self.shortest)phases: {backfill: {throttle: {query: SELECT true}}}\n")
        #expect(query.pace.backfill.throttle.query == ThrottleQuery(sql: "SELECT true"))
    }

    @Test(
        arguments: [
            ("1kB", 1 << 10), ("256MB", 256 << 20), ("1GB", 1 << 30), ("2TB", 2 << 40), ("1024MB", 1 << 30),
        ] as [(String, Int64)]
    )
    func `a size is a number and a unit`(text: String, bytes: Int64) throws {
        #expect(ByteSize(planText: text)?.bytes == bytes)
        #expect(ByteSize(planText: ByteSize(bytes: bytes).planText)?.bytes == bytes)
    }

    @Test(arguments: ["", "1", "1B", "1kb", "1 GB", "1.5GB", "-1MB", "999999999PB", "1234567890kB"])
    func `anything else is no size`(text: String) {
        #expect(ByteSize(planText: text) == nil)
    }

    @Test func `every key of a plan is read`() throws {
        let plan = try plan(
            """
            version: 1
            name: 2024.rename_Bio-1
            description: why
            change:
              rename_column: {table: 'app."odd.name"', from: userId, to: 'user id'}
            dual_write: {by: trigger, conflict: reject}
            acknowledge: [user-triggers, select-star]
            phases:
              lock_timeout: 10ms
              lock_deadline: 1d
              expand: {requires: [{soak: 1s}]}
              backfill: {chunk_target: 30s, workers: 32, order: blocks, requires: [{approval: {}}]}
              dual_write_check: {observe: 0s, min_writes: 0, requires: [{no_legacy_writes: 5m}]}
              enforce: {requires: []}
              contract: {retain: 0s, requires: [{assertion: {name: n, sql: SELECT 1;}}]}
            """
        )
        guard let rename = plan.change.of(RenameColumn.self) else { return }
        #expect(plan.name.text == "2024.rename_Bio-1")
        #expect(plan.description == "why")
        #expect(rename.table.schema?.name == "app")
        #expect(rename.table.name.name == "odd.name")
        #expect([rename.from.name, rename.to.name] == ["userId", "user id"])
        #expect(plan.dualWrite.conflict == .reject)
        #expect(plan.acknowledge == ["user-triggers", "select-star"])
        #expect(plan.pace.lockTimeout == .milliseconds(10))
        #expect(plan.pace.lockDeadline == .seconds(86_400))
        #expect(plan.pace.backfill == BackfillPace(chunkTarget: .seconds(30), workers: 32, order: .blocks))
        #expect(plan.observation == Observation(observe: .zero, minWrites: 0))
        #expect(plan.retain == .zero)
        let expected: [Phase: [Requirement]] = [
            .expand: [.soak(.seconds(1))],
            .backfill: [.approval(ApprovalRule())],
            .dualWriteCheck: [.noLegacyWrites(.seconds(300))],
            .contract: [.assertion(name: "n", sql: "SELECT 1")],
        ]
        #expect(plan.requirements == expected)
    }

    @Test func `hooks are read, an argument word for word`() throws {
        let plan = try plan(
            Self.shortest + """
                hooks:
                  - before: [contract, purge]
                    run: [scripts/release-is-out, -v, -v, '', "it's $(HOME)"]
                  - on: [failed, waiting]
                    phases: [backfill, dual_write_check]
                    post_to: HOOK_URL
                    authorization: HOOK_TOKEN
                    retries: 0
                    timeout: 1s
                """
        )
        let asked = Hook(
            .before([.contract, .purge]),
            .run(["scripts/release-is-out", "-v", "-v", "", "it's $(HOME)"]),
            timeout: .seconds(30)
        )
        let told = Hook(
            .on([.failed, .waiting], phases: [.backfill, .dualWriteCheck]),
            .post(to: "HOOK_URL", authorization: "HOOK_TOKEN"),
            timeout: .seconds(1),
            retries: 0
        )
        #expect(plan.hooks == [asked, told])
        #expect(plan.hooks.map(\.title) == ["scripts/release-is-out", "HOOK_URL"])
    }

    @Test func `a window has its days, hours and zone, and may leave out two of them`() throws {
        let list = """
            {window: {days: [sat, sun], from: "22:00", to: "04:30", zone: Europe/Berlin}}
            """
        guard case .window(let window) = try #require(requirements(list).first) else {
            Issue.record("not a window")
            return
        }
        #expect(window.days == [.sat, .sun])
        #expect([window.from.description, window.to.description] == ["22:00", "04:30"])
        #expect(window.zone.identifier == "Europe/Berlin")
        guard case .window(let daily) = try #require(requirements("{window: {from: 00:00, to: 24:00}}").first) else {
            Issue.record("not a window")
            return
        }
        #expect(daily.days == Set(Weekday.allCases))
        #expect(daily.to.minute == 1_440)
        #expect(daily.zone == .gmt)
    }

    @Test func `requirements have the names that people give to override them`() throws {
        let names = try requirements(
            """
            {soak: 24h}, {approval: {count: 2, not_author: true}}, {window: {from: "09:00", to: "16:00"}},
            {assertion: {name: no nulls, sql: SELECT 1}}, {assertion: {name: no gaps, sql: TABLE a}}, {no_legacy_writes: 1h}
            """
        ).map(\.name)
        #expect(
            names == ["soak", "approval", "window", "assertion no nulls", "assertion no gaps", "no_legacy_writes"]
        )
    }

    @Test(arguments: [
        "SELECT id FROM \"Profile\" WHERE biography IS NULL",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION ALL (VALUES (2)) ORDER BY 1 LIMIT 3",
        "TABLE \"Profile\"",
    ])
    func `any query may be an assertion`(sql: String) throws {
        let quoted = sql.replacing("'", with: "''")
        #expect(try requirements("{assertion: {name: n, sql: '\(quoted)'}}") == [.assertion(name: "n", sql: sql)])
    }

    @Test func `comments and a semicolon around an assertion are not part of it`() throws {
        let plan = try plan(
            """
            \(Self.shortest)phases:
              enforce:
                requires:
                  - assertion:
                      name: n
                      sql: |
                        -- rows without a new value
                        SELECT 1 -- inside
                        WHERE false;
            """
        )
        let sql = "SELECT 1 -- inside\nWHERE false"
        #expect(plan.requirements[.enforce] == [.assertion(name: "n", sql: sql)])
    }

    @Test func `comments behind values are no part of them`() throws {
        let plan = try plan(Self.shortest + "description: a # b\nphases: {lock_timeout: 1s} # c\n")
        #expect(plan.description == "a")
        #expect(plan.pace.lockTimeout == .seconds(1))
    }

    @Test func `a plan with a mistake is no plan, with a warning it is one`() {
        let wrong = PlanReader.read(SourceText(name: "a", text: Self.shortest + "descripton: a\n"))
        #expect(wrong.0 == nil)
        #expect(wrong.1.hasErrors)
        let text = Self.shortest + "phases: {expand: {requires: [{assertion: {name: n, sql: SELECT 1 #> x\n}}]}}"
        let doubtful = PlanReader.read(SourceText(name: "a", text: text))
        #expect(doubtful.0 != nil)
        #expect(doubtful.1.all.map(\.severity) == [.warning])
    }
}
