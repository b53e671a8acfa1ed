-- ════ 1_expand.sql
-- Expand: the new column, and triggers on both tables that keep both sides equal, in one transaction.

--@ step: add "profileId" to "public"."User" and keep it equal to "userId" of "public"."Profile"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'profileId' AND NOT attisdropped)
--@       AND (SELECT count(*) = 2 FROM pg_catalog.pg_trigger
--@         WHERE tgrelid IN (to_regclass('"public"."User"'), to_regclass('"public"."Profile"')) AND tgname = 'crossfade_u_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE for milliseconds: nothing is rewritten and nothing is scanned. The second table is not waited for, so
-- that the first is not held meanwhile, and the application is never the victim of a deadlock.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" ADD COLUMN "profileId" integer;
-- The new version inserts the row of "public"."Profile" before the one that links it: NOT NULL would make that impossible.
ALTER TABLE "public"."Profile" ALTER COLUMN "userId" DROP NOT NULL;
-- Who writes "userId" has "profileId" written. The row of "public"."User" is locked by its key first and compared then: an UPDATE
-- that matches nothing locks nothing, and a writer beside it would be missed. The row that was written may have changed since,
-- by a foreign key that follows a changed key or by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;   -- a row of the other side has to give the link up
  arrives pg_catalog.bool := false;  -- one has to take it; neither: the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  PERFORM FROM "public"."User" n WHERE n."id" IN (coalesce(OLD."userId", NEW."userId"), coalesce(NEW."userId", OLD."userId"))
    ORDER BY n."id" FOR NO KEY UPDATE;
  IF OLD."userId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."userId"
                              AND n."profileId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."Profile" o WHERE o."userId" = OLD."userId"
                                  AND o."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF NEW."userId" IS NOT NULL THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                             WHERE o."id" = NEW."id" AND o."userId" = NEW."userId"
                               AND n."profileId" IS DISTINCT FROM o."id");
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."User"';
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
    IF sync.leaves THEN
      UPDATE "public"."User" n SET "profileId" = NULL WHERE n."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" n SET "profileId" = NEW."id" WHERE n."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
