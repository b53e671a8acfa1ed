-- ════ 1_expand.sql
-- Expand: the new place of the columns, and the triggers that keep both places equal, in one transaction.

--@ step: make "public"."Address" and keep it equal to "public"."User"
--@ done: SELECT to_regclass('"public"."Address"') IS NOT NULL
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Address"') AND tgname = 'crossfade_update_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- For milliseconds: nothing is rewritten and nothing is scanned. The locks wait for the last writers that do not know the
-- triggers; from COMMIT on every writer fires them.
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE "public"."Address" (
  "userId" integer NOT NULL,
  "street" text,
  "city" text,
  CONSTRAINT "Address_pkey" PRIMARY KEY ("userId"),
  CONSTRAINT "Address_userId_fkey" FOREIGN KEY ("userId") REFERENCES "public"."User" ("id")
    ON DELETE CASCADE ON UPDATE CASCADE
);
-- Closed, whatever ALTER DEFAULT PRIVILEGES opens a new table to, and then opened as "public"."User" is.
SELECT crossfade.revoke_all('"public"."Address"'::regclass);
ALTER TABLE "public"."Address" OWNER TO "postgres";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: application roles need no rights on the other table or on the schema crossfade. The path is pinned within,
  -- and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  copying pg_catalog.text := pg_catalog.current_setting('crossfade.backfill', true);
  wrote pg_catalog.bool := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock. The row that was written may have
  -- changed since, by a trigger: what counts is what it holds now.
  PERFORM FROM "public"."Address" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = NEW."id" AND ((n."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (n."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")))
       AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C"))) THEN
      sync.written := '"public"."Address"';
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
      UPDATE "public"."Address" n SET "street" = NEW."street", "city" = NEW."city" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      sync.wrote := true;
    END IF;
  ELSIF num_nonnulls(NEW."street", NEW."city") > 0 AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C"))) THEN
    sync.written := '"public"."Address"';
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
    INSERT INTO "public"."Address" AS n ("userId", "street", "city") VALUES (NEW."id", NEW."street", NEW."city")
      ON CONFLICT ("userId") DO UPDATE SET "street" = EXCLUDED."street", "city" = EXCLUDED."city";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.wrote := true;
  ELSIF num_nonnulls(NEW."street", NEW."city") = 0 AND num_nonnulls(OLD."street", OLD."city") > 0 AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
    -- A row that was copied after this transaction's snapshot cannot be seen, and would keep the values. The unique index
    -- does see it: it is a serialization failure then.
    sync.written := '"public"."Address"';
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
    PERFORM pg_catalog.set_config('crossfade.backfill', 'on', true);
    INSERT INTO "public"."Address" ("userId") VALUES (NEW."id") ON CONFLICT ("userId") DO NOTHING;
    PERFORM pg_catalog.set_config('crossfade.backfill', coalesce(sync.copying, ''), true);
    DELETE FROM "public"."Address" n WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
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
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  taken pg_catalog.bool := false;    -- the key that the row had is another old row's since the same statement
  leaves pg_catalog.bool := false;   -- a row of the old table has to give its values up
  arrives pg_catalog.bool := false;  -- one has to take them
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- The row of the old table serialises all who write its values, from either side.
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM "public"."User" o WHERE o."id" = OLD."userId" FOR NO KEY UPDATE;
  ELSE
    PERFORM FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  END IF;
  IF TG_OP <> 'INSERT' AND current_setting('crossfade.seen_0b27c158_' || 'reused', true) = statement_timestamp()::text THEN
    sync.taken := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END));
  END IF;
  -- Not when it was replaced in the same statement, nor when the row has changed since, by a trigger or a foreign key that
  -- follows a changed key: what counts is what is there now.
  IF TG_OP <> 'INSERT' AND (OLD."userId" IS DISTINCT FROM NEW."userId") AND NOT sync.taken THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."street", o."city") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = NEW."userId" AND NOT ((n."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (n."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")));
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
      UPDATE "public"."User" o SET "street" = NULL, "city" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "street" = NEW."street", "city" = NEW."city" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'new', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'new',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'new');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
  UPDATE "public"."User" o SET "street" = NULL, "city" = NULL WHERE o."street" IS NOT NULL OR o."city" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_reuse_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- The same statement gave the key to another row: a foreign key's action on "public"."Address" is about the row before it.
  IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."id") THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'reused', statement_timestamp()::text, true);
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_reuse_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_reuse_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
-- By their names they come before the triggers of foreign keys.
CREATE TRIGGER "!crossfade_reuse_kind" AFTER DELETE ON "public"."User" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "!crossfade_rekey_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  WHEN (num_nonnulls(NEW."street", NEW."city") > 0)
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (OLD."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")) AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Address" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."Address" FOR EACH ROW
  WHEN (((OLD."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (OLD."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C") OR OLD."userId" IS DISTINCT FROM NEW."userId") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_delete_kind" AFTER DELETE ON "public"."Address" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_truncate_kind" AFTER TRUNCATE ON "public"."Address" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
COMMIT;

-- ════ 1_expand.undo.sql
-- Undo of expand: the old table gets its NOT NULL back, and the new place goes with its triggers, as it came.

--@ step: drop the triggers and "public"."Address"
--@ guard: expand.loss
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- While that trigger is there, "public"."Address" is as expand left it.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Address" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER IF EXISTS "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "!crossfade_rekey_kind" ON "public"."User";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_reuse_kind"();
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TABLE "public"."Address";
DROP FUNCTION "crossfade"."crossfade_old_kind"(), "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"();
COMMIT;

-- ════ 2_backfill.sql
-- Backfill: the rows that were there before the triggers.

--@ step: copy the columns of "public"."User" into "public"."Address"
--@ transaction: chunk
--@ over: "public"."User"
--@ done: SELECT NOT EXISTS (SELECT FROM "public"."User" o WHERE (num_nonnulls(o."street", o."city") > 0 AND NOT EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id")))
-- The rows are locked while they are copied: a value read unlocked may be another when it is written. A row that is held is
-- left for a later pass.
WITH s AS MATERIALIZED (
  SELECT o.* FROM "public"."User" o WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (num_nonnulls(o."street", o."city") > 0 AND NOT EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id")) FOR SHARE SKIP LOCKED
)
INSERT INTO "public"."Address" AS n ("userId", "street", "city") SELECT "id", "street", "city" FROM s
    ON CONFLICT ("userId") DO NOTHING;

-- ════ 4_enforce.sql
-- Enforce: what holds for the columns in "public"."User" is made to hold in "public"."Address". NOT NULL comes with contract: until then
-- old versions make rows of "public"."Address" without values.

--@ step: gather statistics on "public"."Address"
--@ done: SELECT (SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass('"public"."Address"')) = 0
--@       OR NOT EXISTS (SELECT FROM "public"."Address")
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'Address'
--@         AND attname = 'street')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'public' AND tablename = 'Address'
--@         AND attname = 'city')
--@       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('"public"."Address"') AND attnum > 0 AND attstattarget = 0)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the values.
ANALYZE "public"."Address";
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce: what was carried over to "public"."Address" is dropped again.

-- ════ 5_contract.sql
-- Contract, first half. Tighten: what old versions could not have met is made to hold in "public"."Address"; a violation stops here,
-- and nothing is lost. Retire: the old columns are set aside under reserved names.

--@ step: set the columns of "public"."User" aside
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Address"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_street' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_city' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- ACCESS EXCLUSIVE, taken first and on both tables at once: the second is not waited for.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Address" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER "!crossfade_rekey_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_reuse_kind"();
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TRIGGER "crossfade_insert_kind" ON "public"."Address";
DROP TRIGGER "crossfade_update_kind" ON "public"."Address";
DROP TRIGGER "crossfade_delete_kind" ON "public"."Address";
DROP TRIGGER "crossfade_truncate_kind" ON "public"."Address";
DROP FUNCTION "crossfade"."crossfade_old_kind"(), "crossfade"."crossfade_new_kind"(), "crossfade"."crossfade_truncate_kind"();
-- Frozen values would refuse live rows, and collide on the way back.
ALTER TABLE "public"."User" RENAME COLUMN "street" TO "crossfade_old_street";
ALTER TABLE "public"."User" RENAME COLUMN "city" TO "crossfade_old_city";
COMMIT;

-- ════ 5_contract.undo.sql
-- Undo of contract, while the old columns are only set aside. "public"."Address" is the truth: until the old columns are filled from
-- it, no trigger changes it.

--@ step: give the columns of "public"."User" their names back
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Address"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'street' AND NOT attisdropped)
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'city' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Address" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" RENAME COLUMN "crossfade_old_street" TO "street";
ALTER TABLE "public"."User" RENAME COLUMN "crossfade_old_city" TO "city";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  taken pg_catalog.bool := false;    -- the key that the row had is another old row's since the same statement
  leaves pg_catalog.bool := false;   -- a row of the old table has to give its values up
  arrives pg_catalog.bool := false;  -- one has to take them
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- The row of the old table serialises all who write its values, from either side.
  -- Nothing is asked of a NULL: a plan made for one is so cheap that PostgreSQL would plan anew at every call.
  IF TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    PERFORM FROM "public"."User" o WHERE (o."id" = OLD."userId") OR (o."id" = NEW."userId") ORDER BY o."id" FOR NO KEY UPDATE;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM "public"."User" o WHERE o."id" = OLD."userId" FOR NO KEY UPDATE;
  ELSE
    PERFORM FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  END IF;
  IF TG_OP <> 'INSERT' AND current_setting('crossfade.seen_0b27c158_' || 'reused', true) = statement_timestamp()::text THEN
    sync.taken := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END));
  END IF;
  -- Not when it was replaced in the same statement, nor when the row has changed since, by a trigger or a foreign key that
  -- follows a changed key: what counts is what is there now.
  IF TG_OP <> 'INSERT' AND (OLD."userId" IS DISTINCT FROM NEW."userId") AND NOT sync.taken THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."street", o."city") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = NEW."userId" AND NOT ((n."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (n."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")));
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
      UPDATE "public"."User" o SET "street" = NULL, "city" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "street" = NEW."street", "city" = NEW."city" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    -- Evidence, at most one row per session, application, side and minute.
    IF current_setting('crossfade.seen_0b27c158_' || 'new', true) IS DISTINCT FROM
         (current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60)) THEN
      PERFORM set_config('crossfade.seen_0b27c158_' || 'new',
                         current_setting('application_name') || floor(date_part('epoch', clock_timestamp()) / 60), false);
      BEGIN
        PERFORM crossfade.note('kind', 'new');
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'crossfade could not record a write: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_truncate_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
  UPDATE "public"."User" o SET "street" = NULL, "city" = NULL WHERE o."street" IS NOT NULL OR o."city" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Address" FOR EACH ROW
  WHEN (current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."Address" FOR EACH ROW
  WHEN (((OLD."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (OLD."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C") OR OLD."userId" IS DISTINCT FROM NEW."userId") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_delete_kind" AFTER DELETE ON "public"."Address" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_truncate_kind" AFTER TRUNCATE ON "public"."Address" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
COMMIT;

--@ step: fill the columns of "public"."User" from "public"."Address"
--@ transaction: chunk
--@ over: "public"."User"
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
--@       OR NOT EXISTS (SELECT FROM "public"."User" o WHERE (CASE WHEN EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id") THEN EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id" AND ((o."street"::text COLLATE "C" IS DISTINCT FROM n."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM n."city"::text COLLATE "C"))) ELSE num_nonnulls(o."street", o."city") > 0 END))
UPDATE "public"."User" o SET ("street", "city") = (SELECT n."street", n."city" FROM "public"."Address" n WHERE n."userId" = o."id")
 WHERE o.ctid = ANY (ARRAY(SELECT o.ctid FROM "public"."User" o
                            WHERE ctid >= '(0,0)' AND ctid < '(4294967295,0)' AND (CASE WHEN EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id") THEN EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = o."id" AND ((o."street"::text COLLATE "C" IS DISTINCT FROM n."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM n."city"::text COLLATE "C"))) ELSE num_nonnulls(o."street", o."city") > 0 END)
                              FOR NO KEY UPDATE SKIP LOCKED));

--@ step: let "public"."User" and "public"."Address" follow each other again
--@ guard: contract.loss
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Address" IN ACCESS EXCLUSIVE MODE NOWAIT;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: application roles need no rights on the other table or on the schema crossfade. The path is pinned within,
  -- and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  copying pg_catalog.text := pg_catalog.current_setting('crossfade.backfill', true);
  wrote pg_catalog.bool := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock. The row that was written may have
  -- changed since, by a trigger: what counts is what it holds now.
  PERFORM FROM "public"."Address" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF EXISTS (SELECT FROM "public"."Address" n WHERE n."userId" = NEW."id" AND ((n."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (n."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")))
       AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C"))) THEN
      sync.written := '"public"."Address"';
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
      UPDATE "public"."Address" n SET "street" = NEW."street", "city" = NEW."city" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      sync.wrote := true;
    END IF;
  ELSIF num_nonnulls(NEW."street", NEW."city") > 0 AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (o."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C"))) THEN
    sync.written := '"public"."Address"';
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
    INSERT INTO "public"."Address" AS n ("userId", "street", "city") VALUES (NEW."id", NEW."street", NEW."city")
      ON CONFLICT ("userId") DO UPDATE SET "street" = EXCLUDED."street", "city" = EXCLUDED."city";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    sync.wrote := true;
  ELSIF num_nonnulls(NEW."street", NEW."city") = 0 AND num_nonnulls(OLD."street", OLD."city") > 0 AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
    -- A row that was copied after this transaction's snapshot cannot be seen, and would keep the values. The unique index
    -- does see it: it is a serialization failure then.
    sync.written := '"public"."Address"';
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
    PERFORM pg_catalog.set_config('crossfade.backfill', 'on', true);
    INSERT INTO "public"."Address" ("userId") VALUES (NEW."id") ON CONFLICT ("userId") DO NOTHING;
    PERFORM pg_catalog.set_config('crossfade.backfill', coalesce(sync.copying, ''), true);
    DELETE FROM "public"."Address" n WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
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
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
DROP TRIGGER IF EXISTS "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "crossfade_update_kind" ON "public"."User";
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  WHEN (num_nonnulls(NEW."street", NEW."city") > 0)
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."street"::text COLLATE "C" IS DISTINCT FROM NEW."street"::text COLLATE "C") OR (OLD."city"::text COLLATE "C" IS DISTINCT FROM NEW."city"::text COLLATE "C")) AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_reuse_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- The same statement gave the key to another row: a foreign key's action on "public"."Address" is about the row before it.
  IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."id") THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'reused', statement_timestamp()::text, true);
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_reuse_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_reuse_kind"() IS 'Crossfade: keeps public.User and public.Address equal (plan kind)';
DROP TRIGGER IF EXISTS "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "!crossfade_rekey_kind" ON "public"."User";
-- By their names they come before the triggers of foreign keys.
CREATE TRIGGER "!crossfade_reuse_kind" AFTER DELETE ON "public"."User" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "!crossfade_rekey_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the columns that were set aside are dropped. This cannot be undone.

--@ step: drop what was set aside of "public"."User"
--@ guard: retired
--@ done: SELECT true
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_street' AND NOT attisdropped)
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_city' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
-- Without CASCADE too, DROP COLUMN removes every index, constraint and statistics object that contains the column
-- beside others: there must be none.
SELECT crossfade.require(NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass('"public"."User"')
            AND a.attname IN ('crossfade_old_street', 'crossfade_old_city')), 'an index, constraint, view or other object still contains a column of public.User that was set aside: drop it first');
ALTER TABLE "public"."User" DROP COLUMN "crossfade_old_street";
ALTER TABLE "public"."User" DROP COLUMN "crossfade_old_city";
COMMIT;

