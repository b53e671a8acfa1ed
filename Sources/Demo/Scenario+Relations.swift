extension Scenario {
    private static func profiles(_ name: String) -> Statements {
        Statements(
            insert: "INSERT INTO \(name) (id, bio) VALUES ({key}, {value})",
            update: "UPDATE \(name) SET bio = {value} WHERE id = {key}",
            delete: "DELETE FROM \(name) WHERE id = {key}",
            read: "SELECT bio FROM \(name) WHERE id = {key}"
        )
    }

    /// Kinds that are about a table as a whole.
    static let tables: [Scenario] = [
        Scenario(
            kind: "rename_table",
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text, \(about));
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, {rows}) n;
                """,
            change: "{from: Profile, to: UserProfile}",
            acknowledge: ["view-limits"],
            old: profiles(#""Profile""#),
            new: profiles(#""UserProfile""#),
            between: [
                none(
                    "the names differ",
                    #""Profile" p FULL JOIN "UserProfile" u ON u.id = p.id"#,
                    "u.bio IS DISTINCT FROM p.bio"
                )
            ],
            afterwards: [missing("the old name is there", #"to_regclass('"Profile"') IS NULL"#)]
        ),
        Scenario(
            kind: "drop_table",
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text, \(about));
                CREATE TABLE "Old" (id int PRIMARY KEY, bio text, \(about));
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, {rows}) n;
                INSERT INTO "Old" SELECT * FROM "Profile";
                """,
            change: "{table: Old}",
            old: Statements(
                insert: #"INSERT INTO "Profile" (id, bio) VALUES ({key}, {value})"#,
                #"INSERT INTO "Old" (id, bio) VALUES ({key}, {value})"#,
                update: #"UPDATE "Profile" SET bio = {value} WHERE id = {key}"#,
                #"UPDATE "Old" SET bio = {value} WHERE id = {key}"#,
                delete: #"DELETE FROM "Profile" WHERE id = {key}"#,
                #"DELETE FROM "Old" WHERE id = {key}"#,
                read: #"SELECT p.bio FROM "Profile" p JOIN "Old" o USING (id) WHERE id = {key}"#
            ),
            new: profiles(#""Profile""#),
            afterwards: [
                missing(
                    "the table is there",
                    #"to_regclass('"Old"') IS NULL AND to_regclass('"crossfade_old_Old"') IS NULL"#
                )
            ]
        ),
    ]

    /// Kinds that are about two tables.
    static let relations: [Scenario] = [moveRelation, linkTable, moveColumns, extractTable]

    private static let moveRelation = Scenario(
        kind: "move_relation",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL, \(about));
            CREATE TABLE "Profile" (id int PRIMARY KEY, bio text NOT NULL,
              "userId" int NOT NULL UNIQUE REFERENCES "User" ON DELETE CASCADE ON UPDATE CASCADE, \(about));
            INSERT INTO "User" SELECT n, 'user ' || n FROM generate_series(1, {rows}) n;
            INSERT INTO "Profile" SELECT n, 'bio ' || n, n FROM generate_series(1, {rows}) n;
            """,
        change: """

                from: {table: Profile, column: userId, references: User.id}
                to: {table: User, column: profileId, references: Profile.id}
                on_delete: restrict
            """,
        acknowledge: ["old-action"],
        old: Statements(
            insert: #"INSERT INTO "User" (id, name) VALUES ({key}, {value})"#,
            #"INSERT INTO "Profile" (id, bio, "userId") VALUES ({key}, {value}, {key})"#,
            update: #"UPDATE "Profile" SET bio = {value} WHERE "userId" = {key}"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            read: #"SELECT p.bio FROM "User" u JOIN "Profile" p ON p."userId" = u.id WHERE u.id = {key}"#
        ),
        new: Statements(
            insert: #"INSERT INTO "Profile" (id, bio) VALUES ({key}, {value})"#,
            #"INSERT INTO "User" (id, name, "profileId") VALUES ({key}, {value}, {key})"#,
            update: #"UPDATE "Profile" SET bio = {value} WHERE id = (SELECT "profileId" FROM "User" WHERE id = {key})"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            #"DELETE FROM "Profile" WHERE id = {key}"#,
            read: #"SELECT p.bio FROM "User" u JOIN "Profile" p ON p.id = u."profileId" WHERE u.id = {key}"#
        ),
        between: [
            none(
                "relations that differ",
                #""User" u FULL JOIN "Profile" p ON p."userId" = u.id"#,
                #"u."profileId" IS DISTINCT FROM p.id"#
            )
        ],
        afterwards: [
            none(
                "users without a profile",
                #""User" u"#,
                #"NOT EXISTS (SELECT FROM "Profile" p WHERE p.id = u."profileId")"#
            ),
            none(
                "profiles without a user",
                #""Profile" p"#,
                #"NOT EXISTS (SELECT FROM "User" u WHERE u."profileId" = p.id)"#
            ),
        ]
    )

    private static let linkTable = Scenario(
        kind: "link_table",
        schema: """
            CREATE TABLE "Category" (id int PRIMARY KEY, name text);
            CREATE TABLE "Post" (id int PRIMARY KEY, title text, "categoryId" int NOT NULL
              REFERENCES "Category" ON DELETE CASCADE ON UPDATE CASCADE, \(about));
            CREATE INDEX "Post_categoryId_idx" ON "Post" ("categoryId");
            INSERT INTO "Category" SELECT n, 'category ' || n FROM generate_series(1, 50) n;
            INSERT INTO "Post" SELECT n, 'post ' || n, 1 + n % 50 FROM generate_series(1, {rows}) n;
            """,
        change: "\n    from: {table: Post, column: categoryId, references: Category.id}",
        acknowledge: ["old-action"],
        old: Statements(
            insert: #"INSERT INTO "Post" (id, title, "categoryId") VALUES ({key}, 't', {value}::int)"#,
            update: #"UPDATE "Post" SET "categoryId" = {value}::int WHERE id = {key}"#,
            delete: #"DELETE FROM "Post" WHERE id = {key}"#,
            read: #"SELECT "categoryId"::text FROM "Post" WHERE id = {key}"#
        ),
        new: Statements(
            insert: #"INSERT INTO "Post" (id, title) VALUES ({key}, 't')"#,
            #"INSERT INTO "_CategoryToPost" ("A", "B") VALUES ({value}::int, {key})"#,
            update: #"UPDATE "_CategoryToPost" SET "A" = {value}::int WHERE "B" = {key}"#,
            delete: #"DELETE FROM "Post" WHERE id = {key}"#,
            read: #"SELECT "A"::text FROM "_CategoryToPost" WHERE "B" = {key}"#
        ),
        between: [
            none(
                "links that differ",
                #""Post" p FULL JOIN "_CategoryToPost" l ON l."B" = p.id"#,
                #"p."categoryId" IS DISTINCT FROM l."A""#
            )
        ],
        afterwards: [
            none(
                "links of what is not there",
                #""_CategoryToPost" l"#,
                #"NOT EXISTS (SELECT FROM "Post" WHERE id = l."B") OR NOT EXISTS (SELECT FROM "Category" WHERE id = l."A")"#
            ),
            none(
                "posts without a link",
                #""Post" p"#,
                #"NOT EXISTS (SELECT FROM "_CategoryToPost" l WHERE l."B" = p.id)"#
            ),
        ],
        value: { "\(1 + $0 % 50)" }
    )

    private static let moveColumns = Scenario(
        kind: "move_columns",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, bio text, \(about));
            CREATE TABLE "Profile" (id int PRIMARY KEY, "userId" int NOT NULL UNIQUE REFERENCES "User" ON DELETE CASCADE,
              \(about));
            INSERT INTO "User" SELECT n, 'bio ' || n FROM generate_series(1, {rows}) n;
            INSERT INTO "Profile" SELECT n, n FROM generate_series(1, {rows}) n;
            """,
        change: "{from: User, to: Profile, columns: [bio], match: {userId: id}}",
        old: Statements(
            insert: #"INSERT INTO "User" (id, bio) VALUES ({key}, {value})"#,
            #"INSERT INTO "Profile" (id, "userId") VALUES ({key}, {key})"#,
            update: #"UPDATE "User" SET bio = {value} WHERE id = {key}"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            read: #"SELECT bio FROM "User" WHERE id = {key}"#
        ),
        new: Statements(
            insert: #"INSERT INTO "User" (id) VALUES ({key})"#,
            #"INSERT INTO "Profile" (id, "userId", bio) VALUES ({key}, {key}, {value})"#,
            update: #"UPDATE "Profile" SET bio = {value} WHERE "userId" = {key}"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            read: #"SELECT bio FROM "Profile" WHERE "userId" = {key}"#
        ),
        between: [
            none(
                "values that differ",
                #""User" u JOIN "Profile" p ON p."userId" = u.id"#,
                "u.bio IS DISTINCT FROM p.bio"
            )
        ],
        afterwards: [none("profiles without a value", #""Profile""#, "bio IS NULL")]
    )

    private static let extractTable = Scenario(
        kind: "extract_table",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, name text, street text, city text, \(about));
            INSERT INTO "User" SELECT n, 'n', 'street ' || n, 'city' FROM generate_series(1, {rows}) n;
            """,
        change: "\n    {from: User, columns: [street, city], into: Address, key: {userId: id}}",
        old: Statements(
            insert: #"INSERT INTO "User" (id, name, street, city) VALUES ({key}, 'n', {value}, 'c')"#,
            update: #"UPDATE "User" SET street = {value} WHERE id = {key}"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            read: #"SELECT street FROM "User" WHERE id = {key}"#
        ),
        new: Statements(
            insert: #"INSERT INTO "User" (id, name) VALUES ({key}, 'n')"#,
            #"INSERT INTO "Address" ("userId", street, city) VALUES ({key}, {value}, 'c')"#,
            update: #"UPDATE "Address" SET street = {value} WHERE "userId" = {key}"#,
            delete: #"DELETE FROM "User" WHERE id = {key}"#,
            read: #"SELECT street FROM "Address" WHERE "userId" = {key}"#
        ),
        between: [
            none(
                "addresses that differ",
                #""User" u LEFT JOIN "Address" a ON a."userId" = u.id"#,
                "u.street IS DISTINCT FROM a.street OR u.city IS DISTINCT FROM a.city"
            )
        ],
        afterwards: [
            none(
                "addresses without a user",
                #""Address" a"#,
                #"NOT EXISTS (SELECT FROM "User" u WHERE u.id = a."userId")"#
            ),
            none(
                "users without an address",
                #""User" u"#,
                #"NOT EXISTS (SELECT FROM "Address" a WHERE a."userId" = u.id)"#
            ),
        ]
    )
}
