-- The ledger, version 1: Crossfade's own tables in the database it changes. Every state change is written here in the
-- transaction that performs it.

CREATE SCHEMA crossfade;
COMMENT ON SCHEMA crossfade IS 'Ledger and sync functions of Crossfade. Excluded from dumps with pg_dump -N crossfade.';

CREATE TABLE crossfade.version (
  version     integer PRIMARY KEY,
  migrated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One order for all changes and checks of data: a check counts only while no change is younger.
CREATE SEQUENCE crossfade.ordinal AS bigint;

-- Runs and their phases ---------------------------------------------------------------------------

CREATE TABLE crossfade.run (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan            text NOT NULL,
  state           text NOT NULL CHECK (state IN ('new', 'active', 'paused', 'rolling_back', 'completed', 'rolled_back')),
  rollback_to     text,                     -- while rolling back, the phase to keep; NULL: none
  blocked         boolean NOT NULL DEFAULT false,  -- the newest full check failed: durable until a newer one passes
  change_digest   text NOT NULL,
  template_digest text NOT NULL,
  author          text NOT NULL,
  author_role     text NOT NULL DEFAULT session_user,
  blueprint       jsonb NOT NULL,
  pace            jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at     timestamptz
);
-- A plan has at most one open run.
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
  file        text NOT NULL,                -- the template: same_row/expand, same_row/expand.undo ...
  title       text NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('done', 'already done', 'failed')),
  sql_digest  text NOT NULL,
  attempts    integer NOT NULL,
  seconds     double precision NOT NULL,
  error       text,
  finished_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX step_run ON crossfade.step (run);

-- The backfill ------------------------------------------------------------------------------------

-- How far a pass over one partition (or the table) has been handed out. A pass by key hands out rows in the order of the
-- primary key, up to the last key at its start; its bound and next_block, and the blocks of its chunks, then count rows.
CREATE TABLE crossfade.pass (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run            bigint NOT NULL REFERENCES crossfade.run,
  step           text NOT NULL,             -- title of the chunk step
  number         integer NOT NULL,          -- 1: the copy; 2 and on: sweeps
  relation       text NOT NULL,             -- quoted, with schema
  filenode       bigint NOT NULL,           -- another file means the rows moved: the pass starts again
  ordering       text NOT NULL DEFAULT 'blocks' CHECK (ordering IN ('blocks', 'key')),
  bound          bigint NOT NULL,           -- blocks when the pass began; later blocks hold synced rows only
  next_block     bigint NOT NULL DEFAULT 0,
  next_key       text[],                    -- the last key handed out; NULL before the first
  last_key       text[],
  rows_done      bigint NOT NULL DEFAULT 0, -- kept by the transactions that copy, because counting chunks is slow
  blocks_done    bigint NOT NULL DEFAULT 0,
  vacuums        integer NOT NULL DEFAULT 0,
  vacuumed_rows  bigint NOT NULL DEFAULT 0, -- rows of the pass that were copied before the last VACUUM
  vacuum_seconds double precision NOT NULL DEFAULT 0,
  started_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (run, step, number, relation, started_at)
);

-- A range of blocks, or of keys, handed to a worker. A chunk belongs to the worker that claimed it last, while the
-- claiming session exists and the lease runs.
CREATE TABLE crossfade.chunk (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal       bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  run           bigint NOT NULL REFERENCES crossfade.run,
  pass          bigint NOT NULL REFERENCES crossfade.pass ON DELETE CASCADE,
  first_block   bigint NOT NULL,
  end_block     bigint NOT NULL,            -- exclusive
  after_key     text[],                     -- exclusive; NULL: from the first
  upto_key      text[],                     -- inclusive
  status        text NOT NULL DEFAULT 'claimed' CHECK (status IN ('claimed', 'done')),
  worker        text NOT NULL,
  backend_pid   integer,
  backend_start timestamptz,
  lease_until   timestamptz NOT NULL,
  attempts      integer NOT NULL DEFAULT 1,
  rows          bigint,
  seconds       double precision,
  finished_at   timestamptz,
  UNIQUE (pass, first_block)
);
CREATE INDEX chunk_claimed ON crossfade.chunk (run, lease_until) WHERE status = 'claimed';
CREATE INDEX chunk_finished ON crossfade.chunk (run, finished_at);

