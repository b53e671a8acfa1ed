import PrismaSchema
import Testing

/// Two schemas, and what Prisma warns of.
struct WarningCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var previous: String
    var next: String
    var risks: [String] = []
    var impossible: [String] = []
}

private let enumeration = "enum E {\n  X\n  Y\n}\n"

private let cases: [WarningCase] = [
    WarningCase(
        testDescription: "drop a table",
        previous: "model A {\n  id Int @id\n}\n",
        next: "",
        risks: [
            "You are about to drop the `A` table. If the table is not empty, all the data it contains will be lost."
        ]
    ),
    WarningCase(
        testDescription: "drop a column",
        previous: "model A {\n  id Int @id\n  a Int\n}\n",
        next: "model A {\n  id Int @id\n}\n",
        risks: ["You are about to drop the column `a` on the `A` table. All the data in the column will be lost."]
    ),
    WarningCase(
        testDescription: "a cast that may lose data",
        previous: "model A {\n  id Int @id\n  a BigInt\n  b String @db.VarChar(64)\n}\n",
        next: "model A {\n  id Int @id\n  a Int\n  b String @db.VarChar(50)\n}\n",
        risks: [
            "You are about to alter the column `a` on the `A` table. The data in that column could be lost. "
                + "The data in that column will be cast from `BigInt` to `Integer`.",
            "You are about to alter the column `b` on the `A` table. The data in that column could be lost. "
                + "The data in that column will be cast from `VarChar(64)` to `VarChar(50)`.",
        ]
    ),
    WarningCase(
        testDescription: "a cast without a loss",
        previous: "model A {\n  id Int @id\n  a Int\n}\n",
        next: "model A {\n  id Int @id\n  a String\n}\n"
    ),
    WarningCase(
        testDescription: "an optional column made anew",
        previous: "model A {\n  id Int @id\n  a String?\n}\n",
        next: "model A {\n  id Int @id\n  a Int?\n}\n",
        risks: [
            "The `a` column on the `A` table would be dropped and recreated. "
                + "This will lead to data loss if there is data in the column."
        ]
    ),
    WarningCase(
        testDescription: "a required column made anew",
        previous: "model A {\n  id Int @id\n  a String\n}\n",
        next: "model A {\n  id Int @id\n  a Int\n}\n",
        impossible: [
            "Changed the type of `a` on the `A` table. No cast exists, the column would be dropped and recreated, "
                + "which cannot be done if there is data, since the column is required."
        ]
    ),
    WarningCase(
        testDescription: "an optional column made anew as a required one",
        previous: "model A {\n  id Int @id\n  a String?\n}\n",
        next: "model A {\n  id Int @id\n  a Int\n}\n",
        impossible: [
            "Added the required column `a` to the `A` table without a default value. "
                + "This is not possible if the table is not empty."
        ]
    ),
    WarningCase(
        testDescription: "another primary key",
        previous: "model A {\n  a Int @id\n  b Int\n}\n",
        next: "model A {\n  a Int\n  b Int @id\n}\n",
        risks: [
            "The primary key for the `A` table will be changed. "
                + "If it partially fails, the table could be left without primary key constraint."
        ]
    ),
    WarningCase(
        testDescription: "a unique index on an existing table, and none on a new one",
        previous: "model A {\n  id Int @id\n  a Int\n  b Int\n}\n",
        next: "model A {\n  id Int @id\n  a Int\n  b Int\n  @@unique([a, b])\n}\nmodel B {\n  id Int @unique\n}\n",
        risks: [
            "A unique constraint covering the columns `[a,b]` on the table `A` will be added. "
                + "If there are existing duplicate values, this will fail."
        ]
    ),
    WarningCase(
        testDescription: "values of an enum removed",
        previous: "model A {\n  id Int @id\n}\n" + enumeration,
        next: "model A {\n  id Int @id\n}\nenum E {\n  Z\n}\n",
        risks: [
            "The values [X,Y] on the enum `E` will be removed. "
                + "If these variants are still used in the database, this will fail."
        ]
    ),
    WarningCase(
        testDescription: "a required column, without a default and with one of the client",
        previous: "model A {\n  id Int @id\n}\n",
        next: "model A {\n  id Int @id\n  a Int\n  b String @default(cuid())\n  c Int @default(1)\n  d Int?\n}\n",
        impossible: [
            "Added the required column `a` to the `A` table without a default value. "
                + "This is not possible if the table is not empty.",
            "The required column `b` was added to the `A` table with a prisma-level default value. "
                + "This is not possible if the table is not empty. "
                + "Please add this column as optional, then populate it before making it required.",
        ]
    ),
    WarningCase(
        testDescription: "a column made required",
        previous: "model A {\n  id Int @id\n  a Int?\n}\n",
        next: "model A {\n  id Int @id\n  a Int @default(1)\n}\n",
        impossible: [
            "Made the column `a` on table `A` required. "
                + "This step will fail if there are existing NULL values in that column."
        ]
    ),
    WarningCase(
        testDescription: "a type of the database becomes a list of it",
        previous: "model A {\n  id Int @id\n  a Unsupported(\"point\")?\n}\n",
        next: "model A {\n  id Int @id\n  a Unsupported(\"point\")[]\n}\n",
        impossible: [
            "Changed the column `a` on the `A` table from a scalar field to a list field. "
                + "If there are non-null values in that column, this step will fail."
        ]
    ),
]

@Suite("Warnings about migrations")
struct WarningTests {
    @Test(arguments: cases)
    func `is warned of in Prisma's words`(_ warning: WarningCase) throws {
        let found = Migration(from: try database(warning.previous), to: try database(warning.next)).warnings
        #expect(found.risks == warning.risks)
        #expect(found.impossible == warning.impossible)
    }

    @Test func `the comment before a script has the risks first, and cannot be ended by a name`() throws {
        let previous = try database("model A {\n  id Int @id\n  a Int @map(\"x*/y\")\n}\n")
        let next = try database("model A {\n  id Int @id\n  b Int\n}\n")
        #expect(
            Migration(from: previous, to: next).annotatedScript == """
                /*
                  Warnings:

                  - You are about to drop the column `x* /y` on the `A` table. All the data in the column will be lost.
                  - Added the required column `b` to the `A` table without a default value. This is not possible if the \
                table is not empty.

                */
                -- AlterTable
                ALTER TABLE "A" DROP COLUMN "x*/y",
                ADD COLUMN     "b" INTEGER NOT NULL;

                """
        )
        #expect(Migration(from: next, to: next).annotatedScript == "-- This is an empty migration.\n")
    }
}
