-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "full name" to "S.1"."My ""People""" and keep it equal to "name"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'full name' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#1' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "S.1"."My ""People""" ADD COLUMN "full name" text;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#1"() RETURNS trigger
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
    crossfade_winner := CASE WHEN NEW."full name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."name" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."name" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full name"::text COLLATE "C" IS DISTINCT FROM OLD."full name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."full name" IS NULL AND NEW."name" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."full name" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_7ac236ee_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_7ac236ee_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#1', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#1"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#1"() IS 'Crossfade: keeps name and full name of "S.1"."My ""People""" equal (plan kind#1)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind#1" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."full name"::text COLLATE "C" IS DISTINCT FROM NEW."name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#1"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#1";
COMMIT;

-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "crossfade_new_age" to "S.1"."My ""People""" and keep it equal to "age"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_new_age' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#2' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "S.1"."My ""People""" ADD COLUMN "crossfade_new_age" bigint;
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "S.1";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward_kind#2"("age" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (("age")::bigint);
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward_kind#2"(integer) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_value_kind#2"("age" bigint) RETURNS integer
  LANGUAGE sql STABLE RETURN (("age")::integer);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward_value_kind#2"(bigint) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_kind#2"(crossfade_1 bigint) RETURNS integer
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward_value_kind#2"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward_kind#2"(bigint) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#2"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  crossfade_forward := ((NEW."age")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_age")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_age" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."age" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."age" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."crossfade_new_age" IS DISTINCT FROM OLD."crossfade_new_age" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."age" IS DISTINCT FROM OLD."age" THEN 'both' ELSE 'new' END;
    IF NEW."crossfade_new_age" IS NULL AND NEW."age" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."age" IS DISTINCT FROM OLD."age" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."crossfade_new_age" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_age" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."age" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_age" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."age" := CASE WHEN (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."age" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."age")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_age")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_3137a8d3_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_3137a8d3_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#2"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#2"() IS 'Crossfade: keeps age and crossfade_new_age of "S.1"."My ""People""" equal (plan kind#2)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind#2" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."crossfade_new_age" IS DISTINCT FROM ((NEW."age")::bigint)) EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#2"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#2";
COMMIT;

-- Expand: what gives a value to rows that are written without one, and the column itself where it is new, in one transaction.

--@ step: fill "email" of "S.1"."My ""People""" where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#3' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind#3"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('none') INTO NEW."email" FROM (SELECT NEW.*) "My ""People""";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_c6459498_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_c6459498_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#3', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind#3"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind#3"() IS 'Crossfade: fills email of "S.1"."My ""People""" where it is left out (plan kind#3)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind#3" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."email" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind#3"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind#3";
COMMIT;

-- Expand: what gives a value to rows that are written without one, and the column itself where it is new, in one transaction.

--@ step: add "Handle" to "S.1"."My ""People""", and fill it where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#4' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned.
ALTER TABLE "S.1"."My ""People""" ADD COLUMN "Handle" text;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind#4"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3 SET quote_all_identifiers = off SET bytea_output FROM CURRENT SET xmlbinary FROM CURRENT SET xmloption FROM CURRENT SET lc_monetary FROM CURRENT SET lc_numeric FROM CURRENT SET lc_time FROM CURRENT SET default_text_search_config FROM CURRENT AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('h' || id) INTO NEW."Handle" FROM (SELECT NEW.*) "My ""People""";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_7b8d36f4_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_7b8d36f4_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#4', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind#4"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind#4"() IS 'Crossfade: fills Handle of "S.1"."My ""People""" where it is left out (plan kind#4)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind#4" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Handle" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind#4"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind#4";
COMMIT;

-- Expand: the new columns beside the old ones, and the trigger that makes them of each other, in one transaction.

