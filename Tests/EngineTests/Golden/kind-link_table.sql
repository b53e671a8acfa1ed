-- ════ 1_expand.sql
-- Expand: the table of links, whole, since it is new, and triggers that keep it and the old column equal, in one transaction.

--@ step: create "public"."_CategoryToPost" and keep it equal to "categoryId" of "public"."Post"
--@ done: SELECT to_regclass('"public"."_CategoryToPost"') IS NOT NULL AND EXISTS (SELECT FROM pg_catalog.pg_trigger
--@         WHERE tgrelid = to_regclass('"public"."Post"') AND tgname = 'crossfade_u_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- Nothing is scanned. The second table is not waited for, so that the first is not held meanwhile.
LOCK TABLE "public"."Post" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Category" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
CREATE TABLE "public"."_CategoryToPost" (
  "A" integer NOT NULL,
  "B" integer NOT NULL,
  CONSTRAINT "_CategoryToPost_AB_pkey" PRIMARY KEY ("A", "B")
);
ALTER TABLE "public"."_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_A_fkey" FOREIGN KEY ("A") REFERENCES "public"."Category" ("id")
  ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "public"."_CategoryToPost" ADD CONSTRAINT "_CategoryToPost_B_fkey" FOREIGN KEY ("B") REFERENCES "public"."Post" ("id")
  ON DELETE CASCADE ON UPDATE CASCADE;
-- Closed, whatever ALTER DEFAULT PRIVILEGES opens a new table to, and then opened as the old table is.
SELECT crossfade.revoke_all('"public"."_CategoryToPost"'::regclass);
CREATE INDEX "_CategoryToPost_B_index" ON "public"."_CategoryToPost" ("B");
ALTER TABLE "public"."_CategoryToPost" OWNER TO "postgres";
-- The new version inserts the row before its link: NOT NULL would make that impossible.
ALTER TABLE "public"."Post" ALTER COLUMN "categoryId" DROP NOT NULL;
-- Who writes "categoryId" has the link written: first the new one, then the old one goes, so that the echo never sees a row
-- without its link. The row may have changed since, by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  copying pg_catalog.text := pg_catalog.current_setting('crossfade.backfill', true);
  arrives pg_catalog.bool := false;  -- a link has to come
  leaves pg_catalog.bool := false;   -- a link has to go
  probes pg_catalog.bool := false;   -- a link may be there that cannot be seen
  wrote pg_catalog.bool := false;  -- whether the links had to follow; where they are so already the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  IF NEW."categoryId" IS NOT NULL THEN
    sync.arrives := NOT EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = NEW."categoryId" AND l."B" = NEW."id");
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" = NEW."categoryId");
  END IF;
  IF TG_OP = 'UPDATE' AND OLD."categoryId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = OLD."categoryId" AND l."B" = NEW."id");
    sync.probes := NOT sync.leaves AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
  END IF;
  IF sync.probes THEN
    sync.probes := EXISTS (SELECT FROM "public"."Category" t WHERE t."id" = OLD."categoryId");
    sync.leaves := sync.probes;
  END IF;
  IF sync.leaves AND EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" = OLD."categoryId") THEN
    sync.leaves := false;
    sync.probes := false;
  END IF;
  IF sync.arrives OR sync.leaves THEN
    sync.written := '"public"."_CategoryToPost"';
    IF pg_has_role(session_user, current_user, 'MEMBER') THEN
      PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
    ELSE
      PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
    END IF;
    IF sync.arrives THEN
      INSERT INTO "public"."_CategoryToPost" ("A", "B") VALUES (NEW."categoryId", NEW."id") ON CONFLICT DO NOTHING;
      sync.wrote := FOUND;
    END IF;
    IF sync.probes THEN
      -- A link that was copied after this transaction's snapshot cannot be seen, and would stay. The primary key does see it:
      -- it is a serialization failure then.
      PERFORM pg_catalog.set_config('crossfade.backfill', 'on', true);
      INSERT INTO "public"."_CategoryToPost" ("A", "B") VALUES (OLD."categoryId", NEW."id") ON CONFLICT DO NOTHING;
      PERFORM pg_catalog.set_config('crossfade.backfill', coalesce(sync.copying, ''), true);
    END IF;
    IF sync.leaves THEN
      DELETE FROM "public"."_CategoryToPost" l WHERE l."A" OPERATOR(pg_catalog.=) OLD."categoryId" AND l."B" OPERATOR(pg_catalog.=) NEW."id";
      sync.wrote := sync.wrote OR FOUND;
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;

  IF sync.wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'old');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
