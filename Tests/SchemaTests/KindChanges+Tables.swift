import SQL
import Schema

extension KindChange {
    /// Tables, columns, constraints and indexes.
    static func tables() throws -> [KindChange] {
        let t = try QualifiedName.of("app.t")
        let c = try ObjectID.column(t, Identifier("c"))
        let text = Column(type: ServerText("text"))
        let identity = try Column.IdentityColumn(
            kind: .always,
            sequence: .of("app.t_c_seq"),
            options: SequenceOptions(type: ServerText("bigint"))
        )
        let number = Column(type: ServerText("bigint")).with { $0.isNotNull = true }
        let check = Constraint(.check, definition: ServerText("CHECK ((c > 0))"))
        let checkID = try ObjectID.constraint(t, Identifier("k"))
        let index = Index(definition: ServerText("CREATE INDEX i ON app.t USING btree (c)"))
        let part = try Attachment(parent: .of("app.whole"), bounds: ServerText("FOR VALUES IN (1)"))
        let alter = #"ALTER TABLE "app"."t" ALTER COLUMN "c""#
        return try [
            KindChange("table", .table(t), from: nil, to: Table(), #"CREATE TABLE "app"."t" ()"#),
            KindChange("table dropped", .table(t), from: Table(), to: nil, #"DROP TABLE "app"."t""#),
            KindChange(
                "table's attributes",
                .table(t),
                from: Table().with { $0.options = ["fillfactor=70"] },
                to: Table().with {
                    $0.isUnlogged = true; $0.hasRowSecurity = true; $0.replicaIdentity = .full
                },
                #"ALTER TABLE "app"."t" SET UNLOGGED"#,
                #"ALTER TABLE "app"."t" RESET (fillfactor)"#,
                #"ALTER TABLE "app"."t" ENABLE ROW LEVEL SECURITY"#,
                #"ALTER TABLE "app"."t" REPLICA IDENTITY FULL"#
            ),
            KindChange(
                "partition",
                .attachment(t),
                from: nil,
                to: part,
                #"ALTER TABLE "app"."whole" ATTACH PARTITION "app"."t" FOR VALUES IN (1)"#
            ),
            KindChange(
                "partition's bounds",
                .attachment(t),
                from: part,
                to: part.with { $0.bounds = ServerText("DEFAULT") },
                #"ALTER TABLE "app"."whole" DETACH PARTITION "app"."t""#,
                #"ALTER TABLE "app"."whole" ATTACH PARTITION "app"."t" DEFAULT"#
            ),
            KindChange("column", c, from: nil, to: text, #"ALTER TABLE "app"."t" ADD COLUMN "c" text"#),
            KindChange("column dropped", c, from: text, to: nil, #"ALTER TABLE "app"."t" DROP COLUMN "c""#),
            KindChange(
                "column's type",
                c,
                from: text,
                to: Column(type: ServerText("integer")),
                #"\#(alter) TYPE integer USING "c"::integer"#
            ),
            KindChange(
                "column required",
                c,
                from: text,
                to: text.with { $0.isNotNull = true },
                "\(alter) SET NOT NULL"
            ),
            KindChange(
                "column not required",
                c,
                from: text.with { $0.isNotNull = true },
                to: text,
                "\(alter) DROP NOT NULL"
            ),
            KindChange(
                "identity",
                c,
                from: number,
                to: number.with { $0.identity = identity },
                #"\#(alter) ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "app"."t_c_seq")"#,
                """
                SELECT pg_catalog.setval('"app"."t_c_seq"', pg_catalog.max("c")) FROM "app"."t" HAVING pg_catalog.max("c") > 0
                """
            ),
            KindChange(
                "no identity",
                c,
                from: number.with { $0.identity = identity },
                to: number,
                "\(alter) DROP IDENTITY"
            ),
            KindChange(
                "generated column's expression",
                c,
                from: text.with { $0.generation = .init(expression: ServerText("lower(a)"), isStored: true) },
                to: text.with { $0.generation = .init(expression: ServerText("upper(a)"), isStored: true) },
                #"ALTER TABLE "app"."t" DROP COLUMN "c""#,
                #"ALTER TABLE "app"."t" ADD COLUMN "c" text GENERATED ALWAYS AS (upper(a)) STORED"#
            ),
            KindChange(
                "column's statistics",
                c,
                from: text,
                to: text.with { $0.statistics = 500 },
                #"ALTER TABLE ONLY "app"."t" ALTER COLUMN "c" SET STATISTICS 500"#
            ),
            KindChange(
                "default",
                .columnDefault(t, Identifier("c")),
                from: nil,
                to: ColumnDefault(expression: ServerText("now()")),
                #"ALTER TABLE ONLY "app"."t" ALTER COLUMN "c" SET DEFAULT now()"#
            ),
            KindChange(
                "default dropped",
                .columnDefault(t, Identifier("c")),
                from: ColumnDefault(expression: ServerText("now()")),
                to: nil,
                #"ALTER TABLE ONLY "app"."t" ALTER COLUMN "c" DROP DEFAULT"#
            ),
            KindChange(
                "check",
                checkID,
                from: nil,
                to: check.with { $0.isValid = false },
                #"ALTER TABLE "app"."t" ADD CONSTRAINT "k" CHECK ((c > 0)) NOT VALID"#
            ),
            KindChange(
                "check validated",
                checkID,
                from: check.with { $0.isValid = false },
                to: check,
                #"ALTER TABLE "app"."t" VALIDATE CONSTRAINT "k""#
            ),
            KindChange(
                "check changed",
                checkID,
                from: check,
                to: check.with { $0.definition = ServerText("CHECK ((c > 1))") },
                #"ALTER TABLE "app"."t" DROP CONSTRAINT "k""#,
                #"ALTER TABLE "app"."t" ADD CONSTRAINT "k" CHECK ((c > 1))"#
            ),
            KindChange("index", .index(.of("app.i")), from: nil, to: index, "CREATE INDEX i ON app.t USING btree (c)"),
            KindChange(
                "invalid index",
                .index(.of("app.i")),
                from: index.with { $0.isValid = false },
                to: index,
                #"DROP INDEX "app"."i""#,
                "CREATE INDEX i ON app.t USING btree (c)"
            ),
        ]
    }
}
