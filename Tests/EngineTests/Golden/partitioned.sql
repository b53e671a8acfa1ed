-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "event_kind" to "public"."event" and keep it equal to "kind"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'event_kind' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."event"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."event" ADD COLUMN "event_kind" text;
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
  -- An UPDATE that moves a row to another partition is a DELETE there and an INSERT here: it carries both values as they are.
  IF TG_OP = 'INSERT' AND current_setting('crossfade.seen_9e84869d_' || 'moved', true) = md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."event_kind" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."kind" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."kind" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM OLD."event_kind"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."event_kind" IS NULL AND NEW."kind" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."event_kind" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."event_kind" := NEW."kind";
  ELSIF crossfade_winner = 'new' THEN
    NEW."kind" := NEW."event_kind";
  END IF;

  -- What stays unequal has to be known again, should the UPDATE move the row.
  IF TG_OP = 'UPDATE' AND NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C" THEN
    PERFORM set_config('crossfade.seen_9e84869d_' || 'moved', md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text), true);
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps kind and event_kind of public.event equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."event" FOR EACH ROW
  WHEN (NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "event_kind" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'event_kind' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."event"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "public"."event";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."event" DROP COLUMN IF EXISTS "event_kind";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "kind" into "event_kind"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."event" WHERE "event_kind" IS NULL AND "kind" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."event" SET "event_kind" = "kind"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."event"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "event_kind" IS NULL AND "kind" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "kind" is made to hold for "event_kind", beside it, without a scan under a strong lock.

--@ step: let writers of one key of "kind" and "event_kind" wait for each other
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."event"') AND tgenabled = 'A'
--@         AND tgname IN ('~~crossfade_keys_rename', '~~crossfade_keys_update_rename')) = 2
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Before the new column gets a unique index: with two of them, the loser of a race between two INSERT ... ON CONFLICT meets the
-- index that is not the arbiter, and fails.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN NEW."day" IS NOT NULL AND NEW."kind" IS NOT NULL AND NEW."id" IS NOT NULL THEN hash_record_extended(ROW(NEW."day", NEW."kind" COLLATE pg_catalog."default", NEW."id"), 97915760187314848) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (day) AS crossfade_1, (kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."event" ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (day) AS crossfade_1, (kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."event" crossfade_present ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "public"."event" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "public"."event" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."id", NEW."day", NEW."kind"), ROW(OLD."id", OLD."day", OLD."kind")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
COMMIT;

--@ step: declare "event_event_kind_idx" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_event_kind_idx"') AND indrelid = to_regclass('"public"."event"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ONLY: an empty, invalid index; its partitions are built one by one and attached.
CREATE INDEX "event_event_kind_idx" ON ONLY "public"."event" USING btree (event_kind);
COMMIT;

--@ step: clear away what a broken build left of "event_1_event_event_kind_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_event_event_kind_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_event_event_kind_idx";

--@ step: build "event_1_event_event_kind_idx" on "public"."event_1"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_event_event_kind_idx"') AND indrelid = to_regclass('"public"."event_1"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_1"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE INDEX CONCURRENTLY "event_1_event_event_kind_idx" ON "public"."event_1" USING btree (event_kind);

--@ step: attach "event_1_event_event_kind_idx"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_1"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER INDEX "public"."event_event_kind_idx" ATTACH PARTITION "public"."event_1_event_event_kind_idx";
COMMIT;

--@ step: clear away what a broken build left of "event_2_event_event_kind_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_event_event_kind_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_event_event_kind_idx";

--@ step: build "event_2_event_event_kind_idx" on "public"."event_2"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_event_event_kind_idx"') AND indrelid = to_regclass('"public"."event_2"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_2"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE INDEX CONCURRENTLY "event_2_event_event_kind_idx" ON "public"."event_2" USING btree (event_kind);

--@ step: attach "event_2_event_event_kind_idx"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_2"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER INDEX "public"."event_event_kind_idx" ATTACH PARTITION "public"."event_2_event_event_kind_idx";
COMMIT;

--@ step: declare "crossfade_event_once" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_event_once"') AND indrelid = to_regclass('"public"."event"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ONLY: an empty, invalid index; its partitions are built one by one and attached.
ALTER TABLE ONLY "public"."event" ADD CONSTRAINT "crossfade_event_once" UNIQUE (day, event_kind, id);
COMMIT;

--@ step: clear away what a broken build left of "event_1_crossfade_event_once"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_crossfade_event_once"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_crossfade_event_once";

--@ step: build "event_1_crossfade_event_once" on "public"."event_1"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_crossfade_event_once"') AND indrelid = to_regclass('"public"."event_1"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."crossfade_event_once"') AND i.indrelid = to_regclass('"public"."event_1"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE UNIQUE INDEX CONCURRENTLY "event_1_crossfade_event_once" ON "public"."event_1" USING btree (day, event_kind, id);

--@ step: attach "event_1_crossfade_event_once"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."crossfade_event_once"') AND i.indrelid = to_regclass('"public"."event_1"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event_1" ADD CONSTRAINT "event_1_crossfade_event_once" UNIQUE USING INDEX "event_1_crossfade_event_once";
ALTER INDEX "public"."crossfade_event_once" ATTACH PARTITION "public"."event_1_crossfade_event_once";
COMMIT;

--@ step: clear away what a broken build left of "event_2_crossfade_event_once"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_crossfade_event_once"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_crossfade_event_once";

--@ step: build "event_2_crossfade_event_once" on "public"."event_2"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_crossfade_event_once"') AND indrelid = to_regclass('"public"."event_2"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."crossfade_event_once"') AND i.indrelid = to_regclass('"public"."event_2"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE UNIQUE INDEX CONCURRENTLY "event_2_crossfade_event_once" ON "public"."event_2" USING btree (day, event_kind, id);

--@ step: attach "event_2_crossfade_event_once"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."crossfade_event_once"') AND i.indrelid = to_regclass('"public"."event_2"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event_2" ADD CONSTRAINT "event_2_crossfade_event_once" UNIQUE USING INDEX "event_2_crossfade_event_once";
ALTER INDEX "public"."crossfade_event_once" ATTACH PARTITION "public"."event_2_crossfade_event_once";
COMMIT;

--@ step: add the check "event_event_kind_check", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_event_kind_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "public"."event" ADD CONSTRAINT "event_event_kind_check" CHECK ((event_kind <> ''::text)) NOT VALID;
COMMIT;

--@ step: prove the check "event_event_kind_check" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_event_kind_check' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."event" VALIDATE CONSTRAINT "event_event_kind_check";
COMMIT;

--@ step: hold new rows to a value in "event_kind"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'event_kind' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."event" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("event_kind" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "event_kind"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'event_kind' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "event_kind" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'event_kind' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."event" ALTER COLUMN "event_kind" SET NOT NULL;
ALTER TABLE "public"."event" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: add the foreign key "event_event_kind_fkey" on "public"."event_1", for new rows
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_1"') AND conname = 'event_event_kind_fkey')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_1"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Partition by partition: PostgreSQL 17 and before refuse NOT VALID on the parent.
LOCK TABLE "public"."event_1" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_1" ADD CONSTRAINT "event_event_kind_fkey" FOREIGN KEY ("event_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "event_event_kind_fkey" on "public"."event_1"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_1"') AND conname = 'event_event_kind_fkey' AND convalidated)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_1"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."kind" IN ROW SHARE MODE;
ALTER TABLE "public"."event_1" VALIDATE CONSTRAINT "event_event_kind_fkey";
COMMIT;

--@ step: add the foreign key "event_event_kind_fkey" on "public"."event_2", for new rows
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_2"') AND conname = 'event_event_kind_fkey')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_2"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Partition by partition: PostgreSQL 17 and before refuse NOT VALID on the parent.
LOCK TABLE "public"."event_2" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_2" ADD CONSTRAINT "event_event_kind_fkey" FOREIGN KEY ("event_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "event_event_kind_fkey" on "public"."event_2"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_2"') AND conname = 'event_event_kind_fkey' AND convalidated)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_2"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."kind" IN ROW SHARE MODE;
ALTER TABLE "public"."event_2" VALIDATE CONSTRAINT "event_event_kind_fkey";
COMMIT;

--@ step: add the foreign key "event_event_kind_fkey" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Takes over the foreign keys of the partitions without a scan, for milliseconds; their triggers on the referenced table
-- are dropped on the way, which takes ACCESS EXCLUSIVE there.
LOCK TABLE "public"."event" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event" ADD CONSTRAINT "event_event_kind_fkey" FOREIGN KEY ("event_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE;
COMMIT;

--@ step: gather statistics on "event_kind"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."event"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'event'
--@         AND attname = 'event_kind')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'event_kind' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."event" ("event_kind");
COMMIT;

--@ step: take NULL in "event_kind" for a value from now on
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
  -- An UPDATE that moves a row to another partition is a DELETE there and an INSERT here: it carries both values as they are.
  IF TG_OP = 'INSERT' AND current_setting('crossfade.seen_9e84869d_' || 'moved', true) = md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."event_kind" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."kind" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."kind" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM OLD."event_kind"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."event_kind" := NEW."kind";
  ELSIF crossfade_winner = 'new' THEN
    NEW."kind" := NEW."event_kind";
  END IF;

  -- What stays unequal has to be known again, should the UPDATE move the row.
  IF TG_OP = 'UPDATE' AND NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C" THEN
    PERFORM set_config('crossfade.seen_9e84869d_' || 'moved', md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text), true);
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
-- Undo of enforce: what was carried over to "event_kind" is dropped again.

