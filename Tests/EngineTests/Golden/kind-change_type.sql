-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "crossfade_new_id" to "public"."Order" and keep it equal to "id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'crossfade_new_id' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Order"') AND tgname = '~crossfade_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."Order" ADD COLUMN "crossfade_new_id" bigint;
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "public";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward_kind"("id" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (("id")::bigint);
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward_kind"(integer) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_value_kind"("id" bigint) RETURNS integer
  LANGUAGE sql STABLE RETURN (("id")::integer);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward_value_kind"(bigint) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_kind"(crossfade_1 bigint) RETURNS integer
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward_kind"(bigint) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
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
  crossfade_forward := ((NEW."id")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_id")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."crossfade_new_id" IS DISTINCT FROM OLD."crossfade_new_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
    IF NEW."crossfade_new_id" IS NULL AND NEW."id" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."crossfade_new_id" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_id" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."id" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_id" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := CASE WHEN (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."id" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."id")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_id")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_0b27c158_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind"() IS 'Crossfade: keeps id and crossfade_new_id of public.Order equal (plan kind)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind" BEFORE INSERT OR UPDATE ON "public"."Order" FOR EACH ROW
  WHEN (NEW."crossfade_new_id" IS DISTINCT FROM ((NEW."id")::bigint)) EXECUTE FUNCTION "crossfade"."crossfade_sync_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~crossfade_kind";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "crossfade_new_id" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'crossfade_new_id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Order"') AND tgname = '~crossfade_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_kind" ON "public"."Order";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_kind"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward_kind"(integer);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_kind"(bigint);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_value_kind"(bigint);
ALTER TABLE "public"."Order" DROP COLUMN IF EXISTS "crossfade_new_id";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "id" into "crossfade_new_id"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Order" WHERE "crossfade_new_id" IS NULL AND "id" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."Order" SET "crossfade_new_id" = "crossfade"."crossfade_forward_kind"("id")
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."Order"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_new_id" IS NULL AND "id" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "id" is made to hold for "crossfade_new_id", beside it, without a scan under a strong lock.

