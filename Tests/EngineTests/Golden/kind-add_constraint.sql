-- ════ 4_enforce.sql
-- Enforce: it is built without a scan under a strong lock.

--@ step: clear away what a broken build left of "User_email_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."User_email_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."User_email_key";

--@ step: build "User_email_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."User_email_key"') AND indrelid = to_regclass('"public"."User"') AND indisvalid)
-- SHARE UPDATE EXCLUSIVE: reads and writes go on while it is built.
CREATE UNIQUE INDEX CONCURRENTLY "User_email_key" ON "public"."User" ("email");

--@ step: make "User_email_key" a constraint
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_email_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE for milliseconds: the index is there.
ALTER TABLE "public"."User" ADD CONSTRAINT "User_email_key" UNIQUE USING INDEX "User_email_key";
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: drop "User_email_key"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_email_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "User_email_key";
COMMIT;

--@ step: drop the index "User_email_key"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."User_email_key"') IS NULL
-- Where the index was built and was not yet a constraint.
DROP INDEX CONCURRENTLY IF EXISTS "public"."User_email_key";