-- Who writes "profileId" has "userId" written.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
-- body: copying
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;
  arrives pg_catalog.bool := false;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Profile" o WHERE o."id" IN (coalesce(OLD."profileId", NEW."profileId"), coalesce(NEW."profileId", OLD."profileId"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND NEW."profileId" IS NULL AND OLD."id" = NEW."id" THEN
    IF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                WHERE o."id" = OLD."profileId" AND o."userId" = NEW."id" AND n."profileId" IS NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      sync.written := '"public"."User"';
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
      UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      BEGIN
        PERFORM crossfade.note('kind', 'stale');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
    PERFORM set_config('search_path', sync.path, true);
    RETURN NULL;
  END IF;
  IF OLD."profileId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = OLD."profileId"
                              AND o."userId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = OLD."profileId"
                                  AND n."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF TG_OP = 'DELETE' AND sync.leaves AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."id" AND n."profileId" IS NULL) THEN
    -- The same statement made the row again, and said nothing of the link, which the other side still holds.
    sync.written := '"public"."User"';
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
    UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) OLD."id";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.leaves := false;
  END IF;
  IF NEW."profileId" IS NOT NULL THEN
    SELECT o."userId" IS DISTINCT FROM NEW."id" INTO sync.arrives FROM "public"."Profile" o WHERE o."id" = NEW."profileId";
    -- What the other side holds already needs no look at whether this row still holds it.
    IF sync.arrives IS NOT FALSE AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = NEW."id" AND n."profileId" = NEW."profileId") THEN
      -- Until enforce has built them this stands in for the foreign key and the unique index.
      IF sync.arrives IS NULL THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert or update on table "User" violates foreign key constraint "User_profileId_fkey"', DETAIL = format('Key (profileId)=(%s) is not present in table "Profile".', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_fkey';
      ELSIF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                     WHERE o."id" = NEW."profileId" AND n."profileId" = o."id") THEN
        RAISE unique_violation USING MESSAGE = 'duplicate key value violates unique constraint "User_profileId_key"', DETAIL = format('Key ("profileId")=(%s) already exists.', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_key';
      END IF;
    ELSE
      sync.arrives := false;
    END IF;
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."Profile"';
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
    IF sync.leaves THEN
      UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."profileId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."Profile" o SET "userId" = NEW."id" WHERE o."id" OPERATOR(pg_catalog.=) NEW."profileId";
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Of the table that was emptied there is nothing to write.
  sync.written := '"public"."User"';
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
  UPDATE "public"."User" n SET "profileId" = NULL WHERE n."profileId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  sync.written := '"public"."Profile"';
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
  UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."userId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
-- AFTER ROW, and compared by value: before the row is written the echo would not find it, and never end.
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN ((OLD."userId" IS DISTINCT FROM NEW."userId" OR OLD."id" IS DISTINCT FROM NEW."id")
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."Profile" FOR EACH ROW
  WHEN (OLD."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."Profile" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."User" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  WHEN (NEW."profileId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN ((OLD."profileId" IS DISTINCT FROM NEW."profileId" OR OLD."id" IS DISTINCT FROM NEW."id")
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."User" FOR EACH ROW
  WHEN (OLD."profileId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_required_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = NEW."id" AND o."userId" IS NULL) THEN
    RAISE not_null_violation USING MESSAGE = 'null value in column "userId" of relation "Profile" violates not-null constraint', TABLE = 'Profile', COLUMN = 'userId',
      HINT = 'Checked at commit while the plan kind runs: create both rows in one transaction.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_required_kind"()'::regprocedure);
CREATE CONSTRAINT TRIGGER "crossfade_required_kind" AFTER INSERT OR UPDATE ON "public"."Profile" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."userId" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_required_kind"();
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: the old side is made required again, then column, triggers and functions go in one transaction.

--@ step: hold new rows of "public"."Profile" to a value in "userId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'userId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("userId" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that no row of "public"."Profile" lacks a value in "userId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Profile"')
--@         AND attname = 'userId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: drop "profileId" of "public"."User" and what kept it equal
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'profileId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Profile" ALTER COLUMN "userId" SET NOT NULL;
ALTER TABLE "public"."Profile" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
DROP TRIGGER "crossfade_i_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_u_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_d_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_t_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_i_kind" ON "public"."User";
DROP TRIGGER "crossfade_u_kind" ON "public"."User";
DROP TRIGGER "crossfade_d_kind" ON "public"."User";
DROP TRIGGER "crossfade_t_kind" ON "public"."User";
DROP TRIGGER "crossfade_required_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_required_kind"();
DROP FUNCTION "crossfade"."crossfade_truncate_kind"();
DROP FUNCTION "crossfade"."crossfade_old_kind"();
DROP FUNCTION "crossfade"."crossfade_new_kind"();
ALTER TABLE "public"."User" DROP COLUMN "profileId";
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the links that were there before the triggers.

--@ step: copy the links of "public"."Profile" into "public"."User"
--@ transaction: chunk
--@ over: "public"."Profile"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
--@         WHERE n."profileId" IS DISTINCT FROM o."id")
-- FOR SHARE keeps a writer from changing the link between our look and our write. A row that is held is left to a later pass.
WITH source AS MATERIALIZED (
  SELECT "id", "userId" FROM "public"."Profile" WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "userId" IS NOT NULL FOR SHARE SKIP LOCKED
)
UPDATE "public"."User" n SET "profileId" = s."id" FROM source s
 WHERE s."userId" = n."id" AND n."profileId" IS DISTINCT FROM s."id";

-- ════ 4_enforce.sql
-- Enforce: what both versions satisfy. NOT NULL and the final actions come with contract: old versions could not meet them.

--@ step: clear away what a broken build left of "User_profileId_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."User_profileId_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."User_profileId_key";

--@ step: build "User_profileId_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."User_profileId_key"') AND indrelid = to_regclass('"public"."User"') AND indisvalid)
-- Before the foreign key, whose SET NULL looks rows up by this column.
CREATE UNIQUE INDEX CONCURRENTLY "User_profileId_key" ON "public"."User" ("profileId");

--@ step: add the foreign key "User_profileId_fkey", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_profileId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SET NULL and CASCADE until contract: with any other action a statement of the old version would fail or delete a row.
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" ADD CONSTRAINT "User_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "public"."Profile" ("id")
  ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "User_profileId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_profileId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."Profile" IN ROW SHARE MODE;
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "User_profileId_fkey";
COMMIT;

--@ step: gather statistics on "profileId"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User")
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'User'
--@         AND attname = 'profileId')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ANALYZE "public"."User" ("profileId");
COMMIT;

--@ step: take NULL in "profileId" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new side alone come after this phase. Replacing a function locks no table.
-- Who writes "userId" has "profileId" written. The row of "public"."User" is locked by its key first and compared then: an UPDATE
-- that matches nothing locks nothing, and a writer beside it would be missed. The row that was written may have changed since,
-- by a foreign key that follows a changed key or by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;   -- a row of the other side has to give the link up
  arrives pg_catalog.bool := false;  -- one has to take it; neither: the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  PERFORM FROM "public"."User" n WHERE n."id" IN (coalesce(OLD."userId", NEW."userId"), coalesce(NEW."userId", OLD."userId"))
    ORDER BY n."id" FOR NO KEY UPDATE;
  IF OLD."userId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."userId"
                              AND n."profileId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."Profile" o WHERE o."userId" = OLD."userId"
                                  AND o."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF NEW."userId" IS NOT NULL THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                             WHERE o."id" = NEW."id" AND o."userId" = NEW."userId"
                               AND n."profileId" IS DISTINCT FROM o."id");
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."User"';
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
    IF sync.leaves THEN
      UPDATE "public"."User" n SET "profileId" = NULL WHERE n."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" n SET "profileId" = NEW."id" WHERE n."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
-- Who writes "profileId" has "userId" written.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
-- body: settled
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;
  arrives pg_catalog.bool := false;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Profile" o WHERE o."id" IN (coalesce(OLD."profileId", NEW."profileId"), coalesce(NEW."profileId", OLD."profileId"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF OLD."profileId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = OLD."profileId"
                              AND o."userId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = OLD."profileId"
                                  AND n."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF TG_OP = 'DELETE' AND sync.leaves AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."id" AND n."profileId" IS NULL) THEN
    -- The same statement made the row again, and said nothing of the link, which the other side still holds.
    sync.written := '"public"."User"';
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
    UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) OLD."id";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.leaves := false;
  END IF;
  IF NEW."profileId" IS NOT NULL THEN
    SELECT o."userId" IS DISTINCT FROM NEW."id" INTO sync.arrives FROM "public"."Profile" o WHERE o."id" = NEW."profileId";
    -- What the other side holds already needs no look at whether this row still holds it.
    IF sync.arrives IS NOT FALSE AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = NEW."id" AND n."profileId" = NEW."profileId") THEN
      -- Until enforce has built them this stands in for the foreign key and the unique index.
      IF sync.arrives IS NULL THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert or update on table "User" violates foreign key constraint "User_profileId_fkey"', DETAIL = format('Key (profileId)=(%s) is not present in table "Profile".', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_fkey';
      ELSIF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                     WHERE o."id" = NEW."profileId" AND n."profileId" = o."id") THEN
        RAISE unique_violation USING MESSAGE = 'duplicate key value violates unique constraint "User_profileId_key"', DETAIL = format('Key ("profileId")=(%s) already exists.', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_key';
      END IF;
    ELSE
      sync.arrives := false;
    END IF;
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."Profile"';
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
    IF sync.leaves THEN
      UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."profileId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."Profile" o SET "userId" = NEW."id" WHERE o."id" OPERATOR(pg_catalog.=) NEW."profileId";
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce.

--@ step: take NULL in "profileId" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Who writes "userId" has "profileId" written. The row of "public"."User" is locked by its key first and compared then: an UPDATE
-- that matches nothing locks nothing, and a writer beside it would be missed. The row that was written may have changed since,
-- by a foreign key that follows a changed key or by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;   -- a row of the other side has to give the link up
  arrives pg_catalog.bool := false;  -- one has to take it; neither: the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  PERFORM FROM "public"."User" n WHERE n."id" IN (coalesce(OLD."userId", NEW."userId"), coalesce(NEW."userId", OLD."userId"))
    ORDER BY n."id" FOR NO KEY UPDATE;
  IF OLD."userId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."userId"
                              AND n."profileId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."Profile" o WHERE o."userId" = OLD."userId"
                                  AND o."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF NEW."userId" IS NOT NULL THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                             WHERE o."id" = NEW."id" AND o."userId" = NEW."userId"
                               AND n."profileId" IS DISTINCT FROM o."id");
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."User"';
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
    IF sync.leaves THEN
      UPDATE "public"."User" n SET "profileId" = NULL WHERE n."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" n SET "profileId" = NEW."id" WHERE n."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