-- Who writes a link has "categoryId" written. The row of "public"."Post" is locked first: it puts all writers of its links in a row.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  follows pg_catalog.bool := false;  -- a link came along with its row, whose key has changed
  held pg_catalog.record;    -- a row of the old table, and the link it holds
  chooses pg_catalog.bool;   -- whether that has to be another one
  chosen pg_catalog.record;  -- which
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND OLD."A" = NEW."A" THEN
    sync.follows := EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."B" AND o."categoryId" = NEW."A");
  END IF;
  FOR sync.held IN
    SELECT o."id" AS key, o."categoryId" AS ref
      FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
  LOOP
    sync.chooses := sync.held.ref IS NULL;
    IF OLD."B" = sync.held.key AND OLD."A" = sync.held.ref THEN
      sync.chooses := NOT EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = sync.held.ref AND l."B" = sync.held.key);
      IF sync.chooses AND sync.follows THEN
        -- The key is another row's since the same transaction, whose own link is not copied yet.
        sync.chooses := NOT EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = sync.held.key AND (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END));
      END IF;
    END IF;
    IF sync.chooses THEN
      SELECT l."A" AS ref INTO sync.chosen FROM "public"."_CategoryToPost" l WHERE l."B" = sync.held.key ORDER BY l."A" LIMIT 1;
      CONTINUE WHEN sync.held.ref IS NULL AND sync.chosen.ref IS NULL;
      sync.written := '"public"."Post"';
      IF pg_has_role(session_user, current_user, 'MEMBER') THEN
        PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
      ELSE
        PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
      END IF;
      UPDATE "public"."Post" o SET "categoryId" = sync.chosen.ref WHERE o."id" OPERATOR(pg_catalog.=) sync.held.key;
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    END IF;
    -- Else the link is another one than the row's own, which is there, or is not copied yet.
  END LOOP;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Post.categoryId and public._CategoryToPost equal; categoryId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Post.categoryId and public._CategoryToPost equal; categoryId was NOT NULL (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  sync.written := '"public"."Post"';
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN
    PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
  ELSE
    PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
  END IF;
  UPDATE "public"."Post" o SET "categoryId" = NULL WHERE o."categoryId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."Post" FOR EACH ROW
  WHEN (NEW."categoryId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."Post" FOR EACH ROW
  WHEN (OLD."categoryId" IS DISTINCT FROM NEW."categoryId"
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."_CategoryToPost" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."_CategoryToPost" FOR EACH ROW
  WHEN (OLD."A" IS DISTINCT FROM NEW."A" OR OLD."B" IS DISTINCT FROM NEW."B") EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."_CategoryToPost" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."_CategoryToPost" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_second_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  PERFORM FROM "public"."Post" o WHERE o."id" = NEW."B" FOR NO KEY UPDATE;
  -- A link that is not copied yet counts too.
  IF (SELECT count(*) FROM (
        SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = NEW."B"
         UNION SELECT o."categoryId" FROM "public"."Post" o WHERE o."id" = NEW."B" AND o."categoryId" IS NOT NULL
           ) linked) > 1 THEN
    RAISE unique_violation USING MESSAGE = format('Post %s may have one link in _CategoryToPost only until contract', NEW."B"), TABLE = '_CategoryToPost',
      CONSTRAINT = 'crossfade_second_kind', HINT = 'The plan kind says second_link: refuse.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_second_kind"()'::regprocedure);
-- At commit, so that a link may be added before another one is removed.
CREATE CONSTRAINT TRIGGER "crossfade_second_kind" AFTER INSERT OR UPDATE ON "public"."_CategoryToPost" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_second_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_required_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" IS NULL) THEN
    RAISE not_null_violation USING MESSAGE = 'null value in column "categoryId" of relation "Post" violates not-null constraint', TABLE = 'Post', COLUMN = 'categoryId',
      HINT = 'Checked at commit while the plan kind runs: link the row in the same transaction.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_required_kind"()'::regprocedure);
CREATE CONSTRAINT TRIGGER "crossfade_required_kind" AFTER INSERT OR UPDATE ON "public"."Post" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."categoryId" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_required_kind"();
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: the old column is made required again, then links, triggers and functions go in one transaction.

--@ step: hold new rows of "public"."Post" to a value in "categoryId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Post"')
--@         AND attname = 'categoryId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Post"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Post" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("categoryId" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row of "public"."Post" lacks a value in "categoryId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Post"')
--@         AND attname = 'categoryId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Post"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Post" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: drop "public"."_CategoryToPost" and what kept it equal
--@ guard: expand.loss
--@ done: SELECT to_regclass('"public"."_CategoryToPost"') IS NULL AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- The foreign keys of the links hang on both tables, so that dropping them locks all three.
LOCK TABLE "public"."Post" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Category" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."_CategoryToPost" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Post" ALTER COLUMN "categoryId" SET NOT NULL;
ALTER TABLE "public"."Post" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
DROP TRIGGER "crossfade_i_kind" ON "public"."Post";
DROP TRIGGER "crossfade_u_kind" ON "public"."Post";
DROP TRIGGER "crossfade_i_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_u_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_d_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_t_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_second_kind" ON "public"."_CategoryToPost";
DROP FUNCTION "crossfade"."crossfade_second_kind"();
DROP TRIGGER "crossfade_required_kind" ON "public"."Post";
DROP FUNCTION "crossfade"."crossfade_required_kind"();
DROP FUNCTION "crossfade"."crossfade_truncate_kind"();
DROP FUNCTION "crossfade"."crossfade_old_kind"();
DROP FUNCTION "crossfade"."crossfade_new_kind"();
DROP TABLE "public"."_CategoryToPost";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the links that were there before the triggers.

