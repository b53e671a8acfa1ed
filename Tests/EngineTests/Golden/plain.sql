-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "biography" to "public"."Profile" and keep it equal to "bio"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'biography' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."Profile" ADD COLUMN "biography" text;
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
    crossfade_winner := CASE WHEN NEW."biography" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."biography"::text COLLATE "C" IS DISTINCT FROM OLD."biography"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."biography" IS NULL AND NEW."bio" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."biography" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."biography" := NEW."bio";
  ELSIF crossfade_winner = 'new' THEN
    NEW."bio" := NEW."biography";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps bio and biography of public.Profile equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."biography"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "biography" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'biography' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "public"."Profile";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."Profile" DROP COLUMN IF EXISTS "biography";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "bio" into "biography"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Profile" WHERE "biography" IS NULL AND "bio" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."Profile" SET "biography" = "bio"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."Profile"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "biography" IS NULL AND "bio" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "bio" is made to hold for "biography", beside it, without a scan under a strong lock.

--@ step: hold new rows to a value in "biography"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'biography' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("biography" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "biography"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'biography' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "biography" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'biography' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."Profile" ALTER COLUMN "biography" SET NOT NULL;
ALTER TABLE "public"."Profile" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: gather statistics on "biography"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Profile"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'Profile'
--@         AND attname = 'biography')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'biography' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."Profile" ("biography");
COMMIT;

--@ step: take NULL in "biography" for a value from now on
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
    crossfade_winner := CASE WHEN NEW."biography" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."biography"::text COLLATE "C" IS DISTINCT FROM OLD."biography"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."biography" := NEW."bio";
  ELSIF crossfade_winner = 'new' THEN
    NEW."bio" := NEW."biography";
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
-- Undo of enforce: what was carried over to "biography" is dropped again.

--@ step: take NULL in "biography" for a row not yet copied again
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
    crossfade_winner := CASE WHEN NEW."biography" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."biography"::text COLLATE "C" IS DISTINCT FROM OLD."biography"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."biography" IS NULL AND NEW."bio" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."biography" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."biography" := NEW."bio";
  ELSIF crossfade_winner = 'new' THEN
    NEW."bio" := NEW."biography";
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

--@ step: let "biography" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'biography' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ALTER COLUMN "biography" DROP NOT NULL;
ALTER TABLE "public"."Profile" DROP CONSTRAINT IF EXISTS "crossfade_not_null_rename";
COMMIT;


-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "bio" aside as "crossfade_old_bio"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'bio' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_rename" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
-- After the identity, which implies it.
ALTER TABLE "public"."Profile" ALTER COLUMN "bio" DROP NOT NULL;
ALTER TABLE "public"."Profile" ALTER COLUMN "bio" DROP DEFAULT;
ALTER TABLE "public"."Profile" ALTER COLUMN "biography" SET DEFAULT 'none'::text;
ALTER TABLE "public"."Profile" RENAME COLUMN "bio" TO "crossfade_old_bio";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_bio" equal to "biography" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_bio" := NEW."biography";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."biography"::text COLLATE "C" IS DISTINCT FROM NEW."crossfade_old_bio"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

--@ step: fill "crossfade_old_bio" from "biography"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Profile" WHERE "crossfade_old_bio"::text COLLATE "C" IS DISTINCT FROM "biography"::text COLLATE "C")
UPDATE "public"."Profile" SET "crossfade_old_bio" = "biography"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."Profile"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_bio"::text COLLATE "C" IS DISTINCT FROM "biography"::text COLLATE "C"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: hold new rows to a value in "crossfade_old_bio"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'crossfade_old_bio' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("crossfade_old_bio" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_bio"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'crossfade_old_bio' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "crossfade_old_bio" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'crossfade_old_bio' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."Profile" ALTER COLUMN "crossfade_old_bio" SET NOT NULL;
ALTER TABLE "public"."Profile" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: give "crossfade_old_bio" its name "bio" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'bio' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "public"."Profile" ALTER COLUMN "biography" DROP DEFAULT;
ALTER TABLE "public"."Profile" ALTER COLUMN "crossfade_old_bio" SET DEFAULT 'none'::text;
DROP TRIGGER "~crossfade_rename" ON "public"."Profile";
ALTER TABLE "public"."Profile" RENAME COLUMN "crossfade_old_bio" TO "bio";
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
    crossfade_winner := CASE WHEN NEW."biography" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN 'both' ELSE 'new' END;
    ELSIF (NEW."bio" IS NOT NULL AND NEW."bio"::text COLLATE "C" IS DISTINCT FROM ('none'::text)::text COLLATE "C") THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."biography"::text COLLATE "C" IS DISTINCT FROM OLD."biography"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."bio"::text COLLATE "C" IS DISTINCT FROM OLD."bio"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."biography" := NEW."bio";
  ELSIF crossfade_winner = 'new' THEN
    NEW."bio" := NEW."biography";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps bio and biography of public.Profile equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."biography"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_bio"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."Profile"')
            AND a.attname = 'crossfade_old_bio'), 'an index, constraint, view or other object still contains crossfade_old_bio of public.Profile: drop it first');
ALTER TABLE "public"."Profile" DROP COLUMN "crossfade_old_bio";
COMMIT;

