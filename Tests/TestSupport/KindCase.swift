/// One change of each kind on a small schema, for what every kind has to stand.
package struct KindCase: Sendable, CustomStringConvertible {
    /// The key under `change:`.
    package let kind: String
    package let schema: String
    /// The section below the kind's key, in YAML's flow form.
    package let section: String
    /// Further lines of the plan.
    package var extra = ""
    /// The last phase that rollback can undo; contract ends the run of a kind that sets nothing aside.
    package var furthest = "contract"
    /// What a plain migration would have done; nil where the tests of the kind itself compare the ends.
    package var plain: String?
    /// What is special about it, beside its kind.
    package var about = ""

    package init(
        kind: String,
        schema: String,
        section: String,
        extra: String = "",
        furthest: String = "contract",
        plain: String? = nil,
        about: String = ""
    ) {
        self.kind = kind
        self.schema = schema
        self.section = section
        self.extra = extra
        self.furthest = furthest
        self.plain = plain
        self.about = about
    }

    /// Whether rollback ends with the rows before expand; what fills NULLs in place leaves them filled, and so does what the
    /// table's own triggers write.
    package var restoresRows: Bool {
        kind != "make_required" && !section.contains("make_required") && !about.hasPrefix("triggers")
    }

    /// Whether there is a row to copy.
    package var copies: Bool { about != "without a row to fill" }

    package var description: String { about.isEmpty ? kind : "\(kind), \(about)" }

    /// The plan, with phases that wait for nothing.
    package func plan(retain: String = "7d") -> String {
        """
        version: 1
        name: kind
        \(kind == "changes" ? "changes: \(section)" : "change:\n  \(kind): \(section)")
        \(extra)
        phases:
          lock_deadline: 10m
          backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: \(retain)}

        """
    }

    package static let all: [KindCase] = [
        KindCase(
            kind: "rename_column",
            schema: """
                CREATE TABLE "Profile" (id serial PRIMARY KEY, bio text NOT NULL DEFAULT 'none', "userId" int UNIQUE);
                CREATE INDEX "Profile_bio_idx" ON "Profile" (bio);
                INSERT INTO "Profile" (bio, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 500) n;
                """,
            section: "{table: Profile, from: bio, to: biography}"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE TABLE "Order" (id serial PRIMARY KEY, note text);
                CREATE TABLE item (id int PRIMARY KEY, "orderId" int NOT NULL REFERENCES "Order" ON DELETE CASCADE);
                INSERT INTO "Order" (note) SELECT 'n' || n FROM generate_series(1, 500) n;
                INSERT INTO item SELECT n, n FROM generate_series(1, 500) n;
                """,
            section: "{table: Order, column: id, type: bigint}",
            extra: "acknowledge: [unconvertible]"
        ),
        KindCase(
            kind: "make_required",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, email text);
                INSERT INTO "User" SELECT n, CASE WHEN n % 3 > 0 THEN 'mail ' || n END FROM generate_series(1, 500) n;
                """,
            section: #"{table: User, column: email, fill: "'unknown-' || id"}"#,
            furthest: "enforce"
        ),
        KindCase(
            kind: "add_required_column",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL);
                INSERT INTO "User" SELECT n, 'Name ' || n FROM generate_series(1, 500) n;
                """,
            section: "{table: User, column: handle, type: text, fill: lower(name)}",
            furthest: "enforce"
        ),
        KindCase(
            kind: "move_relation",
            schema: """
                CREATE TABLE "User" (id serial PRIMARY KEY, name text NOT NULL);
                CREATE TABLE "Profile" (id serial PRIMARY KEY, biography text NOT NULL, "userId" integer NOT NULL UNIQUE
                  REFERENCES "User" (id) ON DELETE CASCADE ON UPDATE CASCADE);
                INSERT INTO "User" (name) SELECT 'user ' || n FROM generate_series(1, 500) n;
                INSERT INTO "Profile" (biography, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 500) n ORDER BY n % 17;
                """,
            section: """
                {from: {table: Profile, column: userId, references: User.id}, \
                to: {table: User, column: profileId, references: Profile.id}, on_delete: restrict}
                """,
            extra: "acknowledge: [old-action]"
        ),
        KindCase(
            kind: "link_table",
            schema: """
                CREATE TABLE "Category" (id serial PRIMARY KEY, name text);
                CREATE TABLE "Post" (id serial PRIMARY KEY, title text, "categoryId" integer NOT NULL
                  REFERENCES "Category" (id) ON DELETE CASCADE ON UPDATE CASCADE);
                CREATE INDEX "Post_categoryId_idx" ON "Post" ("categoryId");
                INSERT INTO "Category" (name) SELECT 'category ' || n FROM generate_series(1, 20) n;
                INSERT INTO "Post" (title, "categoryId") SELECT 'post ' || n, 1 + n % 20 FROM generate_series(1, 500) n;
                """,
            section: "{from: {table: Post, column: categoryId, references: Category.id}}",
            extra: "acknowledge: [old-action]"
        ),
        KindCase(
            kind: "move_columns",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, bio text);
                CREATE TABLE "Profile" (id int PRIMARY KEY, "userId" int NOT NULL UNIQUE REFERENCES "User" ON DELETE CASCADE);
                INSERT INTO "User" SELECT n, 'bio ' || n FROM generate_series(1, 300) n;
                INSERT INTO "Profile" SELECT n, n FROM generate_series(1, 300) n;
                """,
            section: "{from: User, to: Profile, columns: [bio], match: {userId: id}}"
        ),
        KindCase(
            kind: "extract_table",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, street text, city text);
                INSERT INTO "User" SELECT n, 'street ' || n, CASE WHEN n % 3 > 0 THEN 'city' END FROM generate_series(1, 300) n;
                """,
            section: "{from: User, columns: [street, city], into: Address, key: {userId: id}}"
        ),
        KindCase(
            kind: "merge_columns",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL DEFAULT 'x');
                INSERT INTO "User" SELECT n, 'First' || n, 'Last' || n FROM generate_series(1, 300) n;
                """,
            section: #"""
                {table: User, from: [first, last], to: {name: fullName, type: text}, merge: "first || ' ' || last", \#
                split: {first: 'split_part("fullName", '' '', 1)', last: 'split_part("fullName", '' '', 2)'}}
                """#,
            plain: #"""
                ALTER TABLE "User" ADD "fullName" text; UPDATE "User" SET "fullName" = first || ' ' || last;
                ALTER TABLE "User" ALTER "fullName" SET NOT NULL, DROP first, DROP last
                """#
        ),
        KindCase(
            kind: "split_column",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, "fullName" text NOT NULL);
                INSERT INTO "User" SELECT n, 'First' || n || ' Last' || n FROM generate_series(1, 300) n;
                """,
            section: #"""
                {table: User, from: fullName, to: [{name: first, type: text}, {name: last, type: text}], \#
                split: {last: 'split_part("fullName", '' '', 2)', first: 'split_part("fullName", '' '', 1)'}, merge: "first || ' ' || last"}
                """#,
            plain: #"""
                ALTER TABLE "User" ADD first text, ADD last text;
                UPDATE "User" SET first = split_part("fullName", ' ', 1), last = split_part("fullName", ' ', 2);
                ALTER TABLE "User" ALTER first SET NOT NULL, ALTER last SET NOT NULL, DROP "fullName"
                """#
        ),
        KindCase(
            kind: "rename_table",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY);
                CREATE TABLE "Profile" (id serial PRIMARY KEY, bio text NOT NULL DEFAULT 'none', "userId" int NOT NULL UNIQUE REFERENCES "User" ON DELETE CASCADE);
                CREATE INDEX "Profile_bio_idx" ON "Profile" (bio);
                CREATE TABLE note (id int PRIMARY KEY, "profileId" int REFERENCES "Profile");
                INSERT INTO "User" SELECT n FROM generate_series(1, 300) n;
                INSERT INTO "Profile" (bio, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 300) n;
                INSERT INTO note SELECT n, n FROM generate_series(1, 300) n;
                """,
            section: "{from: Profile, to: UserProfile}",
            extra: "acknowledge: [view-limits]",
            plain: #"""
                ALTER TABLE "Profile" RENAME TO "UserProfile";
                ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_pkey" TO "UserProfile_pkey";
                ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_userId_key" TO "UserProfile_userId_key";
                ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_userId_fkey" TO "UserProfile_userId_fkey";
                ALTER INDEX "Profile_bio_idx" RENAME TO "UserProfile_bio_idx";
                ALTER SEQUENCE "Profile_id_seq" RENAME TO "UserProfile_id_seq";
                DO $$ BEGIN IF current_setting('server_version_num')::int >= 180000 THEN
                  ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_id_not_null" TO "UserProfile_id_not_null";
                  ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_bio_not_null" TO "UserProfile_bio_not_null";
                  ALTER TABLE "UserProfile" RENAME CONSTRAINT "Profile_userId_not_null" TO "UserProfile_userId_not_null";
                END IF; END $$
                """#
        ),
        KindCase(
            kind: "add_constraint",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, email text);
                INSERT INTO "User" SELECT n, 'mail ' || n FROM generate_series(1, 300) n;
                """,
            section: "{table: User, unique: [email]}",
            furthest: "enforce",
            plain: #"ALTER TABLE "User" ADD UNIQUE (email)"#
        ),
        KindCase(
            kind: "drop_column",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY);
                CREATE TABLE "Profile" (id serial PRIMARY KEY, bio text NOT NULL, "userId" int NOT NULL REFERENCES "User" ON DELETE CASCADE);
                CREATE INDEX "Profile_userId_idx" ON "Profile" ("userId");
                INSERT INTO "User" SELECT n FROM generate_series(1, 300) n;
                INSERT INTO "Profile" (bio, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 300) n;
                """,
            section: "{table: Profile, column: userId}",
            plain: #"ALTER TABLE "Profile" DROP COLUMN "userId""#
        ),
        KindCase(
            kind: "drop_table",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY);
                CREATE TABLE "Old" (id serial PRIMARY KEY, "userId" int NOT NULL REFERENCES "User" ON DELETE RESTRICT);
                INSERT INTO "User" SELECT n FROM generate_series(1, 300) n;
                INSERT INTO "Old" ("userId") SELECT n FROM generate_series(1, 300) n;
                """,
            section: "{table: Old}",
            plain: #"DROP TABLE "Old""#
        ),
        KindCase(
            kind: "custom",
            schema:
                #"CREATE TABLE "Order" (id int PRIMARY KEY, total numeric); INSERT INTO "Order" SELECT n, n FROM generate_series(1, 500) n;"#,
            section: """
                {table: Order, expand: {steps: [{step: add amount, sql: 'ALTER TABLE "Order" ADD COLUMN amount bigint', \
                done: 'SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(''"Order"'') AND attname = ''amount'' AND NOT attisdropped)'}], \
                undo: [{step: drop amount, sql: 'ALTER TABLE "Order" DROP COLUMN amount', \
                done: 'SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(''"Order"'') AND attname = ''amount'' AND NOT attisdropped)'}]}, \
                backfill: {copy: 'UPDATE {leaf} SET amount = total WHERE {range} AND amount IS NULL', left: amount IS NULL}, \
                contract: {steps: [{step: set total aside, sql: 'ALTER TABLE "Order" RENAME COLUMN total TO old_total', \
                done: 'SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(''"Order"'') AND attname = ''old_total'' AND NOT attisdropped)'}], \
                undo: [{step: set total back, sql: 'ALTER TABLE "Order" RENAME COLUMN old_total TO total', \
                done: 'SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(''"Order"'') AND attname = ''total'' AND NOT attisdropped)'}]}, \
                purge: [{step: drop old_total, sql: 'ALTER TABLE "Order" DROP COLUMN old_total', done: 'SELECT true'}]}
                """
        ),
    ]
}