--@ step: let writers of one key of "id" and "crossfade_new_id" wait for each other
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Order"') AND tgenabled = 'A'
--@         AND tgname IN ('~~crossfade_keys_kind', '~~crossfade_keys_update_kind')) = 2
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Before the new column gets a unique index: with two of them, the loser of a race between two INSERT ... ON CONFLICT meets the
-- index that is not the arbiter, and fails.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_kind"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_0b27c158_' || 'keys', true), ''), '0')::int;
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
  crossfade_key := CASE WHEN NEW."id" IS NOT NULL THEN hash_record_extended(ROW(NEW."id"), 1004301171633926141) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."Order" ON (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."Order" crossfade_present ON (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_0b27c158_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_kind" BEFORE INSERT ON "public"."Order" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_0b27c158_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~~crossfade_keys_kind";
CREATE TRIGGER "~~crossfade_keys_update_kind" BEFORE UPDATE ON "public"."Order" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."id"), ROW(OLD."id")) AND current_setting('crossfade.seen_0b27c158_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_kind";
COMMIT;

--@ step: clear away what a broken build left of "crossfade_Order_pkey"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_Order_pkey"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_Order_pkey";

--@ step: build "crossfade_Order_pkey"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_Order_pkey"') AND indrelid = to_regclass('"public"."Order"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_Order_pkey" ON "public"."Order" USING btree (crossfade_new_id);

--@ step: hold new rows to a value in "crossfade_new_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_new_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Order" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("crossfade_new_id" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_new_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_new_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Order" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: make "crossfade_new_id" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_new_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."Order" ALTER COLUMN "crossfade_new_id" SET NOT NULL;
ALTER TABLE "public"."Order" DROP CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: add the foreign key "crossfade_item_orderId_fkey" on "public"."item", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_item_orderId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."item" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Order" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."item" ADD CONSTRAINT "crossfade_item_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "public"."Order" ("crossfade_new_id") ON DELETE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "crossfade_item_orderId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_item_orderId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."Order" IN ROW SHARE MODE;
ALTER TABLE "public"."item" VALIDATE CONSTRAINT "crossfade_item_orderId_fkey";
COMMIT;

--@ step: gather statistics on "crossfade_new_id"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Order"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'Order'
--@         AND attname = 'crossfade_new_id')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_new_id' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."Order" ("crossfade_new_id");
COMMIT;

--@ step: take NULL in "crossfade_new_id" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new column alone come after this phase. Until now a NULL beside a value was a row read
-- before it was copied and written back whole. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
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
  crossfade_forward := ((NEW."id")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_id")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."crossfade_new_id" IS DISTINCT FROM OLD."crossfade_new_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_id" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."id" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_id" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := CASE WHEN (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."id" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."id")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_id")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_0b27c158_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
-- Undo of enforce: what was carried over to "crossfade_new_id" is dropped again.

--@ step: take NULL in "crossfade_new_id" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
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
  crossfade_forward := ((NEW."id")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_id")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."crossfade_new_id" IS DISTINCT FROM OLD."crossfade_new_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
    IF NEW."crossfade_new_id" IS NULL AND NEW."id" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."crossfade_new_id" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_id" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."id" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_id" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := CASE WHEN (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."id" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."id")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_id")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_0b27c158_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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

--@ step: drop the foreign key "crossfade_item_orderId_fkey" on "public"."item"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'crossfade_item_orderId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- DROP of a foreign key takes ACCESS EXCLUSIVE on both tables; the second is not waited for.
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."item" DROP CONSTRAINT "crossfade_item_orderId_fkey";
COMMIT;

--@ step: let "crossfade_new_id" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_new_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Order" ALTER COLUMN "crossfade_new_id" DROP NOT NULL;
ALTER TABLE "public"."Order" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
COMMIT;

--@ step: drop the index "crossfade_Order_pkey"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."crossfade_Order_pkey"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_Order_pkey";

--@ step: let no writer of a key of "id" and "crossfade_new_id" wait for another any more
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_keys_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~~crossfade_keys_kind" ON "public"."Order";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_kind" ON "public"."Order";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_kind"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "id" aside as "crossfade_old_id"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'crossfade_old_id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'crossfade_new_id' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Order"') AND tgname = '~crossfade_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "~crossfade_kind" ON "public"."Order";
DROP FUNCTION "crossfade"."crossfade_sync_kind"();
DROP TRIGGER IF EXISTS "~~crossfade_keys_kind" ON "public"."Order";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_kind" ON "public"."Order";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_kind"();
DROP FUNCTION IF EXISTS "crossfade"."crossfade_forward_kind"(integer);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_kind"(bigint);
DROP FUNCTION IF EXISTS "crossfade"."crossfade_backward_value_kind"(bigint);
-- A foreign key left on the frozen column would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."item" DROP CONSTRAINT "item_orderId_fkey";
ALTER TABLE "public"."item" RENAME CONSTRAINT "crossfade_item_orderId_fkey" TO "item_orderId_fkey";
ALTER TABLE "public"."Order" DROP CONSTRAINT "Order_pkey", ADD CONSTRAINT "Order_pkey" PRIMARY KEY USING INDEX "crossfade_Order_pkey";
-- After the identity, which implies it.
ALTER TABLE "public"."Order" ALTER COLUMN "id" DROP NOT NULL;
ALTER TABLE "public"."Order" ALTER COLUMN "id" DROP DEFAULT;
ALTER TABLE "public"."Order" ALTER COLUMN "crossfade_new_id" SET DEFAULT nextval('public."Order_id_seq"'::regclass);
-- Otherwise purge would drop the sequence with the column.
ALTER SEQUENCE "public"."Order_id_seq" OWNED BY "public"."Order"."crossfade_new_id";
ALTER SEQUENCE "public"."Order_id_seq" AS bigint;
ALTER TABLE "public"."Order" RENAME COLUMN "id" TO "crossfade_old_id";
ALTER TABLE "public"."Order" RENAME COLUMN "crossfade_new_id" TO "id";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_id" equal to "id" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Order"') AND tgname = '~crossfade_kind' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Names in the expressions are found in pg_catalog and in the table's schema, whatever path a writer has.
SET LOCAL search_path = pg_catalog, "public";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_forward_kind"("id" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (("id")::bigint);
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_forward_kind"(integer) TO PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_value_kind"("id" bigint) RETURNS integer
  LANGUAGE sql STABLE RETURN (("id")::integer);
REVOKE ALL ON FUNCTION "crossfade"."crossfade_backward_value_kind"(bigint) FROM PUBLIC;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_backward_kind"(crossfade_1 bigint) RETURNS integer
  -- SECURITY DEFINER: who copies or compares has no right to execute the function that it calls.
  LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $crossfade$
BEGIN
  RETURN "crossfade"."crossfade_backward_value_kind"(crossfade_1);
EXCEPTION
  WHEN insufficient_privilege OR undefined_function OR invalid_schema_name THEN RAISE;  -- it says nothing of the value
  WHEN OTHERS THEN RETURN NULL;  -- no counterpart: the row is a violation
END
$crossfade$;
-- Copies and checks call it, whichever operator runs them; default privileges may keep functions from PUBLIC.
GRANT EXECUTE ON FUNCTION "crossfade"."crossfade_backward_kind"(bigint) TO PUBLIC;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
DECLARE
  crossfade_forward bigint;
  crossfade_backward integer;
BEGIN
  crossfade_forward := ((NEW."crossfade_old_id")::bigint);
  BEGIN
    crossfade_backward := ((NEW."id")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF (((NEW."id" IS DISTINCT FROM crossfade_forward AND NEW."crossfade_old_id" IS DISTINCT FROM crossfade_backward AND NOT (NEW."id" IS NOT NULL AND crossfade_backward IS NULL)) OR (NEW."id" IS NOT NULL AND crossfade_backward IS NULL))) IS NOT TRUE THEN
    RETURN NEW;
  END IF;
  IF (NEW."id" IS NOT NULL AND crossfade_backward IS NULL) THEN
    -- Without a counterpart it keeps what it has; the row is recorded, and is looked for before the name is given back.
    BEGIN
      PERFORM crossfade.note_row('kind', 'ahead', concat_ws(', ', 'id=' || coalesce(NEW."id"::text, 'NULL')));
    EXCEPTION WHEN OTHERS THEN
      RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
    RETURN NEW;
  END IF;
  NEW."crossfade_old_id" := crossfade_backward;
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_kind"()'::regprocedure);
CREATE TRIGGER "~crossfade_kind" BEFORE INSERT OR UPDATE ON "public"."Order" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_sync_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~crossfade_kind";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_kind"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_0b27c158_' || 'keys', true), ''), '0')::int;
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
  crossfade_key := CASE WHEN NEW."crossfade_old_id" IS NOT NULL THEN hash_record_extended(ROW(NEW."crossfade_old_id"), 1004301171633926141) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (crossfade_old_id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."Order" ON (crossfade_old_id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (crossfade_old_id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."Order" crossfade_present ON (crossfade_old_id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_0b27c158_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_kind" BEFORE INSERT ON "public"."Order" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_0b27c158_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~~crossfade_keys_kind";
CREATE TRIGGER "~~crossfade_keys_update_kind" BEFORE UPDATE ON "public"."Order" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."crossfade_old_id"), ROW(OLD."crossfade_old_id")) AND current_setting('crossfade.seen_0b27c158_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_kind";
-- Its name is needed for the old foreign key again.
ALTER TABLE "public"."item" RENAME CONSTRAINT "item_orderId_fkey" TO "crossfade_item_orderId_fkey";
COMMIT;

--@ step: fill "crossfade_old_id" from "id"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Order" WHERE ("id" IS DISTINCT FROM "crossfade"."crossfade_forward_kind"("crossfade_old_id") AND "crossfade_old_id" IS DISTINCT FROM "crossfade"."crossfade_backward_kind"("id") AND NOT ("id" IS NOT NULL AND "crossfade"."crossfade_backward_kind"("id") IS NULL)))
UPDATE "public"."Order" SET "crossfade_old_id" = "crossfade"."crossfade_backward_kind"("id")
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."Order"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND ("id" IS DISTINCT FROM "crossfade"."crossfade_forward_kind"("crossfade_old_id") AND "crossfade_old_id" IS DISTINCT FROM "crossfade"."crossfade_backward_kind"("id") AND NOT ("id" IS NOT NULL AND "crossfade"."crossfade_backward_kind"("id") IS NULL))
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: clear away what a broken build left of "crossfade_old_Order_pkey"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_old_Order_pkey"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_old_Order_pkey";

--@ step: build "crossfade_old_Order_pkey"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_old_Order_pkey"') AND indrelid = to_regclass('"public"."Order"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_old_Order_pkey" ON "public"."Order" USING btree (crossfade_old_id);

--@ step: hold new rows to a value in "crossfade_old_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Order" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("crossfade_old_id" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_id"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Order" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: make "crossfade_old_id" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Order"')
--@         AND attname = 'crossfade_old_id' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Order"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."Order" ALTER COLUMN "crossfade_old_id" SET NOT NULL;
ALTER TABLE "public"."Order" DROP CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: add the foreign key "item_orderId_fkey" on "public"."item", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'item_orderId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."item" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Order" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."item" ADD CONSTRAINT "item_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "public"."Order" ("crossfade_old_id") ON DELETE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "item_orderId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."item"') AND conname = 'item_orderId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."Order" IN ROW SHARE MODE;
ALTER TABLE "public"."item" VALIDATE CONSTRAINT "item_orderId_fkey";
COMMIT;

--@ step: give "crossfade_old_id" its name "id" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'id' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."item" IN ACCESS EXCLUSIVE MODE NOWAIT;
-- It hangs on the index of the primary key, which goes back to the old column.
ALTER TABLE "public"."item" DROP CONSTRAINT "crossfade_item_orderId_fkey";
ALTER TABLE "public"."Order" DROP CONSTRAINT "Order_pkey", ADD CONSTRAINT "Order_pkey" PRIMARY KEY USING INDEX "crossfade_old_Order_pkey";
ALTER TABLE "public"."Order" ALTER COLUMN "id" DROP DEFAULT;
ALTER TABLE "public"."Order" ALTER COLUMN "crossfade_old_id" SET DEFAULT nextval('public."Order_id_seq"'::regclass);
ALTER SEQUENCE "public"."Order_id_seq" OWNED BY "public"."Order"."crossfade_old_id";
ALTER SEQUENCE "public"."Order_id_seq" AS integer;
DROP TRIGGER "~crossfade_kind" ON "public"."Order";
ALTER TABLE "public"."Order" RENAME COLUMN "id" TO "crossfade_new_id";
ALTER TABLE "public"."Order" RENAME COLUMN "crossfade_old_id" TO "id";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_keys_kind"() RETURNS trigger
  -- SECURITY DEFINER: a writer may have no right to read the table. A plan made while it was small would go on reading all of it.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $crossfade$
#variable_conflict use_column
DECLARE
  crossfade_key bigint;
  crossfade_held int := coalesce(nullif(current_setting('crossfade.seen_0b27c158_' || 'keys', true), ''), '0')::int;
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
  crossfade_key := CASE WHEN NEW."id" IS NOT NULL THEN hash_record_extended(ROW(NEW."id"), 1004301171633926141) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."Order" ON (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (id) AS crossfade_1 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."Order" crossfade_present ON (id) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_0b27c158_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_kind"() RETURNS trigger
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
  crossfade_forward := ((NEW."id")::bigint);
  BEGIN
    crossfade_backward := ((NEW."crossfade_new_id")::integer);
  EXCEPTION WHEN OTHERS THEN
    crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
  END;
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."crossfade_new_id" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := 'new';  -- the old column's default is made for each row: it cannot be told from a written value
    END IF;
  ELSIF NEW."crossfade_new_id" IS DISTINCT FROM OLD."crossfade_new_id" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."id" IS DISTINCT FROM OLD."id" THEN 'both' ELSE 'new' END;
  ELSIF NEW."id" IS DISTINCT FROM OLD."id" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' AND (NOT (NEW."crossfade_new_id" IS DISTINCT FROM crossfade_forward) OR NOT (NEW."id" IS DISTINCT FROM crossfade_backward)) THEN
    crossfade_winner := NULL;  -- both were written, and come from each other
    crossfade_side := NULL;
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."crossfade_new_id" := crossfade_forward;
  ELSIF crossfade_winner = 'new' THEN
    NEW."id" := CASE WHEN (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL) THEN NEW."id" ELSE crossfade_backward END;
  END IF;

  IF crossfade_side = 'both' THEN
    -- One of the two values has just been made of the other.
    crossfade_forward := ((NEW."id")::bigint);
    BEGIN
      crossfade_backward := ((NEW."crossfade_new_id")::integer);
    EXCEPTION WHEN OTHERS THEN
      crossfade_backward := NULL;  -- no counterpart: the application's statement goes on, and the row is recorded
    END;
  END IF;
  IF (crossfade_side IN ('new', 'both') AND (NEW."crossfade_new_id" IS NOT NULL AND crossfade_backward IS NULL)) THEN
    -- Noted beside the writer itself, who is still one of its column.
    IF current_setting('crossfade.seen_0b27c158_' || 'unconvertible', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'unconvertible',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'unconvertible');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_kind"() IS 'Crossfade: keeps id and crossfade_new_id of public.Order equal (plan kind)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_kind" BEFORE INSERT OR UPDATE ON "public"."Order" FOR EACH ROW
  WHEN (NEW."crossfade_new_id" IS DISTINCT FROM ((NEW."id")::bigint)) EXECUTE FUNCTION "crossfade"."crossfade_sync_kind"();
ALTER TABLE "public"."Order" ENABLE ALWAYS TRIGGER "~crossfade_kind";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_id"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Order"') AND attname = 'crossfade_old_id' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Order" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."Order"')
            AND a.attname = 'crossfade_old_id'), 'an index, constraint, view or other object still contains crossfade_old_id of public.Order: drop it first');
ALTER TABLE "public"."Order" DROP COLUMN "crossfade_old_id";
COMMIT;