--@ step: copy the links of "public"."Post" into "public"."_CategoryToPost"
--@ transaction: chunk
--@ over: "public"."Post"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Post" o WHERE o."categoryId" IS NOT NULL
--@         AND NOT EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = o."categoryId" AND l."B" = o."id"))
-- FOR SHARE keeps a writer from changing the link between our look and our write: unlocked, the copy made second links.
WITH source AS MATERIALIZED (
  SELECT "id", "categoryId" FROM "public"."Post" WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "categoryId" IS NOT NULL FOR SHARE SKIP LOCKED
)
INSERT INTO "public"."_CategoryToPost" ("A", "B") SELECT "categoryId", "id" FROM source ON CONFLICT DO NOTHING;

-- ════ 4_enforce.sql
-- Enforce: keys and foreign keys of the links are there from the start.

--@ step: gather statistics on "public"."_CategoryToPost"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."_CategoryToPost")
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = '_CategoryToPost')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "public"."_CategoryToPost";
COMMIT;

-- ════ 5_contract.sql
-- Contract: the old column is set aside. Nothing is dropped that rollback could not build again.

--@ step: set "categoryId" of "public"."Post" aside as "crossfade_old_categoryId"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Post"') AND attname = 'crossfade_old_categoryId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on all tables at once: the later ones are not waited for.
LOCK TABLE "public"."Post" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Category" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."_CategoryToPost" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "crossfade_i_kind" ON "public"."Post";
DROP TRIGGER "crossfade_u_kind" ON "public"."Post";
DROP TRIGGER "crossfade_i_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_u_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_d_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_t_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_second_kind" ON "public"."_CategoryToPost";
DROP FUNCTION "crossfade"."crossfade_second_kind"();
DROP TRIGGER "crossfade_required_kind" ON "public"."Post";
DROP FUNCTION "crossfade"."crossfade_required_kind"();
DROP FUNCTION "crossfade"."crossfade_truncate_kind"();
DROP FUNCTION "crossfade"."crossfade_old_kind"();
DROP FUNCTION "crossfade"."crossfade_new_kind"();
-- Left on the frozen column it would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."Post" DROP CONSTRAINT "Post_categoryId_fkey";
ALTER TABLE "public"."Post" RENAME COLUMN "categoryId" TO "crossfade_old_categoryId";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The links are the truth: the old column is filled from them while
-- it is still out of sight, given its foreign key again, and renamed back last.