-- Who writes "profileId" has "userId" written.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
-- body: copying
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;
  arrives pg_catalog.bool := false;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Profile" o WHERE o."id" IN (coalesce(OLD."profileId", NEW."profileId"), coalesce(NEW."profileId", OLD."profileId"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND NEW."profileId" IS NULL AND OLD."id" = NEW."id" THEN
    IF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                WHERE o."id" = OLD."profileId" AND o."userId" = NEW."id" AND n."profileId" IS NULL) THEN
      -- A whole row, read before it was copied, written back: the NULL is not a wish.
      sync.written := '"public"."User"';
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
      UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      BEGIN
        PERFORM crossfade.note('kind', 'stale');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
    PERFORM set_config('search_path', sync.path, true);
    RETURN NULL;
  END IF;
  IF OLD."profileId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = OLD."profileId"
                              AND o."userId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = OLD."profileId"
                                  AND n."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF TG_OP = 'DELETE' AND sync.leaves AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."id" AND n."profileId" IS NULL) THEN
    -- The same statement made the row again, and said nothing of the link, which the other side still holds.
    sync.written := '"public"."User"';
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
    UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) OLD."id";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.leaves := false;
  END IF;
  IF NEW."profileId" IS NOT NULL THEN
    SELECT o."userId" IS DISTINCT FROM NEW."id" INTO sync.arrives FROM "public"."Profile" o WHERE o."id" = NEW."profileId";
    -- What the other side holds already needs no look at whether this row still holds it.
    IF sync.arrives IS NOT FALSE AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = NEW."id" AND n."profileId" = NEW."profileId") THEN
      -- Until enforce has built them this stands in for the foreign key and the unique index.
      IF sync.arrives IS NULL THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert or update on table "User" violates foreign key constraint "User_profileId_fkey"', DETAIL = format('Key (profileId)=(%s) is not present in table "Profile".', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_fkey';
      ELSIF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                     WHERE o."id" = NEW."profileId" AND n."profileId" = o."id") THEN
        RAISE unique_violation USING MESSAGE = 'duplicate key value violates unique constraint "User_profileId_key"', DETAIL = format('Key ("profileId")=(%s) already exists.', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_key';
      END IF;
    ELSE
      sync.arrives := false;
    END IF;
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."Profile"';
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
    IF sync.leaves THEN
      UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."profileId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."Profile" o SET "userId" = NEW."id" WHERE o."id" OPERATOR(pg_catalog.=) NEW."profileId";
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMIT;

--@ step: drop the foreign key "User_profileId_fkey"
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_profileId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- DROP of a foreign key takes ACCESS EXCLUSIVE on both tables; the second is not waited for.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" DROP CONSTRAINT "User_profileId_fkey";
COMMIT;

--@ step: drop the index "User_profileId_key"
--@ transaction: none
--@ done: SELECT to_regclass('"public"."User_profileId_key"') IS NULL
DROP INDEX CONCURRENTLY IF EXISTS "public"."User_profileId_key";

-- ════ 5_contract.sql
-- Contract: what only the new shape can meet is made to hold; then the old column is set aside. Nothing is dropped that
-- rollback could not build again.

--@ step: hold new rows of "public"."User" to a value in "profileId"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'profileId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."User" ADD CONSTRAINT "crossfade_not_null_kind" CHECK ("profileId" IS NOT NULL) NOT VALID;
COMMIT;

--@ step: prove that every row of "public"."User" is linked
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."User"')
--@         AND attname = 'profileId' AND attnotnull)
--@       OR EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'crossfade_not_null_kind' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "crossfade_not_null_kind";
COMMIT;

