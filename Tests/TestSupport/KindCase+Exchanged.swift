extension KindCase {
    /// Columns with something that no other column can have beside them: contract gives the column itself the new name.
    package static let exchanged: [KindCase] = [
        KindCase(
            kind: "rename_column",
            schema: #"""
                CREATE SCHEMA "S.1";
                CREATE DOMAIN word AS text CHECK (VALUE <> '');
                CREATE TABLE log (line text);
                CREATE TABLE kind (co_de word PRIMARY KEY);
                INSERT INTO kind SELECT 'kind ' || n FROM generate_series(0, 4) n;
                CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (TG_NAME); RETURN NEW; END $$;
                CREATE TABLE "S.1"."My T" (id int CONSTRAINT my_key PRIMARY KEY, tenant int NOT NULL DEFAULT 1,
                  co_de word DEFAULT 'kind 0' REFERENCES kind ON UPDATE CASCADE,
                  loud text GENERATED ALWAYS AS (upper(co_de)) STORED,
                  CONSTRAINT short CHECK (length(co_de) < 50), UNIQUE (co_de, id),
                  CONSTRAINT once EXCLUDE USING btree (co_de WITH =, id WITH =));
                INSERT INTO "S.1"."My T" SELECT n, n % 3, 'kind ' || n % 5 FROM generate_series(1, 300) n;
                COMMENT ON COLUMN "S.1"."My T".co_de IS 'what it''s';
                CREATE INDEX ON "S.1"."My T" (co_de) WHERE co_de <> 'x';
                CREATE INDEX named ON "S.1"."My T" (lower(co_de));
                CREATE TRIGGER t1 AFTER UPDATE OF co_de ON "S.1"."My T" FOR EACH ROW EXECUTE FUNCTION noted('co_de');
                CREATE TRIGGER t2 AFTER UPDATE ON "S.1"."My T" FOR EACH ROW WHEN (old.co_de <> new.co_de) EXECUTE FUNCTION noted();
                CREATE POLICY own ON "S.1"."My T" USING (co_de IN (SELECT co_de FROM "S.1"."My T" t WHERE t.tenant = 1));
                CREATE STATISTICS "S.1".pair ON tenant, co_de FROM "S.1"."My T";
                CREATE MATERIALIZED VIEW counted AS SELECT co_de, count(*) FROM "S.1"."My T" GROUP BY co_de;
                CREATE UNIQUE INDEX ON counted (co_de);
                CREATE VIEW joined AS SELECT co_de, t.id FROM "S.1"."My T" t JOIN kind USING (co_de);
                CREATE VIEW over AS SELECT * FROM joined JOIN counted USING (co_de);
                CREATE FUNCTION some_of(text) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM "S.1"."My T" WHERE co_de = $1; END;
                """#,
            section: #"{table: '"S.1"."My T"', from: co_de, to: 'new "one'}"#,
            extra: "acknowledge: [user-triggers, trigger-arguments]",
            plain: #"""
                ALTER TABLE "S.1"."My T" RENAME COLUMN co_de TO "new ""one";
                ALTER TABLE "S.1"."My T" RENAME CONSTRAINT "My T_co_de_id_key" TO "My T_new ""one_id_key";
                ALTER TABLE "S.1"."My T" RENAME CONSTRAINT "My T_co_de_fkey" TO "My T_new ""one_fkey";
                ALTER INDEX "S.1"."My T_co_de_idx" RENAME TO "My T_new ""one_idx"
                """#,
            about: "triggers, and all that only one column can have"
        ),
        KindCase(
            kind: "rename_column",
            schema: """
                CREATE TABLE reading (id int NOT NULL, day date NOT NULL, device int NOT NULL, PRIMARY KEY (device, day)) PARTITION BY RANGE (day);
                CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
                CREATE TABLE reading_2 PARTITION OF reading FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
                CREATE TABLE note (id int PRIMARY KEY, device int, day date, FOREIGN KEY (device, day) REFERENCES reading);
                INSERT INTO reading SELECT n, date '2026-01-01' + n, n FROM generate_series(1, 300) n;
                INSERT INTO note SELECT n, n, date '2026-01-01' + n FROM generate_series(1, 100) n;
                """,
            section: "{table: reading, from: device, to: sensor}",
            plain: "ALTER TABLE reading RENAME COLUMN device TO sensor",
            about: "in the primary key of a partitioned table that is referred to"
        ),
        KindCase(
            kind: "rename_column",
            schema: """
                CREATE TABLE device (code text PRIMARY KEY);
                CREATE TABLE reading (id int, code text NOT NULL REFERENCES device ON DELETE CASCADE) PARTITION BY HASH (id);
                CREATE TABLE reading_1 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                CREATE TABLE reading_2 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 1);
                INSERT INTO device SELECT 'device ' || n FROM generate_series(1, 50) n;
                INSERT INTO reading SELECT n, 'device ' || 1 + n % 50 FROM generate_series(1, 200) n;
                """,
            section: "{table: device, from: code, to: number}",
            plain: "ALTER TABLE device RENAME COLUMN code TO number",
            about: "referred to by a partitioned table"
        ),
    ]
}
