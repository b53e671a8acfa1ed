-- ════ 1_expand.sql
-- Expand: the new place of the columns, and the triggers that keep both places equal, in one transaction.

--@ step: add the columns to "public"."Profile" and keep it equal to "public"."User"
--@ done: SELECT to_regclass('"public"."Profile"') IS NOT NULL
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."User"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = 'crossfade_update_kind')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- For milliseconds: nothing is rewritten and nothing is scanned. The locks wait for the last writers that do not know the
-- triggers; from COMMIT on every writer fires them.
LOCK TABLE "public"."User" IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."Profile" ADD COLUMN "bio" text;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: application roles need no rights on the other table or on the schema crossfade. The path is pinned within,
  -- and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;  -- the values of the other row
  wrote pg_catalog.bool := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock. The row that was written may have
  -- changed since, by a trigger: what counts is what it holds now.
  PERFORM FROM "public"."Profile" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND num_nonnulls(n."bio") > 0 AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"))) THEN
      IF num_nonnulls(NEW."bio") = 0 AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND (CASE WHEN age(n.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(n.xmin))::text::xid8) = 'in progress' ELSE false END)) THEN
        -- The same transaction made the other row first, with the values: this one takes them over.
        IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT (num_nonnulls(o."bio") > 0)) THEN
          SELECT n."bio" INTO sync.held FROM "public"."Profile" n WHERE n."userId" = NEW."id";
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
          UPDATE "public"."User" o SET "bio" = sync.held."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."id";
        END IF;
        PERFORM pg_catalog.set_config('search_path', sync.path, true);
        RETURN NULL;
      END IF;
      -- A row that had lost its counterpart gets another: what it held is kept where it can be found.
      IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
        BEGIN
          INSERT INTO crossfade.replaced (plan, role, object, key, value)
          SELECT 'kind', session_user, '"public"."Profile"', concat_ws(', ', 'userId=' || coalesce(n."userId"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT n."bio") v)
            FROM "public"."Profile" n WHERE n."userId" = NEW."id";
        EXCEPTION
          WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
          WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
        END;
      END IF;
    END IF;
    IF EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
       AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"))) THEN
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
      UPDATE "public"."Profile" n SET "bio" = NEW."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      sync.wrote := true;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'pulled' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) THEN
    -- A row that was made after this transaction's snapshot cannot be seen, and has taken over what was there before. Its entry
    -- does show, by its key: it is a serialization failure then.
    BEGIN
      INSERT INTO crossfade.pulled (plan, key) SELECT 'kind', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) FROM "public"."User" o WHERE o."id" = NEW."id" ON CONFLICT (plan, key) DO NOTHING;
      IF FOUND THEN
        DELETE FROM crossfade.pulled p USING "public"."User" o WHERE p.plan = 'kind' AND p.key = concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) AND o."id" = NEW."id";
      END IF;
    EXCEPTION
      WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
      WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
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
-- body: copying
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;   -- values that are not copied yet
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
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
      -- A whole row, read before it was copied, written back: the NULLs are not a wish.
      SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
      UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
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
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (num_nonnulls(OLD."bio") > 0) AND NOT sync.taken
     AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0)) THEN
    -- Not copied yet, and it belongs to another row from now on: it goes there with its values.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = OLD."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
    -- It brings no value along: it takes over what its row has.
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;
  -- Not when it was replaced in the same statement, nor when the row has changed since, by a trigger or a foreign key that
  -- follows a changed key: what counts is what is there now.
  IF TG_OP <> 'INSERT' AND (OLD."userId" IS DISTINCT FROM NEW."userId") AND NOT sync.taken THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.leaves THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = OLD."userId";
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF sync.arrives AND TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
      UPDATE "public"."User" o SET "bio" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
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
  IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
    BEGIN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE num_nonnulls(o."bio") > 0;
    EXCEPTION
      WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
      WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
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
  UPDATE "public"."User" o SET "bio" = NULL WHERE o."bio" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_old_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_pull_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- An old version made the other row with the values: the new row takes them over. It does so when it is there: what an INSERT
  -- is changed to beforehand is what its ON CONFLICT sees as EXCLUDED.
  PERFORM FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'pulled' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) THEN
      BEGIN
        INSERT INTO crossfade.pulled (plan, key) SELECT 'kind', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) FROM "public"."User" o WHERE o."id" = NEW."userId" AND NOT (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END)
          ON CONFLICT (plan, key) DO UPDATE SET at = clock_timestamp();
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_pull_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_pull_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE TRIGGER "crossfade_pull_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") = 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_pull_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_reuse_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- The same statement gave the key to another row: a foreign key's action on "public"."Profile" is about the row before it.
  IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."id") THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'reused', statement_timestamp()::text, true);
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_reuse_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_reuse_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
-- By their names they come before the triggers of foreign keys.
CREATE TRIGGER "!crossfade_reuse_kind" AFTER DELETE ON "public"."User" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "!crossfade_rekey_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."id" IS DISTINCT FROM NEW."id") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") > 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
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
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- While that trigger is there, "public"."Profile" is as expand left it.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER IF EXISTS "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "!crossfade_rekey_kind" ON "public"."User";
DROP FUNCTION IF EXISTS "crossfade"."crossfade_reuse_kind"();
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TRIGGER "crossfade_pull_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_insert_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_update_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_delete_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_truncate_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_pull_kind"();
DELETE FROM crossfade.pulled WHERE plan = 'kind';
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
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- SHARE UPDATE EXCLUSIVE: reads and writes go on. Without it the new version's plans know nothing of the values.
ANALYZE "public"."Profile";
COMMIT;

