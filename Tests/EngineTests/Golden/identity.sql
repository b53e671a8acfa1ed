-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "item_id" to "public"."item" and keep it equal to "id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'item_id' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."item"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."item" ADD COLUMN "item_id" bigint;
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
    crossfade_winner := CASE WHEN NEW."item_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."item_id" IS DISTINCT FROM OLD."item_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
    IF NEW."item_id" IS NULL AND NEW."id" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."item_id" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."item_id" := NEW."id";
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := NEW."item_id";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps id and item_id of public.item equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."item" FOR EACH ROW
  WHEN (NEW."item_id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "item_id" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'item_id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."item"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "public"."item";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."item" DROP COLUMN IF EXISTS "item_id";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "id" into "item_id"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."item" WHERE "item_id" IS NULL AND "id" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."item" SET "item_id" = "id"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."item"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "item_id" IS NULL AND "id" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "id" is made to hold for "item_id", beside it, without a scan under a strong lock.

--@ step: hold new rows to a value in "item_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'item_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."item" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("item_id" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "item_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'item_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."item" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "item_id" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'item_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."item" ALTER COLUMN "item_id" SET NOT NULL;
ALTER TABLE "public"."item" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: gather statistics on "item_id"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."item"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'item'
--@         AND attname = 'item_id')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'item_id' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."item" ("item_id");
COMMIT;

--@ step: take NULL in "item_id" for a value from now on
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
    crossfade_winner := CASE WHEN NEW."item_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."item_id" IS DISTINCT FROM OLD."item_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."item_id" := NEW."id";
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := NEW."item_id";
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
-- Undo of enforce: what was carried over to "item_id" is dropped again.

--@ step: take NULL in "item_id" for a row not yet copied again
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
    crossfade_winner := CASE WHEN NEW."item_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."item_id" IS DISTINCT FROM OLD."item_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
    IF NEW."item_id" IS NULL AND NEW."id" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."item_id" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."item_id" := NEW."id";
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := NEW."item_id";
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

--@ step: let "item_id" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'item_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."item" ALTER COLUMN "item_id" DROP NOT NULL;
ALTER TABLE "public"."item" DROP CONSTRAINT IF EXISTS "crossfade_not_null_rename";
COMMIT;


-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "id" aside as "crossfade_old_id"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'crossfade_old_id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."item"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_rename" ON "public"."item";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
DO $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_drawn bigint;
BEGIN
  -- Under the lock no other session draws a value, so the sequence goes on where it was.
  crossfade_drawn := nextval('"public"."item_numbers"');
  ALTER TABLE "public"."item" ALTER COLUMN "id" DROP IDENTITY;
  ALTER TABLE "public"."item" ALTER COLUMN "item_id" ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "public"."item_numbers" START WITH 100 INCREMENT BY 5 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 3);
  PERFORM setval('"public"."item_numbers"', crossfade_drawn, false);
END
$crossfade$;
COMMENT ON SEQUENCE "public"."item_numbers" IS 'in fives';
GRANT USAGE ON SEQUENCE "public"."item_numbers" TO PUBLIC;
-- After the identity, which implies it.
ALTER TABLE "public"."item" ALTER COLUMN "id" DROP NOT NULL;
ALTER TABLE "public"."item" RENAME COLUMN "id" TO "crossfade_old_id";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_id" equal to "item_id" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."item"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_id" := NEW."item_id";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."item" FOR EACH ROW
  WHEN (NEW."item_id" IS DISTINCT FROM NEW."crossfade_old_id") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

--@ step: fill "crossfade_old_id" from "item_id"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."item" WHERE "crossfade_old_id" IS DISTINCT FROM "item_id")
UPDATE "public"."item" SET "crossfade_old_id" = "item_id"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."item"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_id" IS DISTINCT FROM "item_id"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: hold new rows to a value in "crossfade_old_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."item" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("crossfade_old_id" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."item" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "crossfade_old_id" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."item"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."item" ALTER COLUMN "crossfade_old_id" SET NOT NULL;
ALTER TABLE "public"."item" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: give "crossfade_old_id" its name "id" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'id' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE;
DO $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_drawn bigint;
BEGIN
  -- Under the lock no other session draws a value, so the sequence goes on where it was.
  crossfade_drawn := nextval('"public"."item_numbers"');
  ALTER TABLE "public"."item" ALTER COLUMN "item_id" DROP IDENTITY;
  ALTER TABLE "public"."item" ALTER COLUMN "crossfade_old_id" ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "public"."item_numbers" START WITH 100 INCREMENT BY 5 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 3);
  PERFORM setval('"public"."item_numbers"', crossfade_drawn, false);
END
$crossfade$;
COMMENT ON SEQUENCE "public"."item_numbers" IS 'in fives';
GRANT USAGE ON SEQUENCE "public"."item_numbers" TO PUBLIC;
DROP TRIGGER "~crossfade_rename" ON "public"."item";
ALTER TABLE "public"."item" RENAME COLUMN "crossfade_old_id" TO "id";
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
    crossfade_winner := CASE WHEN NEW."item_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."item_id" IS DISTINCT FROM OLD."item_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."item_id" := NEW."id";
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := NEW."item_id";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps id and item_id of public.item equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."item" FOR EACH ROW
  WHEN (NEW."item_id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_id"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."item"') AND attname = 'crossfade_old_id' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."item"')
            AND a.attname = 'crossfade_old_id'), 'an index, constraint, view or other object still contains crossfade_old_id of public.item: drop it first');
ALTER TABLE "public"."item" DROP COLUMN "crossfade_old_id";
COMMIT;

