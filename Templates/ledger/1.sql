-- The ledger, version 1: Crossfade's own tables in the database it changes. Every state change is written here in the
-- transaction that performs it.

CREATE SCHEMA crossfade;
COMMENT ON SCHEMA crossfade IS 'Ledger and sync functions of Crossfade. Excluded from dumps with pg_dump -N crossfade.';

CREATE TABLE crossfade.version (
  version     integer PRIMARY KEY,
  migrated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One order for everything that changes or checks data: a check counts only while nothing that changed is younger.
CREATE SEQUENCE crossfade.ordinal AS bigint;

CREATE TABLE crossfade.run (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan            text NOT NULL,
  state           text NOT NULL CHECK (state IN ('new', 'active', 'paused', 'rolling_back', 'completed', 'rolled_back')),
  rollback_to     text,                     -- the phase to stay, while rolling back; NULL: to the very start
  blocked         boolean NOT NULL DEFAULT false,  -- the newest full check failed: durable until a newer one passes
  change_digest   text NOT NULL,
  template_digest text NOT NULL,
  author          text NOT NULL,
  blueprint       jsonb NOT NULL,
  pace            jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at     timestamptz
);
-- At most one run of a plan is under way.
CREATE UNIQUE INDEX run_open_plan ON crossfade.run (plan) WHERE state NOT IN ('completed', 'rolled_back');

CREATE TABLE crossfade.phase (
  run          bigint NOT NULL REFERENCES crossfade.run,
  phase        text NOT NULL,
  position     integer NOT NULL,
  status       text NOT NULL DEFAULT 'pending'
               CHECK (status IN ('pending', 'applying', 'applied', 'verified', 'failed', 'rolled_back')),
  attempts     integer NOT NULL DEFAULT 0,
  edited       boolean NOT NULL DEFAULT false,
  baseline     jsonb,                       -- counters at the start of an observation
  started_at   timestamptz,
  applied_at   timestamptz,
  finished_at  timestamptz,                 -- verified or rolled back
  PRIMARY KEY (run, phase)
);

CREATE TABLE crossfade.step (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal     bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  run         bigint NOT NULL REFERENCES crossfade.run,
  file        text NOT NULL,                -- the template: same_row/expand, same_row/expand.undo …
  title       text NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('done', 'already done', 'failed')),
  sql_digest  text NOT NULL,
  attempts    integer NOT NULL,
  seconds     double precision NOT NULL,
  error       text,
  finished_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX step_run ON crossfade.step (run);

-- How far a pass over one partition (or the table) has been handed out.
CREATE TABLE crossfade.pass (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run         bigint NOT NULL REFERENCES crossfade.run,
  step        text NOT NULL,                -- title of the chunk step
  number      integer NOT NULL,             -- 1: the copy; 2 and on: sweeps
  relation    text NOT NULL,                -- quoted, with schema
  filenode    bigint NOT NULL,              -- another file means the rows moved: the pass starts again
  bound       bigint NOT NULL,              -- blocks when the pass began; later blocks hold synced rows only
  next_block  bigint NOT NULL DEFAULT 0,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (run, step, number, relation, started_at)
);

-- A range of blocks handed to a worker. A chunk whose lease ran out is taken again.
CREATE TABLE crossfade.chunk (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal       bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  run           bigint NOT NULL REFERENCES crossfade.run,
  pass          bigint NOT NULL REFERENCES crossfade.pass ON DELETE CASCADE,
  first_block   bigint NOT NULL,
  end_block     bigint NOT NULL,            -- exclusive
  status        text NOT NULL DEFAULT 'claimed' CHECK (status IN ('claimed', 'done')),
  worker        text NOT NULL,
  lease_until   timestamptz NOT NULL,
  attempts      integer NOT NULL DEFAULT 1,
  rows          bigint,
  seconds       double precision,
  finished_at   timestamptz,
  UNIQUE (pass, first_block)
);
CREATE INDEX chunk_claimed ON crossfade.chunk (run, lease_until) WHERE status = 'claimed';

CREATE TABLE crossfade.verification (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal      bigint NOT NULL,             -- drawn before the check read its first row
  run          bigint NOT NULL REFERENCES crossfade.run,
  phase        text,
  verdict      text NOT NULL CHECK (verdict IN ('passed', 'failed', 'inconclusive')),
  rows_checked bigint NOT NULL,
  violations   bigint NOT NULL,
  checks       jsonb NOT NULL,
  started_at   timestamptz NOT NULL,
  finished_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX verification_run ON crossfade.verification (run, ordinal);

CREATE TABLE crossfade.approval (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run           bigint NOT NULL REFERENCES crossfade.run,
  phase         text NOT NULL,
  approver      text NOT NULL,
  change_digest text NOT NULL,
  reason        text,
  given_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (run, phase, approver)
);

-- Written by the sync triggers. Insert only, no unique index: recording must never make a writer wait.
CREATE TABLE crossfade.observation (
  plan             text NOT NULL,
  side             text NOT NULL,
  role             text NOT NULL,
  application_name text NOT NULL,
  client           inet,
  seen_at          timestamptz NOT NULL
);

-- One process runs a plan. A holder that stopped renewing has lost it.
CREATE TABLE crossfade.lease (
  plan        text PRIMARY KEY,
  token       text NOT NULL,
  host        text NOT NULL,
  pid         integer NOT NULL,
  started_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
);

CREATE TABLE crossfade.event (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal     bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  plan        text NOT NULL,
  run         bigint REFERENCES crossfade.run,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  role        text NOT NULL DEFAULT session_user,
  actor       text NOT NULL,                -- user at host
  pid         integer NOT NULL,
  kind        text NOT NULL,
  phase       text,
  step        text,
  message     text NOT NULL,
  sql_digest  text
);
CREATE INDEX event_plan ON crossfade.event (plan, id);

CREATE FUNCTION crossfade.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the event log of Crossfade is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON crossfade.event
  FOR EACH ROW EXECUTE FUNCTION crossfade.refuse_change();
ALTER TABLE crossfade.event ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON crossfade.event
  FOR EACH STATEMENT EXECUTE FUNCTION crossfade.refuse_change();
ALTER TABLE crossfade.event ENABLE ALWAYS TRIGGER append_only_truncate;

-- Ends the transaction of a process that no longer holds the plan. The key lock makes who takes the lease over wait for
-- transactions under way; renewing does not conflict with it.
CREATE FUNCTION crossfade.assert_lease(of_plan text, held text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM crossfade.lease WHERE plan = of_plan AND token = held FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another process has taken over the plan %', of_plan USING ERRCODE = 'CF001';
  END IF;
END
$$;

CREATE FUNCTION crossfade.require(holds boolean, message text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION '%', message USING ERRCODE = 'CF002';
  END IF;
END
$$;

-- Called by the sync functions, in the application's statement: evidence is never worth that statement.
CREATE FUNCTION crossfade.note(of_plan text, of_side text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '20ms' AS $$
BEGIN
  INSERT INTO crossfade.observation (plan, side, role, application_name, client, seen_at)
  VALUES (of_plan, of_side, session_user, current_setting('application_name'), inet_client_addr(), clock_timestamp());
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crossfade FROM PUBLIC;

INSERT INTO crossfade.version (version) VALUES (1);
