-- The ledger, version 2: backfills by several processes, by key as well as by blocks, and the rows they cannot copy.

-- A process that takes part in a backfill. It renews its row each second; one that does not is gone.
CREATE TABLE crossfade.participant (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run          bigint NOT NULL REFERENCES crossfade.run,
  actor        text NOT NULL,               -- user at host
  pid          integer NOT NULL,
  workers      integer NOT NULL,
  share        double precision NOT NULL DEFAULT 1,  -- of these workers' time, as the foreground guard allows it
  pressure     text,                        -- why the share is less than all of it
  held_by      text,                        -- what keeps its next chunk from beginning
  held_since   timestamptz,
  started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at     timestamptz
) WITH (fillfactor = 50);                   -- renewed often: room for the new version on the same page
CREATE INDEX participant_run ON crossfade.participant (run);

-- A pass by key hands out rows of the primary key's order, up to the last key there was when it began. Its bound and
-- next_block, and the blocks of its chunks, count rows then.
ALTER TABLE crossfade.pass ADD COLUMN ordering text NOT NULL DEFAULT 'blocks' CHECK (ordering IN ('blocks', 'key')),
  ADD COLUMN next_key text[],               -- the last key handed out; NULL before the first
  ADD COLUMN last_key text[],
  ADD COLUMN rows_done bigint NOT NULL DEFAULT 0,        -- kept by the transactions that copy: counting chunks took too long
  ADD COLUMN blocks_done bigint NOT NULL DEFAULT 0,
  ADD COLUMN vacuums integer NOT NULL DEFAULT 0,
  ADD COLUMN vacuumed_rows bigint NOT NULL DEFAULT 0,    -- rows of the pass that were copied before the last VACUUM
  ADD COLUMN vacuum_seconds double precision NOT NULL DEFAULT 0;

-- A chunk belongs to whoever claimed it last, and only while the session that did is there or its lease runs.
ALTER TABLE crossfade.chunk ADD COLUMN backend_pid integer,
  ADD COLUMN backend_start timestamptz,
  ADD COLUMN after_key text[],              -- exclusive; NULL: from the first
  ADD COLUMN upto_key text[];               -- inclusive
CREATE INDEX chunk_finished ON crossfade.chunk (run, finished_at);
UPDATE crossfade.pass p SET (rows_done, blocks_done) =
  (SELECT coalesce(sum(rows), 0), coalesce(sum(end_block - first_block), 0) FROM crossfade.chunk c
    WHERE c.pass = p.id AND c.status = 'done');

-- Rows that turned the copy away, each with its error.
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

-- Tokens of holders whose transactions may still be under way: whoever takes the plan waits for all of them.
ALTER TABLE crossfade.lease ADD COLUMN former text[] NOT NULL DEFAULT '{}';

-- Ends the transaction of a process that no longer holds the plan. The shared lock makes who takes the plan over wait for
-- the transactions under way; a row lock would not do, as new sharers could keep the taker waiting for ever.
CREATE OR REPLACE FUNCTION crossfade.assert_lease(of_plan text, held text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('crossfade.lease'), hashtext(held));
  -- In this order, and in a statement of its own: the look comes after the lock.
  PERFORM FROM crossfade.lease WHERE plan = of_plan AND token = held;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another process has taken over the plan %', of_plan USING ERRCODE = 'CF001';
  END IF;
END
$$;

-- Ends the transaction of a worker whose chunk was taken by another. The lock keeps it from being taken while it is
-- copied, however long that lasts.
CREATE FUNCTION crossfade.hold_chunk(of_chunk bigint, of_attempt integer) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM crossfade.chunk WHERE id = of_chunk AND attempts = of_attempt AND status = 'claimed' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another worker has taken the chunk %', of_chunk USING ERRCODE = 'CF003';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION crossfade.hold_chunk(bigint, integer) FROM PUBLIC;

INSERT INTO crossfade.version (version) VALUES (2);