--@ step: set "userId" of "public"."Profile" aside as "crossfade_old_userId"
--@ guard: verify
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_userId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ACCESS EXCLUSIVE, taken first and on both tables at once: the second is not waited for.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "crossfade_i_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_u_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_d_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_t_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_i_kind" ON "public"."User";
DROP TRIGGER "crossfade_u_kind" ON "public"."User";
DROP TRIGGER "crossfade_d_kind" ON "public"."User";
DROP TRIGGER "crossfade_t_kind" ON "public"."User";
DROP TRIGGER "crossfade_required_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_required_kind"();
DROP FUNCTION "crossfade"."crossfade_truncate_kind"();
DROP FUNCTION "crossfade"."crossfade_old_kind"();
DROP FUNCTION "crossfade"."crossfade_new_kind"();
-- Left on the frozen column it would go on acting: its ON DELETE CASCADE deletes live rows.
ALTER TABLE "public"."Profile" DROP CONSTRAINT "Profile_userId_fkey";
ALTER TABLE "public"."Profile" DROP CONSTRAINT "Profile_userId_key";
-- Two statements: in one ALTER TABLE the proof is dropped first, and the table is scanned under ACCESS EXCLUSIVE.
ALTER TABLE "public"."User" ALTER COLUMN "profileId" SET NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT "crossfade_not_null_kind";
ALTER TABLE "public"."User" DROP CONSTRAINT "User_profileId_fkey";
ALTER TABLE "public"."User" ADD CONSTRAINT "User_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "public"."Profile" ("id")
  ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;
