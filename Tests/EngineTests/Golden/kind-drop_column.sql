-- ════ 1_expand.sql
-- Expand: writes to "userId" are watched, so that contract knows whether anybody still makes them.

--@ step: watch writes to "userId" of "public"."Profile", and let rows be added without it
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_u_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: nothing is rewritten and nothing is scanned.
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
-- A version that does not know the column could not add a row.
ALTER TABLE "public"."Profile" ALTER COLUMN "userId" DROP NOT NULL;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_watch_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
BEGIN
  -- Evidence, at most one row per session, application and minute.
  IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind', 'old');
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind"() IS 'Crossfade: watches userId of public.Profile; userId was NOT NULL (plan kind)';
CREATE TRIGGER "~crossfade_u_kind" BEFORE UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS DISTINCT FROM OLD."userId") EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_u_kind";
CREATE TRIGGER "~crossfade_i_kind" BEFORE INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_i_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: hold new rows to a value in "userId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'userId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("userId" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "userId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'userId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: make "userId" NOT NULL again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'userId' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."Profile" ALTER COLUMN "userId" SET NOT NULL;
ALTER TABLE "public"."Profile" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
COMMIT;

--@ step: watch "userId" of "public"."Profile" no more
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = '~crossfade_u_kind')
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_u_kind" ON "public"."Profile";
DROP TRIGGER IF EXISTS "~crossfade_i_kind" ON "public"."Profile";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_watch_kind"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the column is set aside under a reserved name. Nothing is scanned, nothing is dropped that rollback
-- could not build again.

--@ step: set "userId" of "public"."Profile" aside as "crossfade_old_userId"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_userId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "~crossfade_u_kind" ON "public"."Profile";
DROP TRIGGER IF EXISTS "~crossfade_i_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_watch_kind"();
-- A foreign key left on the frozen column would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."Profile" DROP CONSTRAINT "Profile_userId_fkey";
ALTER TABLE "public"."Profile" RENAME COLUMN "userId" TO "crossfade_old_userId";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the column is only set aside: its foreign keys are built again while it is still out of sight, and
-- it is renamed back last.

--@ step: add the foreign key "Profile_userId_fkey", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'Profile_userId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("crossfade_old_userId") REFERENCES "public"."User" ("id") ON DELETE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "Profile_userId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'Profile_userId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."User" IN ROW SHARE MODE;
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "Profile_userId_fkey";
COMMIT;

--@ step: give "crossfade_old_userId" of "public"."Profile" its name "userId" back
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'userId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "public"."Profile" RENAME COLUMN "crossfade_old_userId" TO "userId";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_watch_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
BEGIN
  -- Evidence, at most one row per session, application and minute.
  IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind', 'old');
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind"() IS 'Crossfade: watches userId of public.Profile; userId was NOT NULL (plan kind)';
CREATE TRIGGER "~crossfade_u_kind" BEFORE UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS DISTINCT FROM OLD."userId") EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_u_kind";
CREATE TRIGGER "~crossfade_i_kind" BEFORE INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Profile" ENABLE ALWAYS TRIGGER "~crossfade_i_kind";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_userId" of "public"."Profile"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_userId' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column: only those
-- that are known to go with it may.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."Profile"')
            AND a.attname = 'crossfade_old_userId' AND d.classid <> 'pg_catalog.pg_attrdef'::regclass
            AND NOT (d.classid = 'pg_catalog.pg_class'::regclass AND d.objid IN (
                  SELECT c.oid FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
                   WHERE c.relkind = 'S' OR (i.indrelid = d.refobjid AND c.relname = ANY (ARRAY['Profile_userId_idx']::name[]))))
            AND NOT (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid IN (
                  SELECT oid FROM pg_catalog.pg_constraint
                   WHERE conrelid = d.refobjid AND (contype = 'n' OR conname = ANY (ARRAY['Profile_userId_idx']::name[]))))), 'another object contains crossfade_old_userId of public.Profile: drop it first');
ALTER TABLE "public"."Profile" DROP COLUMN "crossfade_old_userId";
COMMIT;