--@ step: keep "crossfade_old_categoryId" of "public"."Post" equal to "public"."_CategoryToPost" again
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."_CategoryToPost" IN SHARE ROW EXCLUSIVE MODE;
-- It never writes a link from the old column, which is stale until it is filled. A link that is still there is preferred.
CREATE FUNCTION "crossfade"."crossfade_back_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  IF TG_OP = 'TRUNCATE' THEN
    sync.written := '"public"."Post"';
    IF pg_has_role(session_user, current_user, 'MEMBER') THEN
      PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
    ELSE
      PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
    END IF;
    UPDATE "public"."Post" o SET "crossfade_old_categoryId" = NULL WHERE o."crossfade_old_categoryId" IS NOT NULL;
    PERFORM pg_catalog.set_config('search_path', sync.path, true);
    RETURN NULL;
  END IF;
  PERFORM FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  FOR sync.held IN
    SELECT o."id" AS key,
           (SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = o."id"
             ORDER BY (l."A" = o."crossfade_old_categoryId") DESC NULLS LAST, l."A" LIMIT 1) AS ref
      FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
  LOOP
    sync.written := '"public"."Post"';
    IF pg_has_role(session_user, current_user, 'MEMBER') THEN
      PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
    ELSE
      PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
    END IF;
    UPDATE "public"."Post" o SET "crossfade_old_categoryId" = sync.held.ref WHERE o."id" OPERATOR(pg_catalog.=) sync.held.key;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END LOOP;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_back_kind"()'::regprocedure);
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT OR DELETE OR UPDATE ON "public"."_CategoryToPost" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."_CategoryToPost" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
COMMIT;

--@ step: fill "crossfade_old_categoryId" of "public"."Post" from "public"."_CategoryToPost"
--@ transaction: chunk
--@ over: "public"."Post"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Post" o WHERE o."crossfade_old_categoryId" IS DISTINCT FROM
--@         (SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = o."id"
--@           ORDER BY (l."A" = o."crossfade_old_categoryId") DESC NULLS LAST, l."A" LIMIT 1))
UPDATE "public"."Post" o
   SET "crossfade_old_categoryId" = (SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = o."id"
                       ORDER BY (l."A" = o."crossfade_old_categoryId") DESC NULLS LAST, l."A" LIMIT 1)
 WHERE ctid = ANY (ARRAY(SELECT i.ctid FROM "public"."Post" i
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND i."crossfade_old_categoryId" IS DISTINCT FROM
                                (SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = i."id"
                                  ORDER BY (l."A" = i."crossfade_old_categoryId") DESC NULLS LAST, l."A" LIMIT 1)
                            FOR NO KEY UPDATE SKIP LOCKED));

--@ step: add the foreign key "Post_categoryId_fkey", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Post"') AND conname = 'Post_categoryId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Post" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Category" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Post" ADD CONSTRAINT "Post_categoryId_fkey" FOREIGN KEY ("crossfade_old_categoryId") REFERENCES "public"."Category" ("id") ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "Post_categoryId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Post"') AND conname = 'Post_categoryId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."Category" IN ROW SHARE MODE;
ALTER TABLE "public"."Post" VALIDATE CONSTRAINT "Post_categoryId_fkey";
COMMIT;