ALTER TABLE "public"."Profile" RENAME COLUMN "userId" TO "crossfade_old_userId";
COMMIT;

--@ step: prove the foreign key "User_profileId_fkey" with its final actions on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_profileId_fkey' AND convalidated)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."Profile" IN ROW SHARE MODE;
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "User_profileId_fkey";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old column is only set aside. The new side is the truth: the old one is filled from it while
-- it is still out of sight, given its constraints again, and renamed back last.

--@ step: keep "crossfade_old_userId" equal to "profileId" again
--@ done: SELECT to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NOT NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" ALTER COLUMN "profileId" DROP NOT NULL;
ALTER TABLE "public"."User" DROP CONSTRAINT IF EXISTS "crossfade_not_null_kind";
ALTER TABLE "public"."User" DROP CONSTRAINT "User_profileId_fkey";
ALTER TABLE "public"."User" ADD CONSTRAINT "User_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "public"."Profile" ("id")
  ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;
-- It never repairs the new side from the old one, which is stale until it is filled.
CREATE FUNCTION "crossfade"."crossfade_back_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;
  arrives pg_catalog.bool;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  IF TG_OP = 'TRUNCATE' THEN
    sync.written := '"public"."Profile"';
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
    UPDATE "public"."Profile" o SET "crossfade_old_userId" = NULL WHERE o."crossfade_old_userId" IS NOT NULL;
    PERFORM pg_catalog.set_config('search_path', sync.path, true);
    RETURN NULL;
  END IF;
  PERFORM FROM "public"."Profile" o WHERE o."id" IN (OLD."profileId", NEW."profileId") ORDER BY o."id" FOR NO KEY UPDATE;
  -- What is linked no more gives way first: the old column may be unique again already.
  FOR sync.held IN
    SELECT o."id" AS key FROM "public"."Profile" o
     WHERE o."id" IN (OLD."profileId", NEW."profileId") AND o."crossfade_old_userId" IS NOT NULL
       AND NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = o."id" AND n."id" = o."crossfade_old_userId")
  LOOP
    sync.written := '"public"."Profile"';
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
    UPDATE "public"."Profile" o SET "crossfade_old_userId" = NULL WHERE o."id" OPERATOR(pg_catalog.=) sync.held.key;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END LOOP;
  sync.arrives := EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."profileId" = o."id"
                           WHERE o."id" = NEW."profileId" AND n."id" = NEW."id" AND o."crossfade_old_userId" IS DISTINCT FROM n."id");
  IF sync.arrives THEN
    sync.written := '"public"."Profile"';
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
    UPDATE "public"."Profile" o SET "crossfade_old_userId" = NEW."id" WHERE o."id" OPERATOR(pg_catalog.=) NEW."profileId";
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_back_kind"()'::regprocedure);
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT OR DELETE ON "public"."User" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (OLD."profileId" IS DISTINCT FROM NEW."profileId" OR OLD."id" IS DISTINCT FROM NEW."id")
  EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."User" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_back_kind"();
