import SQL

/// Queries on the tables t, u and p and their locks; see `StatementLockTests`.
extension StatementLockTests {
    static let queries: [Case] = [
        Case("SELECT * FROM t", "t ACCESS SHARE"),
        Case("SELECT * FROM t JOIN u USING (id) LEFT JOIN p ON true", "p ACCESS SHARE, t ACCESS SHARE, u ACCESS SHARE"),
        Case("SELECT (SELECT max(id) FROM u) FROM t", "t ACCESS SHARE, u ACCESS SHARE"),
        Case("SELECT 1 WHERE EXISTS (SELECT FROM t)", "t ACCESS SHARE"),
        Case("SELECT id FROM t UNION ALL SELECT id FROM u", "t ACCESS SHARE, u ACCESS SHARE"),
        Case("SELECT * FROM t TABLESAMPLE system (1)", "t ACCESS SHARE"),
        Case("SELECT 'u', x.id FROM ONLY t AS x", "t ACCESS SHARE"),
        Case("SELECT * FROM t FOR UPDATE", "t ROW SHARE"),
        Case("SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED", "t ROW SHARE"),
        Case("SELECT * FROM t FOR SHARE", "t ROW SHARE"),
        Case("SELECT * FROM t FOR KEY SHARE NOWAIT", "t ROW SHARE"),
        Case("SELECT * FROM t, u FOR UPDATE OF t", "t ROW SHARE, u ACCESS SHARE"),
        Case("SELECT * FROM t AS x JOIN u ON x.id = u.id FOR SHARE OF u", "t ACCESS SHARE, u ROW SHARE"),
        Case("SELECT * FROM (SELECT * FROM t) q, u FOR UPDATE OF q", "t ROW SHARE, u ACCESS SHARE"),
        Case("SELECT * FROM (SELECT * FROM t) q FOR UPDATE", "t ROW SHARE"),
        Case("SELECT * FROM t WHERE id IN (SELECT id FROM u) FOR UPDATE", "t ROW SHARE, u ACCESS SHARE"),
        Case("WITH q AS (SELECT * FROM t) SELECT * FROM q FOR UPDATE", "t ACCESS SHARE"),
        Case("WITH u AS (SELECT * FROM t) SELECT * FROM u", "t ACCESS SHARE"),
        Case("WITH u AS (SELECT 1) SELECT * FROM u, public.u AS x", "public.u ACCESS SHARE"),
        Case("WITH u AS (SELECT * FROM u) SELECT * FROM u", "u ACCESS SHARE"),
        Case(
            "WITH RECURSIVE u AS (SELECT id FROM t UNION ALL SELECT id + 1 FROM u WHERE id < 0) SELECT * FROM u",
            "t ACCESS SHARE"
        ),
        Case(
            "WITH q AS (UPDATE t SET a = 1 RETURNING id) SELECT * FROM q JOIN u USING (id)",
            "t ROW EXCLUSIVE, u ACCESS SHARE"
        ),
        Case("SELECT id INTO n FROM t", "n ACCESS EXCLUSIVE, t ACCESS SHARE"),
        Case("INSERT INTO t (id) VALUES (1)", "t ROW EXCLUSIVE"),
        Case("INSERT INTO t (id) SELECT id FROM u ON CONFLICT DO NOTHING", "t ROW EXCLUSIVE, u ACCESS SHARE"),
        Case("UPDATE t SET a = 1", "t ROW EXCLUSIVE"),
        Case("UPDATE t SET a = u.a FROM u WHERE t.id = u.id", "t ROW EXCLUSIVE, u ACCESS SHARE"),
        Case(
            "UPDATE t SET a = 1 WHERE ctid = ANY (ARRAY(SELECT ctid FROM t FOR NO KEY UPDATE SKIP LOCKED))",
            "t ROW EXCLUSIVE"
        ),
        Case("WITH t AS (SELECT 1) UPDATE t SET a = 1", "t ROW EXCLUSIVE"),
        Case("DELETE FROM t USING p WHERE t.pid = p.id", "p ACCESS SHARE, t ROW EXCLUSIVE"),
        Case("MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DO NOTHING", "t ROW EXCLUSIVE, u ACCESS SHARE"),
        Case("EXPLAIN SELECT * FROM t FOR UPDATE", "t ROW SHARE"),
        Case("PREPARE q AS DELETE FROM t", "t ROW EXCLUSIVE"),
        Case("DECLARE q CURSOR FOR SELECT * FROM t", "t ACCESS SHARE"),
        Case("COPY t FROM '/dev/null'", "t ROW EXCLUSIVE"),
        Case("COPY t TO '/dev/null'", "t ACCESS SHARE"),
        Case("COPY (SELECT * FROM t) TO '/dev/null'", "t ACCESS SHARE"),
        Case("DO 'BEGIN PERFORM 1; END'", ""),
        Case("SET work_mem = '4MB'", ""),
    ]

