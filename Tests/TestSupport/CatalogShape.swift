import Postgres

/// Reads what the catalog holds of the application's objects, a line for each: what pg_dump would write, and more.
///
/// pg_dump reads the whole catalog, the server's own functions and operators too, and takes several times as long. It is asked
/// where a walk begins and ends; what lies between is compared by this. It keeps a session, in which the query stays planned.
package final class CatalogShape {
    private let connection: Connection

    package init(_ database: ScratchDatabase) throws {
        connection = try database.connect()
        // Every name is written with its schema; and a plan is good for whatever is there.
        try connection.execute("SET search_path = pg_catalog; SET plan_cache_mode = force_generic_plan")
    }

    package func read() throws -> String {
        try connection.queryKept(Self.query(connection.serverVersion)).map { try $0.decode("line", as: String.self) }
            .sorted().joined(separator: "\n")
    }

    private static func query(_ version: Int) -> String {
        """
        WITH n AS (
          SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
           WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'crossfade')
        ), c AS (
          SELECT c.*, c.oid::regclass::text AS shown FROM pg_class c WHERE relnamespace IN (SELECT oid FROM n)
        ), f AS (
          SELECT p.*, p.oid::regprocedure::text AS shown FROM pg_proc p WHERE p.oid >= 16384 AND pronamespace IN (SELECT oid FROM n)
        ), described(kind, parts) AS (
          SELECT 'schema', jsonb_build_array(nspname, nspowner::regrole::text, nspacl::text, obj_description(oid, 'pg_namespace')) FROM n
          UNION ALL
          SELECT 'extension', jsonb_build_array(extname, extversion) FROM pg_extension
          UNION ALL
          SELECT 'relation', jsonb_build_array(relkind, shown, relowner::regrole::text, relpersistence, reloptions::text, relacl::text,
                 relrowsecurity::text, relforcerowsecurity::text, relreplident, relam::text, reltablespace::text,
                 pg_get_expr(relpartbound, oid), CASE relkind WHEN 'p' THEN pg_get_partkeydef(oid) END,
                 (SELECT string_agg(inhparent::regclass::text, ' ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid),
                 CASE WHEN reloftype <> 0 THEN reloftype::regtype::text END,
                 CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END, obj_description(oid, 'pg_class'))
            FROM c WHERE relkind NOT IN ('i', 'I')
          UNION ALL
          SELECT 'sequence', jsonb_build_array(s.seqrelid::regclass::text, (to_jsonb(s) - 'seqrelid')::text,
                 (SELECT format('%s %s %s', d.deptype, d.refobjid::regclass, a.attname) FROM pg_depend d
                    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                   WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')))
            FROM (SELECT * FROM pg_sequence WHERE seqrelid IN (SELECT oid FROM c)) s
          UNION ALL
          SELECT 'column', jsonb_build_array(c.shown, (row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum))::text,
                 -- That of an index stays when a column is renamed.
                 CASE WHEN c.relkind NOT IN ('i', 'I') THEN a.attname END,
                 format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity, a.attgenerated,
                 pg_get_expr(f.adbin, f.adrelid), CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END,
                 a.attstorage, a.attcompression, coalesce(a.attstattarget, -1)::text, a.attoptions::text, a.attacl::text,
                 a.attislocal::text, a.attinhcount::text, col_description(a.attrelid, a.attnum))
            FROM c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
          UNION ALL
          SELECT 'constraint', jsonb_build_array(coalesce(c.shown, k.contypid::regtype::text), k.conname, k.contype,
                 pg_get_constraintdef(k.oid), k.convalidated::text, k.conislocal::text, k.coninhcount::text,
                 (k.conparentid <> 0)::text, k.conindid::regclass::text, obj_description(k.oid, 'pg_constraint'))
            FROM pg_constraint k LEFT JOIN c ON c.oid = k.conrelid WHERE k.connamespace IN (SELECT oid FROM n) AND k.contype <> 't'
          UNION ALL
          SELECT 'index', jsonb_build_array(c.shown, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid::text,
                 i.indisready::text, i.indisclustered::text, i.indisreplident::text, i.indimmediate::text, c.reloptions::text,
                 c.reltablespace::text, (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid),
                 obj_description(c.oid, 'pg_class'))
            FROM pg_index i JOIN c ON c.oid = i.indexrelid
          UNION ALL
          SELECT 'trigger', jsonb_build_array(c.shown, pg_get_triggerdef(g.oid), g.tgenabled, (g.tgparentid <> 0)::text,
                 obj_description(g.oid, 'pg_trigger'))
            FROM pg_trigger g JOIN c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal
          UNION ALL
          SELECT 'rule', jsonb_build_array(c.shown, pg_get_ruledef(r.oid), r.ev_enabled, obj_description(r.oid, 'pg_rewrite'))
            FROM pg_rewrite r JOIN c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
          UNION ALL
          SELECT 'policy', jsonb_build_array(c.shown, p.polname, p.polcmd, p.polpermissive::text, p.polroles::regrole[]::text,
                 pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), obj_description(p.oid, 'pg_policy'))
            FROM pg_policy p JOIN c ON c.oid = p.polrelid
          UNION ALL
          SELECT 'function', jsonb_build_array(shown, CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END, proowner::regrole::text,
                 proacl::text, obj_description(oid, 'pg_proc')) FROM f
          UNION ALL
          SELECT 'type', jsonb_build_array(y.oid::regtype::text, y.typtype, y.typowner::regrole::text, y.typacl::text,
                 format_type(y.typbasetype, y.typtypmod), y.typnotnull::text, y.typdefault,
                 (SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = y.oid),
                 obj_description(y.oid, 'pg_type'))
            FROM pg_type y WHERE y.typnamespace IN (SELECT oid FROM n) AND (y.typtype <> 'b' OR y.typelem = 0)
          UNION ALL
          SELECT 'statistics', jsonb_build_array(pg_get_statisticsobjdef(s.oid), s.stxowner::regrole::text, coalesce(s.stxstattarget, -1)::text,
                 obj_description(s.oid, 'pg_statistic_ext'))
            FROM pg_statistic_ext s WHERE s.stxnamespace IN (SELECT oid FROM n)
          UNION ALL
          SELECT 'publication', jsonb_build_array(p.pubname, (to_jsonb(p) - 'oid')::text, r.prrelid::regclass::text\(
            version < 150_000 ? "" : """
                , pg_get_expr(r.prqual, r.prrelid),
                 (SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_attribute a
                   WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[]))
                """))
            FROM pg_publication p LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid
          UNION ALL
          SELECT 'default rights', jsonb_build_array(defaclrole::regrole::text, defaclnamespace::regnamespace::text, defaclobjtype, defaclacl::text)
            FROM pg_default_acl
          UNION ALL
          SELECT 'event trigger', jsonb_build_array(evtname, evtevent, evtfoid::regproc::text, evtenabled, evttags::text) FROM pg_event_trigger
        )
        SELECT kind || ' ' || parts AS line FROM described
        """
    }
}
