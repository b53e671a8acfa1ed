-- ════ 1_expand.sql
-- Expand: what gives a value to rows that are written without one, and the column itself where it is new, in one transaction.

--@ step: add "handle" to "public"."User", and fill it where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned.
ALTER TABLE "public"."User" ADD COLUMN "handle" text;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT (lower(name)) INTO NEW."handle" FROM (SELECT NEW.*) "User";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_0b27c158_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind"() IS 'Crossfade: fills handle of public.User where it is left out (plan kind)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: fill "handle" of "public"."User" no more, and drop it
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_fill_kind" ON "public"."User";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_fill_kind"();
ALTER TABLE "public"."User" DROP COLUMN IF EXISTS "handle";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: fill "handle" of "public"."User"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" WHERE "handle" IS NULL)
-- A row that a running transaction holds is left for a later pass.
UPDATE "public"."User" "User" SET "handle" = (lower(name))
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."User"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "handle" IS NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: NOT NULL, without a scan under a strong lock.

--@ step: hold new rows to a value in "handle"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'handle' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("handle" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "handle"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'handle' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: make "handle" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'handle' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "handle" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: gather statistics on "handle"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."User"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'User'
--@         AND attname = 'handle')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "public"."User" ("handle");
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: let "handle" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'handle' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ALTER COLUMN "handle" DROP NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
COMMIT;

-- ════ 5_contract.sql
-- Contract: from here on every version gives the value itself.

--@ step: fill "handle" of "public"."User" no more
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind')
--@       AND to_regprocedure('"crossfade"."crossfade_fill_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, as DROP TRIGGER takes it, for milliseconds: nothing is scanned.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_fill_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_fill_kind"();
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, where the column is one of several changes: alone it ends the run.

--@ step: fill "handle" of "public"."User" again where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT (lower(name)) INTO NEW."handle" FROM (SELECT NEW.*) "User";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_0b27c158_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind"() IS 'Crossfade: fills handle of public.User where it is left out (plan kind)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind";
COMMIT;

