extension KindCase {
    /// The kinds whose old NOT NULL can be held by a placeholder.
    package static let placeholders: [KindCase] = [
        KindCase(
            kind: "move_relation",
            schema: """
                CREATE TABLE "User" (id serial PRIMARY KEY, name text);
                CREATE TABLE "Profile" (id serial PRIMARY KEY, "userId" int NOT NULL UNIQUE REFERENCES "User" ON DELETE CASCADE ON UPDATE CASCADE);
                INSERT INTO "User" (name) SELECT 'u' || n FROM generate_series(1, 300) n;
                INSERT INTO "Profile" ("userId") SELECT n FROM generate_series(1, 300) n;
                """,
            section: """
                {from: {table: Profile, column: userId, references: User.id}, to: {table: User, column: profileId, references: Profile.id}, \
                on_delete: set_null, not_null: false, required: placeholder}
                """,
            extra: "acknowledge: [old-action]",
            plain: """
                ALTER TABLE "User" ADD "profileId" int;
                UPDATE "User" SET "profileId" = p.id FROM "Profile" p WHERE p."userId" = "User".id;
                CREATE UNIQUE INDEX "User_profileId_key" ON "User" ("profileId");
                ALTER TABLE "User" ADD CONSTRAINT "User_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "Profile" ON DELETE SET NULL ON UPDATE CASCADE;
                ALTER TABLE "Profile" DROP "userId"
                """,
            about: "with a placeholder"
        ),
        KindCase(
            kind: "link_table",
            schema: """
                CREATE TABLE "Category" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
                CREATE TABLE "Post" (id serial PRIMARY KEY, "categoryId" uuid NOT NULL REFERENCES "Category" DEFERRABLE);
                INSERT INTO "Category" (name) SELECT 'c' || n FROM generate_series(1, 20) n;
                INSERT INTO "Post" ("categoryId") SELECT (SELECT id FROM "Category" WHERE name = 'c' || (n % 20 + 1)) FROM generate_series(1, 300) n;
                """,
            section: """
                {from: {table: Post, column: categoryId, references: Category.id}, through: {table: _CategoryToPost, columns: {Category: A, Post: B}}, \
                required: placeholder}
                """,
            extra: "acknowledge: [old-action]",
            plain: """
                CREATE TABLE "_CategoryToPost" ("A" uuid NOT NULL, "B" int NOT NULL);
                INSERT INTO "_CategoryToPost" SELECT "categoryId", id FROM "Post";
                ALTER TABLE "_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_AB_pkey" PRIMARY KEY ("A", "B"),
                  ADD FOREIGN KEY ("A") REFERENCES "Category" ON DELETE CASCADE ON UPDATE CASCADE,
                  ADD FOREIGN KEY ("B") REFERENCES "Post" ON DELETE CASCADE ON UPDATE CASCADE;
                CREATE INDEX "_CategoryToPost_B_index" ON "_CategoryToPost" ("B");
                ALTER TABLE "Post" DROP "categoryId"
                """,
            about: "with a placeholder"
        ),
    ]
}
