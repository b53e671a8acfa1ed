-- The ledger, version 4: approvals by roles that can be taken back, what a repair wrote over, whom hooks were told.

-- Of an approval given before nobody knows the role, nor what it was given on: it counts no longer.
ALTER TABLE crossfade.approval ADD COLUMN role text,             -- the session's, which the server itself has checked
  ADD COLUMN ordinal bigint,                -- its place in the order of changes and checks
  ADD COLUMN check_digest text,             -- of what the checks of that phase were
  ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE crossfade.run ADD COLUMN author_role text;
ALTER TABLE crossfade.run ALTER COLUMN author_role SET DEFAULT session_user;

-- The only way for a role that may do nothing else to say yes: as itself, and for the present.
CREATE FUNCTION crossfade.approve(
  of_plan text, of_run bigint, of_phase text, by_user text, by_actor text, by_pid integer, for_change text, for_check text, why text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO crossfade.approval (run, phase, approver, role, change_digest, check_digest, reason, ordinal)
  VALUES (of_run, of_phase, by_user, session_user, for_change, for_check, why, nextval('crossfade.ordinal'))
  ON CONFLICT (run, phase, approver, role) DO UPDATE SET
    change_digest = excluded.change_digest, check_digest = excluded.check_digest, reason = excluded.reason,
    ordinal = excluded.ordinal, given_at = clock_timestamp(), withdrawn_at = NULL;
  INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, message)
  VALUES (of_plan, of_run, by_actor, by_pid, 'approved', of_phase, coalesce(why, 'without a reason given'));
END
$$;

-- One's own approval only; false when there is none that counts.
CREATE FUNCTION crossfade.withdraw(
  of_plan text, of_run bigint, of_phase text, by_user text, by_actor text, by_pid integer, why text
) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE crossfade.approval SET withdrawn_at = clock_timestamp()
   WHERE run = of_run AND phase = of_phase AND approver = by_user AND role = session_user AND withdrawn_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, message)
  VALUES (of_plan, of_run, by_actor, by_pid, 'approval withdrawn', of_phase, coalesce(why, 'without a reason given'));
  RETURN true;
END
$$;
ALTER TABLE crossfade.approval DROP CONSTRAINT approval_run_phase_approver_key,
  ADD CONSTRAINT approval_run_phase_approver_role_key UNIQUE (run, phase, approver, role);

-- What a repair wrote over, row by row.
CREATE TABLE crossfade.repaired (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run      bigint NOT NULL REFERENCES crossfade.run,
  relation text NOT NULL,                   -- quoted, with schema
  key      text NOT NULL,
  before   jsonb,                           -- the values that were there; NULL: there was no row
  -- How many: for those who may know that much and not the values.
  value_count integer GENERATED ALWAYS AS (jsonb_array_length(jsonb_path_query_array(before, '$.*'))) STORED,
  at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX repaired_run ON crossfade.repaired (run);

-- How far in the event log each hook of a plan has been told. It is told at least once.
CREATE TABLE crossfade.hook (
  plan text NOT NULL,
  name text NOT NULL,
  upto bigint NOT NULL,                     -- crossfade.event.id
  PRIMARY KEY (plan, name)
);

-- How much had been written to the change's tables when a check began: nothing since is nothing to read again.
ALTER TABLE crossfade.verification ADD COLUMN writes jsonb,
  ADD COLUMN compare_seconds double precision;   -- the comparison of the rows alone; NULL where there was none

REVOKE ALL ON FUNCTION crossfade.approve(text, bigint, text, text, text, integer, text, text, text),
  crossfade.withdraw(text, bigint, text, text, text, integer, text) FROM PUBLIC;

INSERT INTO crossfade.version (version) VALUES (4);