--@ step: take NULL in "event_kind" for a row not yet copied again
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
  -- An UPDATE that moves a row to another partition is a DELETE there and an INSERT here: it carries both values as they are.
  IF TG_OP = 'INSERT' AND current_setting('crossfade.seen_9e84869d_' || 'moved', true) = md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."event_kind" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."kind" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."kind" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM OLD."event_kind"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN 'both' ELSE 'new' END;
    IF NEW."event_kind" IS NULL AND NEW."kind" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."event_kind" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."event_kind" := NEW."kind";
  ELSIF crossfade_winner = 'new' THEN
    NEW."kind" := NEW."event_kind";
  END IF;

  -- What stays unequal has to be known again, should the UPDATE move the row.
  IF TG_OP = 'UPDATE' AND NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C" THEN
    PERFORM set_config('crossfade.seen_9e84869d_' || 'moved', md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text), true);
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

--@ step: drop the foreign key "event_event_kind_fkey" on "public"."event"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- DROP of a foreign key takes ACCESS EXCLUSIVE on both tables; the second is not waited for.
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event" DROP CONSTRAINT "event_event_kind_fkey";
COMMIT;

--@ step: drop the foreign key "event_event_kind_fkey" on "public"."event_1"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_1"') AND conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event_1" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_1" DROP CONSTRAINT "event_event_kind_fkey";
COMMIT;

