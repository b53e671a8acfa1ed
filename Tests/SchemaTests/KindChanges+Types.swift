import SQL
import Schema

extension KindChange {
    /// Schemas, extensions, types and sequences.
    static func types() throws -> [KindChange] {
        let mood = try ObjectID.type(.of("app.mood"))
        let email = try ObjectID.type(.of("app.email"))
        let point = try ObjectID.type(.of("app.point"))
        let span = try ObjectID.type(.of("app.span"))
        let counter = try ObjectID.sequence(.of("app.counter"))
        let x = try CompositeType.Attribute(name: Identifier("x"), type: ServerText("integer"))
        let y = try CompositeType.Attribute(name: Identifier("y"), type: ServerText("integer"))
        let domain = DomainType(base: ServerText("text"))
        let range = RangeType(subtype: ServerText("date"))
        let sequence = SequenceObject(options: SequenceOptions(type: ServerText("bigint")))
        let owner = try SequenceOwner(table: .of("app.t"), column: Identifier("id"))
        let check = try ObjectID.domainConstraint(.of("app.email"), Identifier("has_at"))
        let trigrams = try InstalledExtension(schema: Identifier("app"), version: "1.5")
        return try [
            KindChange("schema", .schema(Identifier("App")), from: nil, to: Namespace(), #"CREATE SCHEMA "App""#),
            KindChange("schema dropped", .schema(Identifier("a")), from: Namespace(), to: nil, #"DROP SCHEMA "a""#),
            KindChange(
                "extension",
                .extension(Identifier("pg_trgm")),
                from: nil,
                to: trigrams,
                #"CREATE EXTENSION "pg_trgm" WITH SCHEMA "app""#
            ),
            KindChange(
                "extension updated",
                .extension(Identifier("pg_trgm")),
                from: trigrams,
                to: trigrams.with { $0.version = "1.6" },
                #"ALTER EXTENSION "pg_trgm" UPDATE TO '1.6'"#
            ),
            KindChange(
                "enum",
                mood,
                from: nil,
                to: EnumType(labels: ["sad", "it's ok"]),
                #"CREATE TYPE "app"."mood" AS ENUM ('sad', 'it''s ok')"#
            ),
            KindChange(
                "enum values added at each end",
                mood,
                from: EnumType(labels: ["b", "d"]),
                to: EnumType(labels: ["a", "b", "c", "d", "e"]),
                #"ALTER TYPE "app"."mood" ADD VALUE 'a' BEFORE 'b'"#,
                #"ALTER TYPE "app"."mood" ADD VALUE 'c' AFTER 'b'"#,
                #"ALTER TYPE "app"."mood" ADD VALUE 'e' AFTER 'd'"#
            ),
            KindChange(
                "enum value removed",
                mood,
                from: EnumType(labels: ["a", "b"]),
                to: EnumType(labels: ["b"]),
                #"DROP TYPE "app"."mood""#,
                #"CREATE TYPE "app"."mood" AS ENUM ('b')"#
            ),
            KindChange(
                "domain",
                email,
                from: nil,
                to: domain.with { $0.isNotNull = true },
                #"CREATE DOMAIN "app"."email" AS text NOT NULL"#
            ),
            KindChange(
                "domain's default and nullability",
                email,
                from: domain.with { $0.isNotNull = true },
                to: domain.with { $0.defaultValue = ServerText("''::text") },
                #"ALTER DOMAIN "app"."email" SET DEFAULT ''::text"#,
                #"ALTER DOMAIN "app"."email" DROP NOT NULL"#
            ),
            KindChange(
                "domain's check",
                check,
                from: nil,
                to: DomainConstraint(definition: ServerText("CHECK (VALUE <> ''::text)")),
                #"ALTER DOMAIN "app"."email" ADD CONSTRAINT "has_at" CHECK (VALUE <> ''::text)"#
            ),
            KindChange(
                "composite type",
                point,
                from: nil,
                to: CompositeType(attributes: [x]),
                #"CREATE TYPE "app"."point" AS ("x" integer)"#
            ),
            KindChange(
                "composite type's attributes",
                point,
                from: CompositeType(attributes: [x]),
                to: CompositeType(attributes: [y]),
                #"ALTER TYPE "app"."point" DROP ATTRIBUTE "x""#,
                #"ALTER TYPE "app"."point" ADD ATTRIBUTE "y" integer"#
            ),
            KindChange(
                "composite type in another order",
                point,
                from: CompositeType(attributes: [x, y]),
                to: CompositeType(attributes: [y, x]),
                #"DROP TYPE "app"."point""#,
                #"CREATE TYPE "app"."point" AS ("y" integer, "x" integer)"#
            ),
            KindChange("range", span, from: nil, to: range, #"CREATE TYPE "app"."span" AS RANGE (SUBTYPE = date)"#),
            KindChange("sequence", counter, from: nil, to: sequence, #"CREATE SEQUENCE "app"."counter""#),
            KindChange(
                "sequence's options",
                counter,
                from: sequence,
                to: sequence.with {
                    $0.options.increment = 2; $0.options.cycles = true
                },
                #"ALTER SEQUENCE "app"."counter" INCREMENT BY 2 CYCLE"#
            ),
            KindChange(
                "sequence's owner",
                .sequenceOwner(.of("app.counter")),
                from: nil,
                to: owner,
                #"ALTER SEQUENCE "app"."counter" OWNED BY "app"."t"."id""#
            ),
            KindChange(
                "sequence's owner dropped",
                .sequenceOwner(.of("app.counter")),
                from: owner,
                to: nil,
                #"ALTER SEQUENCE "app"."counter" OWNED BY NONE"#
            ),
        ]
    }
}
