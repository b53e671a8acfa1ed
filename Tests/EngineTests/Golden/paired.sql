-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "headline" to "public"."post" and keep it equal to "title"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'headline' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."post"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."post" ADD COLUMN "headline" text;
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
  -- The table has BEFORE triggers of its own. The first of our pair settles what the new side wrote, so that they see
  -- both columns filled; the last carries what they made of the old column, whichever side was written.
  IF TG_ARGV[0] = 'last' THEN
    IF TG_OP = 'INSERT' THEN
      crossfade_winner := 'old';
      IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
      crossfade_winner := 'old';
      IF NOT (NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C") THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
      crossfade_winner := 'former';  -- they have taken back what the new side wrote
    ELSIF NEW."headline" IS NULL THEN
      crossfade_winner := 'old';  -- a touched row is a copied row
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."headline" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."title" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."title" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."headline" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF TG_ARGV[0] = 'first' AND crossfade_winner = 'old' AND crossfade_side IS DISTINCT FROM 'stale' THEN
    RETURN NEW;  -- left to the last of the pair
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."headline" := NEW."title";
  ELSIF crossfade_winner = 'new' THEN
    NEW."title" := NEW."headline";
  ELSIF crossfade_winner = 'former' THEN
    NEW."headline" := CASE WHEN OLD."headline" IS NULL THEN NEW."title" ELSE OLD."headline" END;
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps title and headline of public.post equal (plan rename)';
CREATE TRIGGER "!crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."post" FOR EACH ROW
  WHEN (NEW."headline"::text COLLATE "C" IS DISTINCT FROM NEW."title"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"('first');
ALTER TABLE "public"."post" ENABLE ALWAYS TRIGGER "!crossfade_rename";
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."post" FOR EACH ROW
  WHEN (NEW."headline"::text COLLATE "C" IS DISTINCT FROM NEW."title"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"('last');
ALTER TABLE "public"."post" ENABLE ALWAYS TRIGGER "~crossfade_rename";
-- It lists "title", and would not fire on a write of "headline" alone.
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF "title", "headline" ON public.post FOR EACH ROW EXECUTE FUNCTION public.touch();
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "headline" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'headline' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."post"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."post" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "!crossfade_rename" ON "public"."post";
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "public"."post";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF "title" ON public.post FOR EACH ROW EXECUTE FUNCTION public.touch();
ALTER TABLE "public"."post" DROP COLUMN IF EXISTS "headline";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "title" into "headline"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."post" WHERE "headline" IS NULL AND "title" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."post" SET "headline" = "title"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."post"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "headline" IS NULL AND "title" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "title" is made to hold for "headline", beside it, without a scan under a strong lock.

--@ step: gather statistics on "headline"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."post"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'post'
--@         AND attname = 'headline')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."post"')
--@         AND attname = 'headline' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."post" ("headline");
COMMIT;

--@ step: take NULL in "headline" for a value from now on
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
  -- The table has BEFORE triggers of its own. The first of our pair settles what the new side wrote, so that they see
  -- both columns filled; the last carries what they made of the old column, whichever side was written.
  IF TG_ARGV[0] = 'last' THEN
    IF TG_OP = 'INSERT' THEN
      crossfade_winner := 'old';
      IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
      crossfade_winner := 'old';
      IF NOT (NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C") THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
      crossfade_winner := 'former';  -- they have taken back what the new side wrote
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."headline" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."title" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."title" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF TG_ARGV[0] = 'first' AND crossfade_winner = 'old' AND crossfade_side IS DISTINCT FROM 'stale' THEN
    RETURN NEW;  -- left to the last of the pair
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."headline" := NEW."title";
  ELSIF crossfade_winner = 'new' THEN
    NEW."title" := NEW."headline";
  ELSIF crossfade_winner = 'former' THEN
    NEW."headline" := OLD."headline";
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
-- Undo of enforce: what was carried over to "headline" is dropped again.

--@ step: take NULL in "headline" for a row not yet copied again
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
  -- The table has BEFORE triggers of its own. The first of our pair settles what the new side wrote, so that they see
  -- both columns filled; the last carries what they made of the old column, whichever side was written.
  IF TG_ARGV[0] = 'last' THEN
    IF TG_OP = 'INSERT' THEN
      crossfade_winner := 'old';
      IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
      crossfade_winner := 'old';
      IF NOT (NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C") THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
      crossfade_winner := 'former';  -- they have taken back what the new side wrote
    ELSIF NEW."headline" IS NULL THEN
      crossfade_winner := 'old';  -- a touched row is a copied row
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."headline" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."title" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."title" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."headline" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF TG_ARGV[0] = 'first' AND crossfade_winner = 'old' AND crossfade_side IS DISTINCT FROM 'stale' THEN
    RETURN NEW;  -- left to the last of the pair
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."headline" := NEW."title";
  ELSIF crossfade_winner = 'new' THEN
    NEW."title" := NEW."headline";
  ELSIF crossfade_winner = 'former' THEN
    NEW."headline" := CASE WHEN OLD."headline" IS NULL THEN NEW."title" ELSE OLD."headline" END;
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


-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "title" aside as "crossfade_old_title"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'crossfade_old_title' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'title' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."post"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."post" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "!crossfade_rename" ON "public"."post";
DROP TRIGGER "~crossfade_rename" ON "public"."post";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF "headline" ON public.post FOR EACH ROW EXECUTE FUNCTION public.touch();
-- After the identity, which implies it.
ALTER TABLE "public"."post" ALTER COLUMN "title" DROP NOT NULL;
ALTER TABLE "public"."post" RENAME COLUMN "title" TO "crossfade_old_title";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_title" equal to "headline" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."post"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_title" := NEW."headline";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."post" FOR EACH ROW
  WHEN (NEW."headline"::text COLLATE "C" IS DISTINCT FROM NEW."crossfade_old_title"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."post" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

--@ step: fill "crossfade_old_title" from "headline"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."post" WHERE "crossfade_old_title"::text COLLATE "C" IS DISTINCT FROM "headline"::text COLLATE "C")
UPDATE "public"."post" SET "crossfade_old_title" = "headline"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."post"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_title"::text COLLATE "C" IS DISTINCT FROM "headline"::text COLLATE "C"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: give "crossfade_old_title" its name "title" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'title' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."post" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER "~crossfade_rename" ON "public"."post";
ALTER TABLE "public"."post" RENAME COLUMN "crossfade_old_title" TO "title";
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
  -- The table has BEFORE triggers of its own. The first of our pair settles what the new side wrote, so that they see
  -- both columns filled; the last carries what they made of the old column, whichever side was written.
  IF TG_ARGV[0] = 'last' THEN
    IF TG_OP = 'INSERT' THEN
      crossfade_winner := 'old';
      IF NEW."headline" IS NULL AND NEW."title" IS NOT NULL THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
      crossfade_winner := 'old';
      IF NOT (NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C") THEN crossfade_side := 'old'; END IF;
    ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
      crossfade_winner := 'former';  -- they have taken back what the new side wrote
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."headline" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."title" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."title" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."headline"::text COLLATE "C" IS DISTINCT FROM OLD."headline"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."title"::text COLLATE "C" IS DISTINCT FROM OLD."title"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF TG_ARGV[0] = 'first' AND crossfade_winner = 'old' AND crossfade_side IS DISTINCT FROM 'stale' THEN
    RETURN NEW;  -- left to the last of the pair
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."headline" := NEW."title";
  ELSIF crossfade_winner = 'new' THEN
    NEW."title" := NEW."headline";
  ELSIF crossfade_winner = 'former' THEN
    NEW."headline" := OLD."headline";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps title and headline of public.post equal (plan rename)';
CREATE TRIGGER "!crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."post" FOR EACH ROW
  WHEN (NEW."headline"::text COLLATE "C" IS DISTINCT FROM NEW."title"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"('first');
ALTER TABLE "public"."post" ENABLE ALWAYS TRIGGER "!crossfade_rename";
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."post" FOR EACH ROW
  WHEN (NEW."headline"::text COLLATE "C" IS DISTINCT FROM NEW."title"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"('last');
ALTER TABLE "public"."post" ENABLE ALWAYS TRIGGER "~crossfade_rename";
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF "title", "headline" ON public.post FOR EACH ROW EXECUTE FUNCTION public.touch();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_title"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."post"') AND attname = 'crossfade_old_title' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."post" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."post"')
            AND a.attname = 'crossfade_old_title'), 'an index, constraint, view or other object still contains crossfade_old_title of public.post: drop it first');
ALTER TABLE "public"."post" DROP COLUMN "crossfade_old_title";
COMMIT;

