-- ════ 1_expand.sql
--@ step: add amount
--@ done: SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"Order"') AND attname = 'amount' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "Order" ADD COLUMN amount bigint;
COMMIT;


-- ════ 1_expand.undo.sql
--@ step: drop amount
--@ done: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"Order"') AND attname = 'amount' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "Order" DROP COLUMN amount;
COMMIT;


-- ════ 2_backfill.sql
--@ step: copy the rows of "public"."Order"
--@ transaction: chunk
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Order" WHERE (amount IS NULL))
UPDATE "public"."Order" SET amount = total WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND amount IS NULL;

-- ════ 4_enforce.sql

-- ════ 4_enforce.undo.sql

-- ════ 5_contract.sql
--@ step: set total aside
--@ guard: run
--@ done: SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"Order"') AND attname = 'old_total' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "Order" RENAME COLUMN total TO old_total;
COMMIT;


-- ════ 5_contract.undo.sql
--@ step: set total back
--@ done: SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"Order"') AND attname = 'total' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "Order" RENAME COLUMN old_total TO total;
COMMIT;


-- ════ 6_purge.sql
--@ step: drop old_total
--@ guard: run
--@ done: SELECT true
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "Order" DROP COLUMN old_total;
COMMIT;


