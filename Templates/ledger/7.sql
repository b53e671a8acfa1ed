-- The ledger, version 7: evidence is found without reading all of it.

-- A gate asks for the newest of some sides, and contract asks again under its lock: a busy application leaves a row for each
-- of its sessions a minute. Not unique, so that recording still waits for nobody. While it is built no evidence can be noted: a
-- write of that moment, a second for a million rows, is one of those that nobody told of.
CREATE INDEX observation_side ON crossfade.observation (plan, side, seen_at);

INSERT INTO crossfade.version (version) VALUES (7);