--@ step: drop the foreign key "event_event_kind_fkey" on "public"."event_2"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_2"') AND conname = 'event_event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event_2" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_2" DROP CONSTRAINT "event_event_kind_fkey";
COMMIT;

--@ step: let "event_kind" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'event_kind' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."event" ALTER COLUMN "event_kind" DROP NOT NULL;
ALTER TABLE "public"."event" DROP CONSTRAINT IF EXISTS "crossfade_not_null_rename";
COMMIT;

--@ step: drop the check "event_event_kind_check"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_event_kind_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."event" DROP CONSTRAINT "event_event_kind_check";
COMMIT;

--@ step: drop the index "event_event_kind_idx" with its partitions
--@ done: SELECT to_regclass('"public"."event_event_kind_idx"') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE for a moment: PostgreSQL has no concurrent drop for the index of a partitioned table.
DROP INDEX "public"."event_event_kind_idx";
COMMIT;

--@ step: drop the index "event_1_event_event_kind_idx"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1_event_event_kind_idx"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_event_event_kind_idx";

--@ step: drop the index "event_2_event_event_kind_idx"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2_event_event_kind_idx"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_event_event_kind_idx";

--@ step: drop the unique constraint "crossfade_event_once"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_event_once')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."event" DROP CONSTRAINT "crossfade_event_once";
COMMIT;


--@ step: drop the index "event_1_crossfade_event_once"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1_crossfade_event_once"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_crossfade_event_once";

--@ step: drop the index "event_2_crossfade_event_once"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2_crossfade_event_once"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_crossfade_event_once";

