-- Version 2: a run keeps the text of its plan, so that it can be looked at, taken back and ended where the plan's file is gone,
-- edited or not at hand; a run that began nothing can be forgotten.
ALTER TABLE crossfade.run
  ADD COLUMN plan_text    text,             -- of the last advance; NULL: a run of before version 2
  ADD COLUMN forgotten_at timestamptz,      -- by crossfade forget: as if it had not been
  ADD COLUMN tables       jsonb;            -- oids of the change's tables by their names, and that of this table, beside which they hold

INSERT INTO crossfade.version (version) VALUES (2);