--@ step: add "whole" to "S.1"."My ""People""", made of "first", "last"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_sync_kind#5' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned.
ALTER TABLE "S.1"."My ""People""" ADD COLUMN "whole" text;
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "S.1";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_value_kind#5"("first" text, "last" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((first || ' ' || last)::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward1_value_kind#5"(text, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_kind#5"(crossfade_1 text, crossfade_2 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward1_value_kind#5"(crossfade_1, crossfade_2);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward1_kind#5"(text, text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_value_kind#5"("whole" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part(whole, ' ', 1))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward1_value_kind#5"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_kind#5"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward1_value_kind#5"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward1_kind#5"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward2_value_kind#5"("whole" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part(whole, ' ', 2))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward2_value_kind#5"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward2_kind#5"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward2_value_kind#5"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward2_kind#5"(text) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#5"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_backward1 text;
  crossfade_backward2 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((split_part(NEW."whole", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward2 := ((split_part(NEW."whole", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."whole" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."whole"::text COLLATE "C" IS DISTINCT FROM OLD."whole"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN 'both' ELSE 'new' END;
    IF (NEW."whole" IS NULL) AND (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF (NEW."whole" IS NULL) THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C") OR NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."whole" := coalesce(crossfade_forward1, NEW."whole");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."first" := coalesce(crossfade_backward1, NEW."first");
    -- Where there is no counterpart the old column keeps what it has.
    NEW."last" := coalesce(crossfade_backward2, NEW."last");
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0626b706_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0626b706_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#5', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#5"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#5"() IS 'Crossfade: keeps columns of "S.1"."My ""People""" equal (plan kind#5)';
-- On any update, without a column list: a change made by another trigger is seen too. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_sync_kind#5" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#5"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_sync_kind#5";
COMMIT;

-- Expand: writes to "Legacy" are watched, so that contract knows whether anybody still makes them.

--@ step: watch writes to "Legacy" of "S.1"."My ""People""", and let rows be added without it
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_u_kind#6' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: nothing is rewritten and nothing is scanned.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
-- A version that does not know the column could not add a row.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "Legacy" DROP NOT NULL;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_watch_kind#6"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
BEGIN
  -- Evidence, at most one row per session, application and minute.
  IF current_setting('crossfade.seen_a11ccb8f_' || 'old', true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_a11ccb8f_' || 'old',
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#6', 'old');
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind#6"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind#6"() IS 'Crossfade: watches Legacy of "S.1"."My ""People"""; Legacy was NOT NULL (plan kind#6)';
CREATE TRIGGER "~crossfade_u_kind#6" BEFORE UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Legacy"::text COLLATE "C" IS DISTINCT FROM OLD."Legacy"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_watch_kind#6"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_u_kind#6";
CREATE TRIGGER "~crossfade_i_kind#6" BEFORE INSERT ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Legacy" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_watch_kind#6"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_i_kind#6";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: hold new rows to a value in "Legacy"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Legacy' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#6')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null_kind#6" CHECK ("Legacy" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "Legacy"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Legacy' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#6' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null_kind#6";
COMMIT;

--@ step: make "Legacy" NOT NULL again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Legacy' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#6')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "Legacy" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind#6";
COMMIT;

--@ step: watch "Legacy" of "S.1"."My ""People""" no more
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_u_kind#6')
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind#6"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_u_kind#6" ON "S.1"."My ""People""";
DROP TRIGGER IF EXISTS "~crossfade_i_kind#6" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_watch_kind#6"();
COMMIT;

-- Undo of expand.

--@ step: drop "whole" and the trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_sync_kind#5')
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind#5"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_sync_kind#5" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_kind#5"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_kind#5"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_value_kind#5"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_value_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward2_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward2_value_kind#5"(text);
ALTER TABLE "S.1"."My ""People""" DROP COLUMN IF EXISTS "whole";
COMMIT;

-- Undo of expand.

--@ step: fill "Handle" of "S.1"."My ""People""" no more, and drop it
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#4')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_fill_kind#4" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_fill_kind#4"();
ALTER TABLE "S.1"."My ""People""" DROP COLUMN IF EXISTS "Handle";
COMMIT;

-- Undo of expand.

--@ step: fill "email" of "S.1"."My ""People""" no more
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#3')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP TRIGGER IF EXISTS "~crossfade_fill_kind#3" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_fill_kind#3"();
COMMIT;

-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "crossfade_new_age" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_new_age' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_kind#2" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_kind#2"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward_kind#2"(integer);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_kind#2"(bigint);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_value_kind#2"(bigint);
ALTER TABLE "S.1"."My ""People""" DROP COLUMN IF EXISTS "crossfade_new_age";
COMMIT;

-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "full name" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'full name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#1')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_kind#1" ON "S.1"."My ""People""";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_kind#1"();
ALTER TABLE "S.1"."My ""People""" DROP COLUMN IF EXISTS "full name";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the triggers, for all changes at once.

--@ step: fill "full name", "crossfade_new_age", "email", "Handle", "whole" of "S.1"."My ""People"""
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "S.1"."My ""People""" WHERE (("full name" IS NULL AND "name" IS NOT NULL) OR ("crossfade_new_age" IS NULL AND "age" IS NOT NULL) OR ("email" IS NULL) OR ("Handle" IS NULL) OR (("whole" IS NULL) AND ("crossfade"."crossfade_forward1_kind#5"("first", "last") IS NOT NULL))))
-- One new version of a row for all changes; a value that is there already stays. A row that a running transaction holds is
-- left for a later pass.
UPDATE "S.1"."My ""People""" "My ""People""" SET
  "full name" = CASE WHEN ("full name" IS NULL AND "name" IS NOT NULL) THEN "name" ELSE "My ""People"""."full name" END,
  "crossfade_new_age" = CASE WHEN ("crossfade_new_age" IS NULL AND "age" IS NOT NULL) THEN "crossfade"."crossfade_forward_kind#2"("age") ELSE "My ""People"""."crossfade_new_age" END,
  "email" = CASE WHEN ("email" IS NULL) THEN ('none') ELSE "My ""People"""."email" END,
  "Handle" = CASE WHEN ("Handle" IS NULL) THEN ('h' || id) ELSE "My ""People"""."Handle" END,
  "whole" = CASE WHEN (("whole" IS NULL) AND ("crossfade"."crossfade_forward1_kind#5"("first", "last") IS NOT NULL)) THEN "crossfade"."crossfade_forward1_kind#5"("first", "last") ELSE "My ""People"""."whole" END
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "S.1"."My ""People"""
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (("full name" IS NULL AND "name" IS NOT NULL) OR ("crossfade_new_age" IS NULL AND "age" IS NOT NULL) OR ("email" IS NULL) OR ("Handle" IS NULL) OR (("whole" IS NULL) AND ("crossfade"."crossfade_forward1_kind#5"("first", "last") IS NOT NULL)))
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "name" is made to hold for "full name", beside it, without a scan under a strong lock.

--@ step: clear away what a broken build left of "crossfade_people_name"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."crossfade_people_name"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."crossfade_people_name";

--@ step: build "crossfade_people_name"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."crossfade_people_name"') AND indrelid = to_regclass('"S.1"."My ""People"""') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "crossfade_people_name" ON "S.1"."My ""People""" USING btree (lower("full name"), note);

--@ step: gather statistics on "full name"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"S.1"."My ""People"""')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'S.1' AND tablename = 'My "People"'
--@         AND attname = 'full name')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'full name' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "S.1"."My ""People""" ("full name");
COMMIT;

--@ step: take NULL in "full name" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#1"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new column alone come after this phase. Until now a NULL beside a value was a row read
-- before it was copied and written back whole. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#1"() RETURNS trigger
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
    crossfade_winner := CASE WHEN NEW."full name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."name" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."name" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full name"::text COLLATE "C" IS DISTINCT FROM OLD."full name"::text COLLATE "C" THEN
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
    NEW."full name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_7ac236ee_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_7ac236ee_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#1', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let the view "S.1"."names" read "full name"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."names"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'name')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Both columns hold the same value, so that its readers notice nothing, and nothing reads the old one when contract asks.
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."names" AS
 SELECT "My ""People"""."full name" AS name
   FROM "S.1"."My ""People""";
COMMIT;

--@ step: let the view "S.1"."people" read "full name"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."people"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'name')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Both columns hold the same value, so that its readers notice nothing, and nothing reads the old one when contract asks.
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."people" AS
 SELECT p.id,
    p."full name" AS name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.age > 3);
COMMIT;

-- Enforce: what holds for "age" is made to hold for "crossfade_new_age", beside it, without a scan under a strong lock.

--@ step: clear away what a broken build left of "crossfade_people_age"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."crossfade_people_age"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."crossfade_people_age";

--@ step: build "crossfade_people_age"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."crossfade_people_age"') AND indrelid = to_regclass('"S.1"."My ""People"""') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "crossfade_people_age" ON "S.1"."My ""People""" USING btree (crossfade_new_age, id);

--@ step: hold new rows to a value in "crossfade_new_age"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_new_age' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null_kind#2" CHECK ("crossfade_new_age" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_new_age"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_new_age' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null_kind#2";
COMMIT;

--@ step: make "crossfade_new_age" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_new_age' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "crossfade_new_age" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null_kind#2";
COMMIT;

--@ step: gather statistics on "crossfade_new_age"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"S.1"."My ""People"""')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'S.1' AND tablename = 'My "People"'
--@         AND attname = 'crossfade_new_age')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_new_age' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "S.1"."My ""People""" ("crossfade_new_age");
COMMIT;

--@ step: take NULL in "crossfade_new_age" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#2"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new column alone come after this phase. Until now a NULL beside a value was a row read
-- before it was copied and written back whole. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#2"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  crossfade_forward := ((NEW."age")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_age")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_age" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."age" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."age" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."crossfade_new_age" IS DISTINCT FROM OLD."crossfade_new_age" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."age" IS DISTINCT FROM OLD."age" THEN 'both' ELSE 'new' END;
  ELSIF NEW."age" IS DISTINCT FROM OLD."age" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_age" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."age" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_age" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."age" := CASE WHEN (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."age" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."age")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_age")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_3137a8d3_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_3137a8d3_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let the view "S.1"."people" read "crossfade_new_age"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."people"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'age')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Both columns hold the same value, so that its readers notice nothing, and nothing reads the old one when contract asks.
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."people" AS
 SELECT p.id,
    p."full name" AS name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.crossfade_new_age > 3);
