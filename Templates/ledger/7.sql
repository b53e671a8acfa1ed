-- The ledger, version 7: evidence is found without reading all of it.

-- A gate asks for the newest of some sides, and contract asks again under its lock: a busy application leaves a row for each
-- of its sessions a minute. Not unique, so that recording still waits for nobody.
CREATE INDEX observation_side ON crossfade.observation (plan, side, seen_at);

INSERT INTO crossfade.version (version) VALUES (7);
