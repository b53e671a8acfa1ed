import Postgres
import SQL
import Workflow

/// What others have made on the new shape, and goes with it when expand is undone.
struct AddedDependants {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// Each in words, `index made_later`, and whether PostgreSQL refuses to drop the new shape while it is there; without what the
    /// run's own files name.
    func read(_ shapes: [NamedShape], named own: String) throws -> [(shown: String, isInTheWay: Bool)] {
        try shapes.flatMap { shape in
            try connection.queryKept(
                """
                WITH place AS (
                  SELECT a.attrelid, a.attnum FROM pg_attribute a
                   WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
                     AND (cardinality($2::text[]) = 0 OR a.attname = ANY ($2::text[]))
                ), hung AS (
                  SELECT DISTINCT d.classid, d.objid FROM pg_depend d
                   WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass($1) AND d.deptype IN ('n', 'a')
                     AND (d.refobjsubid IN (SELECT attnum FROM place) OR cardinality($2::text[]) = 0 AND d.refobjsubid = 0)
                ), named AS (
                  SELECT classid, objid, (SELECT relname FROM pg_class c WHERE c.oid = objid AND relkind IN ('i', 'I')) AS name
                    FROM hung WHERE classid = 'pg_class'::regclass
                  UNION ALL
                  SELECT classid, objid, (SELECT conname FROM pg_constraint k WHERE k.oid = objid AND contype IN ('c', 'f', 'u', 'x', 'p'))
                    FROM hung WHERE classid = 'pg_constraint'::regclass
                  UNION ALL
                  SELECT classid, objid, (SELECT tgname FROM pg_trigger g WHERE g.oid = objid AND NOT tgisinternal AND \(TriggerReader.isForeign))
                    FROM hung WHERE classid = 'pg_trigger'::regclass
                  UNION ALL
                  SELECT classid, objid, (SELECT polname FROM pg_policy p WHERE p.oid = objid) FROM hung WHERE classid = 'pg_policy'::regclass
                  UNION ALL
                  SELECT classid, objid, (SELECT stxname FROM pg_statistic_ext s WHERE s.oid = objid)
                    FROM hung WHERE classid = 'pg_statistic_ext'::regclass
                  UNION ALL
                  SELECT 'pg_class'::regclass, v.oid, v.relname FROM hung JOIN pg_rewrite r ON r.oid = objid JOIN pg_class v ON v.oid = r.ev_class
                   WHERE classid = 'pg_rewrite'::regclass AND v.relkind IN ('v', 'm')
                )
                SELECT DISTINCT pg_describe_object(classid, objid, 0) AS shown, name,
                       classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class WHERE oid = objid AND relkind IN ('i', 'I'))
                         OR classid = 'pg_constraint'::regclass AS is_quoted,
                       classid = 'pg_policy'::regclass AND cardinality($2::text[]) > 0
                         OR EXISTS (SELECT FROM pg_class WHERE oid = objid AND relkind IN ('v', 'm')) AS in_the_way
                  FROM named WHERE name IS NOT NULL ORDER BY 1
                """,
                [shape.table.quoted, shape.columns.map(\.name)]
            ).compactMap { row in
                let name: Identifier = try row.decode("name")
                // The server's own text of a trigger, a policy or a view quotes its name only where it has to.
                let isOwn =
                    try own.contains(name.quoted)
                    || (!row.decode("is_quoted", as: Bool.self) && Self.isWord(name.name, of: own))
                guard !isOwn else { return nil }
                return (try row.decode("shown"), try row.decode("in_the_way"))
            }
        }
    }

    private static func isWord(_ name: String, of text: String) -> Bool {
        func isLetter(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        return text.ranges(of: name).contains { range in
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            return !isLetter(before) && !isLetter(after)
        }
    }
}
