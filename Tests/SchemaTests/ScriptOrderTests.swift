import SQL
import Schema
import Testing

/// A schema of few objects, and the script between two of them.
private struct Sketch {
    var schema = DatabaseSchema()
    let t: QualifiedName
    let u: QualifiedName

    init() throws {
        t = try .of("app.t")
        u = try .of("app.u")
        schema.role = try Identifier("owner")
    }

    mutating func add(
        _ id: ObjectID,
        _ object: any SchemaObject,
        on others: [ObjectID: DatabaseSchema.Dependency] = [:]
    ) {
        schema.entries[id] = .init(object)
        for (other, strength) in others { schema.note(id, dependsOn: other, strength) }
    }

    /// A table with one column `c`.
    mutating func addTable(_ name: QualifiedName, type: String = "integer") throws {
        add(.table(name), Table())
        let column = try ObjectID.column(name, Identifier("c"))
        add(column, Column(type: ServerText(type)), on: [.table(name): .automatic])
    }

    func script(to other: Sketch) -> [String] {
        SchemaScript(SchemaDiff(from: schema, to: other.schema)).steps.map(\.text)
    }
}

@Suite struct ScriptOrderTests {
    private let c: Identifier
    private let view: ObjectID
    private let mood: ObjectID

    init() throws {
        c = try Identifier("c")
        view = try .view(.of("app.v"))
        mood = try .type(.of("app.mood"))
    }

    private func withView(of type: String) throws -> Sketch {
        var sketch = try Sketch()
        try sketch.addTable(sketch.t, type: type)
        sketch.add(
            view,
            View(columns: [], query: ServerText("SELECT c FROM app.t")),
            on: [.column(sketch.t, c): .normal]
        )
        return sketch
    }