    static let maintenance: [Case] =
        LockMode.allCases.map { Case("LOCK TABLE t IN \($0.name) MODE NOWAIT", "t \($0.name)") } + [
            Case("LOCK t, u", "t ACCESS EXCLUSIVE, u ACCESS EXCLUSIVE"),
            Case("TRUNCATE u", "u ACCESS EXCLUSIVE"),
            Case("TRUNCATE loose, heir", "heir ACCESS EXCLUSIVE, loose ACCESS EXCLUSIVE"),
            Case("ANALYZE t", "t SHARE UPDATE EXCLUSIVE"),
            Case("ANALYZE t (a), u", "t SHARE UPDATE EXCLUSIVE, u SHARE UPDATE EXCLUSIVE"),
            Case("REINDEX TABLE t", "t SHARE"),
            Case("REINDEX (CONCURRENTLY false) TABLE t", "t SHARE"),
            Case("REINDEX INDEX t_a", "t_a ACCESS EXCLUSIVE"),
            Case("CLUSTER t USING t_a", "t ACCESS EXCLUSIVE"),
            Case("REFRESH MATERIALIZED VIEW mv", "mv ACCESS EXCLUSIVE"),
            Case("REFRESH MATERIALIZED VIEW CONCURRENTLY mv", "mv EXCLUSIVE"),
            Case("DISCARD PLANS", ""),
        ]

    static let outsideTransactions: [Case] = [
        Case("CREATE INDEX CONCURRENTLY n ON t (a)", "t SHARE UPDATE EXCLUSIVE"),
        Case("DROP INDEX CONCURRENTLY app.t_a", "app.t_a SHARE UPDATE EXCLUSIVE"),
        Case("REINDEX TABLE CONCURRENTLY t", "t SHARE UPDATE EXCLUSIVE"),
        Case("REINDEX (CONCURRENTLY) INDEX t_a", "t_a SHARE UPDATE EXCLUSIVE"),
        Case("REINDEX SCHEMA public", ""),
        Case("REINDEX DATABASE postgres", ""),
        Case(
            "ALTER TABLE parent DETACH PARTITION child CONCURRENTLY",
            "child ACCESS EXCLUSIVE, parent SHARE UPDATE EXCLUSIVE"
        ),
        Case("VACUUM t", "t SHARE UPDATE EXCLUSIVE"),
        Case("VACUUM (ANALYZE, FULL off) t", "t SHARE UPDATE EXCLUSIVE"),
        Case("VACUUM FULL t", "t ACCESS EXCLUSIVE"),
        Case("VACUUM", ""),
        Case("CLUSTER", ""),
        Case("CREATE DATABASE n", ""),
        Case("DROP DATABASE n", ""),
        Case("ALTER DATABASE n SET TABLESPACE x", ""),
        Case("CREATE TABLESPACE n LOCATION '/x'", ""),
        Case("DROP TABLESPACE n", ""),
        Case("ALTER SYSTEM SET work_mem = '4MB'", ""),
        Case("DISCARD ALL", ""),
        Case("CREATE SUBSCRIPTION n CONNECTION '' PUBLICATION p", ""),
        Case("DROP SUBSCRIPTION n", ""),
    ]
}
