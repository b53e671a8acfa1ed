import Diagnostics
import PrismaSchema
import SQL
import TestSupport
import Testing

/// The whole language in one schema, and the migration that Prisma makes of it.
private let everything = """
    // Comments stand anywhere.
    datasource db {
      provider   = "postgresql"
      url        = env("DATABASE_URL") // version 6
      schemas    = ["shop", "base", "unused"]
      extensions = [citext, uuid(map: "uuid-ossp", schema: "base", version: "1.1")]
    }

    generator client {
      provider        = "prisma-client"
      previewFeatures = ["views", "postgresqlExtensions"]
    }

    /// Documentation.
    model User {
      id        Int       @id(map: "users_id") @default(autoincrement()) @map("user_id")
      email     String    @unique @db.Citext
      role      Role      @default(admin)
      roles     Role[]    @default([admin, MEMBER])
      tags      String[]  @default(["a", "it's"])
      parent    User?     @relation("tree", fields: [parentId], references: [id], onDelete: SetNull, onUpdate: NoAction, map: "tree_key")
      parentId  Int?
      children  User[]    @relation("tree")
      friends   User[]    @relation("friends")
      friendOf  User[]    @relation("friends")
      profile   Profile?
      createdAt DateTime  @default(now()) @db.Timestamptz(6)
      updatedAt DateTime  @updatedAt
      secret    String?   @ignore
      place     Unsupported("point")?
      orders    Order[]

      @@index([createdAt(sort: Desc), email], name: "old_name")
      @@index([tags(ops: ArrayOps)], type: Gin)
      @@index([email(ops: raw("citext_pattern_ops"))], map: "email_pattern")
      @@map("users")
      @@schema("base")
    }

    model Profile {
      user   User @relation(fields: [userId], references: [id], onDelete: Cascade)
      userId Int  @unique
      bytes  Bytes    @default("aGVsbG8=")
      json   Json     @default("{\\"a\\": [1]}")
      price  Decimal  @default("1.50") @db.Decimal(10, 2)
      ratio  Float    @default(-0.5)
      big    BigInt   @default(9007199254740993)
      flag   Boolean  @default(true)
      born   DateTime @default("2018-01-27T08:00:00.5Z") @db.Timestamp(0)
      key    String   @default(dbgenerated("gen_random_uuid()")) @db.Uuid
      other  String   @default(dbgenerated())
      cuid   String   @default(cuid(2))

      @@unique([key, big], map: "key_big", where: raw("flag"))
      @@unique([flag], where: { flag: true, json: { not: null } })
      @@schema("base")
    }

    model Order {
      a         Int @db.SmallInt
      b         String @db.VarChar(10)
      userEmail String @db.Citext
      user      User @relation(fields: [userEmail], references: [email])
      lines     Line[]
      tags      Tag[]
      id        BigInt @unique @default(autoincrement())

      @@id([a, b], name: "whole")
      @@unique([b, a])
      @@schema("shop")
    }

    model Line {
      id     Int    @id
      orderA Int    @db.SmallInt
      orderB String @db.VarChar(10)
      order  Order  @relation(fields: [orderA, orderB], references: [a, b], onDelete: Cascade, onUpdate: SetDefault)
      labels Label[]

      @@schema("shop")
    }

    model Tag {
      id Int @id
      orders Order[] @ignore
      @@ignore
      @@schema("shop")
    }

    model Label {
      name  String @id @db.Char(3)
      lines Line[]

      @@schema("base")
    }

    view Totals {
      id Int @unique
      @@schema("shop")
    }

    enum Role {
      admin  @map("ADMIN")
      MEMBER

      @@map("user_role")
      @@schema("base")
    }
    """
    // An implicit relation needs identifiers of one field on both sides.
    .replacing("  tags      Tag[]\n", with: "").replacing("  orders Order[] @ignore\n", with: "")

@Suite("Migrations as Prisma writes them")
struct ScriptTests {
    @Test func `a schema with everything in it, from an empty database`() throws {
        let source = SourceText(name: "schema.prisma", text: everything)
        let database = PrismaDatabase(try DataModel(reading: [source]))
        try expectGolden(Migration(from: .empty, to: database).script, "everything.sql")
        #expect(Migration(from: database, to: database).steps.isEmpty)
    }

    @Test func `a schema with everything in it, to an empty database`() throws {
        let source = SourceText(name: "schema.prisma", text: everything)
        let database = PrismaDatabase(try DataModel(reading: [source]))
        try expectGolden(Migration(from: database, to: .empty).script, "nothing.sql")
    }

    @Test func `no difference is an empty migration`() {
        #expect(Migration(from: .empty, to: .empty).script == "-- This is an empty migration.\n")
    }

    @Test func `the models of several files are one schema`() throws {
        let files = [
            SourceText(
                name: "a.prisma",
                text: "\u{FEFF}" + datasource + "model A {\r\n  id Int @id\r\n  bs B[]\r\n}\r\n"
            ),
            SourceText(name: "b.prisma", text: "model B {\n  id Int @id\n  as A[]\n}\n"),
        ]
        let migration = Migration(from: .empty, to: PrismaDatabase(try DataModel(reading: files)))
        #expect(
            migration.steps.map(\.object.quoted) == [
                "\"A\"", "\"B\"", "\"_AToB\"", "\"_AToB\"", "\"_AToB\"", "\"_AToB\"",
            ]
        )
    }

    @Test func `names by convention are cut before their ending at 63 bytes, never within a character`() throws {
        let table = String(repeating: "t", count: 57)
        let column = "ééééé"
        let text = "model \(table) {\n  id Int @id\n  \(column) Int @unique\n  x Int\n  @@index([\(column), x])\n}"
        let found = try #require(database(text).tables.first)
        #expect(found.primaryKey?.name.name == "\(table)_pkey")
        // 57 + "_" leave one byte before "_key", and no whole letter fits into it.
        #expect(found.indexes.map(\.name.name) == ["\(table)__key", "\(table)__idx"])
    }

    @Test func `relationMode = prisma makes no foreign keys, and join tables without them`() throws {
        let text = """
            datasource db {
              provider     = "postgresql"
              relationMode = "prisma"
            }
            model A {
              id Int @id
              bs B[]
              cs C[]
            }
            model B {
              id Int @id
              aId Int
              a A @relation(fields: [aId], references: [id])
            }
            model C {
              id Int @id
              as A[]
            }
            """
        let model = try DataModel(reading: [SourceText(name: "schema.prisma", text: text)])
        let steps = Migration(from: .empty, to: PrismaDatabase(model)).steps.map(\.kind)
        #expect(steps == ["CreateTable", "CreateTable", "CreateTable", "CreateTable", "CreateIndex"])
    }
}
