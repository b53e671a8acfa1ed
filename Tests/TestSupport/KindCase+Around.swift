extension KindCase {
    /// Columns with as much around them as there can be.
    package static let around: [KindCase] = [
        KindCase(
            kind: "rename_column",
            schema: #"""
                CREATE SCHEMA "S.1";
                CREATE TABLE log (line text);
                CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (TG_NAME || ' ' || TG_OP); RETURN NEW; END $$;
                CREATE TABLE "S.1"."My T" (id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, "st.ate" text NOT NULL DEFAULT 'a');
                INSERT INTO "S.1"."My T" SELECT n, n % 3, 'state ' || n % 5 FROM generate_series(1, 300) n;
                CREATE TRIGGER t1 AFTER UPDATE OF "st.ate" ON "S.1"."My T" FOR EACH ROW
                  WHEN (old."st.ate" IS DISTINCT FROM new."st.ate") EXECUTE FUNCTION noted('a ON b');
                CREATE TRIGGER t2 AFTER UPDATE ON "S.1"."My T" FOR EACH ROW
                  WHEN (old."st.ate" <> 'st.ate' AND new."st.ate" IS DISTINCT FROM old."st.ate") EXECUTE FUNCTION noted();
                CREATE CONSTRAINT TRIGGER t3 AFTER INSERT OR UPDATE OF "st.ate", tenant ON "S.1"."My T" DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW WHEN (new."st.ate" = 'x') EXECUTE FUNCTION noted();
                COMMENT ON TRIGGER t3 ON "S.1"."My T" IS 'it''s deferred';
                CREATE TRIGGER t4 BEFORE UPDATE OF id, "st.ate" ON "S.1"."My T" FOR EACH ROW EXECUTE FUNCTION noted();
                ALTER TABLE "S.1"."My T" ENABLE ALWAYS TRIGGER t4;
                CREATE TRIGGER t5 AFTER UPDATE ON "S.1"."My T" FOR EACH ROW WHEN (new."st.ate" = 'x') EXECUTE FUNCTION noted();
                ALTER TABLE "S.1"."My T" DISABLE TRIGGER t5;
                CREATE POLICY mine ON "S.1"."My T" FOR SELECT USING ("st.ate" = current_user OR EXISTS (SELECT FROM log WHERE line = "st.ate"));
                CREATE POLICY theirs ON "S.1"."My T" FOR ALL TO pg_monitor USING (tenant = 1) WITH CHECK ("st.ate" <> 'st.ate');
                CREATE STATISTICS "S.1"."st.ate" (ndistinct, dependencies) ON tenant, "st.ate" FROM "S.1"."My T";
                ALTER STATISTICS "S.1"."st.ate" SET STATISTICS 200;
                COMMENT ON STATISTICS "S.1"."st.ate" IS 'two';
                CREATE STATISTICS beside ON (lower("st.ate")), id FROM "S.1"."My T";
                CREATE INDEX by_state ON "S.1"."My T" ("st.ate");
                ALTER TABLE "S.1"."My T" CLUSTER ON by_state;
                CREATE UNIQUE INDEX ident ON "S.1"."My T" ("st.ate", id);
                ALTER TABLE "S.1"."My T" REPLICA IDENTITY USING INDEX ident;
                """#,
            section: #"{table: '"S.1"."My T"', from: st.ate, to: 'new "one'}"#,
            extra: "acknowledge: [user-triggers]",
            plain: #"ALTER TABLE "S.1"."My T" RENAME COLUMN "st.ate" TO "new ""one""#,
            about: "triggers, policies, statistics and marks"
        ),
        KindCase(
            kind: "rename_column",
            schema: keys,
            section: "{table: worker, from: tenant, to: customer}",
            plain: "ALTER TABLE worker RENAME COLUMN tenant TO customer",
            about: "a foreign key to itself, beside a primary key"
        ),
        KindCase(
            kind: "rename_column",
            schema: keys,
            section: "{table: worker, from: team, to: crew}",
            plain: "ALTER TABLE worker RENAME COLUMN team TO crew",
            about: "SET NULL of a column"
        ),
        KindCase(
            kind: "rename_column",
            schema: keys,
            section: "{table: team, from: tenant, to: customer}",
            plain: "ALTER TABLE team RENAME COLUMN tenant TO customer",
            about: "the referenced side of SET NULL of a column, beside a primary key"
        ),
        KindCase(
            kind: "change_type",
            schema: keys,
            section: "{table: worker, column: room, type: bigint}",
            plain: "ALTER TABLE worker ALTER COLUMN room TYPE bigint",
            about: "SET DEFAULT"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE TABLE country (code text, CONSTRAINT country_is PRIMARY KEY (code));
                CREATE TABLE town (id int PRIMARY KEY, country text CONSTRAINT in_country REFERENCES country ON UPDATE CASCADE ON DELETE CASCADE);
                INSERT INTO country SELECT 'c' || n FROM generate_series(1, 50) n;
                INSERT INTO town SELECT n, 'c' || 1 + n % 50 FROM generate_series(1, 200) n;
                """,
            section: "{table: country, column: code, type: varchar(80)}",
            extra: "acknowledge: [unconvertible]",
            plain: "ALTER TABLE country ALTER COLUMN code TYPE varchar(80)",
            about: "a natural key of text, the primary key"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                CREATE TABLE item (id int PRIMARY KEY, shop int NOT NULL, qty int NOT NULL DEFAULT 7);
                INSERT INTO item SELECT n, n % 3, n FROM generate_series(1, 300) n;
                CREATE TRIGGER t1 AFTER UPDATE OF qty ON item FOR EACH ROW WHEN (old.qty <> new.qty) EXECUTE FUNCTION noted();
                CREATE CONSTRAINT TRIGGER t2 AFTER INSERT OR UPDATE OF qty ON item FOR EACH ROW EXECUTE FUNCTION noted();
                CREATE TRIGGER t3 AFTER UPDATE ON item FOR EACH ROW WHEN (new.qty > 100 AND old.qty IS DISTINCT FROM new.qty) EXECUTE FUNCTION noted();
                CREATE POLICY few ON item USING (qty < 100) WITH CHECK (qty > 0);
                CREATE STATISTICS pair ON shop, qty FROM item;
                CREATE INDEX by_qty ON item (qty);
                ALTER TABLE item CLUSTER ON by_qty;
                CREATE UNIQUE INDEX ident ON item (id, qty);
                ALTER TABLE item REPLICA IDENTITY USING INDEX ident;
                """,
            section: "{table: item, column: qty, type: bigint}",
            extra: "acknowledge: [unconvertible, user-triggers]",
            plain: """
                DROP TRIGGER t1 ON item; DROP TRIGGER t2 ON item; DROP TRIGGER t3 ON item; DROP POLICY few ON item;
                ALTER TABLE item ALTER COLUMN qty TYPE bigint;
                CREATE TRIGGER t1 AFTER UPDATE OF qty ON item FOR EACH ROW WHEN (old.qty <> new.qty) EXECUTE FUNCTION noted();
                CREATE CONSTRAINT TRIGGER t2 AFTER INSERT OR UPDATE OF qty ON item FOR EACH ROW EXECUTE FUNCTION noted();
                CREATE TRIGGER t3 AFTER UPDATE ON item FOR EACH ROW WHEN (new.qty > 100 AND old.qty IS DISTINCT FROM new.qty) EXECUTE FUNCTION noted();
                CREATE POLICY few ON item USING (qty < 100) WITH CHECK (qty > 0)
                """,
            about: "triggers, policies, statistics and marks"
        ),
        KindCase(
            kind: "change_type",
            schema: "\(views.tables)\n\(views.definitions)",
            section: "{table: item, column: qty, type: bigint}",
            extra: "acknowledge: [unconvertible]",
            plain: """
                DROP VIEW "S.1"."most ""of"" it", total, joined, listed, item_left;
                ALTER TABLE item ALTER COLUMN qty TYPE bigint;
                \(views.definitions)
                """,
            about: "views of views, and JOIN USING"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE DOMAIN word AS varchar(40) COLLATE "C" CHECK (VALUE <> '');
                CREATE DOMAIN email AS word CHECK (VALUE LIKE '%@%');
                CREATE TABLE person (id int PRIMARY KEY, mail email UNIQUE DEFAULT 'a@b', CHECK (length(mail) > 2));
                INSERT INTO person SELECT n, nullif('n' || n || '@b', 'n7@b') FROM generate_series(1, 300) n;
                CREATE INDEX folded ON person (lower(mail)) WHERE mail > 'n';
                """,
            section: "{table: person, column: mail, type: text}",
            extra: "acknowledge: [unconvertible, lost-domain-check]",
            plain: "ALTER TABLE person ALTER COLUMN mail TYPE text",
            about: "a domain over another one"
        ),
        KindCase(
            kind: "change_type",
            schema: "\(views.tables)\n\(functions)",
            section: "{table: item, column: qty, type: bigint}",
            extra: "acknowledge: [unconvertible]",
            plain: """
                DROP VIEW most; DROP FUNCTION total; DROP FUNCTION named; DROP PROCEDURE rid;
                ALTER TABLE item ALTER COLUMN qty TYPE bigint;
                \(functions)
                """,
            about: "functions with parsed bodies"
        ),
    ]

    private static let functions = #"""
        CREATE FUNCTION total(lowest int) RETURNS numeric STABLE RETURN (SELECT sum(qty) FROM item WHERE qty >= lowest);
        COMMENT ON FUNCTION total IS 'all of it'; REVOKE ALL ON FUNCTION total FROM PUBLIC; GRANT EXECUTE ON FUNCTION total TO pg_monitor;
        CREATE FUNCTION named(words text DEFAULT 'it''s') RETURNS TABLE (id bigint, name text) STABLE BEGIN ATOMIC
          SELECT i.id::bigint, a.words FROM item i JOIN amount a USING (qty) WHERE named.words <> a.words ORDER BY i.qty; END;
        CREATE PROCEDURE rid(word text) BEGIN ATOMIC
          INSERT INTO amount SELECT 100 + count(DISTINCT qty), word FROM item; DELETE FROM amount WHERE words = word; END;
        CREATE VIEW most AS SELECT total(3) AS total;
        """#

    private static let views = (
        tables: #"""
        CREATE SCHEMA "S.1";
        CREATE TABLE item (id int PRIMARY KEY, qty int NOT NULL DEFAULT 7, name text);
        CREATE TABLE amount (qty int PRIMARY KEY, words text);
        INSERT INTO item SELECT n, n % 20, 'item ' || n FROM generate_series(1, 300) n;
        INSERT INTO amount SELECT n, 'words ' || n FROM generate_series(0, 15) n;
        """#,
        definitions: #"""
        CREATE VIEW listed WITH (security_barrier = true) AS SELECT id, qty, qty + 1 AS more FROM item;
        COMMENT ON VIEW listed IS 'all'; COMMENT ON COLUMN listed.more IS 'one more';
        CREATE VIEW joined AS SELECT * FROM item JOIN amount USING (qty);
        CREATE VIEW item_left AS SELECT item.id, words FROM item NATURAL LEFT JOIN amount;
        CREATE VIEW total AS SELECT sum(listed.more) AS all_of_it, i.name FROM listed JOIN item i ON i.id = listed.id AND i.qty = listed.qty GROUP BY 2;
        CREATE VIEW "S.1"."most ""of"" it" AS SELECT t.all_of_it, j.words FROM total t, joined j WHERE t.name = j.name;
        """#
    )

    /// Cents that become euros, with all that reads them around: each goes on reading cents.
    package static let mapped = KindCase(
        kind: "change_type",
        schema: """
            CREATE TABLE log (line text);
            CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (TG_NAME || ' ' || NEW.id); RETURN NEW; END $$;
            CREATE TABLE sale (id int PRIMARY KEY, shop int NOT NULL, amount int NOT NULL DEFAULT 500, CONSTRAINT least CHECK (amount >= 100));
            INSERT INTO sale SELECT n, n % 3, 100 + n FROM generate_series(1, 300) n;
            CREATE UNIQUE INDEX high ON sale (shop, id) WHERE amount > 200;
            CREATE INDEX dear ON sale ((amount / 100));
            CREATE INDEX plain ON sale (amount);
            CREATE TRIGGER t1 AFTER UPDATE ON sale FOR EACH ROW WHEN (new.amount > 350 AND old.amount IS DISTINCT FROM new.amount) EXECUTE FUNCTION noted();
            CREATE TRIGGER t2 AFTER UPDATE OF amount ON sale FOR EACH ROW WHEN (new.amount > 360) EXECUTE FUNCTION noted();
            CREATE POLICY few ON sale USING (amount < 250 OR EXISTS (SELECT FROM log WHERE line = sale.amount::text)) WITH CHECK (amount > 5);
            CREATE STATISTICS pair ON shop, (amount / 100), amount FROM sale;
            CREATE VIEW dear_sales AS SELECT shop, amount, count(*) AS n FROM sale s WHERE s.amount > 150 GROUP BY shop, amount;
            CREATE VIEW over AS SELECT sum(amount) AS amount FROM dear_sales;
            """,
        section:
            "{table: sale, column: amount, type: 'numeric(12,2)', using: amount / 100.0, back: (amount * 100)::int}",
        extra: "acknowledge: [unconvertible, user-triggers]",
        plain: """
            DROP VIEW over; DROP VIEW dear_sales; DROP POLICY few ON sale; DROP STATISTICS pair; DROP TRIGGER t1 ON sale; DROP TRIGGER t2 ON sale;
            DROP INDEX high; DROP INDEX dear; ALTER TABLE sale DROP CONSTRAINT least; ALTER TABLE sale ALTER amount DROP DEFAULT;
            ALTER TABLE sale ALTER amount TYPE numeric(12,2) USING amount / 100.0; ALTER TABLE sale ALTER amount SET DEFAULT 5.00;
            ALTER TABLE sale ADD CONSTRAINT least CHECK ((amount * 100)::int >= 100);
            CREATE UNIQUE INDEX high ON sale (shop, id) WHERE (amount * 100)::int > 200;
            CREATE INDEX dear ON sale (((amount * 100)::int / 100));
            CREATE TRIGGER t1 AFTER UPDATE ON sale FOR EACH ROW WHEN ((new.amount * 100)::int > 350 AND (old.amount * 100)::int IS DISTINCT FROM (new.amount * 100)::int) EXECUTE FUNCTION noted();
            CREATE TRIGGER t2 AFTER UPDATE OF amount ON sale FOR EACH ROW WHEN ((new.amount * 100)::int > 360) EXECUTE FUNCTION noted();
            CREATE POLICY few ON sale USING ((amount * 100)::int < 250 OR EXISTS (SELECT FROM log WHERE line = ((sale.amount * 100)::int)::text))
              WITH CHECK ((amount * 100)::int > 5);
            CREATE STATISTICS pair ON shop, ((amount * 100)::int / 100), amount FROM sale;
            CREATE VIEW dear_sales AS SELECT shop, (s.amount * 100)::int AS amount, count(*) AS n FROM sale s WHERE (s.amount * 100)::int > 150
              GROUP BY shop, (s.amount * 100)::int;
            CREATE VIEW over AS SELECT sum(amount) AS amount FROM dear_sales
            """,
        about: "triggers, and all that reads values that change"
    )

    /// Foreign keys that would act twice if there were two of them.
    private static let keys = """
        CREATE TABLE room (id int PRIMARY KEY);
        INSERT INTO room SELECT n FROM generate_series(1, 20) n;
        CREATE TABLE team (tenant int, id int, CONSTRAINT team_is PRIMARY KEY (tenant, id));
        INSERT INTO team SELECT n % 3, n FROM generate_series(1, 100) n;
        CREATE TABLE worker (tenant int NOT NULL, id int, team int, boss int, room int DEFAULT 1,
          CONSTRAINT worker_is PRIMARY KEY (tenant, id),
          CONSTRAINT has_boss FOREIGN KEY (tenant, boss) REFERENCES worker ON UPDATE CASCADE,
          CONSTRAINT in_team FOREIGN KEY (tenant, team) REFERENCES team ON DELETE SET NULL (team),
          CONSTRAINT in_room FOREIGN KEY (room) REFERENCES room ON DELETE SET DEFAULT);
        COMMENT ON CONSTRAINT in_team ON worker IS 'a team goes, its workers stay';
        INSERT INTO worker SELECT n % 3, n, n, CASE WHEN n > 3 THEN n - 3 END, 1 + n % 20 FROM generate_series(1, 100) n;
        """
}