--@ step: take NULL in "public"."Profile" for a value from now on
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: settled%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
-- Last, since versions that use the new place alone come after this phase. Replacing a function locks no table.
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
-- body: settled
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
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.leaves THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = OLD."userId";
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF sync.arrives AND TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
      UPDATE "public"."User" o SET "bio" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
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
COMMIT;

-- ════ 4_enforce.undo.sql
-- Undo of enforce: what was carried over to "public"."Profile" is dropped again.

--@ step: take NULL in "public"."Profile" for a row not yet copied again
--@ done: SELECT EXISTS (SELECT FROM pg_catalog.pg_proc
--@         WHERE oid = to_regprocedure('"crossfade"."crossfade_new_kind"()') AND prosrc LIKE '%-- body: copying%')
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
-- body: copying
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;   -- values that are not copied yet
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
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
      -- A whole row, read before it was copied, written back: the NULLs are not a wish.
      SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
      UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
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
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND NOT (num_nonnulls(OLD."bio") > 0) AND NOT sync.taken
     AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
     AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0)) THEN
    -- Not copied yet, and it belongs to another row from now on: it goes there with its values.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = OLD."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;
  IF TG_OP = 'UPDATE' AND num_nonnulls(NEW."bio") = 0 AND (OLD."userId" IS DISTINCT FROM NEW."userId")
     AND EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
    -- It brings no value along: it takes over what its row has.
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END IF;
  -- Not when it was replaced in the same statement, nor when the row has changed since, by a trigger or a foreign key that
  -- follows a changed key: what counts is what is there now.
  IF TG_OP <> 'INSERT' AND (OLD."userId" IS DISTINCT FROM NEW."userId") AND NOT sync.taken THEN
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.leaves THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = OLD."userId";
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF sync.arrives AND TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
      UPDATE "public"."User" o SET "bio" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
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
COMMIT;

-- ════ 5_contract.sql
-- Contract, first half. Tighten: what old versions could not have met is made to hold in "public"."Profile"; a violation stops here,
-- and nothing is lost. Retire: the old columns are set aside under reserved names.

--@ step: set the columns of "public"."User" aside
--@ guard: verify
--@ done: SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('"public"."Profile"') AND tgname = 'crossfade_update_kind')
--@       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '0';
-- ACCESS EXCLUSIVE, taken first and on both tables at once: the second is not waited for.
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
DROP TRIGGER "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER "!crossfade_rekey_kind" ON "public"."User";
DROP FUNCTION "crossfade"."crossfade_reuse_kind"();
DROP TRIGGER "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER "crossfade_update_kind" ON "public"."User";
DROP TRIGGER "crossfade_insert_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_update_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_delete_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_truncate_kind" ON "public"."Profile";
DROP TRIGGER "crossfade_pull_kind" ON "public"."Profile";
DROP FUNCTION "crossfade"."crossfade_pull_kind"();
DELETE FROM crossfade.pulled WHERE plan = 'kind';
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
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ALTER TABLE "public"."User" RENAME COLUMN "crossfade_old_bio" TO "bio";
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_new_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
-- body: settled
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
    sync.leaves := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."userId" AND num_nonnulls(o."bio") > 0)
               AND NOT EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = OLD."userId");
  END IF;
  IF TG_OP <> 'DELETE' THEN
    sync.arrives := EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."userId" AND ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.arrives THEN
    sync.arrives := EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."userId" AND NOT ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")));
  END IF;
  IF sync.leaves THEN
    -- Deleted or moved away: the value goes too, or a row made again would pull it back. It is kept where it can be found.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = OLD."userId";
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  IF sync.arrives AND TG_OP = 'UPDATE' AND (OLD."userId" IS DISTINCT FROM NEW."userId") THEN
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
      BEGIN
        INSERT INTO crossfade.replaced (plan, role, object, key, value)
        SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
          FROM "public"."User" o WHERE o."id" = NEW."userId" AND num_nonnulls(o."bio") > 0;
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
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
      UPDATE "public"."User" o SET "bio" = NULL WHERE o."id" OPERATOR(pg_catalog.=) OLD."userId";
    END IF;
    IF sync.arrives THEN
      UPDATE "public"."User" o SET "bio" = NEW."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."userId";
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
  IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
    BEGIN
      INSERT INTO crossfade.replaced (plan, role, object, key, value)
      SELECT 'kind', session_user, '"public"."User"', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT o."bio") v)
        FROM "public"."User" o WHERE num_nonnulls(o."bio") > 0;
    EXCEPTION
      WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
      WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
  END IF;
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
  UPDATE "public"."User" o SET "bio" = NULL WHERE o."bio" IS NOT NULL;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_new_kind"()'::regprocedure);
