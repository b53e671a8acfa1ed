import Postgres
import SQL
import Workflow

/// Finds other plans under way whose change and this one's cannot be made at the same time.
struct Rivals {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// A finding for each of them.
    ///
    /// What both changes would make anew is looked for until the plan has begun: from then on it would be refused in the middle.
    func findings(of blueprint: any RenderedBlueprint, in plan: Plan) throws -> [Finding] {
        guard try Ledger(connection).isInstalled else { return [] }
        let others = try underWay(beside: plan)
        guard !others.isEmpty else { return [] }
        let hasBegun = try Ledger(connection).newestRun(of: plan.name).map {
            !$0.run.state.isOver && $0.run.furthestPhase != nil
        }
        return try others.compactMap { other in
            if blueprint.collides(with: other) { return finding(other, "on a column or table of this one") }
            guard hasBegun != true else { return nil }
            if blueprint.reads(from: other) { return finding(other, "on a column that this one reads") }
            if other.reads(from: blueprint) { return finding(other, "and reads a column of this one") }
            let shared = try shared(blueprint, other)
            guard let first = shared.first else { return nil }
            let rest = shared.count > 1 ? " and \(shared.count - 1) more" : ""
            return finding(other, "and columns or tables of both are part of \(first)\(rest)")
        }
    }

    private func finding(_ other: any RenderedBlueprint, _ reason: String) -> Finding {
        Finding(
            "another-plan",
            .refused,
            "the plan \(other.plan) is under way \(reason)",
            hint: "bring it to purge, or roll it back: crossfade status \(other.plan)"
        )
    }

    private func underWay(beside plan: Plan) throws -> [any RenderedBlueprint] {
        try connection.queryKept(
            """
            SELECT blueprint FROM crossfade.run r
             WHERE state NOT IN ('completed', 'rolled_back') AND plan <> $1
               -- One that was refused at its first gate has touched nothing, and is nobody's rival, unless it is being tried again.
               AND (EXISTS (SELECT FROM crossfade.phase p WHERE p.run = r.id AND p.status NOT IN ('pending', 'rolled_back'))
                 OR EXISTS (SELECT FROM crossfade.lease l WHERE l.plan = r.plan AND l.expires_at > now()))
             ORDER BY plan
            """,
            [plan.name.text]
        ).map { try BlueprintCatalog.decode(try $0.decode("blueprint")) }
    }

    /// Indexes, constraints, views and the like that depend on columns of both changes, in words.
    private func shared(_ blueprint: any RenderedBlueprint, _ other: any RenderedBlueprint) throws -> [String] {
        let tables = (blueprint.tables + other.tables + [blueprint.settled, other.settled]).map(\.quoted)
        return try connection.queryKept(
            Self.query,
            [tables, blueprint.changedNames, other.changedNames]
        ).map { try $0.decode("name", as: String.self) }
    }

    /// Objects in both changes; through a view its dependants count as those of its columns.
    ///
    /// A partition key has its dependencies the other way round: its columns depend on the table.
    private static let query = """
        WITH RECURSIVE column_of AS (
          SELECT c.oid AS rel, a.attnum, format('"%s"."%s"', replace(nspname, '"', '""'), replace(relname, '"', '""')) AS table_name,
                 format('"%s"', replace(attname, '"', '""')) AS name
            FROM (SELECT DISTINCT to_regclass(t) AS oid FROM unnest($1::text[]) t) k
            JOIN pg_class c ON c.oid = k.oid JOIN pg_namespace n ON n.oid = relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND NOT attisdropped
        ), claim AS (
          SELECT true AS is_mine, unnest($2::text[]) AS name UNION SELECT false, unnest($3::text[])
        ), claimed AS (
          SELECT is_mine, rel, attnum FROM column_of c JOIN claim k ON k.name = c.table_name || '.' || c.name
          UNION
          SELECT is_mine, rel, n FROM column_of c JOIN claim k ON k.name = c.table_name CROSS JOIN LATERAL (VALUES (attnum), (0)) v(n)
        ), used(is_mine, classid, objid) AS (
          SELECT is_mine, o.* FROM claimed
            JOIN pg_depend d ON refclassid = 'pg_class'::regclass AND refobjid = rel AND refobjsubid = attnum
           CROSS JOIN LATERAL (\(dependant)) o
          UNION
          SELECT is_mine, o.* FROM used u JOIN pg_class v ON u.classid = 'pg_class'::regclass AND v.oid = u.objid AND relkind IN ('v', 'm')
            JOIN pg_depend d ON refclassid = 'pg_class'::regclass AND refobjid = v.oid
           CROSS JOIN LATERAL (\(dependant)) o
        ), all_used AS (
          SELECT * FROM used
          UNION
          SELECT is_mine, 'pg_partitioned_table'::regclass, rel FROM claimed
            JOIN pg_depend d ON classid = 'pg_class'::regclass AND objid = rel AND objsubid = attnum AND attnum > 0
             AND refclassid = classid AND refobjid = rel AND refobjsubid = 0 AND deptype = 'i'
        )
        SELECT CASE classid WHEN 'pg_partitioned_table'::regclass THEN 'the partition key of ' || objid::regclass
               ELSE (SELECT 'the ' || type || ' ' || identity FROM pg_identify_object(classid, objid, 0)) END AS name
          FROM (SELECT classid, objid FROM all_used WHERE is_mine INTERSECT SELECT classid, objid FROM all_used WHERE NOT is_mine) s
         ORDER BY classid, objid
        """

    /// The object that depends, as `d` has it; of the rule of a view the view.
    private static let dependant = """
        SELECT CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass END AS classid, coalesce(w.oid, d.objid) AS objid
          FROM (SELECT) AS one LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
          LEFT JOIN pg_class w ON w.oid = r.ev_class AND w.relkind IN ('v', 'm')
        """
}

extension Blueprint {
    /// Whether two changes are about the same column, or one about the table of the other's.
    func collides(with other: any Blueprint) -> Bool { claims.contains { other.isAbout($0) } }

    /// Whether the other changes a column that this one reads.
    fileprivate func reads(from other: any Blueprint) -> Bool { readColumns.contains { other.isAbout($0) } }

    private func isAbout(_ name: String) -> Bool {
        claims.contains { $0 == name || $0.hasPrefix(name + ".") || name.hasPrefix($0 + ".") }
    }
}
