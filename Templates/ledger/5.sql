-- The ledger, version 5: which row a write was about, where the application keeps both sides equal.

ALTER TABLE crossfade.observation ADD COLUMN key text;

-- As crossfade.note, in the application's statement, which it is never worth.
CREATE FUNCTION crossfade.note_row(of_plan text, of_side text, of_key text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '20ms' AS $$
BEGIN
  INSERT INTO crossfade.observation (plan, side, role, application_name, client, seen_at, key)
  VALUES (of_plan, of_side, session_user, current_setting('application_name'), inet_client_addr(), clock_timestamp(), of_key);
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$$;
REVOKE ALL ON FUNCTION crossfade.note_row(text, text, text) FROM PUBLIC;

-- Roles that may run plans may call crossfade.note. The sync functions they make are theirs, and one that may not call this
-- would fail the application's statement.
DO $$
DECLARE
  operator name;
BEGIN
  FOR operator IN
    SELECT pg_catalog.pg_get_userbyid(a.grantee) FROM pg_catalog.pg_proc p, pg_catalog.aclexplode(p.proacl) a
     WHERE p.oid = 'crossfade.note(text, text)'::regprocedure AND a.privilege_type = 'EXECUTE' AND a.grantee NOT IN (0, p.proowner)
  LOOP
    EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION crossfade.note_row(text, text, text) TO %I', operator);
  END LOOP;
END
$$;

INSERT INTO crossfade.version (version) VALUES (5);
