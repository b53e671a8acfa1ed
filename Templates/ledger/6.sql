-- The ledger, version 6: brownouts, and how far a watch has come through the rows.

-- A contract that is set back after a stated time. While a row has no end, the old shape is away, or on its way.
CREATE TABLE crossfade.brownout (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run         bigint NOT NULL REFERENCES crossfade.run,
  seconds     double precision NOT NULL,    -- how long it was to last
  begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at  timestamptz,                  -- since when the old shape was away; NULL: it never was
  ended_at    timestamptz,                  -- when it was back
  outcome     text CHECK (outcome IN ('held', 'named', 'ended', 'kept')),
  sightings   jsonb NOT NULL DEFAULT '[]',  -- statements that named the old shape meanwhile
  rollbacks   bigint,                       -- transactions of the whole database that were rolled back meanwhile
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX brownout_open ON crossfade.brownout (run) WHERE ended_at IS NULL;
CREATE INDEX brownout_run ON crossfade.brownout (run);

-- A look at the rows in pieces, by a watch. It proves nothing that opens a gate; what it finds makes a full check due.
CREATE TABLE crossfade.screening (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ordinal     bigint NOT NULL DEFAULT nextval('crossfade.ordinal'),
  run         bigint NOT NULL REFERENCES crossfade.run,
  scope       text NOT NULL CHECK (scope IN ('all', 'changed')),
  pieces      jsonb NOT NULL,               -- ranges of blocks, in the order they are read
  position    integer NOT NULL DEFAULT 0,   -- of the piece that is read next
  next_block  bigint NOT NULL DEFAULT 0,    -- in it
  rows_read   bigint NOT NULL DEFAULT 0,
  blocks_read bigint NOT NULL DEFAULT 0,
  writes      jsonb,                        -- what had been written to the tables when it began; NULL where it did not read all
  wal_upto    pg_lsn,                       -- the next one need read no block that was last changed before; NULL: not known
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
CREATE INDEX screening_run ON crossfade.screening (run, ordinal);

-- Of a full check the same.
ALTER TABLE crossfade.verification ADD COLUMN wal_upto pg_lsn;

-- Who may read or write the tables of before may do so with these.
DO $$
DECLARE
  grantee name;
BEGIN
  FOR grantee IN
    SELECT pg_catalog.pg_get_userbyid(a.grantee) FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
     WHERE c.oid = 'crossfade.event'::regclass AND a.privilege_type = 'SELECT' AND a.grantee NOT IN (0, c.relowner)
  LOOP
    EXECUTE pg_catalog.format('GRANT SELECT ON crossfade.brownout, crossfade.screening TO %I', grantee);
  END LOOP;
  FOR grantee IN
    SELECT pg_catalog.pg_get_userbyid(a.grantee) FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
     WHERE c.oid = 'crossfade.step'::regclass AND a.privilege_type = 'INSERT' AND a.grantee NOT IN (0, c.relowner)
  LOOP
    EXECUTE pg_catalog.format('GRANT INSERT, UPDATE, DELETE ON crossfade.brownout, crossfade.screening TO %I', grantee);
    EXECUTE pg_catalog.format(
      'GRANT USAGE ON SEQUENCE crossfade.brownout_id_seq, crossfade.screening_id_seq TO %I', grantee);
  END LOOP;
END
$$;

INSERT INTO crossfade.version (version) VALUES (6);
