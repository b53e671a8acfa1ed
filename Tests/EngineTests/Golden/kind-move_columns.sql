-- ════ 1_expand.sql
-- Expand: the new place of the columns, and the triggers that keep both places equal, in one transaction.

--@ step: add the columns to "public"."Profile" and keep it equal to "public"."User"
--@ done: SELECT to_regclass('"public"."Profile"') IS NOT NULL
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = 'crossfade_update_kind')
BEGIN;
-- For milliseconds: nothing is rewritten and nothing is scanned. The locks wait for the last writers that do not know the
-- triggers; from COMMIT on every writer fires them.
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
-- Values that a deleted or moved row took along.
CREATE TABLE IF NOT EXISTS crossfade.replaced (
  plan   text NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  role   text NOT NULL,
  object text NOT NULL,
  key    text NOT NULL,
  value  jsonb NOT NULL
);
ALTER TABLE "public"."Profile" ADD COLUMN "bio" text;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the other table or on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  wrote boolean := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock.
  PERFORM FROM "public"."Profile" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF TG_OP = 'INSERT' THEN
      -- A row that had lost its counterpart gets another: what it held is kept where it can be found.
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."Profile"', concat_ws(', ', 'userId=' || coalesce(n."userId"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT n."bio") v)
        FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND num_nonnulls(n."bio") > 0 AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    UPDATE "public"."Profile" n SET "bio" = NEW."bio" WHERE n."userId" = NEW."id" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', 'old');
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  wrote boolean := false;
  side text := 'new';
BEGIN
  -- The row of the old table serialises all who write its values, from either side.
  PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
     AND NOT EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId") THEN
    -- The foreign key followed a key that was changed together with values: the trigger on that table fires before the one for
    -- the cascaded row, and has brought the values here since. What this row was on the way is older.
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- A whole row, read before it was copied, written back: the NULLs are not a wish.
    UPDATE "public"."Profile" n SET ("bio") = (SELECT o."bio" FROM "public"."User" o WHERE n."userId" = o."id")
     WHERE n."userId" = NEW."userId" AND EXISTS (SELECT FROM "public"."User" o WHERE n."userId" = o."id" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM n."bio"::text COLLATE "C")));
    IF FOUND THEN side := 'stale'; wrote := true; END IF;
  END IF;
  IF side = 'new' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    INSERT INTO crossfade.replaced (plan, role, object, key, value)
    SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
      FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    IF TG_OP = 'UPDATE' THEN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0 AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    -- Not when it was replaced in the same statement.
    UPDATE "public"."User" o SET "bio" = NULL
     WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    wrote := FOUND;
  END IF;
  IF side = 'new' AND TG_OP <> 'DELETE' THEN
    UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := wrote OR FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', side);
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  INSERT INTO crossfade.replaced (plan, role, object, key, value)
  SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
    FROM "public"."User" o WHERE num_nonnulls(o."bio") > 0;
  UPDATE "public"."User" o SET "bio" = NULL WHERE num_nonnulls(o."bio") > 0;
  RETURN NULL;
END
$crossfade$;
REVOKE ALL ON FUNCTION "crossfade"."crossfade_old_kind"(), "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"() FROM PUBLIC;
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_pull_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- An old version made the other row first, with the values: the new row takes them over.
  SELECT o."bio" INTO NEW."bio" FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  RETURN NEW;
END
$crossfade$;
REVOKE ALL ON FUNCTION "crossfade"."crossfade_pull_kind"() FROM PUBLIC;
COMMENT ON FUNCTION "crossfade"."crossfade_pull_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE TRIGGER "zzz_crossfade_pull_kind" BEFORE INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") = 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_pull_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."id" IS DISTINCT FROM NEW."id") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."userId" IS DISTINCT FROM NEW."userId") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_delete_kind" AFTER DELETE ON "public"."Profile" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_truncate_kind" AFTER TRUNCATE ON "public"."Profile" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: the old table gets its NOT NULL back, and the new place goes with its triggers, as it came.

--@ step: drop the triggers and the columns of "public"."Profile"
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
BEGIN;
-- While that trigger is there, "public"."Profile" is as expand left it, and nobody else's.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TRIGGER "zzz_crossfade_pull_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_insert_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_update_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_delete_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_truncate_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_pull_kind"();
ALTER TABLE "public"."Profile" DROP COLUMN "bio";
DROP FUNCTION "crossfade"."crossfade_old_kind"(), "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"();
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the triggers.

