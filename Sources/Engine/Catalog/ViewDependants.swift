import Postgres
import SQL
import Workflow

/// What others have made on a view that the run drops and makes anew: views and functions that read it, its rules and triggers.
struct ViewDependants {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// One of them.
    struct Dependant: Sendable {
        /// In words: `view public.report needs the view public.profile`.
        let message: String
        let remedy: String

        var finding: Finding { Finding("dependant", .refused, message, hint: remedy) }
    }

    func read(_ blueprint: RenamedTableBlueprint) throws -> [Dependant] {
        try [blueprint.table, blueprint.settled, blueprint.setAside].flatMap { name in
            try connection.query(
                """
                WITH view AS (
                  SELECT oid, oid::regclass AS shown FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'v'
                ), hung AS (
                  SELECT DISTINCT CASE WHEN r.ev_class <> v.oid THEN 'pg_class'::regclass ELSE d.classid END AS classid,
                         CASE WHEN r.ev_class <> v.oid THEN r.ev_class ELSE d.objid END AS objid
                    FROM view v JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid AND d.deptype IN ('n', 'a')
                    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                   WHERE d.classid <> 'pg_attrdef'::regclass AND (r.ev_class = v.oid AND r.ev_type = '1') IS NOT TRUE
                )
                SELECT pg_describe_object(classid, objid, 0) AS shown, o.type, o.identity
                  FROM hung CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) o
                 WHERE NOT EXISTS (SELECT FROM pg_trigger g WHERE classid = 'pg_trigger'::regclass AND g.oid = objid AND g.tgisinternal)
                 ORDER BY 1
                """,
                [name.quoted]
            ).map { row in
                let (shown, type, identity): (String, String, String) = (
                    try row.decode("shown"), try row.decode("type"), try row.decode("identity")
                )
                let bearer = name == blueprint.settled ? blueprint.table : blueprint.settled
                return Dependant(
                    message: "\(shown) needs \(name), which is a view",
                    remedy: "DROP \(type.uppercased()) \(identity), and make it again on \(bearer), which is the table"
                )
            }
        }
    }
}