COMMIT;

--@ step: prove the foreign key "User_profileId_fkey" with the actions it had
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."User"') AND conname = 'User_profileId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."Profile" IN ROW SHARE MODE;
ALTER TABLE "public"."User" VALIDATE CONSTRAINT "User_profileId_fkey";
COMMIT;

--@ step: fill "crossfade_old_userId" of "public"."Profile" from "profileId"
--@ transaction: chunk
--@ over: "public"."User"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" n JOIN "public"."Profile" o ON o."id" = n."profileId"
--@         WHERE o."crossfade_old_userId" IS DISTINCT FROM n."id")
WITH source AS MATERIALIZED (
  SELECT "id", "profileId" FROM "public"."User" WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND "profileId" IS NOT NULL FOR SHARE SKIP LOCKED
)
UPDATE "public"."Profile" o SET "crossfade_old_userId" = s."id" FROM source s
 WHERE s."profileId" = o."id" AND o."crossfade_old_userId" IS DISTINCT FROM s."id";

--@ step: clear what is linked no more in "crossfade_old_userId" of "public"."Profile"
--@ transaction: chunk
--@ over: "public"."Profile"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."Profile" o WHERE o."crossfade_old_userId" IS NOT NULL
--@         AND NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = o."id"))
-- Taken FOR UPDATE: a row that links it meanwhile has to ask for a key lock first, and writes "crossfade_old_userId" itself.
UPDATE "public"."Profile" SET "crossfade_old_userId" = NULL
 WHERE ctid = ANY (ARRAY(SELECT o.ctid FROM "public"."Profile" o
                          WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND o."crossfade_old_userId" IS NOT NULL
                            AND NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = o."id")
                            FOR UPDATE SKIP LOCKED));

--@ step: clear away what a broken build left of "Profile_userId_key"
--@ transaction: none
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."Profile_userId_key"') AND NOT indisvalid)
DROP INDEX CONCURRENTLY IF EXISTS "public"."Profile_userId_key";

--@ step: build "Profile_userId_key"
--@ transaction: none
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_index
--@         WHERE indexrelid = to_regclass('"public"."Profile_userId_key"') AND indrelid = to_regclass('"public"."Profile"') AND indisvalid)
CREATE UNIQUE INDEX CONCURRENTLY "Profile_userId_key" ON "public"."Profile" ("crossfade_old_userId");

--@ step: make "Profile_userId_key" a constraint
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'Profile_userId_key')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
ALTER TABLE "public"."Profile" ADD CONSTRAINT "Profile_userId_key" UNIQUE USING INDEX "Profile_userId_key";
COMMIT;