    @Test func `a view is dropped for a column's new type and made again`() throws {
        #expect(
            try withView(of: "integer").script(to: withView(of: "bigint")) == [
                #"DROP VIEW "app"."v""#, #"ALTER TABLE "app"."t" ALTER COLUMN "c" TYPE bigint USING "c"::bigint"#,
                "CREATE VIEW \"app\".\"v\" AS\nSELECT c FROM app.t",
            ]
        )
    }

    @Test func `columns and a default are written in the new table, and a view comes after it`() throws {
        var new = try withView(of: "integer")
        let column = ObjectID.column(new.t, c)
        new.add(.columnDefault(new.t, c), ColumnDefault(expression: ServerText("7")), on: [column: .automatic])
        #expect(
            try Sketch().script(to: new) == [
                "CREATE TABLE \"app\".\"t\" (\n    \"c\" integer DEFAULT 7\n)",
                "CREATE VIEW \"app\".\"v\" AS\nSELECT c FROM app.t",
            ]
        )
        #expect(try new.script(to: Sketch()) == [#"DROP VIEW "app"."v""#, #"DROP TABLE "app"."t""#])
    }

    @Test func `a default whose function takes the table's rows is set when both are there`() throws {
        var new = try Sketch()
        try new.addTable(new.t)
        let function = try ObjectID.routine(.of("app.f"), [ServerText("app.t")])
        new.add(
            function,
            Routine(.function, definition: ServerText("CREATE FUNCTION ...")),
            on: [.table(new.t): .normal]
        )
        new.add(
            .columnDefault(new.t, c),
            ColumnDefault(expression: ServerText("app.f(NULL)")),
            on: [.column(new.t, c): .automatic, function: .normal]
        )
        #expect(
            try Sketch().script(to: new) == [
                "CREATE TABLE \"app\".\"t\" (\n    \"c\" integer\n)", "CREATE FUNCTION ...",
                #"ALTER TABLE ONLY "app"."t" ALTER COLUMN "c" SET DEFAULT app.f(NULL)"#,
            ]
        )
    }

    @Test func `of two tables that refer to each other one foreign key is dropped first`() throws {
        var old = try Sketch()
        let key = Constraint(.foreignKey, definition: ServerText("FOREIGN KEY ..."))
        for table in [old.t, old.u] { try old.addTable(table) }
        old.add(.constraint(old.t, c), key, on: [.table(old.t): .automatic, .column(old.u, c): .normal])
        old.add(.constraint(old.u, c), key, on: [.table(old.u): .automatic, .column(old.t, c): .normal])
        #expect(
            try old.script(to: Sketch()) == [
                #"ALTER TABLE "app"."u" DROP CONSTRAINT "c""#, #"DROP TABLE "app"."t""#, #"DROP TABLE "app"."u""#,
            ]
        )
    }

    private func withMood(_ labels: [String]) throws -> Sketch {
        var sketch = try Sketch()
        sketch.add(mood, EnumType(labels: labels))
        try sketch.addTable(sketch.t, type: "app.mood")
        sketch.schema.note(.column(sketch.t, c), dependsOn: mood, .normal)
        return sketch
    }

    @Test func `an enum that loses a value is replaced under its columns`() throws {
        #expect(
            try withMood(["a", "b"]).script(to: withMood(["a"])) == [
                #"ALTER TYPE "app"."mood" RENAME TO "mood_replaced""#, #"CREATE TYPE "app"."mood" AS ENUM ('a')"#,
                #"ALTER TABLE "app"."t" ALTER COLUMN "c" TYPE app.mood USING "c"::text::app.mood"#,
                #"DROP TYPE "app"."mood_replaced""#,
            ]
        )
    }

    @Test func `a new value of an enum stands outside the transaction`() throws {
        let script = try SchemaScript(SchemaDiff(from: withMood(["a"]).schema, to: withMood(["a", "b"]).schema))
        #expect(script.steps.isEmpty)
        #expect(script.apart.map(\.text) == [#"ALTER TYPE "app"."mood" ADD VALUE 'b' AFTER 'a'"#])
        #expect(!script.text.contains("BEGIN"))
    }

    private func withGrants(_ grants: Set<Privileges.Grant>, comment: String? = nil) throws -> Sketch {
        var sketch = try Sketch()
        sketch.add(.table(sketch.t), Table())
        sketch.schema.entries[.table(sketch.t)]?.privileges = Privileges(
            .table,
            grants: grants.union(Privileges(.table, grants: nil).grants)
        )
        sketch.schema.entries[.table(sketch.t)]?.comment = comment
        return sketch
    }

    @Test func `comments and privileges change by themselves`() throws {
        let reader = try Privileges.Grantee.role(Identifier("reader"))
        let old = try withGrants(
            [.init("SELECT", to: reader, isGrantable: true), .init("INSERT", to: reader)],
            comment: "a"
        )
        let new = try withGrants([.init("SELECT", to: reader), .init("DELETE", to: .everybody)])
        #expect(
            old.script(to: new) == [
                #"COMMENT ON TABLE "app"."t" IS NULL"#, #"REVOKE INSERT ON TABLE "app"."t" FROM "reader""#,
                #"REVOKE GRANT OPTION FOR SELECT ON TABLE "app"."t" FROM "reader""#,
                #"GRANT DELETE ON TABLE "app"."t" TO PUBLIC"#,
            ]
        )
    }

    @Test func `a new table has what default privileges give it`() throws {
        var old = try Sketch()
        let reader = try Privileges.Grantee.role(Identifier("reader"))
        let scope = try DefaultPrivileges.Scope(role: Identifier("owner"), schema: Identifier("app"), kind: .tables)
        let defaults = DefaultPrivileges(grants: [.init("SELECT", to: reader)], scope: scope)
        old.add(.defaultPrivileges(scope), defaults)
        var new = try withGrants([])
        new.add(.defaultPrivileges(scope), defaults)
        #expect(
            old.script(to: new) == [
                #"CREATE TABLE "app"."t" ()"#, #"REVOKE SELECT ON TABLE "app"."t" FROM "reader""#,
            ]
        )
    }

    @Test func `what is not modelled is said with its number`() {
        var old = DatabaseSchema()
        var new = DatabaseSchema()
        old.notCompared = ["operator": 1]
        new.notCompared = ["operator": 2, "cast": 1]
        #expect(DatabaseSchema.notCompared(old, new) == "not compared: 1 cast, 2 operators")
        #expect(DatabaseSchema.notCompared(DatabaseSchema()) == nil)
    }
}
