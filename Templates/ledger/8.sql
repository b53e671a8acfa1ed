-- The ledger, version 8: what the sync functions of two tables share.

-- Values that a deleted or moved row took along. Sync functions write it as the role that ran expand.
CREATE TABLE IF NOT EXISTS crossfade.replaced (
  plan   text NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  role   text NOT NULL,
  object text NOT NULL,                     -- the table the values were in, quoted, with schema
  key    text NOT NULL,
  value  jsonb NOT NULL
);

-- Rows whose values a row made later has taken over. A transaction that cannot see the later one meets its entry here.
CREATE TABLE crossfade.pulled (
  plan text NOT NULL,
  key  text NOT NULL,
  at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (plan, key)
);

-- Whether a row that can be seen was written by this transaction, in a subtransaction too: who wrote it is still under way.
CREATE FUNCTION crossfade.wrote(writer xid) RETURNS boolean
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN age(writer) <= age(pg_current_xact_id()::xid)
            THEN pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(writer))::text::xid8) = 'in progress'
            ELSE false END
$$;

-- The search_path for the triggers of a table that a sync function writes: that of the session, in which they find what they find
-- without Crossfade. They run with the rights of the sync function's owner. To a session that has neither these nor those of the
-- table's owner only schemas are left in which nobody else may create anything.
CREATE FUNCTION crossfade.path_of_caller(path text, written text) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END;
  owner oid;
  home name;
  schemas name[];
BEGIN
  path := replace(path, '"$user"', quote_ident(caller));
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN path;
  END IF;
  SELECT c.relowner, n.nspname INTO owner, home
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(written);
  IF pg_has_role(session_user, owner, 'MEMBER') THEN
    RETURN path;
  END IF;
  PERFORM set_config('search_path', path, true);
  schemas := pg_catalog.current_schemas(false);
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  SELECT concat_ws(', ', 'pg_catalog', string_agg(quote_ident(n.nspname), ', ' ORDER BY s.place), 'pg_temp') INTO path
    FROM unnest(schemas || home) WITH ORDINALITY s(name, place) JOIN pg_namespace n ON n.nspname = s.name
   WHERE n.nspname NOT LIKE 'pg\_%' AND has_schema_privilege(caller, n.oid, 'USAGE')
     AND NOT EXISTS (
       SELECT FROM (SELECT n.nspowner UNION ALL SELECT a.grantee FROM aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE') c(creator)
        WHERE creator = 0 OR NOT (pg_has_role(creator, current_user, 'MEMBER') OR pg_has_role(creator, owner, 'MEMBER')
              OR (creator = 'pg_database_owner'::regrole  -- whose one member is the database's owner
                  AND (SELECT pg_has_role(d.datdba, current_user, 'MEMBER') OR pg_has_role(d.datdba, owner, 'MEMBER')
                         FROM pg_database d WHERE d.datname = current_database()))));
  RETURN path;
END
$$;

-- What Crossfade makes begins closed, whatever ALTER DEFAULT PRIVILEGES says, and is opened as far as what it is made of.
CREATE FUNCTION crossfade.revoke_all(relation regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  opened record;
BEGIN
  FOR opened IN
    SELECT DISTINCT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, c.oid::regclass AS name,
           CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
     WHERE a.grantee <> c.relowner
       AND (c.oid = relation OR c.oid IN (  -- with the sequences that are a part of it
             SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                AND d.refobjid = relation AND d.deptype IN ('a', 'i') AND c.relkind = 'S'))
  LOOP
    EXECUTE format('REVOKE ALL ON %s %s FROM %s CASCADE', opened.kind, opened.name, opened.grantee);
  END LOOP;
END
$$;
CREATE FUNCTION crossfade.revoke_all(function regprocedure) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  opened record;
BEGIN
  FOR opened IN
    SELECT DISTINCT p.oid::regprocedure AS name,
           CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
      FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE p.oid = function AND a.grantee <> p.proowner
  LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM %s CASCADE', opened.name, opened.grantee);
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION crossfade.wrote(xid), crossfade.path_of_caller(text, text),
  crossfade.revoke_all(regclass), crossfade.revoke_all(regprocedure) FROM PUBLIC;

-- Roles that may run plans may use these: the sync functions they make do so as these roles.
DO $$
DECLARE
  operator name;
BEGIN
  FOR operator IN
    SELECT pg_catalog.pg_get_userbyid(a.grantee) FROM pg_catalog.pg_proc p, pg_catalog.aclexplode(p.proacl) a
     WHERE p.oid = 'crossfade.note(text, text)'::regprocedure AND a.privilege_type = 'EXECUTE' AND a.grantee NOT IN (0, p.proowner)
  LOOP
    EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION crossfade.wrote(xid), crossfade.path_of_caller(text, text), '
      'crossfade.revoke_all(regclass), crossfade.revoke_all(regprocedure) TO %I', operator);
    EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON crossfade.replaced, crossfade.pulled TO %I', operator);
  END LOOP;
END
$$;

INSERT INTO crossfade.version (version) VALUES (8);
