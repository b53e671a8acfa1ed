-- ════ 1_expand.sql
-- Expand: the new column beside the old one, and the trigger that keeps them equal, in one transaction.

--@ step: add "account_number" to "public"."account" and keep it equal to "number"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'account_number' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."account"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, for milliseconds: no default and no NOT NULL, so nothing is rewritten and nothing is scanned. The
-- lock waits for the last writer that does not know the trigger; from COMMIT on every writer fires it.
ALTER TABLE "public"."account" ADD COLUMN "account_number" integer;
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
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."account_number" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN 'both' ELSE 'new' END;
    ELSIF (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."account_number" IS DISTINCT FROM OLD."account_number" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."number" IS DISTINCT FROM OLD."number" THEN 'both' ELSE 'new' END;
    IF NEW."account_number" IS NULL AND NEW."number" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."number" IS DISTINCT FROM OLD."number" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."account_number" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."account_number" := NEW."number";
  ELSIF crossfade_winner = 'new' THEN
    NEW."number" := NEW."account_number";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps number and account_number of public.account equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."account" FOR EACH ROW
  WHEN (NEW."account_number" IS DISTINCT FROM NEW."number") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: trigger, function and new column go in one transaction, as they came.

--@ step: drop "account_number" and its trigger
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'account_number' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."account"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~crossfade_rename" ON "public"."account";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."account" DROP COLUMN IF EXISTS "account_number";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the trigger.

--@ step: copy "number" into "account_number"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."account" WHERE "account_number" IS NULL AND "number" IS NOT NULL)
-- A row that a running transaction holds is left for a later pass: the copy never waits for a row, and so can neither
-- be nor make the victim of a deadlock. Blocks written later hold only rows that passed the trigger.
UPDATE "public"."account" SET "account_number" = "number"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."account"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "account_number" IS NULL AND "number" IS NOT NULL
                            FOR NO KEY UPDATE SKIP LOCKED));

-- ════ 4_enforce.sql
-- Enforce: what holds for "number" is made to hold for "account_number", beside it, without a scan under a strong lock.