--@ step: add the foreign key "Profile_userId_fkey", for new rows
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'Profile_userId_fkey')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("crossfade_old_userId") REFERENCES "public"."User" ("id") ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;
COMMIT;

--@ step: prove the foreign key "Profile_userId_fkey" on every row
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
--@         WHERE conrelid = to_regclass('"public"."Profile"') AND conname = 'Profile_userId_fkey' AND convalidated)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
LOCK TABLE "public"."User" IN ROW SHARE MODE;
ALTER TABLE "public"."Profile" VALIDATE CONSTRAINT "Profile_userId_fkey";
COMMIT;

--@ step: give "crossfade_old_userId" of "public"."Profile" its name "userId" back
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'userId' AND NOT attisdropped)
--@       AND to_regprocedure('"crossfade"."crossfade_old_kind"()') IS NOT NULL AND to_regprocedure('"crossfade"."crossfade_back_kind"()') IS NULL
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Profile" RENAME COLUMN "crossfade_old_userId" TO "userId";
DROP TRIGGER "crossfade_i_kind" ON "public"."User";
DROP TRIGGER "crossfade_u_kind" ON "public"."User";
DROP TRIGGER "crossfade_t_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_back_kind"();
-- Who writes "userId" has "profileId" written. The row of "public"."User" is locked by its key first and compared then: an UPDATE
-- that matches nothing locks nothing, and a writer beside it would be missed. The row that was written may have changed since,
-- by a foreign key that follows a changed key or by a trigger: what counts is what it holds now.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: roles that write one table need no rights on the other, nor on the schema crossfade. The path is pinned
  -- within, and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;   -- a row of the other side has to give the link up
  arrives pg_catalog.bool := false;  -- one has to take it; neither: the write came from there
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  PERFORM FROM "public"."User" n WHERE n."id" IN (coalesce(OLD."userId", NEW."userId"), coalesce(NEW."userId", OLD."userId"))
    ORDER BY n."id" FOR NO KEY UPDATE;
  IF OLD."userId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."userId"
                              AND n."profileId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."Profile" o WHERE o."userId" = OLD."userId"
                                  AND o."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF NEW."userId" IS NOT NULL THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                             WHERE o."id" = NEW."id" AND o."userId" = NEW."userId"
                               AND n."profileId" IS DISTINCT FROM o."id");
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."User"';
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
    IF sync.leaves THEN
      UPDATE "public"."User" n SET "profileId" = NULL WHERE n."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" n SET "profileId" = NEW."id" WHERE n."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
