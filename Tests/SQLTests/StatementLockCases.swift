/// Statements on the tables t, u and p and their locks; see `StatementLockTests`.
extension StatementLockTests {
    static let alterTable: [Case] = [
        Case("ALTER TABLE t ADD COLUMN x int", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD COLUMN x int DEFAULT 5 NOT NULL", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD x int REFERENCES p", "p SHARE ROW EXCLUSIVE, t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t DROP COLUMN a", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a SET DEFAULT 1", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a DROP DEFAULT", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE u ALTER a SET NOT NULL", "u ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a DROP NOT NULL", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER c SET STORAGE external", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER c SET COMPRESSION pglz", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a TYPE bigint", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t DROP CONSTRAINT t_check", "t ACCESS EXCLUSIVE"),
        Case(
            "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES p",
            "p SHARE ROW EXCLUSIVE, t SHARE ROW EXCLUSIVE"
        ),
        Case(
            "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES p NOT VALID",
            "p SHARE ROW EXCLUSIVE, t SHARE ROW EXCLUSIVE"
        ),
        Case("ALTER TABLE t VALIDATE CONSTRAINT t_check", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t ALTER CONSTRAINT t_fk DEFERRABLE", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD UNIQUE (a)", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (a WITH =)", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE loose ADD PRIMARY KEY (id)", "loose ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ADD CONSTRAINT t_b UNIQUE USING INDEX t_b", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t RENAME TO t9", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t RENAME a TO a9", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t RENAME CONSTRAINT t_check TO x", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t OWNER TO postgres", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t SET SCHEMA other", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t REPLICA IDENTITY FULL", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE u SET UNLOGGED", "u ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t SET TABLESPACE pg_default", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE u DISABLE RULE ru", "u ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t DISABLE TRIGGER tr", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t ENABLE TRIGGER tr", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t ENABLE ALWAYS TRIGGER tr", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t ENABLE REPLICA TRIGGER tr", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t DISABLE TRIGGER USER", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t ENABLE TRIGGER ALL", "t SHARE ROW EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a SET STATISTICS 100", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t ALTER a SET (n_distinct = 5)", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t SET (fillfactor = 70)", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t SET (autovacuum_enabled = false, parallel_workers = 1)", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t SET (toast.autovacuum_enabled = false)", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t RESET (fillfactor)", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t SET (fillfactor = 70, user_catalog_table = false)", "t ACCESS EXCLUSIVE"),
        Case("ALTER TABLE t CLUSTER ON t_a", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE t SET WITHOUT CLUSTER", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER TABLE loose INHERIT base", "base SHARE UPDATE EXCLUSIVE, loose ACCESS EXCLUSIVE"),
        Case("ALTER TABLE heir NO INHERIT base", "base ACCESS SHARE, heir ACCESS EXCLUSIVE"),
        Case(
            "ALTER TABLE parent ATTACH PARTITION loose FOR VALUES FROM (30) TO (40)",
            "loose ACCESS EXCLUSIVE, parent SHARE UPDATE EXCLUSIVE"
        ),
        Case("ALTER TABLE parent DETACH PARTITION child", "child ACCESS EXCLUSIVE, parent ACCESS EXCLUSIVE"),
    ]

    static let alterOthers: [Case] = [
        Case("ALTER INDEX t_a RENAME TO x", "t_a SHARE UPDATE EXCLUSIVE"),
        Case("ALTER INDEX t_a SET (fillfactor = 70)", "t_a SHARE UPDATE EXCLUSIVE"),
        Case("ALTER INDEX t_a SET TABLESPACE pg_default", "t_a ACCESS EXCLUSIVE"),
        Case(
            "ALTER INDEX parent_k ATTACH PARTITION child_k",
            "child_k ACCESS EXCLUSIVE, parent_k SHARE UPDATE EXCLUSIVE"
        ),
        Case("ALTER SEQUENCE s RESTART", "s SHARE ROW EXCLUSIVE"),
        Case("ALTER SEQUENCE s OWNED BY t.a", "s SHARE ROW EXCLUSIVE, t ACCESS SHARE"),
        Case("ALTER SEQUENCE s OWNED BY NONE", "s SHARE ROW EXCLUSIVE"),
        Case("ALTER SEQUENCE s RENAME TO x", "s ACCESS EXCLUSIVE"),
        Case("ALTER VIEW v RENAME TO x", "v ACCESS EXCLUSIVE"),
        Case("ALTER VIEW v SET (security_barrier)", "v ACCESS EXCLUSIVE"),
        Case("ALTER TRIGGER tr ON t RENAME TO x", "t ACCESS EXCLUSIVE"),
        Case("ALTER TRIGGER tr ON t DEPENDS ON EXTENSION plpgsql", "t ACCESS SHARE"),
        Case("ALTER POLICY po ON t USING (false)", "t ACCESS EXCLUSIVE"),
        Case("ALTER PUBLICATION pub ADD TABLE t, u", "t SHARE UPDATE EXCLUSIVE, u SHARE UPDATE EXCLUSIVE"),
        Case("ALTER PUBLICATION pubt DROP TABLE t", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER EXTENSION plpgsql ADD TABLE t", "t SHARE UPDATE EXCLUSIVE"),
        Case("ALTER STATISTICS st SET STATISTICS 10", ""),
        Case("ALTER FUNCTION f() RENAME TO x", ""),
        Case("ALTER DATABASE postgres SET work_mem = '4MB'", ""),
    ]

    static let definitions: [Case] = [
        Case("CREATE INDEX ON t (a)", "t SHARE"),
        Case("CREATE UNIQUE INDEX n ON t (a)", "t SHARE"),
        Case("CREATE TABLE n (id int PRIMARY KEY)", "n ACCESS EXCLUSIVE"),
        Case("CREATE TABLE n (id int REFERENCES p)", "n ACCESS EXCLUSIVE, p SHARE ROW EXCLUSIVE"),
        Case(
            "CREATE TABLE n (id int, FOREIGN KEY (id) REFERENCES p)",
            "n ACCESS EXCLUSIVE, p SHARE ROW EXCLUSIVE"
        ),
        Case("CREATE TABLE n (LIKE t)", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("CREATE TABLE n () INHERITS (base)", "base SHARE UPDATE EXCLUSIVE, n ACCESS EXCLUSIVE"),
        Case(
            "CREATE TABLE n PARTITION OF parent FOR VALUES FROM (20) TO (30)",
            "n ACCESS EXCLUSIVE, parent ACCESS EXCLUSIVE"
        ),
        Case("CREATE TABLE n AS SELECT * FROM t", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("CREATE MATERIALIZED VIEW n AS SELECT * FROM t", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("CREATE VIEW n AS SELECT id FROM t", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("CREATE OR REPLACE VIEW v AS SELECT id, a FROM u", "u ACCESS SHARE, v ACCESS EXCLUSIVE"),
        Case("CREATE SEQUENCE n OWNED BY t.a", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("CREATE TYPE n AS (a int)", "n ACCESS EXCLUSIVE"),
        Case("CREATE TRIGGER n BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()", "t SHARE ROW EXCLUSIVE"),
        Case(
            "CREATE OR REPLACE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "t SHARE ROW EXCLUSIVE"
        ),
        Case(
            "CREATE CONSTRAINT TRIGGER n AFTER UPDATE ON t FROM u FOR EACH ROW EXECUTE FUNCTION f()",
            "t SHARE ROW EXCLUSIVE, u ACCESS SHARE"
        ),
        Case("CREATE RULE n AS ON INSERT TO t DO ALSO DELETE FROM u", "t ACCESS EXCLUSIVE, u ROW EXCLUSIVE"),
        Case("CREATE POLICY n ON t USING (true)", "t ACCESS EXCLUSIVE"),
        Case("CREATE STATISTICS n ON a, c FROM t", "t SHARE UPDATE EXCLUSIVE"),
        Case("CREATE PUBLICATION n FOR TABLE t", "t SHARE UPDATE EXCLUSIVE"),
        Case("CREATE FUNCTION n() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; END'", ""),
        Case("CREATE FUNCTION n() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM t; END", "t ACCESS SHARE"),
        Case("CREATE SCHEMA n", ""),
    ]

    static let descriptions: [Case] = [
        Case("DROP TABLE u CASCADE", "u ACCESS EXCLUSIVE"),
        Case("DROP TABLE loose, heir", "heir ACCESS EXCLUSIVE, loose ACCESS EXCLUSIVE"),
        Case("DROP VIEW v", "v ACCESS EXCLUSIVE"),
        Case("DROP MATERIALIZED VIEW mv", "mv ACCESS EXCLUSIVE"),
        Case("DROP SEQUENCE s", "s ACCESS EXCLUSIVE"),
        Case("DROP INDEX t_a", "t_a ACCESS EXCLUSIVE"),
        Case("DROP TRIGGER tr ON t", "t ACCESS EXCLUSIVE"),
        Case("DROP TRIGGER tr ON public.t", "public.t ACCESS EXCLUSIVE"),
        Case("DROP POLICY po ON t", "t ACCESS EXCLUSIVE"),
        Case("DROP RULE ru ON u", "u ACCESS EXCLUSIVE"),
        Case("DROP FUNCTION f() CASCADE", ""),
        Case("COMMENT ON TABLE t IS 'x'", "t SHARE UPDATE EXCLUSIVE"),
        Case("COMMENT ON COLUMN t.a IS 'x'", "t SHARE UPDATE EXCLUSIVE"),
        Case("COMMENT ON COLUMN public.t.a IS 'x'", "public.t SHARE UPDATE EXCLUSIVE"),
        Case("COMMENT ON INDEX t_a IS 'x'", "t_a SHARE UPDATE EXCLUSIVE"),
        Case("COMMENT ON CONSTRAINT t_check ON t IS 'x'", "t ACCESS SHARE"),
        Case("COMMENT ON TRIGGER tr ON t IS 'x'", "t ACCESS SHARE"),
        Case("COMMENT ON FUNCTION f() IS 'x'", ""),
        Case("GRANT SELECT ON t TO postgres", ""),
        Case("GRANT SELECT (a) ON t TO postgres", ""),
    ]
}