--@ step: let no writer of a key of "kind" and "event_kind" wait for another any more
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_keys_rename"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "public"."event";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "public"."event";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "kind" aside as "crossfade_old_kind"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'crossfade_old_kind' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'kind' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."event"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "~crossfade_rename" ON "public"."event";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "public"."event";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "public"."event";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
-- A foreign key left on the frozen column would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."event" DROP CONSTRAINT "event_kind_fkey";
ALTER TABLE "public"."event" DROP CONSTRAINT "event_kind_check";
DROP INDEX "public"."event_kind_idx";
ALTER TABLE "public"."event" DROP CONSTRAINT "event_once";
ALTER TABLE "public"."event" RENAME CONSTRAINT "crossfade_event_once" TO "event_once";
-- After the identity, which implies it.
ALTER TABLE "public"."event" ALTER COLUMN "kind" DROP NOT NULL;
ALTER TABLE "public"."event" RENAME COLUMN "kind" TO "crossfade_old_kind";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_kind" equal to "event_kind" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."event"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_kind" := NEW."event_kind";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."event" FOR EACH ROW
  WHEN (NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."crossfade_old_kind"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~crossfade_rename";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN NEW."day" IS NOT NULL AND NEW."crossfade_old_kind" IS NOT NULL AND NEW."id" IS NOT NULL THEN hash_record_extended(ROW(NEW."day", NEW."crossfade_old_kind" COLLATE pg_catalog."default", NEW."id"), 97915760187314848) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (day) AS crossfade_1, (crossfade_old_kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."event" ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (crossfade_old_kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (day) AS crossfade_1, (crossfade_old_kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."event" crossfade_present ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (crossfade_old_kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "public"."event" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "public"."event" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."id", NEW."day", NEW."crossfade_old_kind"), ROW(OLD."id", OLD."day", OLD."crossfade_old_kind")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
ALTER TABLE "public"."event" RENAME CONSTRAINT "event_once" TO "crossfade_event_once";
COMMIT;

--@ step: fill "crossfade_old_kind" from "event_kind"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."event" WHERE "crossfade_old_kind"::text COLLATE "C" IS DISTINCT FROM "event_kind"::text COLLATE "C")
UPDATE "public"."event" SET "crossfade_old_kind" = "event_kind"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."event"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_kind"::text COLLATE "C" IS DISTINCT FROM "event_kind"::text COLLATE "C"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: declare "event_kind_idx" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_kind_idx"') AND indrelid = to_regclass('"public"."event"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ONLY: an empty, invalid index; its partitions are built one by one and attached.
CREATE INDEX "event_kind_idx" ON ONLY "public"."event" USING btree (crossfade_old_kind);
COMMIT;

--@ step: clear away what a broken build left of "event_1_kind_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_kind_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_kind_idx";

--@ step: build "event_1_kind_idx" on "public"."event_1"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_kind_idx"') AND indrelid = to_regclass('"public"."event_1"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_1"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE INDEX CONCURRENTLY "event_1_kind_idx" ON "public"."event_1" USING btree (crossfade_old_kind);

--@ step: attach "event_1_kind_idx"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_1"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER INDEX "public"."event_kind_idx" ATTACH PARTITION "public"."event_1_kind_idx";
COMMIT;

--@ step: clear away what a broken build left of "event_2_kind_idx"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_kind_idx"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_kind_idx";

--@ step: build "event_2_kind_idx" on "public"."event_2"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_kind_idx"') AND indrelid = to_regclass('"public"."event_2"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_2"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE INDEX CONCURRENTLY "event_2_kind_idx" ON "public"."event_2" USING btree (crossfade_old_kind);

--@ step: attach "event_2_kind_idx"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_kind_idx"') AND i.indrelid = to_regclass('"public"."event_2"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER INDEX "public"."event_kind_idx" ATTACH PARTITION "public"."event_2_kind_idx";
COMMIT;

--@ step: declare "event_once" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_once"') AND indrelid = to_regclass('"public"."event"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ONLY: an empty, invalid index; its partitions are built one by one and attached.
ALTER TABLE ONLY "public"."event" ADD CONSTRAINT "event_once" UNIQUE (day, crossfade_old_kind, id);
COMMIT;

--@ step: clear away what a broken build left of "event_1_day_kind_id_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_day_kind_id_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_1_day_kind_id_key";

