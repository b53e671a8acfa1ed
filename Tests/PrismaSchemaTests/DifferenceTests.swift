import PrismaSchema
import Testing

/// Two schemas, and the statements between them.
struct DifferenceCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var previous: String
    var next: String
    var statements: [String]

    init(_ name: String, _ previous: String, _ next: String, _ statements: String...) {
        testDescription = name
        self.previous = previous
        self.next = next
        self.statements = statements
    }
}

/// A model with fields of its own beside the identifier.
private func model(_ name: String, _ lines: String...) -> String {
    "model \(name) {\n  id Int @id\n\(lines.map { "  \($0)\n" }.joined())}\n"
}

private let cases: [DifferenceCase] = [
    DifferenceCase(
        "columns are dropped and added by name, and altered in their own order",
        model("A", "z Int", "y Int", "c Int", "b Int?"),
        model("A", "x Int", "w String?", "c BigInt", "b Int"),
        """
        ALTER TABLE "A" DROP COLUMN "y",
        DROP COLUMN "z",
        ADD COLUMN     "w" TEXT,
        ADD COLUMN     "x" INTEGER NOT NULL,
        ALTER COLUMN "c" SET DATA TYPE BIGINT,
        ALTER COLUMN "b" SET NOT NULL
        """
    ),
    DifferenceCase(
        "in one column nullability comes first, then the default, then the type",
        model("A", "a Int @default(1)"),
        model("A", "a BigInt? @default(2)"),
        """
        ALTER TABLE "A" ALTER COLUMN "a" DROP NOT NULL,
        ALTER COLUMN "a" SET DEFAULT 2,
        ALTER COLUMN "a" SET DATA TYPE BIGINT
        """
    ),
    DifferenceCase(
        "a default is dropped",
        model("A", "a Int @default(1)"),
        model("A", "a Int"),
        "ALTER TABLE \"A\" ALTER COLUMN \"a\" DROP DEFAULT"
    ),
    DifferenceCase(
        "defaults of the client are none of the database's",
        model("A", "a String @default(cuid())", "b DateTime"),
        model("A", "a String", "b DateTime @updatedAt")
    ),
    DifferenceCase(
        "defaults that mean the same are no difference",
        model(
            "A",
            "a Json @default(\"{\\\"x\\\": 1.0, \\\"y\\\": [true]}\")",
            "b String @default(dbgenerated(\"NOW()::text\"))",
            "c DateTime @default(\"2018-01-27T08:00:00Z\")",
            "d String @default(\"x\")"
        ),
        model(
            "A",
            "a Json @default(\"{\\\"y\\\":[true],\\\"x\\\":1}\")",
            "b String @default(dbgenerated(\"now()::TEXT\"))",
            "c DateTime @default(\"2019-01-27T08:00:00Z\")",
            "d String @default(dbgenerated())"
        )
    ),
    DifferenceCase(
        "a column whose values cannot be cast is made anew, and its index with it",
        model("A", "a String", "@@index([a])"),
        model("A", "a Int", "@@index([a])"),
        "ALTER TABLE \"A\" DROP COLUMN \"a\",\nADD COLUMN     \"a\" INTEGER NOT NULL",
        "CREATE INDEX \"A_a_idx\" ON \"A\"(\"a\")"
    ),
    DifferenceCase(
        "no cast leads from an enum to a list of it",
        model("A", "a E?") + "enum E {\n  X\n}\n",
        model("A", "a E[]") + "enum E {\n  X\n}\n",
        "ALTER TABLE \"A\" DROP COLUMN \"a\",\nADD COLUMN     \"a\" \"E\"[]"
    ),
    DifferenceCase(
        "a key of other columns is dropped and added",
        "model A {\n  a Int @id\n  b Int\n}\n",
        "model A {\n  a Int\n  b Int\n  @@id([a, b])\n}\n",
        """
        ALTER TABLE "A" DROP CONSTRAINT "A_pkey",
        ADD CONSTRAINT "A_pkey" PRIMARY KEY ("a", "b")
        """
    ),
    DifferenceCase(
        "a key of another name is renamed, in a statement of its own beside other changes",
        "model A {\n  a Int @id\n}\nmodel B {\n  a Int @id\n}\n",
        "model A {\n  a Int @id(map: \"x\")\n}\nmodel B {\n  a Int @id(map: \"y\")\n  b Int?\n}\n",
        "ALTER TABLE \"A\" RENAME CONSTRAINT \"A_pkey\" TO \"x\"",
        "ALTER TABLE \"B\" RENAME CONSTRAINT \"B_pkey\" TO \"y\"",
        "ALTER TABLE \"B\" ADD COLUMN     \"b\" INTEGER"
    ),
    DifferenceCase(
        "a unique index that becomes the key is dropped after the key is there",
        "model A {\n  a Int @unique\n}\nmodel B {\n  id Int @id\n  b Int @unique\n}\n",
        "model A {\n  a Int @id\n}\nmodel B {\n  id Int @id\n  b Int\n}\n",
        "DROP INDEX \"B_b_key\"",
        "ALTER TABLE \"A\" ADD CONSTRAINT \"A_pkey\" PRIMARY KEY (\"a\")",
        "DROP INDEX \"A_a_key\""
    ),
    DifferenceCase(
        "indexes are compared by what they index, and renamed when only the name differs",
        model("A", "a Int", "b Int", "c String[]", "@@index([a])", "@@index([b])", "@@index([c], type: Gin)"),
        model(
            "A",
            "a Int",
            "b Int",
            "c String[]",
            "@@index([a(sort: Desc)])",
            "@@index([b], map: \"x\")",
            "@@index([c(ops: ArrayOps)], type: Gin)"
        ),
        "DROP INDEX \"A_a_idx\"",
        "CREATE INDEX \"A_a_idx\" ON \"A\"(\"a\" DESC)",
        "ALTER INDEX \"A_b_idx\" RENAME TO \"x\""
    ),
    DifferenceCase(
        "of two indexes over the same columns none is renamed",
        model("A", "a Int", "@@index([a], map: \"x\")", "@@index([a], map: \"y\")"),
        model("A", "a Int", "@@index([a], map: \"z\")")
    ),
    DifferenceCase(
        "a condition is part of an index",
        model("A", "a Int", "@@unique([a], where: raw(\"a > 0\"))"),
        model("A", "a Int", "@@unique([a], where: raw(\"a > 1\"))"),
        "DROP INDEX \"A_a_key\"",
        "CREATE UNIQUE INDEX \"A_a_key\" ON \"A\"(\"a\") WHERE (a > 1)"
    ),
    DifferenceCase(
        "a foreign key with another action is dropped and added, one with another name renamed",
        model("A", "bs B[] @relation(\"x\")", "cs B[] @relation(\"y\")")
            + model(
                "B",
                "x Int",
                "a A @relation(\"x\", fields: [x], references: [id])",
                "y Int",
                "c A @relation(\"y\", fields: [y], references: [id])"
            ),
        model("A", "bs B[] @relation(\"x\")", "cs B[] @relation(\"y\")")
            + model(
                "B",
                "x Int",
                "a A @relation(\"x\", fields: [x], references: [id], onDelete: Cascade)",
                "y Int",
                "c A @relation(\"y\", fields: [y], references: [id], map: \"key\")"
            ),
        "ALTER TABLE \"B\" DROP CONSTRAINT \"B_x_fkey\"",
        "ALTER TABLE \"B\" RENAME CONSTRAINT \"B_y_fkey\" TO \"key\"",
        """
        ALTER TABLE "B" ADD CONSTRAINT "B_x_fkey" FOREIGN KEY ("x") REFERENCES "A"("id") ON DELETE CASCADE ON UPDATE CASCADE
        """
    ),
    DifferenceCase(
        "an optional relation sets NULL, and a relation that changes side moves its key and index",
        model("A", "b B?") + model("B", "aId Int? @unique", "a A? @relation(fields: [aId], references: [id])"),
        model("A", "bId Int? @unique", "b B? @relation(fields: [bId], references: [id])") + model("B", "a A?"),
        "ALTER TABLE \"B\" DROP CONSTRAINT \"B_aId_fkey\"",
        "DROP INDEX \"B_aId_key\"",
        "ALTER TABLE \"A\" ADD COLUMN     \"bId\" INTEGER",
        "ALTER TABLE \"B\" DROP COLUMN \"aId\"",
        "CREATE UNIQUE INDEX \"A_bId_key\" ON \"A\"(\"bId\")",
        """
        ALTER TABLE "A" ADD CONSTRAINT "A_bId_fkey" FOREIGN KEY ("bId") REFERENCES "B"("id") ON DELETE SET NULL ON UPDATE CASCADE
        """
    ),
    DifferenceCase(
        "values are added to an enum in place",
        model("A", "e E") + "enum E {\n  X\n}\n",
        model("A", "e E") + "enum E {\n  Z @map(\"it's\")\n  X\n}\n",
        "ALTER TYPE \"E\" ADD VALUE 'it''s'"
    ),
    DifferenceCase(
        "an enum that loses a value is made anew, and the defaults come back",
        model("A", "e E @default(X)", "l E[] @default([Y])", "gone E @default(X)") + "enum E {\n  X\n  Y\n}\n",
        model("A", "e E @default(X)", "l E[]", "new E?") + "enum E {\n  X\n}\n",
        "BEGIN",
        "CREATE TYPE \"E_new\" AS ENUM ('X')",
        "ALTER TABLE \"A\" ALTER COLUMN \"gone\" DROP DEFAULT",
        "ALTER TABLE \"A\" ALTER COLUMN \"e\" DROP DEFAULT",
        "ALTER TABLE \"A\" ALTER COLUMN \"l\" DROP DEFAULT",
        "ALTER TABLE \"A\" ALTER COLUMN \"e\" TYPE \"E_new\" USING (\"e\"::text::\"E_new\")",
        "ALTER TABLE \"A\" ALTER COLUMN \"l\" TYPE \"E_new\"[] USING (\"l\"::text[]::\"E_new\"[])",
        "ALTER TABLE \"A\" ALTER COLUMN \"gone\" TYPE TEXT USING (\"gone\"::text)",
        "ALTER TYPE \"E\" RENAME TO \"E_old\"",
        "ALTER TYPE \"E_new\" RENAME TO \"E\"",
        "DROP TYPE \"E_old\"",
        "ALTER TABLE \"A\" ALTER COLUMN \"e\" SET DEFAULT 'X'",
        "COMMIT",
        """
        ALTER TABLE "A" DROP COLUMN "gone",
        ADD COLUMN     "new" "E",
        ALTER COLUMN "l" DROP DEFAULT
        """
    ),
    DifferenceCase(
        "an integer begins to count by itself, and another stops",
        model("A", "n Int", "m BigInt @default(autoincrement())", "k Int @default(autoincrement())"),
        model("A", "n Int @default(autoincrement())", "m BigInt", "k Int @default(7)"),
        "CREATE SEQUENCE a_n_seq",
        """
        ALTER TABLE "A" ALTER COLUMN "n" SET DEFAULT nextval('a_n_seq'),
        ALTER COLUMN "m" DROP DEFAULT,
        ALTER COLUMN "k" SET DEFAULT 7
        """,
        "ALTER SEQUENCE a_n_seq OWNED BY \"A\".\"n\"",
        "DROP SEQUENCE \"A_m_seq\"",
        "DROP SEQUENCE \"A_k_seq\""
    ),
    DifferenceCase(
        "a model of another name is another table, and old tables go before new ones come",
        model("A", "e E") + "enum E {\n  X\n}\n",
        model("B", "e F") + "enum F {\n  X\n}\n",
        "CREATE TYPE \"F\" AS ENUM ('X')",
        "DROP TABLE \"A\"",
        "DROP TYPE \"E\"",
        """
        CREATE TABLE "B" (
            "id" INTEGER NOT NULL,
            "e" "F" NOT NULL,

            CONSTRAINT "B_pkey" PRIMARY KEY ("id")
        )
        """
    ),
    DifferenceCase(
        "a type of the database that Prisma does not know is cast at a risk",
        model("A", "a Unsupported(\"point\")", "b Unsupported(\"line\")"),
        model("A", "a String", "b Unsupported(\"path\")"),
        "ALTER TABLE \"A\" ALTER COLUMN \"a\" SET DATA TYPE TEXT"
    ),
]