-- A process that takes part in a backfill. It renews its row each second; a process that does not is gone.
CREATE TABLE crossfade.participant (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run          bigint NOT NULL REFERENCES crossfade.run,
  actor        text NOT NULL,               -- user at host
  pid          integer NOT NULL,
  workers      integer NOT NULL,
  share        double precision NOT NULL DEFAULT 1,  -- of the workers' time, as the foreground guard allows
  pressure     text,                        -- why the share is below 1
  held_by      text,                        -- what holds its next chunk
  held_since   timestamptz,
  started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at     timestamptz
) WITH (fillfactor = 50);                   -- updated often: room for the new version on the same page
CREATE INDEX participant_run ON crossfade.participant (run);

-- Rows that could not be copied, each with its error.
CREATE TABLE crossfade.rejection (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run          bigint NOT NULL REFERENCES crossfade.run,
  pass         bigint NOT NULL REFERENCES crossfade.pass ON DELETE CASCADE,
  relation     text NOT NULL,
  key          text NOT NULL,
  sql_state    text NOT NULL,
  message      text NOT NULL,
  seen_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX rejection_pass ON crossfade.rejection (pass);

-- Checks and repairs ------------------------------------------------------------------------------

CREATE TABLE crossfade.verification (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal         bigint NOT NULL,          -- drawn before the check read its first row
  run             bigint NOT NULL REFERENCES crossfade.run,
  phase           text,
  verdict         text NOT NULL CHECK (verdict IN ('passed', 'failed', 'inconclusive')),
  rows_checked    bigint NOT NULL,
  violations      bigint NOT NULL,
  checks          jsonb NOT NULL,
  writes          jsonb,                    -- write counters of the tables at the start; unchanged: no new check is due
  compare_seconds double precision,         -- the comparison of the rows alone; NULL where there was none
  wal_upto        pg_lsn,                   -- the next screening may skip blocks last changed before; NULL: unknown
  started_at      timestamptz NOT NULL,
  finished_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX verification_run ON crossfade.verification (run, ordinal);

-- A watch reads the rows in pieces. A screening opens no gate; a violation it finds makes a full check due.
CREATE TABLE crossfade.screening (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal     bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  run         bigint NOT NULL REFERENCES crossfade.run,
  scope       text NOT NULL CHECK (scope IN ('all', 'changed')),
  pieces      jsonb NOT NULL,               -- ranges of blocks, in reading order
  position    integer NOT NULL DEFAULT 0,   -- of the next piece
  next_block  bigint NOT NULL DEFAULT 0,    -- in that piece
  rows_read   bigint NOT NULL DEFAULT 0,
  blocks_read bigint NOT NULL DEFAULT 0,
  writes      jsonb,                        -- write counters of the tables at the start; NULL where it did not read all
  wal_upto    pg_lsn,                       -- as in crossfade.verification
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
CREATE INDEX screening_run ON crossfade.screening (run, ordinal);

-- The values that a repair overwrote, row by row.
CREATE TABLE crossfade.repaired (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run         bigint NOT NULL REFERENCES crossfade.run,
  relation    text NOT NULL,                -- quoted, with schema
  key         text NOT NULL,
  before      jsonb,                        -- the former values; NULL: there was no row
  -- For roles that may know how many values, and not the values.
  value_count integer GENERATED ALWAYS AS (jsonb_array_length(jsonb_path_query_array(before, '$.*'))) STORED,
  at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX repaired_run ON crossfade.repaired (run);

-- Evidence: readers of the old shape; its writers are in evidence.sql ------------------------------

-- The last look at the server's statements. Statements have counts and no times: a statement ran again if its count rose
-- between two looks.
CREATE TABLE crossfade.statement_look (
  run           bigint PRIMARY KEY REFERENCES crossfade.run,
  since         timestamptz NOT NULL,       -- no statement was missed from here on
  looked_at     timestamptz NOT NULL,
  reset_at      timestamptz,                -- of the server's statistics, at that look
  deallocations bigint NOT NULL             -- statements the server had forgotten by then
);

-- A statement that reads the old shape.
CREATE TABLE crossfade.statement_reader (
  run         bigint NOT NULL REFERENCES crossfade.run,
  role        text NOT NULL,
  query_id    bigint NOT NULL,
  query       text NOT NULL,
  first_calls bigint NOT NULL,              -- at the first look that found it
  calls       bigint NOT NULL,              -- at the last look
  last_seen   timestamptz,                  -- the last look that found more calls; NULL: none since the first look
  PRIMARY KEY (run, role, query_id)
);

-- A contract that is undone after a given time. A row without an end: the old shape is retired, or about to be.
CREATE TABLE crossfade.brownout (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run         bigint NOT NULL REFERENCES crossfade.run,
  seconds     double precision NOT NULL,    -- the time asked for
  begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at  timestamptz,                  -- when the old shape was retired; NULL: never
  ended_at    timestamptz,                  -- when it was restored
  outcome     text CHECK (outcome IN ('held', 'inconclusive', 'named', 'ended', 'kept')),
  sightings   jsonb NOT NULL DEFAULT '[]',  -- statements that named the old shape meanwhile
  rollbacks   bigint,                       -- transactions of the whole database rolled back meanwhile, Crossfade's own left out
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX brownout_open ON crossfade.brownout (run) WHERE ended_at IS NULL;
CREATE INDEX brownout_run ON crossfade.brownout (run);

-- Approvals, processes, events --------------------------------------------------------------------

CREATE TABLE crossfade.approval (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal       bigint NOT NULL,            -- its place in the order of changes and checks
  run           bigint NOT NULL REFERENCES crossfade.run,
  phase         text NOT NULL,
  approver      text NOT NULL,
  role          text NOT NULL,              -- the session's, which the server authenticated
  change_digest text NOT NULL,
  check_digest  text NOT NULL,              -- of that phase's checks
  file_digest   text NOT NULL,              -- of that phase's steps, generated or edited
  reason        text,
  given_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  withdrawn_at  timestamptz,
  UNIQUE (run, phase, approver, role)
);

-- One process runs a plan. A holder that stopped renewing has lost the lease.
CREATE TABLE crossfade.lease (
  plan        text PRIMARY KEY,
  token       text NOT NULL,
  host        text NOT NULL,
  pid         integer NOT NULL,
  started_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  former      text[] NOT NULL DEFAULT '{}'  -- tokens of earlier holders, whose open transactions the next one waits for
);

-- How far in the event log each hook of a plan has been told. Each event is told at least once.
CREATE TABLE crossfade.hook (
  plan text NOT NULL,
  name text NOT NULL,
  upto bigint NOT NULL,                     -- crossfade.event.id
  PRIMARY KEY (plan, name)
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

-- Functions of a run ------------------------------------------------------------------------------

-- Ends the transaction of a process that has lost the lease. The shared lock makes the next holder wait for open
-- transactions of the former one. A row lock would not do: new sharers could keep the next holder waiting for ever.
CREATE FUNCTION crossfade.assert_lease(of_plan text, held text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('crossfade.lease'), hashtext(held));
  -- A statement of its own, after the lock: its snapshot must be younger than the lock.
  PERFORM FROM crossfade.lease WHERE plan = of_plan AND token = held;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another process has taken over the plan %', of_plan USING ERRCODE = 'CF001';
  END IF;
END
$$;

-- Ends the transaction of a worker whose chunk another worker has taken. The row lock keeps the chunk with its worker
-- during the copy, however long that takes.
CREATE FUNCTION crossfade.hold_chunk(of_chunk bigint, of_attempt integer) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM crossfade.chunk WHERE id = of_chunk AND attempts = of_attempt AND status = 'claimed' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another worker has taken the chunk %', of_chunk USING ERRCODE = 'CF003';
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

-- The only way for an approver to write: as itself, with the present time.
CREATE FUNCTION crossfade.approve(
  of_plan text, of_run bigint, of_phase text, by_user text, by_actor text, by_pid integer,
  for_change text, for_check text, for_file text, why text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO crossfade.approval (run, phase, approver, role, change_digest, check_digest, file_digest, reason, ordinal)
  VALUES (of_run, of_phase, by_user, session_user, for_change, for_check, for_file, why, nextval('crossfade.ordinal'))
  ON CONFLICT (run, phase, approver, role) DO UPDATE SET
    change_digest = excluded.change_digest, check_digest = excluded.check_digest, file_digest = excluded.file_digest,
    reason = excluded.reason, ordinal = excluded.ordinal, given_at = clock_timestamp(), withdrawn_at = NULL;
  INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, message)
  VALUES (of_plan, of_run, by_actor, by_pid, 'approved', of_phase, coalesce(why, 'without a reason given'));
END
$$;

-- Withdraws the session's own approval; false if there is none to withdraw.
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

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crossfade FROM PUBLIC;

-- Values that a deleted or moved row took along. Sync functions write it as the role that ran expand.
CREATE TABLE crossfade.replaced (
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

INSERT INTO crossfade.version (version) VALUES (1);
