import PrismaSchema

extension MistakeCase {
    /// Each marker stands before the first character that the carets mark.
    static let all: [MistakeCase] = [
        MistakeCase(
            .syntax,
            "model A {\n  id Int @id\n  1️⃣name\n}",
            "1️⃣ [prisma.syntax] the field 'name' has no type",
            "  fix: add a type after the name"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id Int @id\n  name String @default(1️⃣\"x)\n}",
            "1️⃣ [prisma.syntax] the string is not closed",
            "  fix: end it with \""
        ),
        MistakeCase(
            .syntax,
            "model 1️⃣A {\n  id Int @id\n",
            "1️⃣ [prisma.syntax] the block 'A' is not closed",
            "  fix: add '}'"
        ),
        MistakeCase(
            .syntax,
            "model A { 1️⃣id Int @id\n}",
            "1:7 [prisma.key] the model 'A' has no identifier",
            "  fix: add @id to a field, or @@id([…]), or @unique to a required field",
            "1️⃣ [prisma.syntax] text follows '{' on its line",
            "  fix: begin a new line after '{'"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id Int @id\n  a Int1️⃣[]?\n}",
            "1️⃣ [prisma.syntax] a list cannot be optional",
            "  fix: write [] alone"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id Int1️⃣! @id\n}",
            "1️⃣ [prisma.syntax] fields are required without a sign",
            "  fix: remove '!'"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id Int @id\n  a 1️⃣[Int]\n}",
            "1️⃣ [prisma.syntax] the brackets of a list stand behind its type",
            "  fix: write the type and then []"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id1️⃣: Int @id\n}",
            "1️⃣ [prisma.syntax] a colon stands after the field's name",
            "  fix: remove it"
        ),
        MistakeCase(
            .syntax,
            "model A {\n  id Int @id 1️⃣$\n}",
            "1️⃣ [prisma.syntax] '$' stands where the end of the line is expected"
        ),
        MistakeCase(
            .block,
            "1️⃣modle A {\n  id Int @id\n}",
            "1️⃣ [prisma.block] 'modle' is no kind of block",
            "  fix: did you mean 'model'?"
        ),
        MistakeCase(
            .composite,
            "type 1️⃣Address {\n  street String\n}",
            "1️⃣ [prisma.composite] PostgreSQL schemas of Prisma have no composite types",
            "  fix: use a model or a Json field"
        ),
        MistakeCase(
            .duplicate,
            "enum 2️⃣A {\n  X\n}\nenum 1️⃣A {\n  Y\n}",
            "1️⃣ [prisma.duplicate] 'A' is declared twice",
            "  2️⃣ note: first declared here"
        ),
        MistakeCase(
            .duplicate,
            "model A {\n  2️⃣id Int @id\n  1️⃣id String\n}",
            "1️⃣ [prisma.duplicate] the model has the field 'id' already",
            "  2️⃣ note: first declared here"
        ),
        MistakeCase(
            .duplicate,
            "model A {\n  id Int @id\n  a Int @map(\"x\")\n  1️⃣b Int @map(\"x\")\n}",
            "1️⃣ [prisma.duplicate] 'a' is the column 'x' already"
        ),
        MistakeCase(
            .type,
            "model A {\n  id Int @id\n  a 1️⃣Sting\n}",
            "1️⃣ [prisma.type] there is no type 'Sting'",
            "  fix: did you mean 'String'?"
        ),
        MistakeCase(
            .duplicate,
            "model A {\n  id Int @id\n}\nmodel 1️⃣B {\n  id Int @id(map: \"x\")\n  @@map(\"A\")\n}",
            "1️⃣ [prisma.duplicate] two tables, keys or indexes have the name 'A' in the database",
            "  fix: give one another name with map"
        ),
        MistakeCase(
            .duplicate,
            "model 1️⃣A {\n  id Int @id\n  b Int\n  @@index([b])\n  @@index([b, id], map: \"A_b_idx\")\n}",
            "1️⃣ [prisma.duplicate] two tables, keys or indexes have the name 'A_b_idx' in the database",
            "  fix: give one another name with map"
        ),
        MistakeCase(
            .duplicate,
            "enum A {\n  X\n}\nenum 1️⃣B {\n  X\n  @@map(\"A\")\n}",
            "1️⃣ [prisma.duplicate] two enums have the name 'A' in the database"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a Decimal @default(1️⃣\"infinity\")\n}",
            "1️⃣ [prisma.default] a string is no default of Decimal fields"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a String @default(1️⃣\"\\u0000\")\n}",
            "1️⃣ [prisma.default] a string is no default of String fields"
        ),
        MistakeCase(.type, "enum 1️⃣E {\n}", "1️⃣ [prisma.type] the enum 'E' has no values"),
        MistakeCase(
            .nativeType,
            "model A {\n  id Int @id\n  a String 1️⃣@db.VarChr(10)\n}",
            "1️⃣ [prisma.native-type] PostgreSQL has no native type 'VarChr' in Prisma",
            "  fix: did you mean '@db.VarChar'?"
        ),
        MistakeCase(
            .nativeType,
            "model A {\n  id Int @id\n  a Int 1️⃣@db.Text\n}",
            "1️⃣ [prisma.native-type] @db.Text is a type of String fields, not of Int fields"
        ),
        MistakeCase(
            .nativeType,
            "model A {\n  id Int @id\n  a DateTime @db.Timestamp(1️⃣7)\n}",
            "1️⃣ [prisma.native-type] the argument of @db.Timestamp is between 0 and 6"
        ),
        MistakeCase(
            .nativeType,
            "model A {\n  id Int @id\n  a Decimal 1️⃣@db.Decimal(7)\n}",
            "1️⃣ [prisma.native-type] @db.Decimal takes no arguments, or a precision and a scale"
        ),
        MistakeCase(
            .attribute,
            "model A {\n  id Int @id\n  a DateTime 1️⃣@updatedat\n}",
            "1️⃣ [prisma.attribute] there is no attribute 'updatedat' here",
            "  fix: did you mean 'updatedAt'?"
        ),
        MistakeCase(
            .attribute,
            "model A {\n  id Int @id\n  a Int 1️⃣@updatedAt\n}",
            "1️⃣ [prisma.attribute] @updatedAt needs a DateTime field that is no list"
        ),
        MistakeCase(
            .argument,
            "model A {\n  id Int @id\n  @@index([id], 1️⃣mp: \"x\")\n}",
            "1️⃣ [prisma.argument] @@index has no argument 'mp'",
            "  fix: did you mean 'map'?"
        ),
        MistakeCase(
            .argument,
            "model A {\n  id Int @id\n  @@index([id], type: 1️⃣Gim)\n}",
            "1️⃣ [prisma.argument] 'Gim' is not allowed here",
            "  fix: did you mean 'Gin'?"
        ),
        MistakeCase(
            .argument,
            "model A {\n  id Int @id @map(1️⃣3)\n}",
            "1️⃣ [prisma.argument] a number stands where a string is expected"
        ),
        MistakeCase(
            .field,
            "model A {\n  id Int @id\n  name String\n  @@index([1️⃣nam])\n}",
            "1️⃣ [prisma.field] the model 'A' has no field 'nam'",
            "  fix: did you mean 'name'?"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a Int @default(1️⃣\"1\")\n}",
            "1️⃣ [prisma.default] a string is no default of Int fields"
        ),
        MistakeCase(
            .defaultValue,
            "enum E {\n  X\n  Y\n}\nmodel A {\n  id Int @id\n  a E @default(1️⃣Z)\n}",
            "1️⃣ [prisma.default] the enum 'E' has no value 'Z'",
            "  fix: its values are X, Y"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a String @default(1️⃣now())\n}",
            "1️⃣ [prisma.default] now() is a default of DateTime fields"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a String @default(1️⃣uid())\n}",
            "1️⃣ [prisma.default] there is no function 'uid' for defaults"
        ),
        MistakeCase(
            .defaultValue,
            "model A {\n  id Int @id\n  a Json @default(1️⃣\"{\")\n}",
            "1️⃣ [prisma.default] a string is no default of Json fields"
        ),
        MistakeCase(
            .key,
            "model 1️⃣A {\n  a Int? @unique\n}",
            "1️⃣ [prisma.key] the model 'A' has no identifier",
            "  fix: add @id to a field, or @@id([…]), or @unique to a required field"
        ),
        MistakeCase(
            .key,
            "model A {\n  id Int? 1️⃣@id\n}",
            "1️⃣ [prisma.key] 'id' is part of the identifier and has to be required"
        ),
        MistakeCase(
            .relation,
            "model A {\n  id Int @id\n  1️⃣b B @relation(fields: [id], references: [id])\n}\nmodel B {\n  id Int @id\n}",
            "1️⃣ [prisma.relation] the relation 'b' has no field on the other side",
            "  fix: add a field of the type A to the model 'B'"
        ),
        MistakeCase(
            .relation,
            "model A {\n  id Int @id\n  1️⃣b B\n}\nmodel B {\n  id Int @id\n  as A[]\n}",
            "1️⃣ [prisma.relation] the relation 'b' does not say which fields refer to 'B'",
            "  fix: add @relation(fields: […], references: […])"
        ),
        MistakeCase(
            .relation,
            """
            model A {
              id Int @id
              x Int
              b B @relation(fields: [x], references: 1️⃣[name])
            }
            model B {
              id Int @id
              name Int
              as A[]
            }
            """,
            "1️⃣ [prisma.relation] the fields name of 'B' are no identifier and not unique",
            "  fix: add @unique or @@unique to 'B'"
        ),
        MistakeCase(
            .relation,
            """
            model A {
              id Int @id
              x Int
              b B @relation(fields: [x], references: [id])
              1️⃣c B @relation(fields: [x], references: [id])
            }
            model B {
              id Int @id
              as A[]
            }
            """,
            "1️⃣ [prisma.relation] 'c' and 'b' are two relations to the same model without different names",
            "  fix: give each a name: @relation(\"…\")"
        ),
        MistakeCase(
            .namespace,
            "model A {\n  id Int @id\n  @@schema(1️⃣\"x\")\n}",
            "1️⃣ [prisma.schema] the datasource does not list the schema 'x'",
            "  fix: add \"x\" to schemas in the datasource"
        ),
        MistakeCase(
            .name,
            "model A {\n  id Int @id\n  @@map(1️⃣\"\")\n}",
            "1️⃣ [prisma.name] a name may not be empty"
        ),
        MistakeCase(
            .provider,
            "datasource db {\n  provider = 1️⃣\"mysql\"\n}\nmodel A {\n  id Nothing\n}",
            "1️⃣ [prisma.provider] the provider 'mysql' is not PostgreSQL"
        ),
        MistakeCase(
            .setting,
            "datasource db {\n  provider = \"postgresql\"\n  relationMode = 1️⃣\"none\"\n}",
            "1️⃣ [prisma.setting] 'none' is no relation mode",
            "  fix: use \"foreignKeys\" or \"prisma\""
        ),
    ]
}