--@ step: build "event_1_day_kind_id_key" on "public"."event_1"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_1_day_kind_id_key"') AND indrelid = to_regclass('"public"."event_1"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_once"') AND i.indrelid = to_regclass('"public"."event_1"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE UNIQUE INDEX CONCURRENTLY "event_1_day_kind_id_key" ON "public"."event_1" USING btree (day, crossfade_old_kind, id);

--@ step: attach "event_1_day_kind_id_key"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_once"') AND i.indrelid = to_regclass('"public"."event_1"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event_1" ADD CONSTRAINT "event_1_day_kind_id_key" UNIQUE USING INDEX "event_1_day_kind_id_key";
ALTER INDEX "public"."event_once" ATTACH PARTITION "public"."event_1_day_kind_id_key";
COMMIT;

--@ step: clear away what a broken build left of "event_2_day_kind_id_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_day_kind_id_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."event_2_day_kind_id_key";

--@ step: build "event_2_day_kind_id_key" on "public"."event_2"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."event_2_day_kind_id_key"') AND indrelid = to_regclass('"public"."event_2"') AND indisvalid)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_once"') AND i.indrelid = to_regclass('"public"."event_2"'))
-- A partition may have gone since, and one that has come has its index from PostgreSQL.
CREATE UNIQUE INDEX CONCURRENTLY "event_2_day_kind_id_key" ON "public"."event_2" USING btree (day, crossfade_old_kind, id);

--@ step: attach "event_2_day_kind_id_key"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid
--@         WHERE h.inhparent = to_regclass('"public"."event_once"') AND i.indrelid = to_regclass('"public"."event_2"'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event_2" ADD CONSTRAINT "event_2_day_kind_id_key" UNIQUE USING INDEX "event_2_day_kind_id_key";
ALTER INDEX "public"."event_once" ATTACH PARTITION "public"."event_2_day_kind_id_key";
COMMIT;

--@ step: add the check "event_kind_check", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_kind_check')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- NOT VALID: no scan under ACCESS EXCLUSIVE; every write is held to it from here on.
ALTER TABLE "public"."event" ADD CONSTRAINT "event_kind_check" CHECK ((crossfade_old_kind <> ''::text)) NOT VALID;
COMMIT;

--@ step: prove the check "event_kind_check" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_kind_check' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE while it scans: reads and writes go on.
ALTER TABLE "public"."event" VALIDATE CONSTRAINT "event_kind_check";
COMMIT;

--@ step: hold new rows to a value in "crossfade_old_kind"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'crossfade_old_kind' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."event" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("crossfade_old_kind" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_kind"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'crossfade_old_kind' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."event" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "crossfade_old_kind" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."event"')
--@         AND attname = 'crossfade_old_kind' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."event" ALTER COLUMN "crossfade_old_kind" SET NOT NULL;
ALTER TABLE "public"."event" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: add the foreign key "event_kind_fkey" on "public"."event_1", for new rows
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_1"') AND conname = 'event_kind_fkey')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_1"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Partition by partition: PostgreSQL 17 and before refuse NOT VALID on the parent.
LOCK TABLE "public"."event_1" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_1" ADD CONSTRAINT "event_kind_fkey" FOREIGN KEY ("crossfade_old_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "event_kind_fkey" on "public"."event_1"
--@ done: SELECT to_regclass('"public"."event_1"') IS NULL OR to_regclass('"public"."event_1"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_1"') AND conname = 'event_kind_fkey' AND convalidated)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_1"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."kind" IN ROW SHARE MODE;
ALTER TABLE "public"."event_1" VALIDATE CONSTRAINT "event_kind_fkey";
COMMIT;

--@ step: add the foreign key "event_kind_fkey" on "public"."event_2", for new rows
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_2"') AND conname = 'event_kind_fkey')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_2"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Partition by partition: PostgreSQL 17 and before refuse NOT VALID on the parent.
LOCK TABLE "public"."event_2" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event_2" ADD CONSTRAINT "event_kind_fkey" FOREIGN KEY ("crossfade_old_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "event_kind_fkey" on "public"."event_2"
--@ done: SELECT to_regclass('"public"."event_2"') IS NULL OR to_regclass('"public"."event_2"') NOT IN
--@         (SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass('"public"."event"')))
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event_2"') AND conname = 'event_kind_fkey' AND convalidated)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
--@         WHERE k.conrelid = to_regclass('"public"."event_2"') AND p.conrelid = to_regclass('"public"."event"') AND p.conname = 'event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."kind" IN ROW SHARE MODE;
ALTER TABLE "public"."event_2" VALIDATE CONSTRAINT "event_kind_fkey";
COMMIT;

