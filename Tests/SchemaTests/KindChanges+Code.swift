import SQL
import Schema

extension KindChange {
    /// Views, routines and what belongs to a table or to the whole database.
    static func code() throws -> [KindChange] {
        let t = try QualifiedName.of("app.t")
        let a = try CompositeType.Attribute(name: Identifier("a"), type: ServerText("integer"))
        let b = try CompositeType.Attribute(name: Identifier("b"), type: ServerText("text"))
        let view = View(columns: [a], query: ServerText("SELECT 1 AS a"))
        let viewID = try ObjectID.view(.of("app.v"))
        let stored = MaterializedView(query: ServerText("SELECT 1 AS a"))
        let function = Routine(.function, definition: ServerText("CREATE OR REPLACE FUNCTION app.f(integer) ..."))
        let functionID = try ObjectID.routine(.of("app.f"), [ServerText("integer")])
        let trigger = Trigger(definition: ServerText("CREATE TRIGGER g ..."))
        let reader = try Identifier("reader")
        let policy = Policy().with {
            $0.command = "SELECT"; $0.roles = [reader]
        }
        let policyID = try ObjectID.policy(t, Identifier("p"))
        let statistics = ExtendedStatistics(definition: ServerText("CREATE STATISTICS app.s ON a, b FROM app.t"))
        let publication = Publication(operations: ["insert"])
        let scope = try DefaultPrivileges.Scope(role: Identifier("o"), schema: Identifier("app"), kind: .tables)
        let grant = try Privileges.Grant("SELECT", to: .role(Identifier("reader")))
        return try [
            KindChange("view", viewID, from: nil, to: view, "CREATE VIEW \"app\".\"v\" AS\nSELECT 1 AS a"),
            KindChange(
                "view with a further column",
                viewID,
                from: view,
                to: View(columns: [a, b], query: ServerText("SELECT 1 AS a, 'x'::text AS b")),
                "CREATE OR REPLACE VIEW \"app\".\"v\" AS\nSELECT 1 AS a, 'x'::text AS b"
            ),
            KindChange(
                "view with another column",
                viewID,
                from: view,
                to: View(columns: [b], query: ServerText("SELECT 'x'::text AS b")),
                #"DROP VIEW "app"."v""#,
                "CREATE VIEW \"app\".\"v\" AS\nSELECT 'x'::text AS b"
            ),
            KindChange(
                "view's options",
                viewID,
                from: view,
                to: view.with { $0.options = ["security_barrier=true"] },
                #"ALTER VIEW "app"."v" SET (security_barrier='true')"#
            ),
            KindChange(
                "materialized view",
                .materializedView(.of("app.m")),
                from: nil,
                to: stored,
                "CREATE MATERIALIZED VIEW \"app\".\"m\" AS\nSELECT 1 AS a\nWITH NO DATA",
                #"REFRESH MATERIALIZED VIEW "app"."m""#
            ),
            KindChange(
                "function's body",
                functionID,
                from: function,
                to: function.with { $0.definition = ServerText("CREATE OR REPLACE FUNCTION app.f(integer) other") },
                "CREATE OR REPLACE FUNCTION app.f(integer) other"
            ),
            KindChange(
                "function's result",
                functionID,
                from: function.with { $0.interface = [ServerText("text")] },
                to: function,
                #"DROP FUNCTION "app"."f"(integer)"#,
                "CREATE OR REPLACE FUNCTION app.f(integer) ..."
            ),
            KindChange(
                "procedure dropped",
                functionID,
                from: Routine(.procedure, definition: ServerText("...")),
                to: nil,
                #"DROP PROCEDURE "app"."f"(integer)"#
            ),
            KindChange(
                "aggregate",
                functionID,
                from: nil,
                to: Routine(.aggregate, definition: ServerText("(integer) (SFUNC = x)")),
                #"CREATE AGGREGATE "app"."f"(integer) (SFUNC = x)"#
            ),
            KindChange(
                "trigger disabled",
                .trigger(t, Identifier("g")),
                from: trigger,
                to: trigger.with { $0.firing = .disabled },
                #"ALTER TABLE "app"."t" DISABLE TRIGGER "g""#
            ),
            KindChange(
                "trigger dropped",
                .trigger(t, Identifier("g")),
                from: trigger,
                to: nil,
                #"DROP TRIGGER "g" ON "app"."t""#
            ),
            KindChange(
                "rule",
                .rule(t, Identifier("r")),
                from: nil,
                to: Rule(definition: ServerText("CREATE RULE r ...")),
                "CREATE RULE r ..."
            ),
            KindChange(
                "policy",
                policyID,
                from: nil,
                to: policy.with { $0.using = ServerText("(a > 0)") },
                #"CREATE POLICY "p" ON "app"."t" FOR SELECT TO "reader" USING ((a > 0))"#
            ),
            KindChange(
                "policy's roles",
                policyID,
                from: policy,
                to: policy.with { $0.roles = [] },
                #"ALTER POLICY "p" ON "app"."t" TO PUBLIC"#
            ),
            KindChange(
                "statistics' target",
                .statistics(.of("app.s")),
                from: statistics,
                to: statistics.with { $0.target = 9 },
                #"ALTER STATISTICS "app"."s" SET STATISTICS 9"#
            ),
            KindChange(
                "publication's operations",
                .publication(Identifier("p")),
                from: publication,
                to: publication.with { $0.operations = ["insert", "delete"] },
                #"ALTER PUBLICATION "p" SET (publish = 'insert, delete', publish_via_partition_root = false)"#
            ),
            KindChange(
                "publication's table",
                .publicationTable(Identifier("p"), t),
                from: nil,
                to: PublicationTable(),
                #"ALTER PUBLICATION "p" ADD TABLE ONLY "app"."t""#
            ),
            KindChange(
                "publication's schema",
                .publicationSchema(Identifier("p"), Identifier("app")),
                from: PublicationSchema(),
                to: nil,
                #"ALTER PUBLICATION "p" DROP TABLES IN SCHEMA "app""#
            ),
            KindChange(
                "default privileges",
                .defaultPrivileges(scope),
                from: nil,
                to: DefaultPrivileges(grants: [grant], scope: scope),
                #"ALTER DEFAULT PRIVILEGES FOR ROLE "o" IN SCHEMA "app" GRANT SELECT ON TABLES TO "reader""#
            ),
        ]
    }
}
