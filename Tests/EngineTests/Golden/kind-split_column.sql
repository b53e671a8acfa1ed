-- ════ 1_expand.sql
-- Expand: the new columns beside the old ones, and the trigger that makes them of each other, in one transaction.

--@ step: add "first", "last" to "public"."User", made of "fullName"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_sync_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned.
ALTER TABLE "public"."User" ADD COLUMN "first" text;
ALTER TABLE "public"."User" ADD COLUMN "last" text;
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "public";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_value_kind"("fullName" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part("fullName", ' ', 1))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward1_value_kind"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_kind"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward1_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward1_kind"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward2_value_kind"("fullName" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part("fullName", ' ', 2))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward2_value_kind"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward2_kind"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward2_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward2_kind"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_value_kind"("first" text, "last" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((first || ' ' || last)::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward1_value_kind"(text, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_kind"(crossfade_1 text, crossfade_2 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward1_value_kind"(crossfade_1, crossfade_2);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward1_kind"(text, text) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_forward2 text;
  crossfade_backward1 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((split_part(NEW."fullName", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_forward2 := ((split_part(NEW."fullName", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."fullName" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."fullName" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN 'both' ELSE 'new' END;
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) AND (NEW."fullName" IS NOT NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C") OR NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."first" := coalesce(crossfade_forward1, NEW."first");
    -- Where there is no counterpart the new column keeps what it has.
    NEW."last" := coalesce(crossfade_forward2, NEW."last");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."fullName" := coalesce(crossfade_backward1, NEW."fullName");
  END IF;
  IF crossfade_side IS NOT NULL THEN
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
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind"() IS 'Crossfade: keeps columns of public.User equal (plan kind)';
-- On any update, without a column list: a change made by another trigger is seen too. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_sync_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_sync_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: drop "first", "last" and the trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."User"') AND tgname = '~crossfade_sync_kind')
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_sync_kind" ON "public"."User";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_kind"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_value_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward2_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward2_value_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_kind"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_value_kind"(text, text);
ALTER TABLE "public"."User" DROP COLUMN IF EXISTS "first";
ALTER TABLE "public"."User" DROP COLUMN IF EXISTS "last";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: fill "first", "last" of "public"."User"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" WHERE (("first" IS NULL AND "last" IS NULL) AND ("crossfade"."crossfade_forward1_kind"("fullName") IS NOT NULL OR "crossfade"."crossfade_forward2_kind"("fullName") IS NOT NULL)))
-- A row that a running transaction holds is left for a later pass.
UPDATE "public"."User" SET ("first", "last") = ROW ("crossfade"."crossfade_forward1_kind"("fullName"), "crossfade"."crossfade_forward2_kind"("fullName"))
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."User"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (("first" IS NULL AND "last" IS NULL) AND ("crossfade"."crossfade_forward1_kind"("fullName") IS NOT NULL OR "crossfade"."crossfade_forward2_kind"("fullName") IS NOT NULL))
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: NOT NULL, without a scan under a strong lock; from here on NULL is a value.

--@ step: hold new rows to a value in "first"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'first' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null0_kind" CHECK ("first" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "first"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'first' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null0_kind";
COMMIT;

--@ step: make "first" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'first' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "first" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null0_kind";
COMMIT;

--@ step: hold new rows to a value in "last"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'last' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null1_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null1_kind" CHECK ("last" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "last"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'last' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null1_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null1_kind";
COMMIT;

--@ step: make "last" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'last' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null1_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "last" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null1_kind";
COMMIT;

--@ step: gather statistics on "first", "last"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."User"')) = 0
--@       OR (SELECT count(*) FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'User'
--@             AND attname IN ('first', 'last')) = 2
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "public"."User" ("first", "last");
COMMIT;

--@ step: take NULL in "first", "last" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_forward2 text;
  crossfade_backward1 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((split_part(NEW."fullName", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_forward2 := ((split_part(NEW."fullName", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."fullName" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."fullName" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN 'both' ELSE 'new' END;
  ELSIF (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C") OR NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."first" := coalesce(crossfade_forward1, NEW."first");
    -- Where there is no counterpart the new column keeps what it has.
    NEW."last" := coalesce(crossfade_forward2, NEW."last");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."fullName" := coalesce(crossfade_backward1, NEW."fullName");
  END IF;
  IF crossfade_side IS NOT NULL THEN
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
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: take NULL in "first", "last" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_forward2 text;
  crossfade_backward1 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((split_part(NEW."fullName", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_forward2 := ((split_part(NEW."fullName", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."fullName" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."fullName" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN 'both' ELSE 'new' END;
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) AND (NEW."fullName" IS NOT NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C") OR NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."first" := coalesce(crossfade_forward1, NEW."first");
    -- Where there is no counterpart the new column keeps what it has.
    NEW."last" := coalesce(crossfade_forward2, NEW."last");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."fullName" := coalesce(crossfade_backward1, NEW."fullName");
  END IF;
  IF crossfade_side IS NOT NULL THEN
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
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let "first" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'first' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ALTER COLUMN "first" DROP NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "crossfade_not_null0_kind";
COMMIT;

--@ step: let "last" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'last' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null1_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ALTER COLUMN "last" DROP NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "crossfade_not_null1_kind";
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the old columns are set aside under reserved names. Nothing is scanned, and nothing is dropped that
-- rollback could not build again.

--@ step: set "fullName" of "public"."User" aside
--@ guard: verify
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname IN ('crossfade_old_fullName') AND NOT attisdropped) = 1
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_sync_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_sync_kind"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_value_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward2_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward2_value_kind"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_kind"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_value_kind"(text, text);
ALTER TABLE "public"."User" ALTER COLUMN "fullName" DROP NOT NULL;
ALTER TABLE "public"."User" RENAME COLUMN "fullName" TO "crossfade_old_fullName";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old columns are only set aside. The new ones are the truth: the old ones are filled from them
-- while they are still out of sight, made NOT NULL again, and renamed back last.

--@ step: make "fullName" of "first", "last" again
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "public";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_value_kind"("fullName" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part("fullName", ' ', 1))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward1_value_kind"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_kind"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward1_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward1_kind"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward2_value_kind"("fullName" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part("fullName", ' ', 2))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward2_value_kind"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward2_kind"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward2_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward2_kind"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_value_kind"("first" text, "last" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((first || ' ' || last)::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward1_value_kind"(text, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_kind"(crossfade_1 text, crossfade_2 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward1_value_kind"(crossfade_1, crossfade_2);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward1_kind"(text, text) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE FUNCTION "crossfade"."crossfade_back_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_forward1 text;
  crossfade_forward2 text;
  crossfade_backward1 text;
BEGIN
  BEGIN
    crossfade_forward1 := ((split_part(NEW."crossfade_old_fullName", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_forward2 := ((split_part(NEW."crossfade_old_fullName", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((((NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C") OR NEW."crossfade_old_fullName" IS NULL) AND (NEW."crossfade_old_fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C"))) IS NOT TRUE THEN
    RETURN NEW;
  END IF;
  -- What the old columns cannot hold leaves them as they are; the row is recorded, and is looked for before they get their
  -- names back.
  IF (crossfade_backward1 IS NULL) THEN
    BEGIN
      PERFORM crossfade.note_row('kind', 'ahead', concat_ws(', ', 'id=' || coalesce(NEW."id"::text, 'NULL')));
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
    RETURN NEW;
  END IF;
  NEW."crossfade_old_fullName" := crossfade_backward1;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_back_kind"()'::regprocedure);
CREATE TRIGGER "~crossfade_back_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_back_kind";
COMMIT;

--@ step: fill "fullName" of "public"."User", set aside, from "first", "last"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" WHERE (((("first"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward1_kind"("crossfade_old_fullName")::text COLLATE "C" OR "last"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward2_kind"("crossfade_old_fullName")::text COLLATE "C") OR "crossfade_old_fullName" IS NULL) AND ("crossfade_old_fullName"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward1_kind"("first", "last")::text COLLATE "C")) AND NOT ("crossfade"."crossfade_backward1_kind"("first", "last") IS NULL)))
UPDATE "public"."User" SET ("crossfade_old_fullName") = ROW ("crossfade"."crossfade_backward1_kind"("first", "last"))
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."User"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (((("first"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward1_kind"("crossfade_old_fullName")::text COLLATE "C" OR "last"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward2_kind"("crossfade_old_fullName")::text COLLATE "C") OR "crossfade_old_fullName" IS NULL) AND ("crossfade_old_fullName"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward1_kind"("first", "last")::text COLLATE "C")) AND NOT ("crossfade"."crossfade_backward1_kind"("first", "last") IS NULL))
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: hold new rows to a value in "crossfade_old_fullName"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'crossfade_old_fullName' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null0_kind" CHECK ("crossfade_old_fullName" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_fullName"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'crossfade_old_fullName' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null0_kind";
COMMIT;

--@ step: make "crossfade_old_fullName" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'crossfade_old_fullName' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null0_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "crossfade_old_fullName" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null0_kind";
COMMIT;

--@ step: give "fullName" of "public"."User" their names back
--@ guard: contract.loss
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname IN ('fullName') AND NOT attisdropped) = 1
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind"()') IS NOT NULL AND to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_back_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_back_kind"();
ALTER TABLE "public"."User" RENAME COLUMN "crossfade_old_fullName" TO "fullName";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_forward2 text;
  crossfade_backward1 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((split_part(NEW."fullName", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_forward2 := ((split_part(NEW."fullName", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."first" IS NULL AND NEW."last" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."fullName" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."fullName" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN 'both' ELSE 'new' END;
  ELSIF (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM OLD."fullName"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_forward2::text COLLATE "C") OR NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."fullName"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."first" := coalesce(crossfade_forward1, NEW."first");
    -- Where there is no counterpart the new column keeps what it has.
    NEW."last" := coalesce(crossfade_forward2, NEW."last");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."fullName" := coalesce(crossfade_backward1, NEW."fullName");
  END IF;
  IF crossfade_side IS NOT NULL THEN
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
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind"() IS 'Crossfade: keeps columns of public.User equal (plan kind)';
-- On any update, without a column list: a change made by another trigger is seen too. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_sync_kind" BEFORE INSERT OR UPDATE ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind"();
ALTER TABLE "public"."User" ENABLE ALWAYS TRIGGER "~crossfade_sync_kind";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the columns that were set aside are dropped. This cannot be undone.

--@ step: drop the old "fullName" of "public"."User"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname IN ('crossfade_old_fullName') AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column: only those
-- that are known to go with it may.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."User"')
            AND a.attname IN ('crossfade_old_fullName') AND d.classid <> 'pg_catalog.pg_attrdef'::regclass
            AND NOT (d.classid = 'pg_catalog.pg_class'::regclass AND d.objid IN (
                  SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                   WHERE i.indrelid = d.refobjid AND c.relname = ANY (ARRAY[]::name[])))
            AND NOT (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid IN (
                  SELECT oid FROM pg_catalog.pg_constraint
                   WHERE conrelid = d.refobjid AND (contype = 'n' OR conname = ANY (ARRAY[]::name[]))))), 'another object contains a column of public.User that was set aside: drop it first');
ALTER TABLE "public"."User" DROP COLUMN "crossfade_old_fullName";
COMMIT;