-- Who writes "profileId" has "userId" written.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
-- body: settled
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  leaves pg_catalog.bool := false;
  arrives pg_catalog.bool := false;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  PERFORM FROM "public"."Profile" o WHERE o."id" IN (coalesce(OLD."profileId", NEW."profileId"), coalesce(NEW."profileId", OLD."profileId"))
    ORDER BY o."id" FOR NO KEY UPDATE;
  IF OLD."profileId" IS NOT NULL THEN
    sync.leaves := EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = OLD."profileId"
                              AND o."userId" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF sync.leaves THEN
    sync.leaves := NOT EXISTS (SELECT FROM "public"."User" n WHERE n."profileId" = OLD."profileId"
                                  AND n."id" IN (OLD."id", coalesce(NEW."id", OLD."id")));
  END IF;
  IF TG_OP = 'DELETE' AND sync.leaves AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = OLD."id" AND n."profileId" IS NULL) THEN
    -- The same statement made the row again, and said nothing of the link, which the other side still holds.
    sync.written := '"public"."User"';
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
    UPDATE "public"."User" n SET "profileId" = OLD."profileId" WHERE n."id" OPERATOR(pg_catalog.=) OLD."id";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.leaves := false;
  END IF;
  IF NEW."profileId" IS NOT NULL THEN
    SELECT o."userId" IS DISTINCT FROM NEW."id" INTO sync.arrives FROM "public"."Profile" o WHERE o."id" = NEW."profileId";
    -- What the other side holds already needs no look at whether this row still holds it.
    IF sync.arrives IS NOT FALSE AND EXISTS (SELECT FROM "public"."User" n WHERE n."id" = NEW."id" AND n."profileId" = NEW."profileId") THEN
      -- Until enforce has built them this stands in for the foreign key and the unique index.
      IF sync.arrives IS NULL THEN
        RAISE foreign_key_violation USING MESSAGE = 'insert or update on table "User" violates foreign key constraint "User_profileId_fkey"', DETAIL = format('Key (profileId)=(%s) is not present in table "Profile".', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_fkey';
      ELSIF EXISTS (SELECT FROM "public"."Profile" o JOIN "public"."User" n ON n."id" = o."userId"
                     WHERE o."id" = NEW."profileId" AND n."profileId" = o."id") THEN
        RAISE unique_violation USING MESSAGE = 'duplicate key value violates unique constraint "User_profileId_key"', DETAIL = format('Key ("profileId")=(%s) already exists.', NEW."profileId"),
          TABLE = 'User', CONSTRAINT = 'User_profileId_key';
      END IF;
    ELSE
      sync.arrives := false;
    END IF;
  END IF;
  IF sync.leaves OR sync.arrives THEN
    sync.written := '"public"."Profile"';
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
    IF sync.leaves THEN
      UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."profileId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."Profile" o SET "userId" = NEW."id" WHERE o."id" OPERATOR(pg_catalog.=) NEW."profileId";
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.Profile.userId and public.User.profileId equal; userId was NOT NULL (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Of the table that was emptied there is nothing to write.
  sync.written := '"public"."User"';
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
  UPDATE "public"."User" n SET "profileId" = NULL WHERE n."profileId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  sync.written := '"public"."Profile"';
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
  UPDATE "public"."Profile" o SET "userId" = NULL WHERE o."userId" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
-- AFTER ROW, and compared by value: before the row is written the echo would not find it, and never end.
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (NEW."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN ((OLD."userId" IS DISTINCT FROM NEW."userId" OR OLD."id" IS DISTINCT FROM NEW."id")
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."Profile" FOR EACH ROW
  WHEN (OLD."userId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."Profile" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE TRIGGER "crossfade_t_kind" AFTER TRUNCATE ON "public"."User" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
CREATE TRIGGER "crossfade_i_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  WHEN (NEW."profileId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_u_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN ((OLD."profileId" IS DISTINCT FROM NEW."profileId" OR OLD."id" IS DISTINCT FROM NEW."id")
        AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_d_kind" AFTER DELETE ON "public"."User" FOR EACH ROW
  WHEN (OLD."profileId" IS NOT NULL) EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_required_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT FROM "public"."Profile" o WHERE o."id" = NEW."id" AND o."userId" IS NULL) THEN
    RAISE not_null_violation USING MESSAGE = 'null value in column "userId" of relation "Profile" violates not-null constraint', TABLE = 'Profile', COLUMN = 'userId',
      HINT = 'Checked at commit while the plan kind runs: create both rows in one transaction.';
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_required_kind"()'::regprocedure);
CREATE CONSTRAINT TRIGGER "crossfade_required_kind" AFTER INSERT OR UPDATE ON "public"."Profile" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."userId" IS NULL) EXECUTE FUNCTION "crossfade"."crossfade_required_kind"();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the column that was set aside is dropped. This cannot be undone.

--@ step: drop "crossfade_old_userId" of "public"."Profile"
--@ guard: retired
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."Profile"') AND attname = 'crossfade_old_userId' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."Profile"')
            AND a.attname = 'crossfade_old_userId' AND d.classid <> 'pg_catalog.pg_attrdef'::regclass), 'another object still contains crossfade_old_userId of public.Profile: drop it first');
ALTER TABLE "public"."Profile" DROP COLUMN "crossfade_old_userId";
COMMIT;

