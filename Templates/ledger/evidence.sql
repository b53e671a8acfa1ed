-- What sync functions record writes with. It runs after 1.sql, in its transaction; `crossfade init` makes again what is missing.

-- Written by the sync triggers. Insert only, no unique index: recording must never make a writer wait.
CREATE TABLE crossfade.observation (
  plan             text NOT NULL,
  side             text NOT NULL,
  role             text NOT NULL,
  application_name text NOT NULL,
  client           inet,
  seen_at          timestamptz NOT NULL,
  key              text                     -- of the row, where the application keeps both sides equal
);
-- A gate asks for the newest row of some sides, and contract asks again under its lock: a busy application leaves a row a
-- minute for each of its sessions.
CREATE INDEX observation_side ON crossfade.observation (plan, side, seen_at);

-- Called by the sync functions, in the application's statement, which must not fail because recording fails.
CREATE FUNCTION crossfade.note(of_plan text, of_side text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '20ms' AS $$
BEGIN
  INSERT INTO crossfade.observation (plan, side, role, application_name, client, seen_at)
  VALUES (of_plan, of_side, session_user, current_setting('application_name'), inet_client_addr(), clock_timestamp());
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$$;

-- As crossfade.note, with the key of the row.
CREATE FUNCTION crossfade.note_row(of_plan text, of_side text, of_key text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '20ms' AS $$
BEGIN
  INSERT INTO crossfade.observation (plan, side, role, application_name, client, seen_at, key)
  VALUES (of_plan, of_side, session_user, current_setting('application_name'), inet_client_addr(), clock_timestamp(), of_key);
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$$;

REVOKE ALL ON FUNCTION crossfade.note(text, text), crossfade.note_row(text, text, text) FROM PUBLIC;
