-- ════ 1_expand.sql
-- Expand: writes to "public"."Old" are watched, so that contract knows whether anybody still makes them.

--@ step: watch writes to "public"."Old"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Old"') AND tgname = 'crossfade_watch_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE, for milliseconds: reads go on.
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
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind"() IS 'Crossfade: watches public.Old (plan kind)';
-- For each statement, even one that touches no row: whoever sends it still counts on the table.
CREATE TRIGGER "crossfade_watch_kind" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "public"."Old" FOR EACH STATEMENT
  EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Old" ENABLE ALWAYS TRIGGER "crossfade_watch_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: watch "public"."Old" no more
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Old"') AND tgname = 'crossfade_watch_kind')
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "crossfade_watch_kind" ON "public"."Old";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_watch_kind"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the table is set aside under a reserved name, with its rows, indexes, rights and sequences.

--@ step: set "public"."Old" aside as "crossfade_old_Old"
--@ guard: verify
--@ done: SELECT to_regclass('"public"."Old"') IS NULL AND to_regclass('"public"."crossfade_old_Old"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."Old" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "crossfade_watch_kind" ON "public"."Old";
DROP FUNCTION "crossfade"."crossfade_watch_kind"();
-- A foreign key left on the frozen table would go on acting: rows it points to could not be deleted.
ALTER TABLE "public"."Old" DROP CONSTRAINT "Old_userId_fkey";
ALTER TABLE "public"."Old" RENAME TO "crossfade_old_Old";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the table is only set aside: its foreign keys are built again, and it is renamed back last.

--@ step: add the foreign key "Old_userId_fkey", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."crossfade_old_Old"') AND conname = 'Old_userId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."crossfade_old_Old" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."crossfade_old_Old" ADD CONSTRAINT "Old_userId_fkey" FOREIGN KEY ("userId") REFERENCES "public"."User" ("id") ON DELETE RESTRICT NOT VALID;
COMMIT;

--@ step: prove the foreign key "Old_userId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."crossfade_old_Old"') AND conname = 'Old_userId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."User" IN ROW SHARE MODE;
ALTER TABLE "public"."crossfade_old_Old" VALIDATE CONSTRAINT "Old_userId_fkey";
COMMIT;

--@ step: give "crossfade_old_Old" its name back
--@ done: SELECT to_regclass('"public"."Old"') IS NOT NULL AND to_regprocedure('"crossfade"."crossfade_watch_kind"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."crossfade_old_Old" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "public"."crossfade_old_Old" RENAME TO "Old";
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
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind"() IS 'Crossfade: watches public.Old (plan kind)';
-- For each statement, even one that touches no row: whoever sends it still counts on the table.
CREATE TRIGGER "crossfade_watch_kind" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "public"."Old" FOR EACH STATEMENT
  EXECUTE FUNCTION "crossfade"."crossfade_watch_kind"();
ALTER TABLE "public"."Old" ENABLE ALWAYS TRIGGER "crossfade_watch_kind";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the table that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_Old"
--@ guard: retired
--@ done: SELECT to_regclass('"public"."crossfade_old_Old"') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, as DROP TABLE takes it; no version uses the table under this name.
LOCK TABLE "public"."crossfade_old_Old" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE: what still needs the table keeps it.
DROP TABLE "public"."crossfade_old_Old";
COMMIT;

