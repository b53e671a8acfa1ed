-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "full_name" to "app"."profile" and keep it equal to "name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'full_name' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"app"."profile"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "app"."profile" ADD COLUMN "full_name" character varying(200) COLLATE "pg_catalog"."C";
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET STORAGE EXTERNAL;
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET COMPRESSION pglz;
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET STATISTICS 250;
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET (n_distinct=-0.5);
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."full_name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full_name"::text COLLATE "C" IS DISTINCT FROM OLD."full_name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."full_name" IS NULL AND NEW."name" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."full_name" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full_name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full_name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_9e84869d_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_9e84869d_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('rename', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps name and full_name of app.profile equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "app"."profile" FOR EACH ROW
  WHEN (NEW."full_name"::text COLLATE "C" IS DISTINCT FROM NEW."name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
GRANT SELECT ("full_name") ON "app"."profile" TO PUBLIC;
GRANT UPDATE ("full_name") ON "app"."profile" TO PUBLIC;
GRANT SELECT ("full_name") ON "app"."profile" TO "pg_monitor" WITH GRANT OPTION;
COMMENT ON COLUMN "app"."profile"."full_name" IS 'it''s a name';
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "full_name" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'full_name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"app"."profile"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "app"."profile" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "app"."profile";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
ALTER TABLE "app"."profile" DROP COLUMN IF EXISTS "full_name";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "name" into "full_name"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "app"."profile" WHERE "full_name" IS NULL AND "name" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "app"."profile" SET "full_name" = "name"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "app"."profile"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "full_name" IS NULL AND "name" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "name" is made to hold for "full_name", beside it, without a scan under a strong lock.

--@ step: let writers of one key of "name" and "full_name" wait for each other
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"app"."profile"') AND tgenabled = 'A'
--@         AND tgname IN ('~~crossfade_keys_rename', '~~crossfade_keys_update_rename')) = 2
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Before the new column gets a unique index: with two of them, the loser of a race between two INSERT ... ON CONFLICT meets the
-- index that is not the arbiter, and fails.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN true THEN hash_record_extended(ROW(NEW."name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 730012035121054089) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON ((name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL));
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON ((name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL)) FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  crossfade_key := CASE WHEN NEW."name" IS NOT NULL AND NEW."username" IS NOT NULL THEN hash_record_extended(ROW(NEW."name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 891511823926600398) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  SELECT hash_record_extended(ROW((app.shout((name)::text)) COLLATE pg_catalog."C", (id)), 740865989753565178) INTO crossfade_key FROM (SELECT NEW.*) crossfade_row WHERE (app.shout((name)::text)) IS NOT NULL AND (id) IS NOT NULL;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (app.shout((name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (app.shout((name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (app.shout((name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (app.shout((name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "app"."profile" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "app"."profile" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."name", NEW."username", NEW."id"), ROW(OLD."name", OLD."username", OLD."id")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
COMMIT;

--@ step: add the deferrable constraint "crossfade_lone"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_lone')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ACCESS EXCLUSIVE while its index is built: an index that is built beside writers refuses at once what the constraint
-- lets pass until the end of the statement or transaction.
ALTER TABLE "app"."profile" ADD CONSTRAINT "crossfade_lone" UNIQUE (full_name) DEFERRABLE INITIALLY DEFERRED;
COMMIT;

--@ step: carry over the comment of the constraint "crossfade_lone"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"app"."profile"')
--@         AND conname = 'crossfade_lone' AND obj_description(oid, 'pg_constraint') = 'one each')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
COMMENT ON CONSTRAINT "crossfade_lone" ON "app"."profile" IS 'one each';
COMMIT;

--@ step: clear away what a broken build left of "crossfade_odd, index"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_odd, index"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_odd, index";

--@ step: build "crossfade_odd, index"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_odd, index"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "crossfade_odd, index" ON "app"."profile" USING btree (lower((full_name)::text), username DESC NULLS LAST) INCLUDE (id) WITH (fillfactor='70') WHERE ((full_name)::text <> 'x'::text);

--@ step: clear away what a broken build left of "profile_full_name_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_full_name_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_full_name_idx";

--@ step: build "profile_full_name_idx"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_full_name_idx"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "profile_full_name_idx" ON "app"."profile" USING btree (full_name);

--@ step: clear away what a broken build left of "crossfade_profile_name_pattern"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_profile_name_pattern"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_profile_name_pattern";

--@ step: build "crossfade_profile_name_pattern"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_profile_name_pattern"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_profile_name_pattern" ON "app"."profile" USING btree (full_name varchar_pattern_ops, username) NULLS NOT DISTINCT;

--@ step: clear away what a broken build left of "profile_full_name_username_id_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_full_name_username_id_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_full_name_username_id_key";

--@ step: build "profile_full_name_username_id_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_full_name_username_id_key"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "profile_full_name_username_id_key" ON "app"."profile" USING btree (full_name, username) INCLUDE (id);

--@ step: make "profile_full_name_username_id_key" a constraint
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_full_name_username_id_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE for a moment: the index is there and proves it.
ALTER TABLE "app"."profile" ADD CONSTRAINT "profile_full_name_username_id_key" UNIQUE USING INDEX "profile_full_name_username_id_key";
COMMIT;

--@ step: clear away what a broken build left of "crossfade_profile_shout"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_profile_shout"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_profile_shout";

--@ step: build "crossfade_profile_shout"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."crossfade_profile_shout"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_profile_shout" ON "app"."profile" USING btree (app.shout((full_name)::text), id);

--@ step: carry over the comment of "crossfade_profile_shout"
--@ done: SELECT obj_description(to_regclass('"app"."crossfade_profile_shout"'), 'pg_class') = 'loud'
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
COMMENT ON INDEX "app"."crossfade_profile_shout" IS 'loud';
COMMIT;

--@ step: add the check "crossfade_name_length", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_name_length')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "crossfade_name_length" CHECK (((length((full_name)::text) < 1000) AND ('name'::text <> username))) NOT VALID;
COMMENT ON CONSTRAINT "crossfade_name_length" ON "app"."profile" IS 'not too long';
COMMIT;

--@ step: prove the check "crossfade_name_length" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_name_length' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "crossfade_name_length";
COMMIT;

--@ step: add the check "profile_full_name_check", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_full_name_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "profile_full_name_check" CHECK (((full_name)::text <> 'forbidden'::text)) NOT VALID;
COMMIT;

--@ step: prove the check "profile_full_name_check" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_full_name_check' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "profile_full_name_check";
COMMIT;

--@ step: add the check "crossfade_unproved", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_unproved')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "crossfade_unproved" CHECK (((full_name)::text <> 'bio 7'::text)) NOT VALID;
COMMIT;

--@ step: hold new rows to a value in "full_name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'full_name' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("full_name" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "full_name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'full_name' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "full_name" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'full_name' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET NOT NULL;
ALTER TABLE "app"."profile" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: gather statistics on "full_name"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"app"."profile"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'app' AND tablename = 'profile'
--@         AND attname = 'full_name')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'full_name' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "app"."profile" ("full_name");
COMMIT;

--@ step: take NULL in "full_name" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new column alone come after this phase. Until now a NULL beside a value was a row read
-- before it was copied and written back whole. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."full_name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full_name"::text COLLATE "C" IS DISTINCT FROM OLD."full_name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full_name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full_name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_9e84869d_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_9e84869d_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('rename', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce: what was carried over to "full_name" is dropped again.

--@ step: take NULL in "full_name" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."full_name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full_name"::text COLLATE "C" IS DISTINCT FROM OLD."full_name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."full_name" IS NULL AND NEW."name" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."full_name" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full_name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full_name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_9e84869d_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_9e84869d_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('rename', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let "full_name" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'full_name' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" DROP NOT NULL;
ALTER TABLE "app"."profile" DROP CONSTRAINT IF EXISTS "crossfade_not_null_rename";
COMMIT;

--@ step: drop the check "crossfade_name_length"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_name_length')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" DROP CONSTRAINT "crossfade_name_length";
COMMIT;

--@ step: drop the check "profile_full_name_check"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_full_name_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" DROP CONSTRAINT "profile_full_name_check";
COMMIT;

--@ step: drop the check "crossfade_unproved"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_unproved')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" DROP CONSTRAINT "crossfade_unproved";
COMMIT;

--@ step: drop the unique constraint "crossfade_lone"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_lone')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" DROP CONSTRAINT "crossfade_lone";
COMMIT;

--@ step: drop the index "crossfade_lone"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."crossfade_lone"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_lone";

--@ step: drop the index "crossfade_odd, index"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."crossfade_odd, index"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_odd, index";

--@ step: drop the index "profile_full_name_idx"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."profile_full_name_idx"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_full_name_idx";

--@ step: drop the index "crossfade_profile_name_pattern"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."crossfade_profile_name_pattern"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_profile_name_pattern";

--@ step: drop the unique constraint "profile_full_name_username_id_key"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_full_name_username_id_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" DROP CONSTRAINT "profile_full_name_username_id_key";
COMMIT;

--@ step: drop the index "profile_full_name_username_id_key"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."profile_full_name_username_id_key"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_full_name_username_id_key";

--@ step: drop the index "crossfade_profile_shout"
--@ transaction: none
--@ done: SELECT to_regclass('"app"."crossfade_profile_shout"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "app"."crossfade_profile_shout";

--@ step: let no writer of a key of "name" and "full_name" wait for another any more
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_keys_rename"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "app"."profile" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "app"."profile";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "app"."profile";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "name" aside as "crossfade_old_name"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'crossfade_old_name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"app"."profile"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "app"."profile" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_rename" ON "app"."profile";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "app"."profile";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "app"."profile";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
ALTER TABLE "app"."profile" DROP CONSTRAINT "name_length";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "crossfade_name_length" TO "name_length";
ALTER TABLE "app"."profile" DROP CONSTRAINT "profile_name_check";
ALTER TABLE "app"."profile" DROP CONSTRAINT "unproved";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "crossfade_unproved" TO "unproved";
ALTER TABLE "app"."profile" DROP CONSTRAINT "lone";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "crossfade_lone" TO "lone";
DROP INDEX "app"."odd, index";
ALTER INDEX "app"."crossfade_odd, index" RENAME TO "odd, index";
DROP INDEX "app"."profile_name_idx";
DROP INDEX "app"."profile_name_pattern";
ALTER INDEX "app"."crossfade_profile_name_pattern" RENAME TO "profile_name_pattern";
ALTER TABLE "app"."profile" DROP CONSTRAINT "profile_name_username_id_key";
DROP INDEX "app"."profile_shout";
ALTER INDEX "app"."crossfade_profile_shout" RENAME TO "profile_shout";
-- After the identity, which implies it.
ALTER TABLE "app"."profile" ALTER COLUMN "name" DROP NOT NULL;
ALTER TABLE "app"."profile" ALTER COLUMN "name" DROP DEFAULT;
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" SET DEFAULT 'dd'::character varying;
ALTER TABLE "app"."profile" RENAME COLUMN "name" TO "crossfade_old_name";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_name" equal to "full_name" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"app"."profile"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_name" := NEW."full_name";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "app"."profile" FOR EACH ROW
  WHEN (NEW."full_name"::text COLLATE "C" IS DISTINCT FROM NEW."crossfade_old_name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN true THEN hash_record_extended(ROW(NEW."crossfade_old_name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 730012035121054089) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (crossfade_old_name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON ((crossfade_old_name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((crossfade_old_name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL));
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (crossfade_old_name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON ((crossfade_old_name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((crossfade_old_name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL)) FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  crossfade_key := CASE WHEN NEW."crossfade_old_name" IS NOT NULL AND NEW."username" IS NOT NULL THEN hash_record_extended(ROW(NEW."crossfade_old_name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 891511823926600398) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (crossfade_old_name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (crossfade_old_name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (crossfade_old_name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (crossfade_old_name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  SELECT hash_record_extended(ROW((app.shout((crossfade_old_name)::text)) COLLATE pg_catalog."C", (id)), 740865989753565178) INTO crossfade_key FROM (SELECT NEW.*) crossfade_row WHERE (app.shout((crossfade_old_name)::text)) IS NOT NULL AND (id) IS NOT NULL;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (app.shout((crossfade_old_name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (app.shout((crossfade_old_name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (app.shout((crossfade_old_name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (app.shout((crossfade_old_name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "app"."profile" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "app"."profile" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."crossfade_old_name", NEW."username", NEW."id"), ROW(OLD."crossfade_old_name", OLD."username", OLD."id")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "name_length" TO "crossfade_name_length";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "unproved" TO "crossfade_unproved";
ALTER TABLE "app"."profile" RENAME CONSTRAINT "lone" TO "crossfade_lone";
ALTER INDEX "app"."odd, index" RENAME TO "crossfade_odd, index";
ALTER INDEX "app"."profile_name_pattern" RENAME TO "crossfade_profile_name_pattern";
ALTER INDEX "app"."profile_shout" RENAME TO "crossfade_profile_shout";
COMMIT;

--@ step: fill "crossfade_old_name" from "full_name"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "app"."profile" WHERE "crossfade_old_name"::text COLLATE "C" IS DISTINCT FROM "full_name"::text COLLATE "C")
UPDATE "app"."profile" SET "crossfade_old_name" = "full_name"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "app"."profile"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_name"::text COLLATE "C" IS DISTINCT FROM "full_name"::text COLLATE "C"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: add the deferrable constraint "lone"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'lone')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ACCESS EXCLUSIVE while its index is built: an index that is built beside writers refuses at once what the constraint
-- lets pass until the end of the statement or transaction.
ALTER TABLE "app"."profile" ADD CONSTRAINT "lone" UNIQUE (crossfade_old_name) DEFERRABLE INITIALLY DEFERRED;
COMMIT;

--@ step: carry over the comment of the constraint "lone"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"app"."profile"')
--@         AND conname = 'lone' AND obj_description(oid, 'pg_constraint') = 'one each')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
COMMENT ON CONSTRAINT "lone" ON "app"."profile" IS 'one each';
COMMIT;

--@ step: clear away what a broken build left of "odd, index"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."odd, index"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."odd, index";

--@ step: build "odd, index"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."odd, index"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "odd, index" ON "app"."profile" USING btree (lower((crossfade_old_name)::text), username DESC NULLS LAST) INCLUDE (id) WITH (fillfactor='70') WHERE ((crossfade_old_name)::text <> 'x'::text);

--@ step: clear away what a broken build left of "profile_name_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_name_idx";

--@ step: build "profile_name_idx"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_idx"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "profile_name_idx" ON "app"."profile" USING btree (crossfade_old_name);

--@ step: clear away what a broken build left of "profile_name_pattern"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_pattern"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_name_pattern";

--@ step: build "profile_name_pattern"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_pattern"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "profile_name_pattern" ON "app"."profile" USING btree (crossfade_old_name varchar_pattern_ops, username) NULLS NOT DISTINCT;

--@ step: clear away what a broken build left of "profile_name_username_id_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_username_id_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_name_username_id_key";

--@ step: build "profile_name_username_id_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_name_username_id_key"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "profile_name_username_id_key" ON "app"."profile" USING btree (crossfade_old_name, username) INCLUDE (id);

--@ step: make "profile_name_username_id_key" a constraint
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_name_username_id_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE for a moment: the index is there and proves it.
ALTER TABLE "app"."profile" ADD CONSTRAINT "profile_name_username_id_key" UNIQUE USING INDEX "profile_name_username_id_key";
COMMIT;

--@ step: clear away what a broken build left of "profile_shout"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_shout"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "app"."profile_shout";

--@ step: build "profile_shout"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"app"."profile_shout"') AND indrelid = to_regclass('"app"."profile"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "profile_shout" ON "app"."profile" USING btree (app.shout((crossfade_old_name)::text), id);

--@ step: carry over the comment of "profile_shout"
--@ done: SELECT obj_description(to_regclass('"app"."profile_shout"'), 'pg_class') = 'loud'
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
COMMENT ON INDEX "app"."profile_shout" IS 'loud';
COMMIT;

--@ step: add the check "name_length", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'name_length')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "name_length" CHECK (((length((crossfade_old_name)::text) < 1000) AND ('name'::text <> username))) NOT VALID;
COMMENT ON CONSTRAINT "name_length" ON "app"."profile" IS 'not too long';
COMMIT;

--@ step: prove the check "name_length" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'name_length' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "name_length";
COMMIT;

--@ step: add the check "profile_name_check", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_name_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "profile_name_check" CHECK (((crossfade_old_name)::text <> 'forbidden'::text)) NOT VALID;
COMMIT;

--@ step: prove the check "profile_name_check" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'profile_name_check' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "profile_name_check";
COMMIT;

--@ step: add the check "unproved", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'unproved')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "app"."profile" ADD CONSTRAINT "unproved" CHECK (((crossfade_old_name)::text <> 'bio 7'::text)) NOT VALID;
COMMIT;

--@ step: hold new rows to a value in "crossfade_old_name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'crossfade_old_name' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "app"."profile" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("crossfade_old_name" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'crossfade_old_name' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "app"."profile" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "crossfade_old_name" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"app"."profile"')
--@         AND attname = 'crossfade_old_name' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"app"."profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "app"."profile" ALTER COLUMN "crossfade_old_name" SET NOT NULL;
ALTER TABLE "app"."profile" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: give "crossfade_old_name" its name "name" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'name' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "app"."profile" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "app"."profile" ALTER COLUMN "full_name" DROP DEFAULT;
ALTER TABLE "app"."profile" ALTER COLUMN "crossfade_old_name" SET DEFAULT 'dd'::character varying;
DROP TRIGGER "~crossfade_rename" ON "app"."profile";
ALTER TABLE "app"."profile" RENAME COLUMN "crossfade_old_name" TO "name";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN true THEN hash_record_extended(ROW(NEW."name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 730012035121054089) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON ((name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL));
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON ((name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 OR ((name) COLLATE pg_catalog."C" IS NULL AND crossfade_new.crossfade_1 IS NULL)) AND ((username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 OR ((username) COLLATE pg_catalog."default" IS NULL AND crossfade_new.crossfade_2 IS NULL)) FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  crossfade_key := CASE WHEN NEW."name" IS NOT NULL AND NEW."username" IS NOT NULL THEN hash_record_extended(ROW(NEW."name" COLLATE pg_catalog."C", NEW."username" COLLATE pg_catalog."default"), 891511823926600398) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (name) AS crossfade_1, (username) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (name) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (username) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  SELECT hash_record_extended(ROW((app.shout((name)::text)) COLLATE pg_catalog."C", (id)), 740865989753565178) INTO crossfade_key FROM (SELECT NEW.*) crossfade_row WHERE (app.shout((name)::text)) IS NOT NULL AND (id) IS NOT NULL;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (app.shout((name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "app"."profile" ON (app.shout((name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (app.shout((name)::text)) AS crossfade_1, (id) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "app"."profile" crossfade_present ON (app.shout((name)::text)) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."full_name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."name" IS NOT NULL AND NEW."name"::text COLLATE "C" IS DISTINCT FROM ('dd'::character varying)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full_name"::text COLLATE "C" IS DISTINCT FROM OLD."full_name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full_name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full_name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_9e84869d_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_9e84869d_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('rename', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps name and full_name of app.profile equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "app"."profile" FOR EACH ROW
  WHEN (NEW."full_name"::text COLLATE "C" IS DISTINCT FROM NEW."name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "app"."profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_name"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"app"."profile"') AND attname = 'crossfade_old_name' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "app"."profile" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"app"."profile"')
            AND a.attname = 'crossfade_old_name'), 'an index, constraint, view or other object still contains crossfade_old_name of app.profile: drop it first');
ALTER TABLE "app"."profile" DROP COLUMN "crossfade_old_name";
COMMIT;

