-- ════ 1_expand.sql
-- Expand: the table can be used under its new name too, through a view that reads and writes it.

--@ step: let "public"."Profile" be used as "public"."UserProfile" too
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."UserProfile"') AND relkind IN ('v', 'r', 'p'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS SHARE on the table: no session waits.
CREATE VIEW "public"."UserProfile" AS
  SELECT "id", "bio", "userId" FROM "public"."Profile";
ALTER VIEW "public"."UserProfile" OWNER TO "postgres";
COMMENT ON VIEW "public"."UserProfile" IS 'Crossfade: another name of the same table (plan kind)';
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."UserProfile" ALTER COLUMN "id" SET DEFAULT nextval('public."Profile_id_seq"'::regclass);
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."UserProfile" ALTER COLUMN "bio" SET DEFAULT 'none'::text;
-- The table's rights and no others: default privileges may have given some.
SELECT crossfade.revoke_all('"public"."UserProfile"'::regclass);
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand.

--@ step: drop the view "public"."UserProfile"
--@ done: SELECT to_regclass('"public"."UserProfile"') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
DROP VIEW IF EXISTS "public"."UserProfile";
COMMIT;

-- ════ 4_enforce.sql
-- Enforce: the table takes its new name, and the old one becomes the view.

--@ step: swap "public"."Profile" and "public"."UserProfile"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."UserProfile"') AND relkind IN ('r', 'p'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- The view first, in the order its users lock: with the table first we would wait for them and they for us.
LOCK TABLE "public"."UserProfile" IN ACCESS EXCLUSIVE MODE;
DROP VIEW "public"."UserProfile";
ALTER TABLE "public"."Profile" RENAME TO "UserProfile";
CREATE VIEW "public"."Profile" AS
  SELECT "id", "bio", "userId" FROM "public"."UserProfile";
ALTER VIEW "public"."Profile" OWNER TO "postgres";
COMMENT ON VIEW "public"."Profile" IS 'Crossfade: another name of the same table (plan kind)';
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."Profile" ALTER COLUMN "id" SET DEFAULT nextval('public."Profile_id_seq"'::regclass);
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."Profile" ALTER COLUMN "bio" SET DEFAULT 'none'::text;
-- The table's rights and no others: default privileges may have given some.
SELECT crossfade.revoke_all('"public"."Profile"'::regclass);
COMMIT;

--@ step: let "public"."UserProfile" be used as "public"."Profile" too
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Profile"') AND relkind = 'v')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Done by the step before, unless the view was dropped since.
CREATE OR REPLACE VIEW "public"."Profile" AS
  SELECT "id", "bio", "userId" FROM "public"."UserProfile";
ALTER VIEW "public"."Profile" OWNER TO "postgres";
COMMENT ON VIEW "public"."Profile" IS 'Crossfade: another name of the same table (plan kind)';
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."Profile" ALTER COLUMN "id" SET DEFAULT nextval('public."Profile_id_seq"'::regclass);
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."Profile" ALTER COLUMN "bio" SET DEFAULT 'none'::text;
-- The table's rights and no others: default privileges may have given some.
SELECT crossfade.revoke_all('"public"."Profile"'::regclass);
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: swap "public"."UserProfile" and "public"."Profile" back
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Profile"') AND relkind IN ('r', 'p'))
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
DROP VIEW "public"."Profile";
ALTER TABLE "public"."UserProfile" RENAME TO "Profile";
CREATE VIEW "public"."UserProfile" AS
  SELECT "id", "bio", "userId" FROM "public"."Profile";
ALTER VIEW "public"."UserProfile" OWNER TO "postgres";
COMMENT ON VIEW "public"."UserProfile" IS 'Crossfade: another name of the same table (plan kind)';
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."UserProfile" ALTER COLUMN "id" SET DEFAULT nextval('public."Profile_id_seq"'::regclass);
-- Else an UPDATE to DEFAULT through the view would write NULL.
ALTER VIEW "public"."UserProfile" ALTER COLUMN "bio" SET DEFAULT 'none'::text;
-- The table's rights and no others: default privileges may have given some.
SELECT crossfade.revoke_all('"public"."UserProfile"'::regclass);
COMMIT;

-- ════ 5_contract.sql
-- Contract: the old name goes, and what bears it in its own name follows.

--@ step: set the view "public"."Profile" aside as "crossfade_old_Profile"
--@ guard: verify
--@ done: SELECT to_regclass('"public"."Profile"') IS NULL AND to_regclass('"public"."crossfade_old_Profile"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE on the view alone.
ALTER VIEW "public"."Profile" RENAME TO "crossfade_old_Profile";
COMMIT;

--@ step: call "Profile_pkey" "UserProfile_pkey"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'UserProfile_pkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "Profile_pkey" TO "UserProfile_pkey";
COMMIT;

--@ step: call "Profile_userId_fkey" "UserProfile_userId_fkey"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'UserProfile_userId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "Profile_userId_fkey" TO "UserProfile_userId_fkey";
COMMIT;

--@ step: call "Profile_userId_key" "UserProfile_userId_key"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'UserProfile_userId_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "Profile_userId_key" TO "UserProfile_userId_key";
COMMIT;

--@ step: call "Profile_bio_idx" "UserProfile_bio_idx"
--@ done: SELECT to_regclass('"public"."UserProfile_bio_idx"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER INDEX "public"."Profile_bio_idx" RENAME TO "UserProfile_bio_idx";
COMMIT;

--@ step: call "Profile_id_seq" "UserProfile_id_seq"
--@ done: SELECT to_regclass('"public"."UserProfile_id_seq"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER SEQUENCE "public"."Profile_id_seq" RENAME TO "UserProfile_id_seq";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the view is only set aside.

--@ step: call "UserProfile_pkey" "Profile_pkey" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'Profile_pkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "UserProfile_pkey" TO "Profile_pkey";
COMMIT;

--@ step: call "UserProfile_userId_fkey" "Profile_userId_fkey" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'Profile_userId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "UserProfile_userId_fkey" TO "Profile_userId_fkey";
COMMIT;

--@ step: call "UserProfile_userId_key" "Profile_userId_key" again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('"public"."UserProfile"') AND conname = 'Profile_userId_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."UserProfile" RENAME CONSTRAINT "UserProfile_userId_key" TO "Profile_userId_key";
COMMIT;

--@ step: call "UserProfile_bio_idx" "Profile_bio_idx" again
--@ done: SELECT to_regclass('"public"."Profile_bio_idx"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER INDEX "public"."UserProfile_bio_idx" RENAME TO "Profile_bio_idx";
COMMIT;

--@ step: call "UserProfile_id_seq" "Profile_id_seq" again
--@ done: SELECT to_regclass('"public"."Profile_id_seq"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER SEQUENCE "public"."UserProfile_id_seq" RENAME TO "Profile_id_seq";
COMMIT;

--@ step: give the view its name "public"."Profile" back
--@ done: SELECT to_regclass('"public"."Profile"') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER VIEW "public"."crossfade_old_Profile" RENAME TO "Profile";
COMMIT;

-- ════ 6_purge.sql
-- The view that was set aside is dropped; the table's rows are not touched.

--@ step: drop "crossfade_old_Profile"
--@ guard: retired
--@ done: SELECT to_regclass('"public"."crossfade_old_Profile"') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Without CASCADE: what still needs it keeps it.
DROP VIEW "public"."crossfade_old_Profile";
COMMIT;