SELECT crossfade.revoke_all('"crossfade"."crossfade_truncate_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_new_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
COMMENT ON FUNCTION "crossfade"."crossfade_truncate_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") > 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."Profile" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."userId" IS DISTINCT FROM NEW."userId") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_delete_kind" AFTER DELETE ON "public"."Profile" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
CREATE TRIGGER "crossfade_truncate_kind" AFTER TRUNCATE ON "public"."Profile" FOR EACH STATEMENT EXECUTE FUNCTION "crossfade"."crossfade_truncate_kind"();
-- A row without values is followed too, as long as it has none to take over.
CREATE TRIGGER "crossfade_pull_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW WHEN (num_nonnulls(NEW."bio") = 0) EXECUTE FUNCTION "crossfade"."crossfade_new_kind"();
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
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "public"."Profile" IN ACCESS EXCLUSIVE MODE NOWAIT;
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_old_kind"() RETURNS trigger
  -- SECURITY DEFINER: application roles need no rights on the other table or on the schema crossfade. The path is pinned within,
  -- and not by SET, since triggers of the other table have to find what they would without Crossfade.
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;  -- the values of the other row
  wrote pg_catalog.bool := false;  -- whether the new side had to follow; when it had not, this is the echo of its own write
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Lock by key, then compare: a conditional UPDATE that matches nothing takes no lock. The row that was written may have
  -- changed since, by a trigger: what counts is what it holds now.
  PERFORM FROM "public"."Profile" n WHERE n."userId" = NEW."id" FOR NO KEY UPDATE;
  IF FOUND THEN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND num_nonnulls(n."bio") > 0 AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"))) THEN
      IF num_nonnulls(NEW."bio") = 0 AND EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND (CASE WHEN age(n.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(n.xmin))::text::xid8) = 'in progress' ELSE false END)) THEN
        -- The same transaction made the other row first, with the values: this one takes them over.
        IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT (num_nonnulls(o."bio") > 0)) THEN
          SELECT n."bio" INTO sync.held FROM "public"."Profile" n WHERE n."userId" = NEW."id";
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
          UPDATE "public"."User" o SET "bio" = sync.held."bio" WHERE o."id" OPERATOR(pg_catalog.=) NEW."id";
        END IF;
        PERFORM pg_catalog.set_config('search_path', sync.path, true);
        RETURN NULL;
      END IF;
      -- A row that had lost its counterpart gets another: what it held is kept where it can be found.
      IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'replaced' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')) THEN
        BEGIN
          INSERT INTO crossfade.replaced (plan, role, object, key, value)
          SELECT 'kind', session_user, '"public"."Profile"', concat_ws(', ', 'userId=' || coalesce(n."userId"::text, 'NULL')), (SELECT to_jsonb(v.*) FROM (SELECT n."bio") v)
            FROM "public"."Profile" n WHERE n."userId" = NEW."id";
        EXCEPTION
          WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
          WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
        END;
      END IF;
    END IF;
    IF EXISTS (SELECT FROM "public"."Profile" n WHERE n."userId" = NEW."id" AND ((n."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C")))
       AND EXISTS (SELECT FROM "public"."User" o WHERE o."id" = NEW."id" AND NOT ((o."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C"))) THEN
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
      UPDATE "public"."Profile" n SET "bio" = NEW."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."id";
      PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      sync.wrote := true;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'pulled' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) THEN
    -- A row that was made after this transaction's snapshot cannot be seen, and has taken over what was there before. Its entry
    -- does show, by its key: it is a serialization failure then.
    BEGIN
      INSERT INTO crossfade.pulled (plan, key) SELECT 'kind', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) FROM "public"."User" o WHERE o."id" = NEW."id" ON CONFLICT (plan, key) DO NOTHING;
      IF FOUND THEN
        DELETE FROM crossfade.pulled p USING "public"."User" o WHERE p.plan = 'kind' AND p.key = concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) AND o."id" = NEW."id";
      END IF;
    EXCEPTION
      WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
      WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
    END;
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
COMMENT ON FUNCTION "crossfade"."crossfade_old_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
DROP TRIGGER IF EXISTS "crossfade_insert_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "crossfade_update_kind" ON "public"."User";
CREATE TRIGGER "crossfade_insert_kind" AFTER INSERT ON "public"."User" FOR EACH ROW
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE TRIGGER "crossfade_update_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW
  WHEN (((OLD."bio"::text COLLATE "C" IS DISTINCT FROM NEW."bio"::text COLLATE "C") OR OLD."id" IS DISTINCT FROM NEW."id") AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "crossfade"."crossfade_old_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_reuse_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
#variable_conflict use_column
BEGIN
  -- The same statement gave the key to another row: a foreign key's action on "public"."Profile" is about the row before it.
  IF EXISTS (SELECT FROM "public"."User" o WHERE o."id" = OLD."id") THEN
    PERFORM set_config('crossfade.seen_0b27c158_' || 'reused', statement_timestamp()::text, true);
  END IF;
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_reuse_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_reuse_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
DROP TRIGGER IF EXISTS "!crossfade_reuse_kind" ON "public"."User";
DROP TRIGGER IF EXISTS "!crossfade_rekey_kind" ON "public"."User";
-- By their names they come before the triggers of foreign keys.
CREATE TRIGGER "!crossfade_reuse_kind" AFTER DELETE ON "public"."User" FOR EACH ROW EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE TRIGGER "!crossfade_rekey_kind" AFTER UPDATE ON "public"."User" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "crossfade"."crossfade_reuse_kind"();
CREATE OR REPLACE FUNCTION "crossfade"."crossfade_pull_kind"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER AS $crossfade$
#variable_conflict use_column
<<sync>>
DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  written pg_catalog.text;  -- the table that is written next
  held pg_catalog.record;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- An old version made the other row with the values: the new row takes them over. It does so when it is there: what an INSERT
  -- is changed to beforehand is what its ON CONFLICT sees as EXCLUDED.
  PERFORM FROM "public"."User" o WHERE o."id" = NEW."userId" FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM "public"."Profile" n JOIN "public"."User" o ON n."userId" = o."id" WHERE n."userId" = NEW."userId" AND NOT (num_nonnulls(n."bio") > 0) AND num_nonnulls(o."bio") > 0) THEN
    SELECT o."bio" INTO sync.held FROM "public"."User" o WHERE o."id" = NEW."userId";
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
    UPDATE "public"."Profile" n SET "bio" = sync.held."bio" WHERE n."userId" OPERATOR(pg_catalog.=) NEW."userId";
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname = 'crossfade' AND c.relname = 'pulled' AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) THEN
      BEGIN
        INSERT INTO crossfade.pulled (plan, key) SELECT 'kind', concat_ws(', ', 'id=' || coalesce(o."id"::text, 'NULL')) FROM "public"."User" o WHERE o."id" = NEW."userId" AND NOT (CASE WHEN age(o.xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(o.xmin))::text::xid8) = 'in progress' ELSE false END)
          ON CONFLICT (plan, key) DO UPDATE SET at = clock_timestamp();
      EXCEPTION
        WHEN transaction_rollback OR lock_not_available THEN RAISE;  -- it met another transaction's entry
        WHEN OTHERS THEN RAISE LOG 'crossfade could not keep a value: %', SQLERRM;  -- the application's statement goes on; checks name the cause
      END;
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', sync.path, true);
  RETURN NULL;
END
$crossfade$;
SELECT crossfade.revoke_all('"crossfade"."crossfade_pull_kind"()'::regprocedure);
COMMENT ON FUNCTION "crossfade"."crossfade_pull_kind"() IS 'Crossfade: keeps public.User and public.Profile equal (plan kind)';
DROP TRIGGER IF EXISTS "crossfade_pull_kind" ON "public"."Profile";
CREATE TRIGGER "crossfade_pull_kind" AFTER INSERT ON "public"."Profile" FOR EACH ROW
  WHEN (num_nonnulls(NEW."bio") = 0 AND current_setting('crossfade.backfill', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "crossfade"."crossfade_pull_kind"();
COMMIT;

-- ════ 6_purge.sql
-- Contract, second half: the columns that were set aside are dropped. This cannot be undone.

--@ step: drop what was set aside of "public"."User"
--@ guard: retired
--@ done: SELECT true
--@       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
--@         WHERE attrelid = to_regclass('"public"."User"') AND attname = 'crossfade_old_bio' AND NOT attisdropped)
BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
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