@Suite("Differences between Prisma schemas")
struct DifferenceTests {
    @Test(arguments: cases)
    func `is what Prisma makes of it`(_ difference: DifferenceCase) throws {
        #expect(try statements(from: difference.previous, to: difference.next) == difference.statements)
    }

    @Test func `several new values of an enum carry a remark about old servers`() throws {
        let previous = try database("enum E {\n  X\n}\n")
        let next = try database("enum E {\n  X\n  Y\n  Z\n}\n")
        #expect(
            Migration(from: previous, to: next).script == """
                -- AlterEnum
                -- This migration adds more than one value to an enum.
                -- With PostgreSQL versions 11 and earlier, this is not possible
                -- in a single migration. This can be worked around by creating
                -- multiple migrations, each migration adding only one value to
                -- the enum.


                ALTER TYPE "E" ADD VALUE 'Y';
                ALTER TYPE "E" ADD VALUE 'Z';

                """
        )
    }

    @Test func `a name with a quote in it stays one name`() throws {
        let next = "model A {\n  id Int @id @map(\"a\\\"b\")\n  @@map(\"x\\\"; DROP TABLE y; --\")\n}\n"
        let found = try statements(from: "", to: next)
        #expect(found.first?.hasPrefix("CREATE TABLE \"x\"\"; DROP TABLE y; --\" (\n    \"a\"\"b\" INTEGER") == true)
    }
}
