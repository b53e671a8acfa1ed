import SQL
import Testing

@Suite struct StatementScanTests {
    @Test(arguments: [
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER TABLE t ALTER a SET NOT NULL",
        "ALTER TABLE t ALTER a TYPE bigint",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
        "ALTER TABLE t ADD UNIQUE (a)",
        "ALTER TABLE t ADD x int DEFAULT random()",
        "ALTER TABLE t ADD x int NOT NULL",
        "ALTER TABLE t ADD x bigserial",
        "ALTER TABLE t ADD x int GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) STORED",
        "ALTER TABLE t ADD x int UNIQUE",
        "ALTER TABLE t ADD x int CHECK (x > 0)",
        "ALTER TABLE t ADD x int DEFAULT 1 REFERENCES p",
        "ALTER TABLE t SET UNLOGGED",
        "ALTER TABLE q ATTACH PARTITION t DEFAULT",
        "CREATE INDEX ON t (a)",
        "CREATE INDEX CONCURRENTLY ON t (a)",
        "CREATE TABLE n AS SELECT * FROM t",
        "REINDEX TABLE t",
        "VACUUM t",
        "UPDATE t SET a = 1",
        "DELETE FROM t WHERE a = 1",
        "SELECT count(*) FROM t",
        "INSERT INTO u SELECT * FROM t",
        "EXPLAIN ANALYZE SELECT * FROM t",
        "COPY t TO STDOUT",
    ])
    func `what may read a whole table is said to`(sql: String) throws {
        #expect(try onlyStatement(of: sql).scansTable)
    }

    @Test(arguments: [
        "ALTER TABLE t ADD x int",
        "ALTER TABLE t ADD x int DEFAULT -1 NOT NULL",
        "ALTER TABLE t ADD x timestamptz DEFAULT now()",
        "ALTER TABLE t ADD x timestamptz DEFAULT current_timestamp NOT NULL",
        "ALTER TABLE t ADD x jsonb DEFAULT '{}'::jsonb",
        "ALTER TABLE t ADD x int REFERENCES p",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i",
        "ALTER TABLE t DROP COLUMN a, ALTER b DROP NOT NULL",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE TABLE n (id int REFERENCES p)",
        "DROP TABLE t",
        "TRUNCATE t",
        "ANALYZE t",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1 WHERE ctid >= '(0,0)' AND ctid < '(8,0)'",
        "SELECT a FROM t WHERE t.ctid = '(0,1)'",
        "UPDATE t SET a = 1 WHERE CURRENT OF c",
        "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'a')",
        "SELECT 1 FROM pg_catalog.pg_class",
        "SELECT 1",
    ])
    func `what touches only the catalog or some blocks is not`(sql: String) throws {
        #expect(try !onlyStatement(of: sql).scansTable)
    }
}