--@ step: copy the columns of "public"."User" into "public"."Profile"
--@ transaction: chunk
--@ over: "public"."User"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" o WHERE (num_nonnulls(o."bio") > 0 AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id" AND NOT (num_nonnulls(n."bio") > 0))))
-- The rows are locked while they are copied: a value read unlocked may be another when it is written. A row that is held is
-- left for a later pass.
WITH s AS MATERIALIZED (
  SELECT o.* FROM "public"."User" o WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (num_nonnulls(o."bio") > 0 AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id" AND NOT (num_nonnulls(n."bio") > 0))) FOR SHARE SKIP LOCKED
)
UPDATE "public"."Profile" n SET "bio" = s."bio" FROM s WHERE n."userId" = s."id" AND NOT (num_nonnulls(n."bio") > 0);

-- ════ 4_enforce.sql
-- Enforce: what holds for the columns in "public"."User" is made to hold in "public"."Profile". NOT NULL comes with contract: until then
-- old versions make rows of "public"."Profile" without values.

--@ step: gather statistics on "public"."Profile"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Profile"')) = 0
--@       OR NOT EXISTS (SELECT FROM "public"."Profile")
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'Profile'
--@         AND attname = 'bio')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"') AND attnum > 0 AND attstattarget = 0)
BEGIN;
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the values.
ANALYZE "public"."Profile";
COMMIT;

--@ step: take NULL in "public"."Profile" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN;
-- Last, since versions that use the new place alone come after this phase. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  wrote boolean := false;
  side text := 'new';
BEGIN
  -- The row of the old table serialises all who write its values, from either side.
  PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
     AND NOT EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId") THEN
    -- The foreign key followed a key that was changed together with values: the trigger on that table fires before the one for
    -- the cascaded row, and has brought the values here since. What this row was on the way is older.
    RETURN NULL;
  END IF;
  IF side = 'new' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    INSERT INTO crossfade.replaced (plan, role, object, key, value)
    SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
      FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    IF TG_OP = 'UPDATE' THEN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0 AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    -- Not when it was replaced in the same statement.
    UPDATE "public"."User" o SET "bio" = NULL
     WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    wrote := FOUND;
  END IF;
  IF side = 'new' AND TG_OP <> 'DELETE' THEN
    UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := wrote OR FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', side);
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce: what was carried over to "public"."Profile" is dropped again.

--@ step: take NULL in "public"."Profile" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: copying%')
BEGIN;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: copying
DECLARE
  wrote boolean := false;
  side text := 'new';
BEGIN
  -- The row of the old table serialises all who write its values, from either side.
  PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
     AND NOT EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId") THEN
    -- The foreign key followed a key that was changed together with values: the trigger on that table fires before the one for
    -- the cascaded row, and has brought the values here since. What this row was on the way is older.
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- A whole row, read before it was copied, written back: the NULLs are not a wish.
    UPDATE "public"."Profile" n SET ("bio") = (SELECT o."bio" FROM "public"."User" o WHERE n."userId" = o."id")
     WHERE n."userId" = NEW."userId" AND EXISTS (SELECT FROM "public"."User" o WHERE n."userId" = o."id" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM n."bio"::text COLLATE "C")));
    IF FOUND THEN side := 'stale'; wrote := true; END IF;
  END IF;
  IF side = 'new' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    INSERT INTO crossfade.replaced (plan, role, object, key, value)
    SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
      FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    IF TG_OP = 'UPDATE' THEN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0 AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    -- Not when it was replaced in the same statement.
    UPDATE "public"."User" o SET "bio" = NULL
     WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    wrote := FOUND;
  END IF;
  IF side = 'new' AND TG_OP <> 'DELETE' THEN
    UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := wrote OR FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', side);
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half. Tighten: what old versions could not have met is made to hold in "public"."Profile"; a violation stops here,
-- and nothing is lost. Retire: the old columns are set aside under reserved names.

--@ step: set the columns of "public"."User" aside
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
BEGIN;
-- ACCESS EXCLUSIVE, taken first and on both tables at once: the second is not waited for.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TRIGGER "crossfade_insert_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_update_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_delete_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_truncate_kind" ON "public"."Profile";
DROP TRIGGER "zzz_crossfade_pull_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_pull_kind"();
DROP FUNCTION "crossfade"."crossfade_old_kind"(), "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"();
-- Frozen values would refuse live rows, and collide on the way back.
ALTER TABLE "public"."User" RENAME COLUMN "bio" TO "crossfade_old_bio";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old columns are only set aside. "public"."Profile" is the truth: until the old columns are filled from
-- it, no trigger changes it.

--@ step: give the columns of "public"."User" their names back
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'bio' AND NOT attisdropped)
BEGIN;
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" RENAME COLUMN "crossfade_old_bio" TO "bio";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: settled
DECLARE
  wrote boolean := false;
  side text := 'new';