COMMIT;

-- Enforce: NOT NULL, without a scan under a strong lock.

--@ step: hold new rows to a value in "email"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'email' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#3')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null_kind#3" CHECK ("email" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "email"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'email' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#3' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null_kind#3";
COMMIT;

--@ step: make "email" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'email' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#3')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "email" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null_kind#3";
COMMIT;

--@ step: gather statistics on "email"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"S.1"."My ""People"""')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'S.1' AND tablename = 'My "People"'
--@         AND attname = 'email')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "S.1"."My ""People""" ("email");
COMMIT;

-- Enforce: NOT NULL, without a scan under a strong lock.

--@ step: hold new rows to a value in "Handle"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Handle' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#4')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null_kind#4" CHECK ("Handle" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "Handle"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Handle' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#4' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null_kind#4";
COMMIT;

--@ step: make "Handle" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Handle' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#4')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "Handle" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null_kind#4";
COMMIT;

--@ step: gather statistics on "Handle"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"S.1"."My ""People"""')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'S.1' AND tablename = 'My "People"'
--@         AND attname = 'Handle')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "S.1"."My ""People""" ("Handle");
COMMIT;

-- Enforce: NOT NULL, without a scan under a strong lock; from here on NULL is a value.

--@ step: hold new rows to a value in "whole"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'whole' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null0_kind#5" CHECK ("whole" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "whole"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'whole' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null0_kind#5";
COMMIT;

--@ step: make "whole" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'whole' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "whole" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null0_kind#5";
COMMIT;

--@ step: gather statistics on "whole"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"S.1"."My ""People"""')) = 0
--@       OR (SELECT count(*) FROM pg_catalog.pg_stats WHERE schemaname = 'S.1' AND tablename = 'My "People"'
--@             AND attname IN ('whole')) = 1
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "S.1"."My ""People""" ("whole");
COMMIT;