--@ step: give "crossfade_old_categoryId" of "public"."Post" its name "categoryId" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Post"') AND attname = 'categoryId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NOT NULL AND to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Post" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."_CategoryToPost" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Post" RENAME COLUMN "crossfade_old_categoryId" TO "categoryId";
DROP TRIGGER "crossfade_i_kind" ON "public"."_CategoryToPost";
DROP TRIGGER "crossfade_t_kind" ON "public"."_CategoryToPost";
DROP FUNCTION "crossfade"."crossfade_back_kind"();
-- Who writes "categoryId" has the link written: first the new one, then the old one goes, so that the echo never sees a row
-- without its link. The row may have changed since, by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  copying pg_catalog.text := pg_catalog.current_setting('crossfade.backfill', true);
  arrives pg_catalog.bool := false;  -- a link has to come
  leaves pg_catalog.bool := false;   -- a link has to go
  probes pg_catalog.bool := false;   -- a link may be there that cannot be seen
  wrote pg_catalog.bool := false;  -- whether the links had to follow; where they are so already the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  IF NEW."categoryId" IS NOT NULL THEN
    sync.arrives := NOT EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = NEW."categoryId" AND l."B" = NEW."id");
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" = NEW."categoryId");
  END IF;
  IF TG_OP = 'UPDATE' AND OLD."categoryId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = OLD."categoryId" AND l."B" = NEW."id");
    sync.probes := NOT sync.leaves AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
  END IF;
  IF sync.probes THEN
    sync.probes := EXISTS (SELECT FROM "public"."Category" t WHERE t."id" = OLD."categoryId");
    sync.leaves := sync.probes;
  END IF;
  IF sync.leaves AND EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" = OLD."categoryId") THEN
    sync.leaves := false;
    sync.probes := false;
  END IF;
  IF sync.arrives OR sync.leaves THEN
    sync.written := '"public"."_CategoryToPost"';
    IF pg_has_role(session_user, current_user, 'MEMBER') THEN
      PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
    ELSE
      PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
    END IF;
    IF sync.arrives THEN
      INSERT INTO "public"."_CategoryToPost" ("A", "B") VALUES (NEW."categoryId", NEW."id") ON CONFLICT DO NOTHING;
      sync.wrote := FOUND;
    END IF;
    IF sync.probes THEN
      -- A link that was copied after this transaction's snapshot cannot be seen, and would stay. The primary key does see it:
      -- it is a serialization failure then.
      PERFORM pg_catalog.set_config('crossfade.backfill', 'on', true);
      INSERT INTO "public"."_CategoryToPost" ("A", "B") VALUES (OLD."categoryId", NEW."id") ON CONFLICT DO NOTHING;
      PERFORM pg_catalog.set_config('crossfade.backfill', coalesce(sync.copying, ''), true);
    END IF;
    IF sync.leaves THEN
      DELETE FROM "public"."_CategoryToPost" l WHERE l."A" OPERATOR(pg_catalog.=) OLD."categoryId" AND l."B" OPERATOR(pg_catalog.=) NEW."id";
      sync.wrote := sync.wrote OR FOUND;
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;

  IF sync.wrote THEN
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'old', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'old',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'old');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
-- Who writes a link has "categoryId" written. The row of "public"."Post" is locked first: it puts all writers of its links in a row.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  follows pg_catalog.bool := false;  -- a link came along with its row, whose key has changed
  held pg_catalog.record;    -- a row of the old table, and the link it holds
  chooses pg_catalog.bool;   -- whether that has to be another one
  chosen pg_catalog.record;  -- which
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND OLD."A" = NEW."A" THEN
    sync.follows := EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."B" AND o."categoryId" = NEW."A");
  END IF;
  FOR sync.held IN
    SELECT o."id" AS key, o."categoryId" AS ref
      FROM "public"."Post" o WHERE o."id" IN (coalesce(OLD."B", NEW."B"), coalesce(NEW."B", OLD."B"))
  LOOP
    sync.chooses := sync.held.ref IS NULL;
    IF OLD."B" = sync.held.key AND OLD."A" = sync.held.ref THEN
      sync.chooses := NOT EXISTS (SELECT FROM "public"."_CategoryToPost" l WHERE l."A" = sync.held.ref AND l."B" = sync.held.key);
      IF sync.chooses AND sync.follows THEN
        -- The key is another row's since the same transaction, whose own link is not copied yet.
        sync.chooses := NOT EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = sync.held.key AND (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END));
      END IF;
    END IF;
    IF sync.chooses THEN
      SELECT l."A" AS ref INTO sync.chosen FROM "public"."_CategoryToPost" l WHERE l."B" = sync.held.key ORDER BY l."A" LIMIT 1;
      CONTINUE WHEN sync.held.ref IS NULL AND sync.chosen.ref IS NULL;
      sync.written := '"public"."Post"';
      IF pg_has_role(session_user, current_user, 'MEMBER') THEN
        PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
      ELSE
        PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
      END IF;
      UPDATE "public"."Post" o SET "categoryId" = sync.chosen.ref WHERE o."id" OPERATOR(pg_catalog.=) sync.held.key;
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    END IF;
    -- Else the link is another one than the row's own, which is there, or is not copied yet.
  END LOOP;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Post.categoryId and public._CategoryToPost equal; categoryId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Post.categoryId and public._CategoryToPost equal; categoryId was NOT NULL (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  sync.written := '"public"."Post"';
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN
    PERFORM set_config('search_path', replace(sync.path, '"$user"', quote_ident(CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)), true);
  ELSE
    PERFORM set_config('search_path', (SELECT CASE WHEN pg_has_role(session_user, w.relowner, 'MEMBER')
             THEN replace(sync.path, '"$user"', quote_ident(u.name))
             ELSE (SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(s.nspname), ', ' ORDER BY p.place), 'pg_temp')
                     FROM (SELECT m.place, CASE WHEN m.part[1] = '"$user"' THEN u.name::text
                                                WHEN left(m.part[1], 1) = '"' THEN replace(substr(m.part[1], 2, length(m.part[1]) - 2), '""', '"')
                                                ELSE lower(m.part[1]) END AS name
                             FROM regexp_matches(sync.path, '"(?:[^"]|"")+"|[^",[:space:]]+', 'g') WITH ORDINALITY m(part, place)
                            UNION ALL SELECT 10000, h.nspname::text FROM pg_namespace h WHERE h.oid = w.relnamespace) p
                     JOIN pg_namespace s ON s.nspname = p.name
                    WHERE left(s.nspname, 3) <> 'pg_' AND has_schema_privilege(u.name, s.oid, 'USAGE')
                      AND NOT EXISTS (
                        SELECT FROM (SELECT s.nspowner UNION ALL SELECT a.grantee FROM aclexplode(s.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
                         WHERE c.creator = 0 OR NOT (pg_has_role(c.creator, current_user, 'MEMBER') OR pg_has_role(c.creator, w.relowner, 'MEMBER')
                               OR (c.creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                                   AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, w.relowner, 'MEMBER')
                                          FROM pg_database d WHERE d.datname = current_database())))))
        END
   FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END AS name) u,
        pg_class w
  WHERE w.oid = to_regclass(sync.written)), true);
  END IF;
  UPDATE "public"."Post" o SET "categoryId" = NULL WHERE o."categoryId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."Post" FOR EACH ROW
  WHEN (NEW."categoryId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."Post" FOR EACH ROW
  WHEN (OLD."categoryId" IS DISTINCT FROM NEW."categoryId"
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."_CategoryToPost" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."_CategoryToPost" FOR EACH ROW
  WHEN (OLD."A" IS DISTINCT FROM NEW."A" OR OLD."B" IS DISTINCT FROM NEW."B") EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."_CategoryToPost" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."_CategoryToPost" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_second_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  PERFORM FROM "public"."Post" o WHERE o."id" = NEW."B" FOR NO KEY UPDATE;
  -- A link that is not copied yet counts too.
  IF (SELECT count(*) FROM (
        SELECT l."A" FROM "public"."_CategoryToPost" l WHERE l."B" = NEW."B"
         UNION SELECT o."categoryId" FROM "public"."Post" o WHERE o."id" = NEW."B" AND o."categoryId" IS NOT NULL
           ) linked) > 1 THEN
    RAISE unique_violation USING MESSAGE = format('Post %s may have one link in _CategoryToPost only until contract', NEW."B"), TABLE = '_CategoryToPost',
      CONSTRAINT = 'crossfade_second_kind', HINT = 'The plan kind says second_link: refuse.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_second_kind"()'::regprocedure);
-- At commit, so that a link may be added before another one is removed.
CREATE CONSTRAINT TRIGGER "crossfade_second_kind" AFTER INSERT OR UPDATE ON "public"."_CategoryToPost" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_second_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_required_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT FROM "public"."Post" o WHERE o."id" = NEW."id" AND o."categoryId" IS NULL) THEN
    RAISE not_null_violation USING MESSAGE = 'null value in column "categoryId" of relation "Post" violates not-null constraint', TABLE = 'Post', COLUMN = 'categoryId',
      HINT = 'Checked at commit while the plan kind runs: link the row in the same transaction.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_required_kind"()'::regprocedure);
CREATE CONSTRAINT TRIGGER "crossfade_required_kind" AFTER INSERT OR UPDATE ON "public"."Post" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."categoryId" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_required_kind"();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_categoryId" of "public"."Post"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Post"') AND attname = 'crossfade_old_categoryId' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Post" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."Post"')
            AND a.attname = 'crossfade_old_categoryId' AND d.classid <> 'pg_catalog.pg_attrdef'::regclass
            -- An index on the column alone goes with it.
            AND d.objid NOT IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = to_regclass('"public"."Post"') AND indnatts = 1)),
         'another object still contains crossfade_old_categoryId of public.Post: drop it first');
ALTER TABLE "public"."Post" DROP COLUMN "crossfade_old_categoryId";
COMMIT;

