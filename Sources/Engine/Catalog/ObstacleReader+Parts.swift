extension ObstacleReader.Part {
    var query: String {
        switch self {
        case .table: Self.ofTable
        case .inheritance: Self.ofInheritance
        case .partitions: Self.ofPartitions
        case .rules: Self.ofRules
        case .constraints: Self.ofConstraints
        case .unenforced: Self.ofUnenforced
        case .singleKeys: Self.ofSingleKeys
        case .indexes: Self.ofIndexes
        case .marks: Self.ofMarks
        case .publications: Self.ofPublications
        case .triggers: Self.ofTriggers
        case .partitionObjects: Self.ofPartitionsOwn
        case .partitionTriggers: Self.ofPartitionTriggers
        case .listingTriggers: Self.ofListingTriggers
        case .conditions: Self.ofConditions
        case .policies: Self.ofPolicies
        case .statistics: Self.ofStatistics
        case .dependants: Self.ofDependants
        case .functions: Self.ofFunctions
        }
    }

    private static let ofTable = """
        SELECT found.id, found.weight, found.message, found.hint
          FROM t LEFT JOIN old ON true CROSS JOIN LATERAL (VALUES
            ('read-only', 'refused', pg_is_in_recovery(), 'the server is in recovery: it cannot be written to', 'connect to the primary'),
            ('table-kind', 'refused', t.relkind NOT IN ('r', 'p'),
             t.shown || ' is a ' || CASE t.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
               WHEN 'f' THEN 'foreign table' ELSE 'relation of kind ' || t.relkind::text END, 'name the table behind it'),
            ('table-kind', 'refused', t.relpersistence = 't', t.shown || ' is a temporary table',
             'it is its session''s own: change it there'),
            ('typed-table', 'refused', t.reloftype <> 0, t.shown || ' is a typed table',
             'ALTER TABLE ' || t.shown || ' NOT OF makes it one with columns of its own'),
            ('ownership', 'refused', NOT pg_has_role(current_user, t.relowner, 'USAGE'),
             'role ' || current_user || ' does not own ' || t.shown,
             'run as ' || pg_get_userbyid(t.relowner) || ' or a member of it'),
            ('row-security', 'refused',
             t.relforcerowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
             t.shown || ' has FORCE ROW LEVEL SECURITY: rows would be skipped', 'run as a role with BYPASSRLS'),
            ('new-column', 'refused',
             EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1 AND attname = $3 AND NOT attisdropped)
               AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = $1 AND NOT (\(TriggerReader.isForeign))),
             t.shown || ' has a column ' || quote_ident($3) || ' already', 'choose another name under to:'),
            ('generated-column', 'refused', old.attgenerated <> '',
             t.shown || '.' || quote_ident($2) || ' is a generated column',
             'nothing can be written into it: add a second one that is computed in the same way, and drop this one once no version reads it'),
            ('composite-type', 'refused',
             EXISTS (SELECT FROM pg_type ty LEFT JOIN pg_type b ON b.oid = ty.typbasetype
                      WHERE ty.oid = old.atttypid AND (ty.typtype = 'c' OR b.typtype = 'c')),
             quote_ident($2) || ' is of the composite type ' || format_type(old.atttypid, NULL)
               || ': whether such a value is NULL depends on its fields',
             'a row that waits to be copied could not be told from one that is NULL: move its fields into columns of their own first'),
            ('security-label', 'refused', EXISTS (SELECT FROM pg_seclabel WHERE objoid = $1 AND objsubid = old.attnum),
             quote_ident($2) || ' has a security label', 'take it off, and set it again after contract')
          ) found(id, weight, applies, message, hint)
         WHERE found.applies
        """

    /// Parents and children.
    private static let ofInheritance = """
        SELECT 'table-kind' AS id, 'refused' AS weight, t.shown || ' is a partition of ' || i.inhparent::regclass, 'name the partitioned table'
          FROM t JOIN pg_inherits i ON i.inhrelid = t.oid WHERE t.relispartition
        UNION ALL
        SELECT 'inheritance', 'refused', t.shown || ' inherits from ' || i.inhparent::regclass, 'a column and a trigger of one are not those of the other: ALTER TABLE ' || t.shown || ' NO INHERIT ' || i.inhparent::regclass || ' first'
          FROM t JOIN pg_inherits i ON i.inhrelid = t.oid WHERE NOT t.relispartition
        UNION ALL
        SELECT 'inheritance', 'refused', i.inhrelid::regclass || ' inherits from ' || t.shown, 'a column and a trigger of one are not those of the other: ALTER TABLE ' || i.inhrelid::regclass || ' NO INHERIT ' || t.shown || ' first'
          FROM t JOIN pg_inherits i ON i.inhparent = t.oid WHERE t.relkind = 'r'
        """

    /// What only a partitioned table has.
    private static let ofPartitions = """
        SELECT 'partition-key' AS id, 'refused' AS weight, quote_ident($2) || ' is part of the partition key of ' || t.shown,
               'a row goes to its partition before a trigger can fill the key: make a table of the new shape beside it, and change over with rename_table'
          FROM t, old WHERE EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = t.oid AND old.attnum = ANY (p.partattrs::int2[]))
             OR EXISTS (SELECT FROM dep WHERE classid = 'pg_class'::regclass AND objid = $1 AND objsubid = 0 AND t.relkind = 'p')
        UNION ALL
        SELECT 'partitioned-key', 'refused', quote_ident($2) || ' is part of ' || quote_ident(k.conname) || ' of the partitioned table ' || t.shown,
               'another cannot take its place without a lock that blocks writes: make a table of the new shape beside it, and change over with rename_table'
          FROM t, old, pg_constraint k
         WHERE t.relkind = 'p' AND ((k.conrelid = t.oid AND k.contype = 'p' AND old.attnum = ANY (k.conkey))
                                 OR (k.confrelid = t.oid AND k.contype = 'f' AND old.attnum = ANY (k.confkey) AND k.conparentid = 0))
        UNION ALL
        SELECT 'subpartitions', 'refused', t.shown || ' has partitions of partitions, and an index, constraint or foreign key on ' || quote_ident($2),
               'it cannot be built level by level beside writers: drop it first, and make it again after contract'
          FROM t WHERE (SELECT max(level) FROM pg_partition_tree(t.oid)) > 1
           AND EXISTS (SELECT FROM dep WHERE classid IN ('pg_class'::regclass, 'pg_constraint'::regclass))
        """

    private static let ofRules = """
        SELECT 'rules' AS id, 'refused' AS weight, 'rule ' || quote_ident(r.rulename) || ' on ' || t.shown, 'a rule sees rows before the sync trigger: drop it'
          FROM t JOIN pg_rewrite r ON r.ev_class = t.oid WHERE r.ev_type <> '1'
        """

    /// Exclusion constraints and foreign keys, from and to the table.
    private static let ofConstraints = """
        SELECT 'exclusion' AS id, 'refused' AS weight, 'exclusion constraint ' || quote_ident(k.conname) || ' contains ' || quote_ident($2),
               'it cannot be built without blocking writes'
          FROM pg_constraint k, old WHERE k.conrelid = $1 AND k.contype = 'x' AND old.attnum = ANY (k.conkey)
        UNION ALL
        SELECT 'foreign-key', 'refused', 'foreign key ' || quote_ident(k.conname) || ' of the partitioned table ' || k.conrelid::regclass
               || ' references ' || quote_ident($2), 'it cannot be built beside it without a scan that blocks writes'
          FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid, old
         WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = $1 AND k.conrelid <> $1 AND c.relkind = 'p'
           AND old.attnum = ANY (k.confkey)
        """

    /// Constraints of PostgreSQL 18 that a copy would not have as they are.
    private static let ofUnenforced = """
        SELECT CASE WHEN to_jsonb(k) ->> 'conperiod' = 'true' THEN 'temporal' ELSE 'not-enforced' END AS id, 'refused' AS weight,
               CASE WHEN k.contype = 'n' THEN 'NOT NULL of ' || quote_ident($2) || ' (' || quote_ident(k.conname) || ') is NOT VALID'
                    ELSE 'constraint ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass
                         || CASE WHEN to_jsonb(k) ->> 'conperiod' IS DISTINCT FROM 'true' THEN ' is NOT ENFORCED'
                                 WHEN k.contype = 'f' THEN ' has PERIOD' ELSE ' has WITHOUT OVERLAPS' END END,
               CASE WHEN k.contype = 'n' THEN 'ALTER TABLE ' || k.conrelid::regclass || ' VALIDATE CONSTRAINT ' || quote_ident(k.conname)
                    ELSE 'drop it before, and add it again after contract' END
          FROM pg_constraint k, old
         WHERE ((k.conrelid = $1 AND old.attnum = ANY (k.conkey)) OR (k.confrelid = $1 AND old.attnum = ANY (k.confkey)))
           AND k.conparentid = 0 AND \(SingularConstraint.condition)
        """

    /// Foreign keys that cannot stand twice.
    private static let ofSingleKeys = """
        SELECT 'foreign-key' AS id, 'refused' AS weight, 'foreign key ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass || ' '
               || CASE WHEN k.conrelid = k.confrelid AND k.conkey && k.confkey THEN 'references its own column' ELSE 'has SET DEFAULT or a column list' END,
               'two of them on one value would act in an undefined order'
          FROM pg_constraint k, old
         WHERE k.contype = 'f' AND k.conparentid = 0 AND \(ForeignKeyReader.actsOnce)
           AND ((k.conrelid = $1 AND old.attnum = ANY (k.conkey)) OR (k.confrelid = $1 AND old.attnum = ANY (k.confkey)))
        """

    /// Indexes in a state that a copy would not have.
    private static let ofIndexes = """
        SELECT 'index' AS id, 'refused' AS weight, 'index ' || i.indexrelid::regclass || ' '
                 || CASE WHEN NOT i.indisvalid THEN 'is invalid' ELSE 'lies in a tablespace of its own' END,
               CASE WHEN NOT i.indisvalid THEN 'drop or REINDEX it' ELSE 'move it to the default tablespace' END
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = $1 AND (NOT i.indisvalid OR c.reltablespace <> 0) AND \(ofColumn)
        """

    /// Marks that one index of a table has.
    private static let ofMarks = """
        SELECT 'index' AS id, 'refused' AS weight, 'index ' || i.indexrelid::regclass || ' '
                 || CASE WHEN i.indisreplident THEN 'is the replica identity' ELSE 'bears the CLUSTER mark' END,
               CASE WHEN i.indisreplident THEN 'choose another with REPLICA IDENTITY' ELSE 'ALTER TABLE ... SET WITHOUT CLUSTER' END
          FROM pg_index i WHERE i.indrelid = $1 AND (i.indisreplident OR i.indisclustered) AND \(ofColumn)
        """

    private static let ofColumn = """
        (EXISTS (SELECT FROM old WHERE old.attnum = ANY (i.indkey::int2[])) OR i.indexrelid IN (SELECT objid FROM dep WHERE classid = 'pg_class'::regclass))
        """

    private static let ofPublications = """
        SELECT 'replica-identity' AS id, 'refused' AS weight, t.shown || ' is published and has no replica identity: updates would fail',
               'ALTER TABLE ' || t.shown || ' REPLICA IDENTITY FULL, or give it a primary key'
          FROM t WHERE (t.relreplident = 'n' OR (t.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = t.oid AND indisprimary)))
           AND EXISTS (SELECT FROM pg_publication_tables p WHERE p.schemaname = t.nspname AND p.tablename = t.relname)
        UNION ALL
        SELECT 'publications', 'acknowledge', t.shown || ' is published by ' || p.pubname || ': its subscribers stop at the first row with an unknown column',
               'on the subscriber, before expand: add the new columns, with the types that crossfade preview shows; before contract: '
                 || 'add the names that contract sets the old ones aside under, and drop NOT NULL of the old ones'
          FROM t JOIN pg_publication_tables p ON p.schemaname = t.nspname AND p.tablename = t.relname
         WHERE NOT EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication o ON o.oid = r.prpubid
                            WHERE o.pubname = p.pubname AND r.prrelid = t.oid AND coalesce(to_jsonb(r) -> 'prattrs', 'null') <> 'null')
        """

    /// Triggers that are not Crossfade's.
    private static let ofTriggers = """
        SELECT 'user-triggers' AS id, 'acknowledge' AS weight, 'trigger ' || quote_ident(g.tgname) || ' of ' || t.shown || ' fires for each row that is copied'
               || CASE WHEN g.tgtype & 2 = 2 AND p.prosrc ~* '\\mreturn\\s+null\\M' THEN
                    '; its function contains RETURN NULL: backfill cannot copy a row for which it does' ELSE '' END AS message, NULL AS hint,
               pg_get_triggerdef(g.oid) AS definition
          FROM t LEFT JOIN old ON true, foreign_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
         -- One that lists the old column lists the new one, too, while both live.
         WHERE g.tgtype & 16 = 16 AND g.tgenabled <> 'D' AND (g.tgattr = '' OR old.attnum = ANY (g.tgattr::int2[]))
        """

    /// Those whose column list names the column, and that cannot be replaced where they stand.
    private static let ofListingTriggers = """
        SELECT 'trigger' AS id, 'refused' AS weight, 'trigger ' || quote_ident(g.tgname) || ' lists ' || quote_ident($2)
               || CASE WHEN g.tgconstraint <> 0 THEN ' and is a constraint trigger' WHEN g.tgqual IS NOT NULL THEN ' and has a WHEN' ELSE ' and is not simply enabled' END,
               'it cannot be created again without a gap: drop the column list, or the trigger'
          FROM foreign_trigger g, old
         WHERE old.attnum = ANY (g.tgattr::int2[]) AND (g.tgconstraint <> 0 OR g.tgqual IS NOT NULL OR g.tgenabled <> 'O')
        """

    /// Those that name the column in their WHEN alone.
    private static let ofConditions = """
        SELECT 'trigger' AS id, 'blocksContract' AS weight, 'trigger ' || quote_ident(g.tgname) || ' names ' || quote_ident($2) || ' in its WHEN', 'create it again with ' || quote_ident($3)
          FROM dep JOIN foreign_trigger g ON dep.classid = 'pg_trigger'::regclass AND g.oid = dep.objid, old
         WHERE NOT old.attnum = ANY (g.tgattr::int2[]) GROUP BY g.tgname
        """

    private static let ofPolicies = """
        SELECT 'policy' AS id, 'blocksContract' AS weight, 'policy ' || quote_ident(p.polname) || ' reads ' || quote_ident($2), 'ALTER POLICY to read ' || quote_ident($3)
          FROM dep JOIN pg_policy p ON dep.classid = 'pg_policy'::regclass AND p.oid = dep.objid GROUP BY p.polname
        """

    private static let ofStatistics = """
        SELECT 'statistics' AS id, 'blocksContract' AS weight, 'statistics object ' || quote_ident(s.stxname) || ' contains ' || quote_ident($2), 'create it again with ' || quote_ident($3) || ', and drop it'
          FROM dep JOIN pg_statistic_ext s ON dep.classid = 'pg_statistic_ext'::regclass AND s.oid = dep.objid GROUP BY s.stxname
        """

    /// What reads the column, by the dependencies that the server keeps.
    private static let ofDependants = """
        SELECT 'view' AS id, 'blocksContract' AS weight, CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.oid::regclass || ' reads ' || quote_ident($2),
               'let it read ' || quote_ident($3) || ', or drop it'
          FROM dep JOIN pg_rewrite r ON dep.classid = 'pg_rewrite'::regclass AND r.oid = dep.objid JOIN pg_class c ON c.oid = r.ev_class
         WHERE c.oid <> $1 GROUP BY c.oid, c.relkind
        UNION ALL
        SELECT 'generated-column', 'blocksContract', 'generated column ' || quote_ident(a.attname) || ' is computed from ' || quote_ident($2), 'drop it, or compute it from ' || quote_ident($3)
          FROM dep JOIN pg_attrdef f ON dep.classid = 'pg_attrdef'::regclass AND f.oid = dep.objid
          JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum, old
         WHERE NOT (f.adrelid = $1 AND f.adnum = old.attnum)
        UNION ALL
        SELECT 'publication-columns', 'blocksContract', 'a publication lists ' || quote_ident($2) || ' among its columns', 'list ' || quote_ident($3) || ' instead'
          FROM dep WHERE classid = 'pg_publication_rel'::regclass
        UNION ALL
        SELECT 'function', 'blocksContract', 'function ' || p.oid::regprocedure || ' reads ' || quote_ident($2), 'create it again with ' || quote_ident($3)
          FROM dep JOIN pg_proc p ON dep.classid = 'pg_proc'::regclass AND p.oid = dep.objid GROUP BY p.oid
        """

    /// Functions that name the column in their text, which the server keeps no dependencies of.
    private static let ofFunctions = """
        SELECT 'function-bodies' AS id, 'blocksContract' AS weight, 'the body of ' || p.oid::regprocedure || ' has the word ' || quote_ident($2),
               'let it use ' || quote_ident($3) || ', or acknowledge function-bodies when it means something else'
          FROM t, pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
         WHERE p.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade') AND l.lanname NOT IN ('c', 'internal')
           AND NOT \(NamePattern.isOfExtension)
           AND p.prosrc ~ \(NamePattern.word("$2"))
           AND (EXISTS (SELECT FROM own_trigger g WHERE g.tgfoid = p.oid) OR p.prosrc ~ \(NamePattern.word("t.relname")))
        """
}
