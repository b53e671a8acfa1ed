-- The ledger, version 3: who reads the old shape, as far as pg_stat_statements tells.

-- A look at the server's statements. They are counted only: that one was run again shows between two looks.
CREATE TABLE crossfade.statement_look (
  run           bigint PRIMARY KEY REFERENCES crossfade.run,
  since         timestamptz NOT NULL,       -- since when no statement can have been missed
  looked_at     timestamptz NOT NULL,
  reset_at      timestamptz,                -- of the server's statistics, at that look
  deallocations bigint NOT NULL             -- statements the server had forgotten by then
);

-- A statement that reads the old shape.
CREATE TABLE crossfade.statement_reader (
  run        bigint NOT NULL REFERENCES crossfade.run,
  role       text NOT NULL,
  query_id   bigint NOT NULL,
  query      text NOT NULL,
  first_calls bigint NOT NULL,              -- at the first look that saw it
  calls      bigint NOT NULL,               -- at the last look
  last_seen  timestamptz,                   -- by when it had been run again; NULL: not since the first look
  PRIMARY KEY (run, role, query_id)
);

INSERT INTO crossfade.version (version) VALUES (3);
