/// Something that a person or another migration changes of a column or its table while a rename is under way.
package struct DriftCase: Sendable, CustomStringConvertible {
    /// What becomes of it.
    package enum Outcome: Sendable, Hashable {
        /// The next `advance` gives it to the new column, or takes it from there.
        case carried
        /// Contract gives it to the new column, in its own transaction.
        case contract
        /// It is the table's, or another column's: nothing has to be done.
        case stays
        /// PostgreSQL refuses it while the sync trigger is there.
        case refused
    }

    /// As in the documents: `SET DEFAULT`.
    package let act: String
    package let sql: String
    /// How `check` names it; nil where there is nothing to name.
    package let seen: String?
    package let outcome: Outcome
    /// What closes the gate, or another remark.
    package var remark: String?
    package var description: String { act }

    /// What becomes of the act is the same beside others that are on other objects: each of these lists is walked as one.
    package static let lists: [[DriftCase]] = (0..<4).map { rest in
        all.filter { $0.outcome != .refused }.enumerated().filter { $0.offset % 4 == rest }.map(\.element)
    }

    private init(_ act: String, _ sql: String, seen: String?, _ outcome: Outcome, remark: String? = nil) {
        self.act = act
        self.sql = sql
        self.seen = seen
        self.outcome = outcome
        self.remark = remark
    }

    /// Whether it is on the column alone, and not on an object beside it.
    package var isOfColumn: Bool {
        Self.attributes.contains { $0.act == act } || (Self.rights.contains { $0.act == act } && outcome == .carried)
    }

    package static let section = "{table: profile, from: bio, to: biography}"
    package static let schema = """
        CREATE TABLE kind (name text PRIMARY KEY);
        CREATE TABLE profile (id int PRIMARY KEY, bio text DEFAULT 'x' NOT NULL REFERENCES kind ON UPDATE CASCADE CHECK (bio <> ''),
          code int, beside int, CONSTRAINT one_each UNIQUE (bio, code));
        CREATE INDEX profile_bio_idx ON profile (bio);
        ALTER TABLE profile ADD CONSTRAINT unproved CHECK (bio <> 'zz') NOT VALID;
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER of_bio AFTER UPDATE OF bio ON profile FOR EACH ROW EXECUTE FUNCTION note();
        CREATE POLICY seen ON profile USING (bio <> 'hidden');
        COMMENT ON COLUMN profile.bio IS 'the bio';
        GRANT SELECT (bio), UPDATE (bio) ON profile TO pg_monitor;
        INSERT INTO kind SELECT 'k' || n FROM generate_series(1, 50) n; INSERT INTO kind VALUES ('x');
        INSERT INTO profile SELECT n, 'k' || n, n FROM generate_series(1, 50) n;
        """

    package static let all: [DriftCase] = attributes + rights + indexes + constraints + others

    private static let attributes = [
        DriftCase(
            "SET DEFAULT",
            "ALTER TABLE profile ALTER bio SET DEFAULT 'k1'",
            seen: "ALTER COLUMN bio SET DEFAULT 'k1'",
            .carried
        ),
        DriftCase(
            "DROP DEFAULT",
            "ALTER TABLE profile ALTER bio DROP DEFAULT",
            seen: "ALTER COLUMN bio DROP DEFAULT",
            .carried
        ),
        DriftCase(
            "DROP NOT NULL",
            "ALTER TABLE profile ALTER bio DROP NOT NULL",
            seen: "ALTER COLUMN bio DROP NOT NULL",
            .carried
        ),
        DriftCase(
            "COMMENT ON COLUMN",
            "COMMENT ON COLUMN profile.bio IS 'it''s new'",
            seen: "COMMENT ON COLUMN public.profile.bio IS 'it''s new'",
            .carried
        ),
        DriftCase(
            "COMMENT ON COLUMN … IS NULL",
            "COMMENT ON COLUMN profile.bio IS NULL",
            seen: "COMMENT ON COLUMN public.profile.bio IS NULL",
            .carried
        ),
        DriftCase(
            "SET STORAGE",
            "ALTER TABLE profile ALTER bio SET STORAGE EXTERNAL",
            seen: "SET STORAGE EXTERNAL",
            .carried
        ),
        DriftCase(
            "SET COMPRESSION",
            "ALTER TABLE profile ALTER bio SET COMPRESSION pglz",
            seen: "SET COMPRESSION pglz",
            .carried
        ),
        DriftCase(
            "SET STATISTICS",
            "ALTER TABLE profile ALTER bio SET STATISTICS 333",
            seen: "SET STATISTICS 333",
            .carried
        ),
        DriftCase(
            "SET (n_distinct)",
            "ALTER TABLE profile ALTER bio SET (n_distinct = -0.25)",
            seen: "SET (n_distinct=-0.25)",
            .carried
        ),
    ]

    private static let rights = [
        DriftCase(
            "GRANT on the column",
            "GRANT SELECT (bio) ON profile TO pg_read_all_stats",
            seen: "GRANT SELECT (bio) ON public.profile TO pg_read_all_stats",
            .carried
        ),
        DriftCase(
            "GRANT … WITH GRANT OPTION",
            "GRANT UPDATE (bio) ON profile TO pg_monitor WITH GRANT OPTION",
            seen: "GRANT UPDATE (bio) ON public.profile TO pg_monitor WITH GRANT OPTION",
            .carried
        ),
        DriftCase(
            "REVOKE on the column",
            "REVOKE UPDATE (bio) ON profile FROM pg_monitor",
            seen: "REVOKE UPDATE (bio) ON public.profile FROM pg_monitor",
            .carried
        ),
        DriftCase("OWNER TO", "ALTER TABLE profile OWNER TO pg_database_owner", seen: nil, .stays),
        DriftCase("GRANT on the table", "GRANT SELECT ON profile TO pg_read_all_stats", seen: nil, .stays),
    ]

    private static let indexes = [
        DriftCase(
            "CREATE INDEX",
            "CREATE INDEX made ON profile (bio, id)",
            seen: "CREATE INDEX made ON public.profile",
            .carried
        ),
        DriftCase(
            "CREATE UNIQUE INDEX",
            "CREATE UNIQUE INDEX made_once ON profile (bio, beside, id)",
            seen: "CREATE UNIQUE INDEX made_once",
            .carried
        ),
        DriftCase(
            "CREATE INDEX on an expression, partial",
            "CREATE INDEX made_low ON profile (lower(bio)) WHERE bio <> 'q'",
            seen: "CREATE INDEX made_low",
            .carried
        ),
        DriftCase("DROP INDEX", "DROP INDEX profile_bio_idx", seen: "DROP INDEX profile_bio_idx", .carried),
        DriftCase(
            "ALTER INDEX … SET",
            "ALTER INDEX profile_bio_idx SET (fillfactor = 55)",
            seen: "fillfactor",
            .carried
        ),
        DriftCase(
            "ALTER INDEX … RENAME",
            "ALTER INDEX profile_bio_idx RENAME TO other_name",
            seen: "INDEX other_name",
            .carried
        ),
        DriftCase(
            "COMMENT ON INDEX",
            "COMMENT ON INDEX profile_bio_idx IS 'fast'",
            seen: "COMMENT ON INDEX profile_bio_idx IS 'fast'",
            .carried
        ),
        DriftCase(
            "CREATE STATISTICS",
            "CREATE STATISTICS made_stat ON bio, code FROM profile",
            seen: "CREATE STATISTICS public.made_stat",
            .carried
        ),
        DriftCase(
            "CLUSTER ON",
            "ALTER TABLE profile CLUSTER ON profile_bio_idx",
            seen: "CLUSTER ON profile_bio_idx",
            .contract
        ),
    ]

    private static let constraints = [
        DriftCase(
            "ADD CHECK",
            "ALTER TABLE profile ADD CONSTRAINT made_check CHECK (bio <> 'q')",
            seen: "ADD CONSTRAINT made_check CHECK",
            .carried
        ),
        DriftCase(
            "ADD CHECK … NOT VALID",
            "ALTER TABLE profile ADD CONSTRAINT made_nv CHECK (bio <> 'q') NOT VALID",
            seen: "ADD CONSTRAINT made_nv",
            .carried
        ),
        DriftCase(
            "VALIDATE CONSTRAINT",
            "ALTER TABLE profile VALIDATE CONSTRAINT unproved",
            seen: "VALIDATE CONSTRAINT unproved",
            .carried
        ),
        DriftCase(
            "DROP CHECK",
            "ALTER TABLE profile DROP CONSTRAINT profile_bio_check",
            seen: "DROP CONSTRAINT profile_bio_check",
            .carried
        ),
        DriftCase(
            "COMMENT ON CONSTRAINT",
            "COMMENT ON CONSTRAINT profile_bio_check ON profile IS 'full'",
            seen: "COMMENT ON CONSTRAINT profile_bio_check",
            .carried
        ),
        DriftCase(
            "ADD UNIQUE",
            "ALTER TABLE profile ADD CONSTRAINT made_key UNIQUE (bio, id)",
            seen: "ADD CONSTRAINT made_key UNIQUE",
            .carried
        ),
        DriftCase(
            "DROP UNIQUE",
            "ALTER TABLE profile DROP CONSTRAINT one_each",
            seen: "DROP CONSTRAINT one_each",
            .carried
        ),
        DriftCase(
            "DROP a foreign key from it",
            "ALTER TABLE profile DROP CONSTRAINT profile_bio_fkey",
            seen: "DROP CONSTRAINT profile_bio_fkey",
            .carried
        ),
        DriftCase(
            "ADD a foreign key from it",
            "ALTER TABLE profile ADD CONSTRAINT made_fk FOREIGN KEY (bio) REFERENCES kind ON DELETE CASCADE",
            seen: "ADD CONSTRAINT made_fk FOREIGN KEY",
            .carried
        ),
        DriftCase(
            "ADD a foreign key to it",
            "CREATE TABLE child (bio text, code int, CONSTRAINT made_in FOREIGN KEY (bio, code) REFERENCES profile (bio, code))",
            seen: "ADD CONSTRAINT made_in FOREIGN KEY",
            .carried
        ),
    ]

    private static let others = [
        DriftCase(
            "CREATE TRIGGER … UPDATE OF",
            "CREATE TRIGGER made_of AFTER UPDATE OF bio ON profile FOR EACH ROW EXECUTE FUNCTION note()",
            seen: "TRIGGER made_of",
            .carried
        ),
        DriftCase("DROP TRIGGER … UPDATE OF", "DROP TRIGGER of_bio ON profile", seen: "DROP TRIGGER of_bio", .carried),
        DriftCase(
            "CREATE TRIGGER",
            "CREATE TRIGGER made_all AFTER INSERT OR UPDATE ON profile FOR EACH ROW EXECUTE FUNCTION note()",
            seen: nil,
            .stays
        ),
        DriftCase(
            "CREATE POLICY",
            "CREATE POLICY made_pol ON profile USING (bio <> 'secret')",
            seen: "policy made_pol",
            .contract
        ),
        DriftCase(
            "ALTER POLICY",
            "ALTER POLICY seen ON profile USING (bio <> 'other')",
            seen: "policy seen",
            .contract
        ),
        DriftCase("DROP POLICY", "DROP POLICY seen ON profile", seen: "policy seen", .contract),
        DriftCase(
            "CREATE VIEW",
            "CREATE VIEW made_view AS SELECT id, bio FROM profile",
            seen: "VIEW public.made_view",
            .carried
        ),
        DriftCase("ADD COLUMN", "ALTER TABLE profile ADD COLUMN further int", seen: nil, .stays),
        DriftCase("DROP another COLUMN", "ALTER TABLE profile DROP COLUMN beside", seen: nil, .stays),
        DriftCase("REPLICA IDENTITY FULL", "ALTER TABLE profile REPLICA IDENTITY FULL", seen: nil, .stays),
        DriftCase(
            "ALTER COLUMN … TYPE",
            "DROP TRIGGER of_bio ON profile; DROP POLICY seen ON profile; ALTER TABLE profile DROP CONSTRAINT profile_bio_fkey, ALTER bio TYPE varchar(500)",
            seen: nil,
            .refused,
            remark: "`rollback`, and begin anew with the other type"
        ),
    ]
}
