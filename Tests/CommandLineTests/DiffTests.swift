import Foundation
import TestSupport
import Testing

extension Substring {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
        last.map(isTrimmed) == true ? String(dropLast()) : String(self)
    }
}

/// `diff` between Prisma schemas, through the built program and without a database.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct DiffTests {
    private static let datasource = "datasource db {\n  provider = \"postgresql\"\n}\n"
    private static let old = datasource + "model A {\n  id Int @id\n  b B[]\n}\nmodel B {\n  id Int @id\n  as A[]\n}\n"
    private static let new = datasource + "model A {\n  id Int @id\n  name String\n}\n"

    private static let script = """
        -- DropForeignKey
        ALTER TABLE "_AToB" DROP CONSTRAINT "_AToB_A_fkey";

        -- DropForeignKey
        ALTER TABLE "_AToB" DROP CONSTRAINT "_AToB_B_fkey";

        -- AlterTable
        ALTER TABLE "A" ADD COLUMN     "name" TEXT NOT NULL;

        -- DropTable
        DROP TABLE "B";

        -- DropTable
        DROP TABLE "_AToB";

        """

    private static let summary = """

        [-] Removed tables
          - B
          - _AToB

        [*] Changed the `A` table
          [+] Added column `name`

        [*] Changed the `_AToB` table
          [-] Removed foreign key on columns (A)
          [-] Removed foreign key on columns (B)

        """

    /// The old schema in one file, the new one in a folder of two.
    private func program() throws -> Program {
        let program = try Program()
        try program.write(Self.old, to: "old.prisma")
        try program.write(Self.new, to: "new/models/a.prisma")
        try program.write("enum E {\n  X\n}\n", to: "new/e.prisma")
        try program.write("no schema", to: "new/notes.txt")
        try program.write(Self.new, to: "new.prisma")
        return program
    }

    /// Arguments, the exit status, and what the answer is or begins with.
    private static let cases: [(line: String, status: Int32, output: String)] = [
        ("--from schema:old.prisma --to schema:new.prisma --script", 0, script),
        ("--from-schema old.prisma --to-schema new.prisma --script", 0, script),
        ("--from-schema-datamodel old.prisma --to-schema-datamodel new.prisma --script --exit-code", 2, script),
        ("--from schema:old.prisma --to schema:new.prisma", 0, summary),
        ("--from schema:old.prisma --to schema:old.prisma --exit-code", 0, "No difference detected.\n"),
        ("--from-empty --to empty --script --exit-code", 0, "-- This is an empty migration.\n"),
        ("--from empty --to schema:new --exit-code", 2, "\n[+] Added enums\n  - E\n\n[+] Added tables\n  - A\n"),
        (
            "--from schema:new.prisma --to-empty --script --warnings", 0,
            """
            /*
              Warnings:

              - You are about to drop the `A` table. If the table is not empty, all the data it contains will be lost.

            */
            -- DropTable
            DROP TABLE "A";

            """
        ),
    ]

    @Test func `sources, Prisma's flags, summary, script and exit statuses`() async throws {
        let program = try program()
        for (line, status, output) in Self.cases {
            let result = try await program.run(["diff"] + line.split(separator: " ").map(String.init))
            #expect(result.status == status, "\(line): \(result.errors)")
            #expect(result.output == output, "\(line)")
            #expect(result.errors.isEmpty, "\(line)")
        }
    }

    @Test func `a file is written, stdin is read, and JSON has the documented fields`() async throws {
        let program = try program()
        let sides = ["diff", "--from", "schema:old.prisma", "--to", "schema:new.prisma"]
        let written = try await program.run(sides + ["--script", "-o", "migration.sql"])
        #expect(written.status == 0 && written.output.isEmpty, "\(written.output)\(written.errors)")
        #expect(try program.text(of: "migration.sql") == Self.script)
        let piped =
            "\"\(try Program.executable.path)\" diff --from schema:old.prisma --to schema:- --script < new.prisma"
        #expect(try await Shell.run("sh", ["-c", piped], in: program.folder).output == Self.script)
        let answer = try await program.run(sides + ["--json", "--exit-code"])
        #expect(answer.status == 2)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["empty", "steps", "summary", "warnings", "impossible"])
        let steps = try #require(object["steps"] as? [[String: Any]])
        #expect(
            steps.map { $0["kind"] as? String } == [
                "DropForeignKey", "DropForeignKey", "AlterTable", "DropTable", "DropTable",
            ]
        )
        #expect(steps[2]["object"] as? String == "A")
        #expect(steps[2]["statements"] as? [String] == ["ALTER TABLE \"A\" ADD COLUMN     \"name\" TEXT NOT NULL"])
    }

    /// Every kind of step there is between two models, one schema each.
    private static let rich = [
        """
        model Zebra {
          id Int @id(map: "zebra_id")
          old String @db.Text
          kind Kind @default(PLAIN)
          kinds Kind[] @default([PLAIN])
          stripes Int?
          count Int @default(autoincrement())
          other BigInt @default(autoincrement())
          size Int @default(3)
          gone Kind @default(SPOTTED)
          recast Kind?
          owner Owner @relation(fields: [ownerId], references: [id])
          ownerId Int
          tags Tag[]
          @@index([stripes])
          @@unique([old])
          @@index([ownerId], map: "by_owner")
          @@index([size(sort: Desc)], where: raw("size > 1"))
        }
        model Owner {
          id Int @id
          zebras Zebra[]
          name String @default("x")
        }
        model Tag {
          id String @id @db.VarChar(5)
          zebras Zebra[]
        }
        model Keyless {
          a Int @unique
          b Int?
        }
        model Lost {
          id Int @id
          kinds Kind[]
        }
        model Named {
          id Int @id
        }
        enum Kind {
          PLAIN
          SPOTTED
        }
        enum Old {
          X
        }
        enum Growing {
          A
        }
        """,
        """
        model Zebra {
          a Int
          old Int
          kind Kind @default(STRIPED)
          kinds Kind[] @default([STRIPED])
          fresh Kind?
          recast String?
          stripes Int @default(autoincrement())
          count Int
          other BigInt @default(7)
          size BigInt? @default(4)
          owner Owner @relation(fields: [ownerId], references: [id], onDelete: Cascade, map: "owner_key")
          ownerId Int
          @@id([a, ownerId])
          @@unique([stripes])
          @@index([ownerId])
          @@index([old], type: Hash)
        }
        model Owner {
          id Int @id
          zebras Zebra[]
          name String[] @default(["it's"])
          names Name[]
        }
        model Name {
          id String @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
          owners Owner[]
          at DateTime @default("2018-01-27T08:00:00Z")
          raw Bytes @default("aGVsbG8=")
          json Json @default("{}")
        }
        model Keyless {
          a Int @id
          b Int
        }
        model Named {
          id Int @id(map: "other")
          c Int
        }
        enum Kind {
          PLAIN
          STRIPED
        }
        enum Growing {
          A
          B
        }
        """,
    ]

    @Test(.scratchDatabase) func `the script runs, and leaves what the other side describes`() async throws {
        let program = try Program(on: try ScratchDatabase.current)
        for (place, schema) in Self.rich.enumerated() {
            try program.write(Self.datasource + schema, to: "\(place).prisma")
        }
        func run(from: String, to: String) async throws {
            let result = try await program.run("diff", "--from", from, "--to", to, "--script")
            try #require(result.status == 0, "\(result.errors)")
            try program.sql(result.output)
        }
        // The order of columns is that of their making, so that lines are compared without one.
        func shape() async throws -> [String] {
            try await program.dump().split(separator: "\n").map { $0.trimmingSuffix { $0 == "," } }.sorted()
        }
        let bare = try await shape()
        var direct: [[String]] = []
        for place in Self.rich.indices {
            try await run(from: "empty", to: "schema:\(place).prisma")
            direct.append(try await shape())
            try await run(from: "schema:\(place).prisma", to: "empty")
            #expect(try await shape() == bare)
        }
        try await run(from: "empty", to: "schema:0.prisma")
        try await run(from: "schema:0.prisma", to: "schema:1.prisma")
        // A column that counts from now on has a sequence of another name and type than one that was made so.
        let isSequence = { (line: String) in line.contains("seq") || line.contains("AS integer") }
        #expect(try await shape().filter { !isSequence($0) } == direct[1].filter { !isSequence($0) })
    }

    @Test func `what cannot be compared is refused, with the place of a mistake and without a password`() async throws {
        let program = try program()
        try program.write(Self.datasource + "model A {\n  id Itn @id\n}\n", to: "wrong.prisma")
        let refusals: [(line: String, status: Int32, errors: [String])] = [
            (
                "--from empty --to schema:wrong.prisma --exit-code", 1,
                ["wrong.prisma:5:6: error: there is no type 'Itn' [prisma.type]", "^^^ did you mean 'Int'?"]
            ),
            ("--from empty --to schema:nowhere.prisma", 1, ["nowhere.prisma does not exist"]),
            ("--from empty --to schema:Plans", 1, ["Plans does not exist"]),
            ("--from empty", 64, ["--to is missing", "--to schema:prisma/schema.prisma"]),
            (
                "--from empty --from-schema old.prisma --to empty", 64,
                ["--from is given 2 times: empty, schema:old.prisma"]
            ),
            ("--from schema:- --to schema:-", 64, ["both sides read stdin"]),
            ("--from nothing --to empty", 64, ["nothing"]),
            ("--from migrations:m --to empty", 1, ["m cannot be read"]),
            ("--from-url postgres://anna:geheim@nowhere.invalid/d --to-empty", 69, ["the database cannot be read"]),
            (
                "--from database:postgres://anna:geheim@nowhere.invalid/d --to empty", 69,
                ["the database cannot be read"]
            ),
            ("--from plan:rename@enforces --to empty", 64, ["plan:rename@enforces names no phase"]),
        ]
        for (line, status, errors) in refusals {
            let result = try await program.run(["diff"] + line.split(separator: " ").map(String.init))
            #expect(result.status == status, "\(line): \(result.errors)")
            for error in errors { #expect(result.errors.contains(error), "\(line): \(result.errors)") }
            #expect(!(result.output + result.errors).contains("geheim"))
        }
    }
}
