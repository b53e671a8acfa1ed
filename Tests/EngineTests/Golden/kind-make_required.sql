-- ════ 1_expand.sql
-- Expand: what gives a value to rows that are written without one, and the column itself where it is new, in one transaction.

--@ step: fill "email" of "public"."User" where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3 SET quote_all_identifiers = off SET bytea_output FROM CURRENT SET xmlbinary FROM CURRENT SET xmloption FROM CURRENT SET lc_monetary FROM CURRENT SET lc_numeric FROM CURRENT SET lc_time FROM CURRENT SET default_text_search_config FROM CURRENT AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('unknown-' || id) INTO NEW."email" FROM (SELECT NEW.*) "User";
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
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind"() IS 'Crossfade: fills email of public.User where it is left out (plan kind)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  WHEN (NEW."email" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: fill "email" of "public"."User" no more
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_fill_kind" ON "public"."User";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_fill_kind"();
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: fill "email" of "public"."User"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" WHERE "email" IS NULL)
-- A row that a running transaction holds is left for a later pass.
UPDATE "public"."User" "User" SET "email" = ('unknown-' || id)
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."User"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "email" IS NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: NOT NULL, without a scan under a strong lock.

--@ step: hold new rows to a value in "email"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'email' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("email" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "email"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'email' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: make "email" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'email' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "email" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: gather statistics on "email"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."User"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'User'
--@         AND attname = 'email')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "public"."User" ("email");
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: let "email" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'email' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ALTER COLUMN "email" DROP NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
COMMIT;

-- ════ 5_contract.sql
-- Contract: from here on every version gives the value itself.

--@ step: fill "email" of "public"."User" no more
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

--@ step: fill "email" of "public"."User" again where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_fill_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3 SET quote_all_identifiers = off SET bytea_output FROM CURRENT SET xmlbinary FROM CURRENT SET xmloption FROM CURRENT SET lc_monetary FROM CURRENT SET lc_numeric FROM CURRENT SET lc_time FROM CURRENT SET default_text_search_config FROM CURRENT AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('unknown-' || id) INTO NEW."email" FROM (SELECT NEW.*) "User";
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
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind"() IS 'Crossfade: fills email of public.User where it is left out (plan kind)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  WHEN (NEW."email" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind";
COMMIT;

