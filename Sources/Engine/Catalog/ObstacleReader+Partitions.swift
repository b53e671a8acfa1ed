extension ObstacleReader.Part {
    /// What a partition has on the column that the partitioned table has not: nothing of it comes along to the new column.
    ///
    /// The parent's own objects are found on the parent, and those that PostgreSQL made of them are theirs.
    static let ofPartitionsOwn = """
        , part AS (
          SELECT c.oid, n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, a.*
            FROM pg_partition_tree($1) p JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = $2 AND NOT a.attisdropped
           WHERE p.relid <> $1
        ), object(part, shown, kind) AS (
          SELECT p.name, 'index ' || i.indexrelid::regclass, 'index'
            FROM part p JOIN pg_index i ON i.indrelid = p.oid
           WHERE (p.attnum = ANY (i.indkey::int2[])
                  OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum))
             AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = p.oid)
          UNION ALL
          SELECT p.name, 'constraint ' || quote_ident(k.conname), 'constraint'
            FROM part p JOIN pg_constraint k ON k.conrelid = p.oid
           WHERE p.attnum = ANY (k.conkey) AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0 AND k.coninhcount = 0
          UNION ALL
          SELECT p.name, 'foreign key ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass, 'foreign key'
            FROM part p JOIN pg_constraint k ON k.confrelid = p.oid
           WHERE p.attnum = ANY (k.confkey) AND k.contype = 'f' AND k.conparentid = 0
          UNION ALL
          SELECT p.name, 'trigger ' || quote_ident(g.tgname), 'trigger'
            FROM part p JOIN pg_trigger g ON g.tgrelid = p.oid
           WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND \(TriggerReader.isForeign)
             AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = g.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum)
          UNION ALL
          SELECT p.name, 'policy ' || quote_ident(y.polname), 'policy'
            FROM part p JOIN pg_policy y ON y.polrelid = p.oid
           WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass AND d.objid = y.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum)
          UNION ALL
          SELECT p.name, 'statistics object ' || quote_ident(s.stxname), 'statistics object'
            FROM part p JOIN pg_statistic_ext s ON s.stxrelid = p.oid
           WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum)
        )
        SELECT 'partition-objects' AS id, 'refused' AS weight,
               o.shown || ' is of the partition ' || o.part || ' alone, and names ' || quote_ident($2) AS message,
               'the new column would be without it: '
                 || CASE o.kind WHEN 'index' THEN 'CREATE INDEX on ' || t.shown || ' instead, or drop it and create it again after contract'
                                WHEN 'constraint' THEN 'add it to ' || t.shown || ' instead, or drop it and add it again after contract'
                                ELSE 'drop it, and create it again for the new column after contract' END AS hint
          FROM object o, t
        UNION ALL
        SELECT 'partition-attributes', 'acknowledge',
               'the partition ' || p.name || ' has settings of its own for ' || quote_ident($2) || ': ' || own.settings,
               'the new column gets those of ' || t.shown || ', and the undo of contract does not set them back: '
                 || 'set them on the partition''s new column after contract'
          FROM t, old, part p CROSS JOIN LATERAL (
            SELECT string_agg(v.own, ', ' ORDER BY v.place) AS settings FROM (VALUES
              (1, (SELECT 'DEFAULT ' || pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f WHERE f.adrelid = p.oid AND f.adnum = p.attnum),
                  (SELECT 'DEFAULT ' || pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f WHERE f.adrelid = $1 AND f.adnum = old.attnum)),
              (2, CASE WHEN p.attnotnull THEN 'NOT NULL' END, CASE WHEN old.attnotnull THEN 'NOT NULL' END),
              (3, 'STATISTICS ' || nullif(coalesce((to_jsonb(p) ->> 'attstattarget')::int, -1), -1),
                  'STATISTICS ' || nullif(coalesce((to_jsonb(old) ->> 'attstattarget')::int, -1), -1)),
              (4, 'STORAGE ' || p.attstorage::text, 'STORAGE ' || old.attstorage::text),
              (5, array_to_string(p.attoptions, ', '), array_to_string(old.attoptions, ', ')),
              (6, CASE WHEN p.attacl IS NOT NULL THEN 'rights of the column' END, NULL),
              (7, 'comment ' || quote_literal(col_description(p.oid, p.attnum)), 'comment ' || quote_literal(col_description($1, old.attnum)))
            ) v(place, own, parents)
             WHERE v.own IS NOT NULL AND v.own IS DISTINCT FROM v.parents
          ) own
         WHERE own.settings IS NOT NULL
        """

    /// Triggers that a partition has alone; those of the partitioned table are told with it.
    static let ofPartitionTriggers = """
        SELECT 'user-triggers' AS id, 'acknowledge' AS weight,
               'trigger ' || quote_ident(g.tgname) || ' of the partition ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
               || ' fires for each row that is copied'
               || CASE WHEN g.tgtype & 2 = 2 AND p.prosrc ~* '\\mreturn\\s+null\\M' THEN
                    '; its function contains RETURN NULL: backfill cannot copy a row for which it does' ELSE '' END AS message, NULL AS hint,
               pg_get_triggerdef(g.oid) AS definition
          FROM own_trigger g JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE g.tgrelid <> $1 AND g.tgtype & 16 = 16 AND g.tgenabled <> 'D' AND g.tgattr = ''
        """
}