--@ step: take NULL in "whole" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#5"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#5"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_backward1 text;
  crossfade_backward2 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((split_part(NEW."whole", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward2 := ((split_part(NEW."whole", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."whole" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."whole"::text COLLATE "C" IS DISTINCT FROM OLD."whole"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN 'both' ELSE 'new' END;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C") OR NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."whole" := coalesce(crossfade_forward1, NEW."whole");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."first" := coalesce(crossfade_backward1, NEW."first");
    -- Where there is no counterpart the old column keeps what it has.
    NEW."last" := coalesce(crossfade_backward2, NEW."last");
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0626b706_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0626b706_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#5', crossfade_side);
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

--@ step: take NULL in "whole" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#5"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#5"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_backward1 text;
  crossfade_backward2 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((split_part(NEW."whole", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward2 := ((split_part(NEW."whole", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."whole" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."whole"::text COLLATE "C" IS DISTINCT FROM OLD."whole"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN 'both' ELSE 'new' END;
    IF (NEW."whole" IS NULL) AND (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF (NEW."whole" IS NULL) THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C") OR NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."whole" := coalesce(crossfade_forward1, NEW."whole");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."first" := coalesce(crossfade_backward1, NEW."first");
    -- Where there is no counterpart the old column keeps what it has.
    NEW."last" := coalesce(crossfade_backward2, NEW."last");
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0626b706_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0626b706_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#5', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let "whole" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'whole' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "whole" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT IF EXISTS "crossfade_not_null0_kind#5";
COMMIT;

-- Undo of enforce.

--@ step: let "Handle" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'Handle' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#4')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "Handle" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind#4";
COMMIT;

-- Undo of enforce.

--@ step: let "email" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'email' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#3')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "email" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind#3";
COMMIT;

-- Undo of enforce: what was carried over to "crossfade_new_age" is dropped again.

--@ step: let the view "S.1"."people" read "age" again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."people"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'crossfade_new_age')
--@       OR (true AND rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."people"')), ';') = ' SELECT p.id,
--@       p."full name" AS name,
--@       p.note
--@      FROM "S.1"."My ""People""" p
--@     WHERE (p.age > 3)')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- What was made of it since is not overwritten; it is compared as it is written with all schemas named.
SET LOCAL search_path = pg_catalog;
SELECT crossfade.require(rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."people"')), ';') = ' SELECT p.id,
    p."full name" AS name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.crossfade_new_age > 3)', 'the view "S.1".people was changed since enforce: let it read age yourself');
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."people" AS
 SELECT p.id,
    p."full name" AS name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.age > 3);
COMMIT;

--@ step: take NULL in "crossfade_new_age" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#2"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#2"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  crossfade_forward := ((NEW."age")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_age")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_age" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."age" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."age" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."crossfade_new_age" IS DISTINCT FROM OLD."crossfade_new_age" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."age" IS DISTINCT FROM OLD."age" THEN 'both' ELSE 'new' END;
    IF NEW."crossfade_new_age" IS NULL AND NEW."age" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."age" IS DISTINCT FROM OLD."age" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."crossfade_new_age" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_age" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."age" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_age" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."age" := CASE WHEN (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."age" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."age")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_age")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_3137a8d3_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_3137a8d3_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: let "crossfade_new_age" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_new_age' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "crossfade_new_age" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind#2";
COMMIT;

--@ step: drop the index "crossfade_people_age"
--@ transaction: none
--@ done: SELECT to_regclass('"S.1"."crossfade_people_age"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."crossfade_people_age";


-- Undo of enforce: what was carried over to "full name" is dropped again.

--@ step: let the view "S.1"."names" read "name" again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."names"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'full name')
--@       OR (true AND rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."names"')), ';') = ' SELECT "My ""People""".name
--@      FROM "S.1"."My ""People"""')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- What was made of it since is not overwritten; it is compared as it is written with all schemas named.
SET LOCAL search_path = pg_catalog;
SELECT crossfade.require(rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."names"')), ';') = ' SELECT "My ""People"""."full name" AS name
   FROM "S.1"."My ""People"""', 'the view "S.1".names was changed since enforce: let it read name yourself');
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."names" AS
 SELECT "My ""People""".name
   FROM "S.1"."My ""People""";
COMMIT;

--@ step: let the view "S.1"."people" read "name" again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
--@           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
--@         WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
--@           AND r.ev_class IN (to_regclass('"S.1"."people"')) AND d.refobjid = to_regclass('"S.1"."My ""People"""') AND a.attname = 'full name')
--@       OR (true AND rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."people"')), ';') = ' SELECT p.id,
--@       p.name,
--@       p.note
--@      FROM "S.1"."My ""People""" p
--@     WHERE (p.age > 3)')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- What was made of it since is not overwritten; it is compared as it is written with all schemas named.
SET LOCAL search_path = pg_catalog;
SELECT crossfade.require(rtrim(pg_catalog.pg_get_viewdef(to_regclass('"S.1"."people"')), ';') = ' SELECT p.id,
    p."full name" AS name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.age > 3)', 'the view "S.1".people was changed since enforce: let it read name yourself');
-- ACCESS EXCLUSIVE on the view for a moment: owner, rights, comment, and what hangs on it, stay.
CREATE OR REPLACE VIEW "S.1"."people" AS
 SELECT p.id,
    p.name,
    p.note
   FROM "S.1"."My ""People""" p
  WHERE (p.age > 3);
COMMIT;

--@ step: take NULL in "full name" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#1"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#1"() RETURNS trigger
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
    crossfade_winner := CASE WHEN NEW."full name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."name" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."name" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full name"::text COLLATE "C" IS DISTINCT FROM OLD."full name"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."full name" IS NULL AND NEW."name" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."name"::text COLLATE "C" IS DISTINCT FROM OLD."name"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."full name" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."full name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_7ac236ee_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_7ac236ee_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#1', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMIT;

--@ step: drop the index "crossfade_people_name"
--@ transaction: none
--@ done: SELECT to_regclass('"S.1"."crossfade_people_name"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."crossfade_people_name";


-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "name" aside as "crossfade_old_name"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'name' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#1')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_kind#1" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_sync_kind#1"();
DROP INDEX "S.1"."people_name";
ALTER INDEX "S.1"."crossfade_people_name" RENAME TO "people_name";
-- After the identity, which implies it.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "name" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "name" TO "crossfade_old_name";
COMMIT;

-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "age" aside as "crossfade_old_age"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_age' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_new_age' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_kind#2" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_sync_kind#2"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward_kind#2"(integer);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_kind#2"(bigint);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_value_kind#2"(bigint);
DROP INDEX "S.1"."people_age";
ALTER INDEX "S.1"."crossfade_people_age" RENAME TO "people_age";
-- After the identity, which implies it.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "age" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "age" TO "crossfade_old_age";
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_new_age" TO "age";
COMMIT;

-- Contract: from here on every version gives the value itself.

--@ step: fill "email" of "S.1"."My ""People""" no more
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#3')
--@       AND to_regprocedure('"crossfade"."crossfade_fill_kind#3"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, as DROP TRIGGER takes it, for milliseconds: nothing is scanned.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_fill_kind#3" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_fill_kind#3"();
COMMIT;

-- Contract: from here on every version gives the value itself.

--@ step: fill "Handle" of "S.1"."My ""People""" no more
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#4')
--@       AND to_regprocedure('"crossfade"."crossfade_fill_kind#4"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, as DROP TRIGGER takes it, for milliseconds: nothing is scanned.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_fill_kind#4" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_fill_kind#4"();
COMMIT;

-- Contract, first half: the old columns are set aside under reserved names. Nothing is scanned, and nothing is dropped that
-- rollback could not build again.

--@ step: set "first", "last" of "S.1"."My ""People""" aside
--@ guard: verify
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname IN ('crossfade_old_first', 'crossfade_old_last') AND NOT attisdropped) = 2
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind#5"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_sync_kind#5" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_sync_kind#5"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_kind#5"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward1_value_kind#5"(text, text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward1_value_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward2_kind#5"(text);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward2_value_kind#5"(text);
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "first" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "first" TO "crossfade_old_first";
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "last" DROP NOT NULL;
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "last" TO "crossfade_old_last";
COMMIT;

-- Contract, first half: the column is set aside under a reserved name. Nothing is scanned, nothing is dropped that rollback
-- could not build again.

--@ step: set "Legacy" of "S.1"."My ""People""" aside as "crossfade_old_Legacy"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_Legacy' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind#6"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_u_kind#6" ON "S.1"."My ""People""";
DROP TRIGGER IF EXISTS "~crossfade_i_kind#6" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_watch_kind#6"();
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "Legacy" TO "crossfade_old_Legacy";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the column is only set aside: its foreign keys are built again while it is still out of sight, and
-- it is renamed back last.

--@ step: give "crossfade_old_Legacy" of "S.1"."My ""People""" its name "Legacy" back
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'Legacy' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_watch_kind#6"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_old_Legacy" TO "Legacy";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_watch_kind#6"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
BEGIN
  -- Evidence, at most one row per session, application and minute.
  IF current_setting('crossfade.seen_a11ccb8f_' || 'old', true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_a11ccb8f_' || 'old',
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#6', 'old');
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_watch_kind#6"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_watch_kind#6"() IS 'Crossfade: watches Legacy of "S.1"."My ""People"""; Legacy was NOT NULL (plan kind#6)';
CREATE TRIGGER "~crossfade_u_kind#6" BEFORE UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Legacy"::text COLLATE "C" IS DISTINCT FROM OLD."Legacy"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_watch_kind#6"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_u_kind#6";
CREATE TRIGGER "~crossfade_i_kind#6" BEFORE INSERT ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Legacy" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_watch_kind#6"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_i_kind#6";
COMMIT;

-- Undo of contract, while the old columns are only set aside. The new ones are the truth: the old ones are filled from them
-- while they are still out of sight, made NOT NULL again, and renamed back last.

--@ step: make "first", "last" of "whole" again
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_back_kind#5"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "S.1";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_value_kind#5"("first" text, "last" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((first || ' ' || last)::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_forward1_value_kind#5"(text, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward1_kind#5"(crossfade_1 text, crossfade_2 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_forward1_value_kind#5"(crossfade_1, crossfade_2);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward1_kind#5"(text, text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_value_kind#5"("whole" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part(whole, ' ', 1))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward1_value_kind#5"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward1_kind#5"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward1_value_kind#5"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward1_kind#5"(text) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward2_value_kind#5"("whole" text) RETURNS text
  LANGUAGE sql STABLE RETURN ((split_part(whole, ' ', 2))::text);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward2_value_kind#5"(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward2_kind#5"(crossfade_1 text) RETURNS text
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward2_value_kind#5"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward2_kind#5"(text) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE FUNCTION "crossfade"."crossfade_back_kind#5"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_forward1 text;
  crossfade_backward1 text;
  crossfade_backward2 text;
BEGIN
  BEGIN
    crossfade_forward1 := ((((NEW."crossfade_old_first" || ' '::text) || NEW."crossfade_old_last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward1 := ((split_part(NEW."whole", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward2 := ((split_part(NEW."whole", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((((NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C") OR NEW."crossfade_old_first" IS NULL OR NEW."crossfade_old_last" IS NULL) AND (NEW."crossfade_old_first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."crossfade_old_last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C"))) IS NOT TRUE THEN
    RETURN NEW;
  END IF;
  -- What the old columns cannot hold leaves them as they are; the row is recorded, and is looked for before they get their
  -- names back.
  IF (crossfade_backward1 IS NULL OR crossfade_backward2 IS NULL) THEN
    BEGIN
      PERFORM crossfade.note_row('kind#5', 'ahead', concat_ws(', ', 'id=' || coalesce(NEW."id"::text, 'NULL')));
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
    RETURN NEW;
  END IF;
  NEW."crossfade_old_first" := crossfade_backward1;
  NEW."crossfade_old_last" := crossfade_backward2;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_back_kind#5"()'::regprocedure);
CREATE TRIGGER "~crossfade_back_kind#5" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_back_kind#5"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_back_kind#5";
COMMIT;

--@ step: fill "first", "last" of "S.1"."My ""People""", set aside, from "whole"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "S.1"."My ""People""" WHERE (((("whole"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward1_kind#5"("crossfade_old_first", "crossfade_old_last")::text COLLATE "C") OR "crossfade_old_first" IS NULL OR "crossfade_old_last" IS NULL) AND ("crossfade_old_first"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward1_kind#5"("whole")::text COLLATE "C" OR "crossfade_old_last"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward2_kind#5"("whole")::text COLLATE "C")) AND NOT ("crossfade"."crossfade_backward1_kind#5"("whole") IS NULL OR "crossfade"."crossfade_backward2_kind#5"("whole") IS NULL)))
UPDATE "S.1"."My ""People""" SET ("crossfade_old_first", "crossfade_old_last") = ROW ("crossfade"."crossfade_backward1_kind#5"("whole"), "crossfade"."crossfade_backward2_kind#5"("whole"))
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "S.1"."My ""People"""
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (((("whole"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_forward1_kind#5"("crossfade_old_first", "crossfade_old_last")::text COLLATE "C") OR "crossfade_old_first" IS NULL OR "crossfade_old_last" IS NULL) AND ("crossfade_old_first"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward1_kind#5"("whole")::text COLLATE "C" OR "crossfade_old_last"::text COLLATE "C" IS DISTINCT FROM "crossfade"."crossfade_backward2_kind#5"("whole")::text COLLATE "C")) AND NOT ("crossfade"."crossfade_backward1_kind#5"("whole") IS NULL OR "crossfade"."crossfade_backward2_kind#5"("whole") IS NULL))
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: hold new rows to a value in "crossfade_old_first"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_first' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null0_kind#5" CHECK ("crossfade_old_first" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_first"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_first' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null0_kind#5";
COMMIT;

--@ step: make "crossfade_old_first" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_first' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null0_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "crossfade_old_first" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null0_kind#5";
COMMIT;

--@ step: hold new rows to a value in "crossfade_old_last"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_last' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null1_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null1_kind#5" CHECK ("crossfade_old_last" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_last"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_last' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null1_kind#5' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null1_kind#5";
COMMIT;

--@ step: make "crossfade_old_last" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_last' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null1_kind#5')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "crossfade_old_last" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null1_kind#5";
COMMIT;

--@ step: give "first", "last" of "S.1"."My ""People""" their names back
--@ guard: contract.loss
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname IN ('first', 'last') AND NOT attisdropped) = 2
--@       AND to_regprocedure('"crossfade"."crossfade_sync_kind#5"()') IS NOT NULL AND to_regprocedure('"crossfade"."crossfade_back_kind#5"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_back_kind#5" ON "S.1"."My ""People""";
DROP FUNCTION "crossfade"."crossfade_back_kind#5"();
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_old_first" TO "first";
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_old_last" TO "last";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#5"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward1 text;
  crossfade_backward1 text;
  crossfade_backward2 text;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  BEGIN
    crossfade_forward1 := ((((NEW."first" || ' '::text) || NEW."last"))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_forward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF ((NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C")) IS NOT TRUE THEN
    RETURN NEW;  -- both sides hold what belongs together
  END IF;
  BEGIN
    crossfade_backward1 := ((split_part(NEW."whole", ' '::text, 1))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward1 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  BEGIN
    crossfade_backward2 := ((split_part(NEW."whole", ' '::text, 2))::text);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward2 := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    IF (NEW."whole" IS NULL) THEN
      crossfade_winner := 'old';
      IF (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN crossfade_side := 'old'; END IF;  -- a default is not a write
    ELSE
      -- The new columns have no defaults while both live: a value in them was written.
      crossfade_winner := 'new';
      crossfade_side := CASE WHEN (NEW."first" IS NOT NULL OR NEW."last" IS NOT NULL) THEN 'both' ELSE 'new' END;
    END IF;
  ELSIF (NEW."whole"::text COLLATE "C" IS DISTINCT FROM OLD."whole"::text COLLATE "C") THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN 'both' ELSE 'new' END;
  ELSIF (NEW."first"::text COLLATE "C" IS DISTINCT FROM OLD."first"::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM OLD."last"::text COLLATE "C") THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."whole"::text COLLATE "C" IS DISTINCT FROM crossfade_forward1::text COLLATE "C") OR NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C")) THEN
    crossfade_winner := NULL;  -- both sides were written, and come from each other
    crossfade_side := NULL;
  ELSIF crossfade_winner = 'new' AND NOT (NEW."first"::text COLLATE "C" IS DISTINCT FROM crossfade_backward1::text COLLATE "C" OR NEW."last"::text COLLATE "C" IS DISTINCT FROM crossfade_backward2::text COLLATE "C") THEN
    crossfade_winner := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
  END IF;
  IF crossfade_winner = 'old' THEN
    -- Where there is no counterpart the new column keeps what it has.
    NEW."whole" := coalesce(crossfade_forward1, NEW."whole");
  ELSIF crossfade_winner = 'new' THEN
    -- Where there is no counterpart the old column keeps what it has.
    NEW."first" := coalesce(crossfade_backward1, NEW."first");
    -- Where there is no counterpart the old column keeps what it has.
    NEW."last" := coalesce(crossfade_backward2, NEW."last");
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0626b706_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0626b706_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#5', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#5"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#5"() IS 'Crossfade: keeps columns of "S.1"."My ""People""" equal (plan kind#5)';
-- On any update, without a column list: a change made by another trigger is seen too. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_sync_kind#5" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#5"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_sync_kind#5";
COMMIT;

-- Undo of contract, where the column is one of several changes: alone it ends the run.

--@ step: fill "Handle" of "S.1"."My ""People""" again where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#4' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind#4"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3 SET quote_all_identifiers = off SET bytea_output FROM CURRENT SET xmlbinary FROM CURRENT SET xmloption FROM CURRENT SET lc_monetary FROM CURRENT SET lc_numeric FROM CURRENT SET lc_time FROM CURRENT SET default_text_search_config FROM CURRENT AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('h' || id) INTO NEW."Handle" FROM (SELECT NEW.*) "My ""People""";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_7b8d36f4_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_7b8d36f4_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#4', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind#4"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind#4"() IS 'Crossfade: fills Handle of "S.1"."My ""People""" where it is left out (plan kind#4)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind#4" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."Handle" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind#4"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind#4";
COMMIT;

-- Undo of contract, where the column is one of several changes: alone it ends the run.

--@ step: fill "email" of "S.1"."My ""People""" again where it is left out
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_fill_kind#3' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_fill_kind#3"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade, and names mean the same
  -- whatever path a writer has.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_side text := 'old';
BEGIN
  BEGIN
    SELECT ('none') INTO NEW."email" FROM (SELECT NEW.*) "My ""People""";
  EXCEPTION WHEN OTHERS THEN
    crossfade_side := 'unconvertible';  -- the application's statement goes on
  END;
  -- Evidence, at most one row per session, application, side and minute.
  IF current_setting('crossfade.seen_c6459498_' || crossfade_side, true) IS DISTINCT FROM
       (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
    PERFORM set_config('crossfade.seen_c6459498_' || crossfade_side,
                       current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
    BEGIN
      PERFORM crossfade.note('kind#3', crossfade_side);
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_fill_kind#3"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_fill_kind#3"() IS 'Crossfade: fills email of "S.1"."My ""People""" where it is left out (plan kind#3)';
-- '~' sorts after the table's own triggers, which may give the value themselves. Its WHEN costs a comparison with NULL.
CREATE TRIGGER "~crossfade_fill_kind#3" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."email" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_fill_kind#3"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_fill_kind#3";
COMMIT;

-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_age" equal to "age" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#2' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "S.1";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward_kind#2"("age" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (("age")::bigint);
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward_kind#2"(integer) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_value_kind#2"("age" bigint) RETURNS integer
  LANGUAGE sql STABLE RETURN (("age")::integer);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward_value_kind#2"(bigint) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_kind#2"(crossfade_1 bigint) RETURNS integer
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward_value_kind#2"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward_kind#2"(bigint) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#2"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
DECLARE
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  crossfade_forward := ((NEW."crossfade_old_age")::bigint);
  BEGIN
    crossfade_backward := ((NEW."age")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF (((NEW."age" IS DISTINCT FROM crossfade_forward AND NEW."crossfade_old_age" IS DISTINCT FROM crossfade_backward AND NOT (NEW."age" IS NOT NULL AND crossfade_backward IS NULL)) OR (NEW."age" IS NOT NULL AND crossfade_backward IS NULL))) IS NOT TRUE THEN
    RETURN NEW;
  END IF;
  IF (NEW."age" IS NOT NULL AND crossfade_backward IS NULL) THEN
    -- Without a counterpart it keeps what it has; the row is recorded, and is looked for before the name is given back.
    BEGIN
      PERFORM crossfade.note_row('kind#2', 'ahead', concat_ws(', ', 'id=' || coalesce(NEW."id"::text, 'NULL')));
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
    RETURN NEW;
  END IF;
  NEW."crossfade_old_age" := crossfade_backward;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#2"()'::regprocedure);
CREATE TRIGGER "~crossfade_kind#2" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#2"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#2";
ALTER INDEX "S.1"."people_age" RENAME TO "crossfade_people_age";
COMMIT;

--@ step: fill "crossfade_old_age" from "age"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "S.1"."My ""People""" WHERE ("age" IS DISTINCT FROM "crossfade"."crossfade_forward_kind#2"("crossfade_old_age") AND "crossfade_old_age" IS DISTINCT FROM "crossfade"."crossfade_backward_kind#2"("age") AND NOT ("age" IS NOT NULL AND "crossfade"."crossfade_backward_kind#2"("age") IS NULL)))
UPDATE "S.1"."My ""People""" SET "crossfade_old_age" = "crossfade"."crossfade_backward_kind#2"("age")
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "S.1"."My ""People"""
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND ("age" IS DISTINCT FROM "crossfade"."crossfade_forward_kind#2"("crossfade_old_age") AND "crossfade_old_age" IS DISTINCT FROM "crossfade"."crossfade_backward_kind#2"("age") AND NOT ("age" IS NOT NULL AND "crossfade"."crossfade_backward_kind#2"("age") IS NULL))
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: clear away what a broken build left of "people_age"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."people_age"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."people_age";

--@ step: build "people_age"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."people_age"') AND indrelid = to_regclass('"S.1"."My ""People"""') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "people_age" ON "S.1"."My ""People""" USING btree (crossfade_old_age, id);

--@ step: hold new rows to a value in "crossfade_old_age"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_age' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "S.1"."My ""People""" ADD CONSTRAINT "crossfade_not_null_kind#2" CHECK ("crossfade_old_age" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_age"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_age' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "S.1"."My ""People""" VALIDATE CONSTRAINT "crossfade_not_null_kind#2";
COMMIT;

--@ step: make "crossfade_old_age" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"S.1"."My ""People"""')
--@         AND attname = 'crossfade_old_age' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"S.1"."My ""People"""') AND conname = 'crossfade_not_null_kind#2')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "S.1"."My ""People""" ALTER COLUMN "crossfade_old_age" SET NOT NULL;
ALTER TABLE "S.1"."My ""People""" DROP CONSTRAINT "crossfade_not_null_kind#2";
COMMIT;

--@ step: give "crossfade_old_age" its name "age" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'age' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#2"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_kind#2" ON "S.1"."My ""People""";
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "age" TO "crossfade_new_age";
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_old_age" TO "age";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#2"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the schema crossfade,
  -- and names do not resolve by the application's search_path.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  crossfade_side text;  -- the writer: 'old', 'new', 'both' (and they differ), 'stale' (NULL over a value not yet copied)
  crossfade_winner text;  -- the side that the other one is made of
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  -- The plan's expressions stand here, so that a write needs no right on the schema crossfade.
  crossfade_forward := ((NEW."age")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_age")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_age" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."age" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."age" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."crossfade_new_age" IS DISTINCT FROM OLD."crossfade_new_age" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."age" IS DISTINCT FROM OLD."age" THEN 'both' ELSE 'new' END;
  ELSIF NEW."age" IS DISTINCT FROM OLD."age" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_age" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."age" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_age" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."age" := CASE WHEN (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."age" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."age")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_age")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_age" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_3137a8d3_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_3137a8d3_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_3137a8d3_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#2', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#2"() IS 'Crossfade: keeps age and crossfade_new_age of "S.1"."My ""People""" equal (plan kind#2)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind#2" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."crossfade_new_age" IS DISTINCT FROM ((NEW."age")::bigint)) EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#2"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#2";
COMMIT;

-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_name" equal to "full name" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"S.1"."My ""People"""') AND tgname = '~crossfade_kind#1' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#1"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_name" := NEW."full name";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind#1"()'::regprocedure);
CREATE TRIGGER "~crossfade_kind#1" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."full name"::text COLLATE "C" IS DISTINCT FROM NEW."crossfade_old_name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#1"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#1";
ALTER INDEX "S.1"."people_name" RENAME TO "crossfade_people_name";
COMMIT;

--@ step: fill "crossfade_old_name" from "full name"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "S.1"."My ""People""" WHERE "crossfade_old_name"::text COLLATE "C" IS DISTINCT FROM "full name"::text COLLATE "C")
UPDATE "S.1"."My ""People""" SET "crossfade_old_name" = "full name"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "S.1"."My ""People"""
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_name"::text COLLATE "C" IS DISTINCT FROM "full name"::text COLLATE "C"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: clear away what a broken build left of "people_name"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."people_name"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "S.1"."people_name";

--@ step: build "people_name"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"S.1"."people_name"') AND indrelid = to_regclass('"S.1"."My ""People"""') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE INDEX CONCURRENTLY "people_name" ON "S.1"."My ""People""" USING btree (lower(crossfade_old_name), note);

--@ step: give "crossfade_old_name" its name "name" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'name' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind#1"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_kind#1" ON "S.1"."My ""People""";
ALTER TABLE "S.1"."My ""People""" RENAME COLUMN "crossfade_old_name" TO "name";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind#1"() RETURNS trigger
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
    crossfade_winner := CASE WHEN NEW."full name" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."name" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."name" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."full name"::text COLLATE "C" IS DISTINCT FROM OLD."full name"::text COLLATE "C" THEN
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
    NEW."full name" := NEW."name";
  ELSIF crossfade_winner = 'new' THEN
    NEW."name" := NEW."full name";
  END IF;

  IF crossfade_side IS NOT NULL THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_7ac236ee_' || crossfade_side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_7ac236ee_' || crossfade_side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind#1', crossfade_side);
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  RETURN NEW;
END
$crossfade$;
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind#1"() IS 'Crossfade: keeps name and full name of "S.1"."My ""People""" equal (plan kind#1)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind#1" BEFORE INSERT OR UPDATE ON "S.1"."My ""People""" FOR EACH ROW
  WHEN (NEW."full name"::text COLLATE "C" IS DISTINCT FROM NEW."name"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_kind#1"();
ALTER TABLE "S.1"."My ""People""" ENABLE ALWAYS TRIGGER "~crossfade_kind#1";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_name"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_name' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"S.1"."My ""People"""')
            AND a.attname = 'crossfade_old_name'), 'an index, constraint, view or other object still contains crossfade_old_name of "S.1"."My ""People""": drop it first');
ALTER TABLE "S.1"."My ""People""" DROP COLUMN "crossfade_old_name";
COMMIT;

-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_age"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_age' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"S.1"."My ""People"""')
            AND a.attname = 'crossfade_old_age'), 'an index, constraint, view or other object still contains crossfade_old_age of "S.1"."My ""People""": drop it first');
ALTER TABLE "S.1"."My ""People""" DROP COLUMN "crossfade_old_age";
COMMIT;

-- Contract, second half: the columns that were set aside are dropped. This cannot be undone.

--@ step: drop the old "first", "last" of "S.1"."My ""People"""
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname IN ('crossfade_old_first', 'crossfade_old_last') AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column: only those
-- that are known to go with it may.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"S.1"."My ""People"""')
            AND a.attname IN ('crossfade_old_first', 'crossfade_old_last') AND d.classid <> 'pg_catalog.pg_attrdef'::regclass
            AND NOT (d.classid = 'pg_catalog.pg_class'::regclass AND d.objid IN (
                  SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                   WHERE i.indrelid = d.refobjid AND c.relname = ANY (ARRAY[]::name[])))
            AND NOT (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid IN (
                  SELECT oid FROM pg_catalog.pg_constraint
                   WHERE conrelid = d.refobjid AND (contype = 'n' OR conname = ANY (ARRAY[]::name[]))))), 'another object contains a column of "S.1"."My ""People""" that was set aside: drop it first');
ALTER TABLE "S.1"."My ""People""" DROP COLUMN "crossfade_old_first";
ALTER TABLE "S.1"."My ""People""" DROP COLUMN "crossfade_old_last";
COMMIT;

-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_Legacy" of "S.1"."My ""People"""
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"S.1"."My ""People"""') AND attname = 'crossfade_old_Legacy' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "S.1"."My ""People""" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column: only those
-- that are known to go with it may.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"S.1"."My ""People"""')
            AND a.attname = 'crossfade_old_Legacy' AND d.classid <> 'pg_catalog.pg_attrdef'::regclass
            AND NOT (d.classid = 'pg_catalog.pg_class'::regclass AND d.objid IN (
                  SELECT c.oid FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
                   WHERE c.relkind = 'S' OR (i.indrelid = d.refobjid AND c.relname = ANY (ARRAY['My "People"_Legacy_check']::name[]))))
            AND NOT (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid IN (
                  SELECT oid FROM pg_catalog.pg_constraint
                   WHERE conrelid = d.refobjid AND (contype = 'n' OR conname = ANY (ARRAY['My "People"_Legacy_check']::name[]))))), 'another object contains crossfade_old_Legacy of "S.1"."My ""People""": drop it first');
ALTER TABLE "S.1"."My ""People""" DROP COLUMN "crossfade_old_Legacy";
COMMIT;