BEGIN
  -- The row of the old table serialises all who write its values, from either side.
  PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
     AND NOT EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId") THEN
    -- The foreign key followed a key that was changed together with values: the trigger on that table fires before the one for
    -- the cascaded row, and has brought the values here since. What this row was on the way is older.
    RETURN NULL;
  END IF;
  IF side = 'new' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    INSERT INTO crossfade.replaced (plan, role, object, key, value)
    SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
      FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    IF TG_OP = 'UPDATE' THEN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0 AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    -- Not when it was replaced in the same statement.
    UPDATE "public"."User" o SET "bio" = NULL
     WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0 AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
    wrote := FOUND;
  END IF;
  IF side = 'new' AND TG_OP <> 'DELETE' THEN
    UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := wrote OR FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || side, true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || side,
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', side);
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  INSERT INTO crossfade.replaced (plan, role, object, key, value)
  SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT o."bio") v)
    FROM "public"."User" o WHERE num_nonnulls(o."bio") > 0;
  UPDATE "public"."User" o SET "bio" = NULL WHERE num_nonnulls(o."bio") > 0;
  RETURN NULL;
END
$crossfade$;
REVOKE ALL ON FUNCTION "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"() FROM PUBLIC;
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."userId" IS DISTINCT FROM NEW."userId") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_delete_kind" AFTER DELETE ON "public"."Profile" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_truncate_kind" AFTER TRUNCATE ON "public"."Profile" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
COMMIT;

--@ step: fill the columns of "public"."User" from "public"."Profile"
--@ transaction: chunk
--@ over: "public"."User"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
--@       OR NOT EXISTS (SELECT FROM "public"."User" o WHERE (CASE WHEN EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id") THEN EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM n."bio"::text COLLATE "C"))) ELSE num_nonnulls(o."bio") > 0 END))
UPDATE "public"."User" o SET ("bio") = (SELECT n."bio" FROM "public"."Profile" n WHERE n."userId" = o."id")
 WHERE o.ctid = ANY (ARRAY(SELECT o.ctid FROM "public"."User" o
                            WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (CASE WHEN EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id") THEN EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = o."id" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM n."bio"::text COLLATE "C"))) ELSE num_nonnulls(o."bio") > 0 END)
                              FOR NO KEY UPDATE SKIP LOCKED));

--@ step: let "public"."User" and "public"."Profile" follow each other again
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
BEGIN;
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER with a pinned path: application roles need no rights on the other table or on the schema crossfade.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
DECLARE
  wrote boolean := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock.
  PERFORM FROM "public"."Profile" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF TG_OP = 'INSERT' THEN
      -- A row that had lost its counterpart gets another: what it held is kept where it can be found.
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."Profile"', concat_ws(', ', 'userId=' || coalesce(n."userId"::text, 'NULL')), (SELECT to_jsonb(v) FROM (SELECT n."bio") v)
        FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND num_nonnulls(n."bio") > 0 AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    END IF;
    UPDATE "public"."Profile" n SET "bio" = NEW."bio" WHERE n."userId" = NEW."id" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"));
    wrote := FOUND;
  END IF;

  IF wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      PERFORM crossfade.note('kind', 'old');
    END IF;
  END IF;
  RETURN NULL;
END
$crossfade$;
REVOKE ALL ON FUNCTION "crossfade"."crossfade_old_kind"() FROM PUBLIC;
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
DROP TRIGGER IF EXISTS "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "crossfade_update_kind" ON "public"."User";
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."id" IS DISTINCT FROM NEW."id") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_pull_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- An old version made the other row first, with the values: the new row takes them over.
  SELECT o."bio" INTO NEW."bio" FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  RETURN NEW;
END
$crossfade$;
REVOKE ALL ON FUNCTION "crossfade"."crossfade_pull_kind"() FROM PUBLIC;
COMMENT ON FUNCTION "crossfade"."crossfade_pull_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
DROP TRIGGER IF EXISTS "zzz_crossfade_pull_kind" ON "public"."Profile";
CREATE TRIGGER "zzz_crossfade_pull_kind" BEFORE INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") = 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_pull_kind"();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the columns that were set aside are dropped. This cannot be undone.

--@ step: drop what was set aside of "public"."User"
--@ guard: retired
--@ done: SELECT true
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
BEGIN;
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."User"')
            AND a.attname IN ('crossfade_old_bio')), 'an index, constraint, view or other object still contains a column of public.User that was set aside: drop it first');
ALTER TABLE "public"."User" DROP COLUMN "crossfade_old_bio";
COMMIT;