--@ step: add the foreign key "event_kind_fkey" on "public"."event"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."event"') AND conname = 'event_kind_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Takes over the foreign keys of the partitions without a scan, for milliseconds; their triggers on the referenced table
-- are dropped on the way, which takes ACCESS EXCLUSIVE there.
LOCK TABLE "public"."event" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."event" ADD CONSTRAINT "event_kind_fkey" FOREIGN KEY ("crossfade_old_kind") REFERENCES "public"."kind" ("name") ON UPDATE CASCADE;
COMMIT;

--@ step: give "crossfade_old_kind" its name "kind" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'kind' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."kind" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "~crossfade_rename" ON "public"."event";
ALTER TABLE "public"."event" RENAME COLUMN "crossfade_old_kind" TO "kind";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_rename"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_9e84869d_' || 'keys', true), ''), '0')::int;
  crossfade_statement text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    crossfade_statement := coalesce(current_query(), '');  -- logical replication has none
    IF crossfade_statement !~* '\m(insert|copy|merge)\M' THEN
      GET DIAGNOSTICS crossfade_statement = PG_CONTEXT;  -- it stands in a function
    ELSIF length(crossfade_statement) > 20000 THEN
      crossfade_statement := right(crossfade_statement, 10000);
    END IF;
    crossfade_statement := CASE WHEN crossfade_statement !~* '\mon\s+conflict\M' THEN NULL
                                WHEN crossfade_statement !~* '\mdo\s+nothing\M' THEN 'update'
                                -- Alone in its transaction, a row can be locked without a wait that would not have been.
                                WHEN crossfade_held = 0 AND now() = statement_timestamp() THEN 'update'
                                ELSE 'nothing' END;
  END IF;
  crossfade_key := CASE WHEN NEW."day" IS NOT NULL AND NEW."kind" IS NOT NULL AND NEW."id" IS NOT NULL THEN hash_record_extended(ROW(NEW."day", NEW."kind" COLLATE pg_catalog."default", NEW."id"), 97915760187314848) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (day) AS crossfade_1, (kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."event" ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (day) AS crossfade_1, (kind) AS crossfade_2, (id) AS crossfade_3 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."event" crossfade_present ON (day) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (kind) COLLATE pg_catalog."default" OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 AND (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_3 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
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
  -- An UPDATE that moves a row to another partition is a DELETE there and an INSERT here: it carries both values as they are.
  IF TG_OP = 'INSERT' AND current_setting('crossfade.seen_9e84869d_' || 'moved', true) = md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."event_kind" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN NEW."kind" IS NOT NULL THEN 'both' ELSE 'new' END;
    ELSIF NEW."kind" IS NOT NULL THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM OLD."event_kind"::text COLLATE "C" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN 'both' ELSE 'new' END;
  ELSIF NEW."kind"::text COLLATE "C" IS DISTINCT FROM OLD."kind"::text COLLATE "C" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."event_kind" := NEW."kind";
  ELSIF crossfade_winner = 'new' THEN
    NEW."kind" := NEW."event_kind";
  END IF;

  -- What stays unequal has to be known again, should the UPDATE move the row.
  IF TG_OP = 'UPDATE' AND NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C" THEN
    PERFORM set_config('crossfade.seen_9e84869d_' || 'moved', md5(ROW(NEW."kind", NEW."event_kind", NEW."id", NEW."day")::text), true);
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps kind and event_kind of public.event equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."event" FOR EACH ROW
  WHEN (NEW."event_kind"::text COLLATE "C" IS DISTINCT FROM NEW."kind"::text COLLATE "C") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."event" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_kind"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."event"') AND attname = 'crossfade_old_kind' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."event" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."event"')
            AND a.attname = 'crossfade_old_kind'), 'an index, constraint, view or other object still contains crossfade_old_kind of public.event: drop it first');
ALTER TABLE "public"."event" DROP COLUMN "crossfade_old_kind";
COMMIT;

