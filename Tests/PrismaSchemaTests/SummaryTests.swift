import PrismaSchema
import Testing

@Suite("Summaries in Prisma's grammar")
struct SummaryTests {
    @Test func `nothing differs`() {
        #expect(Migration(from: .empty, to: .empty).summary == "No difference detected.")
    }

    @Test func `lists come before changed objects, those by name, and within one the lines follow the steps`() throws {
        let previous = try database(
            """
            model Zebra {
              id Int @id(map: "zebra_id")
              old String @db.Text
              kind Kind @default(PLAIN)
              stripes Int?
              count Int @default(autoincrement())
              owner Owner @relation(fields: [ownerId], references: [id])
              ownerId Int
              @@index([stripes])
              @@unique([old])
              @@index([ownerId], map: "by_owner")
            }
            model Owner {
              id Int @id
              zebras Zebra[]
              name String @default("x")
            }
            model Gone {
              id Int @id
            }
            enum Kind {
              PLAIN
              SPOTTED
            }
            enum Old {
              X
            }
            """
        )
        let next = try database(
            """
            model Zebra {
              a Int
              old Int
              kind Kind @default(STRIPED)
              stripes Int @default(7)
              count Int
              owner Owner @relation(fields: [ownerId], references: [id], onDelete: Cascade)
              ownerId Int
              @@id([a, ownerId])
              @@unique([stripes])
              @@index([ownerId])
            }
            model Owner {
              id Int @id
              zebras Zebra[]
              name String @default("it's \\"y\\"")
            }
            model New {
              id Int @id
              x Int @unique
            }
            enum Kind {
              PLAIN
              STRIPED
            }
            enum Fresh {
              X
            }
            """
        )
        #expect(
            Migration(from: previous, to: next).summary == """

                [+] Added enums
                  - Fresh

                [+] Added tables
                  - New

                [-] Removed enums
                  - Old

                [-] Removed tables
                  - Gone

                [*] Changed the `Kind` enum
                  [+] Added variant `STRIPED`
                  [-] Removed variant `SPOTTED`

                [*] Changed the `New` table
                  [+] Added unique index on columns (x)

                [*] Changed the `Owner` table
                  [*] Altered column `name` (default changed from `Some(Value(String("x")))` to \
                `Some(Value(String("it's \\"y\\"")))`)

                [*] Changed the `Zebra` table
                  [-] Removed foreign key on columns (ownerId)
                  [-] Removed unique index on columns (old)
                  [-] Removed index on columns (stripes)
                  [-] Dropped the primary key on columns (id)
                  [-] Removed column `id`
                  [+] Added column `a`
                  [*] Column `old` would be dropped and recreated (type changed)
                  [*] Altered column `kind` (default changed from `Some(Value(Enum("PLAIN")))` to \
                `Some(Value(Enum("STRIPED")))`)
                  [*] Altered column `stripes` (changed from Nullable to Required, default changed from `None` to \
                `Some(Value(Int(7)))`)
                  [*] Altered column `count` (column is no longer autoincrementing)
                  [+] Added primary key on columns (a, ownerId)
                  [+] Added unique index on columns (stripes)
                  [+] Added foreign key on columns (ownerId)
                  [*] Renamed index `by_owner` to `Zebra_ownerId_idx`
                """
        )
    }
}