--@ step: let writers of one key of "number" and "account_number" wait for each other
--@ done: SELECT (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."account"') AND tgenabled = 'A'
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
  crossfade_key := CASE WHEN NEW."tenant" IS NOT NULL AND NEW."number" IS NOT NULL THEN hash_record_extended(ROW(NEW."tenant", NEW."number"), 495725959382678673) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (tenant) AS crossfade_1, (number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."account" ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (tenant) AS crossfade_1, (number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."account" crossfade_present ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "public"."account" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "public"."account" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."tenant", NEW."number"), ROW(OLD."tenant", OLD."number")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
COMMIT;

--@ step: clear away what a broken build left of "crossfade_account_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_account_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_account_key";

--@ step: build "crossfade_account_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_account_key"') AND indrelid = to_regclass('"public"."account"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_account_key" ON "public"."account" USING btree (tenant, account_number);

--@ step: hold new rows to a value in "account_number"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'account_number' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."account" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("account_number" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "account_number"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'account_number' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."account" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "account_number" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'account_number' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."account" ALTER COLUMN "account_number" SET NOT NULL;
ALTER TABLE "public"."account" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: add the foreign key "crossfade_audit_tenant_account_fkey" on "public"."audit", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."audit"') AND conname = 'crossfade_audit_tenant_account_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."audit" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."audit" ADD CONSTRAINT "crossfade_audit_tenant_account_fkey" FOREIGN KEY ("tenant", "account") REFERENCES "public"."account" ("tenant", "account_number") MATCH FULL NOT VALID;
COMMIT;

--@ step: prove the foreign key "crossfade_audit_tenant_account_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."audit"') AND conname = 'crossfade_audit_tenant_account_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."account" IN ROW SHARE MODE;
ALTER TABLE "public"."audit" VALIDATE CONSTRAINT "crossfade_audit_tenant_account_fkey";
COMMIT;

--@ step: add the foreign key "crossfade_booked" on "public"."booking", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."booking"') AND conname = 'crossfade_booked')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."booking" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."booking" ADD CONSTRAINT "crossfade_booked" FOREIGN KEY ("tenant", "account") REFERENCES "public"."account" ("tenant", "account_number") ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE NOT VALID;
COMMIT;

--@ step: prove the foreign key "crossfade_booked" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."booking"') AND conname = 'crossfade_booked' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."account" IN ROW SHARE MODE;
ALTER TABLE "public"."booking" VALIDATE CONSTRAINT "crossfade_booked";
COMMIT;

--@ step: gather statistics on "account_number"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."account"')) = 0
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'account'
--@         AND attname = 'account_number')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'account_number' AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the column.
ANALYZE "public"."account" ("account_number");
COMMIT;

--@ step: take NULL in "account_number" for a value from now on
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
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."account_number" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN 'both' ELSE 'new' END;
    ELSIF (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."account_number" IS DISTINCT FROM OLD."account_number" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."number" IS DISTINCT FROM OLD."number" THEN 'both' ELSE 'new' END;
  ELSIF NEW."number" IS DISTINCT FROM OLD."number" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."account_number" := NEW."number";
  ELSIF crossfade_winner = 'new' THEN
    NEW."number" := NEW."account_number";
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
-- Undo of enforce: what was carried over to "account_number" is dropped again.

--@ step: take NULL in "account_number" for a row not yet copied again
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
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."account_number" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN 'both' ELSE 'new' END;
    ELSIF (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."account_number" IS DISTINCT FROM OLD."account_number" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."number" IS DISTINCT FROM OLD."number" THEN 'both' ELSE 'new' END;
    IF NEW."account_number" IS NULL AND NEW."number" IS NOT NULL THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      crossfade_winner := 'old';
      crossfade_side := 'stale';
    END IF;
  ELSIF NEW."number" IS DISTINCT FROM OLD."number" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  ELSIF NEW."account_number" IS NULL THEN
    crossfade_winner := 'old';  -- a touched row is a copied row
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."account_number" := NEW."number";
  ELSIF crossfade_winner = 'new' THEN
    NEW."number" := NEW."account_number";
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

--@ step: drop the foreign key "crossfade_audit_tenant_account_fkey" on "public"."audit"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."audit"') AND conname = 'crossfade_audit_tenant_account_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- DROP of a foreign key takes ACCESS EXCLUSIVE on both tables; the second is not waited for.
LOCK TABLE "public"."audit" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."audit" DROP CONSTRAINT "crossfade_audit_tenant_account_fkey";
COMMIT;

--@ step: drop the foreign key "crossfade_booked" on "public"."booking"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."booking"') AND conname = 'crossfade_booked')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- DROP of a foreign key takes ACCESS EXCLUSIVE on both tables; the second is not waited for.
LOCK TABLE "public"."booking" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."booking" DROP CONSTRAINT "crossfade_booked";
COMMIT;

--@ step: let "account_number" be NULL again
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'account_number' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."account" ALTER COLUMN "account_number" DROP NOT NULL;
ALTER TABLE "public"."account" DROP CONSTRAINT IF EXISTS "crossfade_not_null_rename";
COMMIT;

--@ step: drop the index "crossfade_account_key"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."crossfade_account_key"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_account_key";

--@ step: let no writer of a key of "number" and "account_number" wait for another any more
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_keys_rename"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "public"."account";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "public"."account";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half: the old column is set aside under a reserved name. Nothing is scanned, nothing is dropped that
-- rollback could not build again.

--@ step: set "number" aside as "crossfade_old_number"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'crossfade_old_number' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'number' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."account"') AND tgname = '~crossfade_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."audit" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."booking" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "~crossfade_rename" ON "public"."account";
DROP FUNCTION "crossfade"."crossfade_sync_rename"();
DROP TRIGGER IF EXISTS "~~crossfade_keys_rename" ON "public"."account";
DROP TRIGGER IF EXISTS "~~crossfade_keys_update_rename" ON "public"."account";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_keys_rename"();
-- A foreign key left on the frozen column would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."audit" DROP CONSTRAINT "audit_tenant_account_fkey";
ALTER TABLE "public"."audit" RENAME CONSTRAINT "crossfade_audit_tenant_account_fkey" TO "audit_tenant_account_fkey";
-- A foreign key left on the frozen column would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."booking" DROP CONSTRAINT "booked";
ALTER TABLE "public"."booking" RENAME CONSTRAINT "crossfade_booked" TO "booked";
ALTER TABLE "public"."account" DROP CONSTRAINT "account_key", ADD CONSTRAINT "account_key" PRIMARY KEY USING INDEX "crossfade_account_key";
COMMENT ON CONSTRAINT "account_key" ON "public"."account" IS 'the key';
-- After the identity, which implies it.
ALTER TABLE "public"."account" ALTER COLUMN "number" DROP NOT NULL;
ALTER TABLE "public"."account" ALTER COLUMN "number" DROP DEFAULT;
ALTER TABLE "public"."account" ALTER COLUMN "account_number" SET DEFAULT 7;
ALTER TABLE "public"."account" RENAME COLUMN "number" TO "crossfade_old_number";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new column is the truth: the old one is filled from it
-- while it is still out of sight, proved, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_number" equal to "account_number" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."account"') AND tgname = '~crossfade_rename' AND tgenabled = 'A')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_sync_rename"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
-- body: reverse
BEGIN
  NEW."crossfade_old_number" := NEW."account_number";
  RETURN NEW;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_sync_rename"()'::regprocedure);
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."account" FOR EACH ROW
  WHEN (NEW."account_number" IS DISTINCT FROM NEW."crossfade_old_number") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~crossfade_rename";
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
  crossfade_key := CASE WHEN NEW."tenant" IS NOT NULL AND NEW."crossfade_old_number" IS NOT NULL THEN hash_record_extended(ROW(NEW."tenant", NEW."crossfade_old_number"), 495725959382678673) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (tenant) AS crossfade_1, (crossfade_old_number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."account" ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (crossfade_old_number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (tenant) AS crossfade_1, (crossfade_old_number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."account" crossfade_present ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (crossfade_old_number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
    END IF;
  END IF;
  -- The server has room for so many locks only: a transaction that writes many rows holds those of the first.
  PERFORM set_config('crossfade.seen_9e84869d_' || 'keys', CASE WHEN crossfade_held < 40 THEN crossfade_held::text ELSE 'full' END, true);
  RETURN NEW;
END
$crossfade$;
-- '~~' sorts after the sync trigger: both columns are filled.
CREATE TRIGGER "~~crossfade_keys_rename" BEFORE INSERT ON "public"."account" FOR EACH ROW
  WHEN (current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~~crossfade_keys_rename";
CREATE TRIGGER "~~crossfade_keys_update_rename" BEFORE UPDATE ON "public"."account" FOR EACH ROW
  WHEN (pg_catalog.record_image_ne(ROW(NEW."tenant", NEW."crossfade_old_number"), ROW(OLD."tenant", OLD."crossfade_old_number")) AND current_setting('crossfade.seen_9e84869d_' || 'keys', true) IS DISTINCT FROM 'full') EXECUTE FUNCTION "crossfade"."crossfade_keys_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~~crossfade_keys_update_rename";
-- Its name is needed for the old foreign key again.
ALTER TABLE "public"."audit" RENAME CONSTRAINT "audit_tenant_account_fkey" TO "crossfade_audit_tenant_account_fkey";
-- Its name is needed for the old foreign key again.
ALTER TABLE "public"."booking" RENAME CONSTRAINT "booked" TO "crossfade_booked";
COMMIT;

--@ step: fill "crossfade_old_number" from "account_number"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."account" WHERE "crossfade_old_number" IS DISTINCT FROM "account_number")
UPDATE "public"."account" SET "crossfade_old_number" = "account_number"
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM "public"."account"
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "crossfade_old_number" IS DISTINCT FROM "account_number"
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: clear away what a broken build left of "crossfade_old_account_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_old_account_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."crossfade_old_account_key";

--@ step: build "crossfade_old_account_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."crossfade_old_account_key"') AND indrelid = to_regclass('"public"."account"') AND indisvalid)
-- CONCURRENTLY: reads and writes go on; it waits for transactions older than itself.
CREATE UNIQUE INDEX CONCURRENTLY "crossfade_old_account_key" ON "public"."account" USING btree (tenant, crossfade_old_number);

--@ step: hold new rows to a value in "crossfade_old_number"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'crossfade_old_number' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."account" ADD CONSTRAINT "crossfade_not_null_rename" CHECK ("crossfade_old_number" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row lacks a value in "crossfade_old_number"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'crossfade_old_number' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."account" VALIDATE CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: make "crossfade_old_number" NOT NULL
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."account"')
--@         AND attname = 'crossfade_old_number' AND attnotnull)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."account"') AND conname = 'crossfade_not_null_rename')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."account" ALTER COLUMN "crossfade_old_number" SET NOT NULL;
ALTER TABLE "public"."account" DROP CONSTRAINT "crossfade_not_null_rename";
COMMIT;

--@ step: add the foreign key "audit_tenant_account_fkey" on "public"."audit", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."audit"') AND conname = 'audit_tenant_account_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."audit" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."audit" ADD CONSTRAINT "audit_tenant_account_fkey" FOREIGN KEY ("tenant", "account") REFERENCES "public"."account" ("tenant", "crossfade_old_number") MATCH FULL NOT VALID;
COMMIT;

--@ step: prove the foreign key "audit_tenant_account_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."audit"') AND conname = 'audit_tenant_account_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."account" IN ROW SHARE MODE;
ALTER TABLE "public"."audit" VALIDATE CONSTRAINT "audit_tenant_account_fkey";
COMMIT;

--@ step: add the foreign key "booked" on "public"."booking", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."booking"') AND conname = 'booked')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE ROW EXCLUSIVE on both tables; the second is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."booking" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."account" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."booking" ADD CONSTRAINT "booked" FOREIGN KEY ("tenant", "account") REFERENCES "public"."account" ("tenant", "crossfade_old_number") ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE NOT VALID;
COMMIT;

--@ step: prove the foreign key "booked" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."booking"') AND conname = 'booked' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- SHARE UPDATE EXCLUSIVE on the table and ROW SHARE on the referenced one: reads and writes go on.
LOCK TABLE "public"."account" IN ROW SHARE MODE;
ALTER TABLE "public"."booking" VALIDATE CONSTRAINT "booked";
COMMIT;

--@ step: give "crossfade_old_number" its name "number" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'number' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_sync_rename"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."audit" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."booking" IN ACCESS EXCLUSIVE MODE NOWAIT;
-- It hangs on the index of the primary key, which goes back to the old column.
ALTER TABLE "public"."audit" DROP CONSTRAINT "crossfade_audit_tenant_account_fkey";
-- It hangs on the index of the primary key, which goes back to the old column.
ALTER TABLE "public"."booking" DROP CONSTRAINT "crossfade_booked";
ALTER TABLE "public"."account" DROP CONSTRAINT "account_key", ADD CONSTRAINT "account_key" PRIMARY KEY USING INDEX "crossfade_old_account_key";
COMMENT ON CONSTRAINT "account_key" ON "public"."account" IS 'the key';
ALTER TABLE "public"."account" ALTER COLUMN "account_number" DROP DEFAULT;
ALTER TABLE "public"."account" ALTER COLUMN "crossfade_old_number" SET DEFAULT 7;
DROP TRIGGER "~crossfade_rename" ON "public"."account";
ALTER TABLE "public"."account" RENAME COLUMN "crossfade_old_number" TO "number";
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
  crossfade_key := CASE WHEN NEW."tenant" IS NOT NULL AND NEW."number" IS NOT NULL THEN hash_record_extended(ROW(NEW."tenant", NEW."number"), 495725959382678673) END;
  IF crossfade_statement = 'nothing' THEN
    -- It neither waits for a row that is there nor locks it.
    PERFORM FROM (SELECT (tenant) AS crossfade_1, (number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new JOIN "public"."account" ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2;
    IF FOUND THEN crossfade_key := NULL; END IF;
  END IF;
  IF crossfade_key IS NOT NULL THEN
    -- Until the end of the transaction, as a writer of the same key would wait at the index.
    PERFORM pg_advisory_xact_lock(crossfade_key);
    crossfade_held := crossfade_held + 1;
    IF crossfade_statement = 'update' THEN
      -- DO UPDATE will lock the row. A moment earlier, it cannot be missed because another transaction is updating it.
      PERFORM FROM (SELECT (tenant) AS crossfade_1, (number) AS crossfade_2 FROM (SELECT NEW.*) crossfade_row) crossfade_new
         JOIN "public"."account" crossfade_present ON (tenant) OPERATOR(pg_catalog.=) crossfade_new.crossfade_1 AND (number) OPERATOR(pg_catalog.=) crossfade_new.crossfade_2 FOR NO KEY UPDATE OF crossfade_present;
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
  IF TG_OP = 'INSERT' THEN
    -- The new column has no default while both live: a value in it was written.
    crossfade_winner := CASE WHEN NEW."account_number" IS NULL THEN 'old' ELSE 'new' END;
    IF crossfade_winner = 'new' THEN
      crossfade_side := CASE WHEN (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN 'both' ELSE 'new' END;
    ELSIF (NEW."number" IS NOT NULL AND NEW."number" IS DISTINCT FROM (7)) THEN
      crossfade_side := 'old';  -- a default is not a write
    END IF;
  ELSIF NEW."account_number" IS DISTINCT FROM OLD."account_number" THEN
    crossfade_winner := 'new';
    crossfade_side := CASE WHEN NEW."number" IS DISTINCT FROM OLD."number" THEN 'both' ELSE 'new' END;
  ELSIF NEW."number" IS DISTINCT FROM OLD."number" THEN
    crossfade_winner := 'old';
    crossfade_side := 'old';
  END IF;
  IF crossfade_side = 'both' THEN
    crossfade_winner := 'new';
  END IF;
  IF crossfade_winner = 'old' THEN
    NEW."account_number" := NEW."number";
  ELSIF crossfade_winner = 'new' THEN
    NEW."number" := NEW."account_number";
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
COMMENT ON FUNCTION "crossfade"."crossfade_sync_rename"() IS 'Crossfade: keeps number and account_number of public.account equal (plan rename)';
-- On any update, without a column list: a change made by another trigger is seen too, and a row that an unrelated
-- update moves into a block already passed has been copied on the way. '~' sorts after the table's own triggers.
CREATE TRIGGER "~crossfade_rename" BEFORE INSERT OR UPDATE ON "public"."account" FOR EACH ROW
  WHEN (NEW."account_number" IS DISTINCT FROM NEW."number") EXECUTE FUNCTION "crossfade"."crossfade_sync_rename"();
ALTER TABLE "public"."account" ENABLE ALWAYS TRIGGER "~crossfade_rename";
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_number"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."account"') AND attname = 'crossfade_old_number' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."account" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."account"')
            AND a.attname = 'crossfade_old_number'), 'an index, constraint, view or other object still contains crossfade_old_number of public.account: drop it first');
ALTER TABLE "public"."account" DROP COLUMN "crossfade_old_number";
COMMIT;

