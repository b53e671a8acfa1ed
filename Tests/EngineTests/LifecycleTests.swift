import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A rename carried to a phase and back, on tables that have all there is to carry over.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct LifecycleTests {
    /// A schema, the table and column that are renamed in it, and what the new column is called.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let table: String
        let from: String
        let to: String
        /// Whether contract moves a primary key.
        var movesPrimaryKey = false
        /// Whether a trigger of the application counts the updates, Crossfade's among them.
        var countsUpdates = false
    }

    static let cases = [
        plain, everything, primaryKey, identity, foreignKeys, oddNames, partitioned, paired, json, keyless,
        views,
    ]

    static let plain = Case(
        testDescription: "a plain column",
        schema: """
            CREATE TABLE "Profile" (id serial PRIMARY KEY, bio text NOT NULL DEFAULT 'none', "userId" int UNIQUE);
            INSERT INTO "Profile" (bio, "userId") SELECT 'bio ' || n, n FROM generate_series(1, 2000) n;
            """,
        table: "Profile",
        from: "bio",
        to: "biography"
    )

    static let everything = Case(
        testDescription: "indexes, checks, grants, comments, storage, collation",
        schema: """
            CREATE SCHEMA app;
            CREATE FUNCTION app.shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
            CREATE TABLE app.profile (
              id int PRIMARY KEY, name varchar(200) COLLATE "C" NOT NULL DEFAULT 'dd', username text,
              CONSTRAINT name_length CHECK (length(name) < 1000 AND 'name' <> username), CHECK (name <> 'forbidden'),
              CONSTRAINT lone UNIQUE (name) DEFERRABLE INITIALLY DEFERRED
            );
            ALTER TABLE app.profile ADD CONSTRAINT unproved CHECK (name <> 'bio 7') NOT VALID;
            CREATE INDEX profile_name_idx ON app.profile (name);
            CREATE INDEX "odd, index" ON app.profile (lower(name), username DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 70)
              WHERE name <> 'x';
            CREATE UNIQUE INDEX profile_shout ON app.profile (app.shout(name), id);
            CREATE UNIQUE INDEX profile_name_pattern ON app.profile (name varchar_pattern_ops, username) NULLS NOT DISTINCT;
            ALTER TABLE app.profile ADD UNIQUE (name, username) INCLUDE (id);
            ALTER TABLE app.profile ALTER name SET STORAGE EXTERNAL, ALTER name SET COMPRESSION pglz, ALTER name SET STATISTICS 250,
              ALTER name SET (n_distinct = -0.5);
            COMMENT ON COLUMN app.profile.name IS 'it''s a name';
            COMMENT ON CONSTRAINT lone ON app.profile IS 'one each';
            COMMENT ON CONSTRAINT name_length ON app.profile IS 'not too long';
            COMMENT ON INDEX app.profile_shout IS 'loud';
            GRANT SELECT (name), UPDATE (name) ON app.profile TO PUBLIC;
            GRANT SELECT (name) ON app.profile TO pg_monitor WITH GRANT OPTION;
            INSERT INTO app.profile SELECT n, 'bio ' || n, 'user ' || n FROM generate_series(10, 2000) n;
            """,
        table: "app.profile",
        from: "name",
        to: "full_name"
    )

    static let primaryKey = Case(
        testDescription: "a primary key of two columns, referenced",
        schema: """
            CREATE TABLE account (tenant int, number int DEFAULT 7, email text, CONSTRAINT account_key PRIMARY KEY (tenant, number));
            COMMENT ON CONSTRAINT account_key ON account IS 'the key';
            CREATE TABLE booking (id int PRIMARY KEY, tenant int, account int, CONSTRAINT booked FOREIGN KEY (tenant, account)
              REFERENCES account ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE);
            CREATE TABLE audit (tenant int, account int REFERENCES booking (id), FOREIGN KEY (tenant, account)
              REFERENCES account (tenant, number) MATCH FULL);
            INSERT INTO account SELECT n % 3, n, 'mail ' || n FROM generate_series(1, 500) n;
            INSERT INTO booking SELECT n, n % 3, n FROM generate_series(1, 500) n;
            """,
        table: "account",
        from: "number",
        to: "account_number",
        movesPrimaryKey: true
    )

    static let identity = Case(
        testDescription: "a generated-always identity",
        schema: """
            CREATE TABLE item (
              id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME item_numbers START 100 INCREMENT 5 CACHE 3), name text UNIQUE
            );
            COMMENT ON SEQUENCE item_numbers IS 'in fives';
            GRANT USAGE ON SEQUENCE item_numbers TO PUBLIC;
            INSERT INTO item (name) SELECT 'item ' || n FROM generate_series(1, 500) n;
            """,
        table: "item",
        from: "id",
        to: "item_id"
    )

    static let foreignKeys = Case(
        testDescription: "foreign keys from, to and within the table",
        schema: """
            CREATE TABLE country (code text PRIMARY KEY);
            CREATE TABLE city (
              id int PRIMARY KEY, code text NOT NULL UNIQUE, country text REFERENCES country ON DELETE SET NULL ON UPDATE CASCADE,
              capital_of text REFERENCES city (code)
            );
            CREATE TABLE street (city text REFERENCES city (code) ON UPDATE CASCADE ON DELETE CASCADE);
            COMMENT ON CONSTRAINT street_city_fkey ON street IS 'lies in';
            INSERT INTO country VALUES ('a'), ('b');
            INSERT INTO city SELECT n, 'c' || n, CASE n % 2 WHEN 0 THEN 'a' END, 'c1' FROM generate_series(1, 300) n;
            INSERT INTO street SELECT 'c' || n FROM generate_series(1, 300) n;
            """,
        table: "city",
        from: "code",
        to: "city_code"
    )

    static let views = Case(
        testDescription: "views in every form that enforce can switch",
        schema: #"""
            CREATE TABLE "Profile" (id int PRIMARY KEY, bio text, "it's.odd" text);
            CREATE TABLE "Profile_other" (id int PRIMARY KEY, bio text);
            CREATE VIEW plain AS SELECT * FROM "Profile";
            CREATE VIEW "A ""view"".x" WITH (security_barrier = true, check_option = local) AS
              SELECT p.id, upper(p.bio) AS "loud bio", 'public."Profile" bio' AS text FROM "Profile" p WHERE p.bio <> 'bio';
            CREATE VIEW joined AS SELECT a.bio, b.bio AS other, (SELECT max(c.bio) FROM "Profile" c WHERE c.id < a.id) AS most
              FROM "Profile" a JOIN "Profile_other" b ON a.bio = b.bio UNION SELECT bio, bio, bio FROM "Profile_other";
            CREATE VIEW grouped AS SELECT id, bio FROM "Profile" GROUP BY id HAVING bio IS NOT NULL ORDER BY bio;
            CREATE VIEW "with" AS WITH bio AS (SELECT bio, lag(bio) OVER (PARTITION BY bio) AS former FROM ONLY "Profile") SELECT bio.bio FROM bio;
            CREATE VIEW over_view AS SELECT bio FROM plain;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER instead INSTEAD OF INSERT ON grouped FOR EACH ROW EXECUTE FUNCTION note();
            ALTER VIEW plain ALTER bio SET DEFAULT 'from the view';
            COMMENT ON VIEW plain IS 'all of it'; COMMENT ON COLUMN plain.bio IS 'its bio';
            GRANT SELECT, INSERT ON plain TO PUBLIC; GRANT SELECT (bio) ON joined TO pg_monitor WITH GRANT OPTION;
            GRANT SELECT ON "Profile", "Profile_other" TO pg_read_all_stats;
            ALTER VIEW joined OWNER TO pg_read_all_stats;
            INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 500) n;
            """#,
        table: "Profile",
        from: "bio",
        to: "\"it's.biography\""
    )

    static let oddNames = Case(
        testDescription: "names with quotes, capitals, dots, spaces, 63 bytes",
        schema: #"""
            CREATE SCHEMA "Ünï.code ""s""";
            CREATE TABLE "Ünï.code ""s"""."My ""Table"".x" (
              "Key Col" int PRIMARY KEY, "select" text UNIQUE NOT NULL CHECK ("select" <> 'it''s'), "it's ""new""" int
            );
            CREATE INDEX "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij123" ON "Ünï.code ""s"""."My ""Table"".x" ("select");
            INSERT INTO "Ünï.code ""s"""."My ""Table"".x" SELECT n, E'\\\\ ' || n FROM generate_series(1, 300) n;
            """#,
        table: #"'"Ünï.code ""s"""."My ""Table"".x"'"#,
        from: "select",
        to: #"'Sel"ect.with ''63'' bytes abcdefghijabcdefghijabcdefghijabcdefgh'"#
    )

    static let partitioned = Case(
        testDescription: "a partitioned table",
        schema: """
            CREATE TABLE kind (name text PRIMARY KEY);
            INSERT INTO kind VALUES ('k0'), ('k1'), ('k2');
            CREATE TABLE event (id int, day date NOT NULL, kind text NOT NULL REFERENCES kind ON UPDATE CASCADE, CHECK (kind <> ''),
              PRIMARY KEY (id, day), CONSTRAINT event_once UNIQUE (day, kind, id)) PARTITION BY RANGE (day);
            CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
            CREATE INDEX event_kind_idx ON event (kind);
            INSERT INTO event SELECT n, date '2020-01-01' + n % 700, 'k' || n % 3 FROM generate_series(1, 2000) n;
            """,
        table: "event",
        from: "kind",
        to: "event_kind"
    )

    static let paired = Case(
        testDescription: "a table with triggers of its own",
        schema: """
            CREATE TABLE post (id int PRIMARY KEY, title text, slug text, touched int DEFAULT 0);
            CREATE FUNCTION slug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              NEW.title := btrim(NEW.title); NEW.slug := lower(NEW.title); RETURN NEW; END $$;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END $$;
            CREATE TRIGGER slug BEFORE INSERT OR UPDATE ON post FOR EACH ROW EXECUTE FUNCTION slug();
            CREATE TRIGGER touch BEFORE UPDATE OF title ON post FOR EACH ROW EXECUTE FUNCTION touch();
            INSERT INTO post (id, title) SELECT n, 'Title ' || n FROM generate_series(1, 300) n;
            """,
        table: "post",
        from: "title",
        to: "headline",
        countsUpdates: true
    )

    static let json = Case(
        testDescription: "a json column with NULLs",
        schema: """
            CREATE TABLE doc (id int PRIMARY KEY, body json, place point);
            INSERT INTO doc SELECT n, CASE n % 3 WHEN 0 THEN NULL ELSE json_build_object('n', n) END FROM generate_series(1, 300) n;
            """,
        table: "doc",
        from: "body",
        to: "content"
    )

    static let keyless = Case(
        testDescription: "a table without a key",
        schema: """
            CREATE TABLE log (line text, at timestamptz DEFAULT now());
            INSERT INTO log SELECT 'line ' || n % 7 FROM generate_series(1, 3000) n;
            """,
        table: "log",
        from: "at",
        to: "logged_at"
    )

    private func fixture(_ test: Case) throws -> Fixture {
        let extra = "acknowledge: [user-triggers, function-bodies]"
        return try Fixture(
            schema: test.schema,
            plan: Fixture.rename(test.table, test.from, test.to, extra: extra, retain: "7d")
        )
    }

    @Test(.asSuperuser("OWNER TO pg_read_all_stats"), arguments: cases)
    func `each phase can be undone and done again, and in the end all of them`(_ test: Case) async throws {
        try await fixture(test).walk(
            Walk(undoesContractAlone: !test.movesPrimaryKey, restoresRows: !test.countsUpdates)
        )
    }

    @Test(arguments: TestTier.isExhaustive ? cases : [plain, everything])
    func `rollback from every phase ends with the schema and the rows before expand`(_ test: Case) async throws {
        try await fixture(test).walkBackFromEveryPhase(Walk(restoresRows: !test.countsUpdates))
    }

    /// The same from each phase in one rollback.
    @Test(.asSuperuser("OWNER TO pg_read_all_stats"), arguments: cases)
    func `the end is the schema of a plain rename`(_ test: Case) async throws {
        let fixture = try fixture(test)
        let table = try #require(fixture.plan.change.of(RenameColumn.self))
        let carried = try await fixture.attributes(of: table.table, table.to, renamedFrom: table.from)
        try await fixture.advance(through: .contract)
        let blueprint = try #require(try await fixture.record()?.blueprint as? SameRowBlueprint)
        try fixture.sql("ALTER TABLE \(blueprint.table.quoted) DROP COLUMN \(blueprint.retired.quoted)")
        let result = try await fixture.attributes(of: table.table, table.to)
        #expect(result.filter { !carried.contains($0) } == [], "more than was carried")
        #expect(carried.filter { !result.contains($0) } == [], "lost on the way")
    }
}
