import Postgres
import SQL
import Workflow

/// A function whose parsed body reads a column.
///
/// The server keeps what such a body reads by number: the function goes along with the old column. Made again of its own text, it
/// reads the column that has the name then.
struct ParsedFunction {
    /// As in `public.total(integer)`.
    let signature: String
    let kind: String
    let definition: ServerText
    /// Why it is left to a person, whatever its body is.
    let hindrance: String?

    /// Those that read the column, for one of another type.
    static func read(_ table: Relation, _ column: RedefinitionReader.Replacement, _ connection: Connection) throws
        -> [ParsedFunction]
    {
        guard let type = column.type else { return [] }
        return try connection.query(query, [table.oid, column.old, type.text]).map { row in
            ParsedFunction(
                signature: try row.decode("signature"),
                kind: try row.decode("kind"),
                definition: ServerText(try row.decode("definition")),
                hindrance: try row.decodeIfPresent("hindrance")
            )
        }
    }

    func blocking(_ column: RedefinitionReader.Replacement) -> Finding {
        let message = "\(kind) \(signature) reads \(column.old)"
        return Finding("function", .blocksContract, message, hint: "create it again with \(column.new)")
    }

    /// What the catalog alone says against it; nil: nothing.
    func finding(_ column: RedefinitionReader.Replacement) -> Finding? {
        guard let hindrance = hindrance ?? column.againstItsText else {
            return nil
        }
        var finding = blocking(column)
        finding.hint = finding.hint.map { "\($0): \(hindrance)" }
        return finding
    }

    /// The same text makes it read the one column or the other, by which has the name.
    func redefinition() throws(InvalidName) -> Redefinition {
        let found = ServerText(
            "(pg_catalog.rtrim(pg_catalog.pg_get_functiondef(pg_catalog.to_regprocedure(\(try Literal(signature).quoted))), E'\\n') "
                + "= \(try Literal(definition.text).quoted)) IS TRUE"
        )
        var redefinition = Redefinition(
            object: "\(kind) \(signature)",
            found: (unchanged: found, asMade: found),
            withOld: definition,
            withNew: definition
        )
        redefinition.followsNames = true
        return redefinition
    }

    /// `$1` is the table, `$2` the column, `$3` its new type.
    private static let query = """
        SELECT p.oid::regprocedure::text AS signature, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
               rtrim(pg_get_functiondef(p.oid), E'\\n') AS definition,
               CASE WHEN NOT pg_has_role(current_user, p.proowner, 'USAGE') THEN 'it belongs to ' || pg_get_userbyid(p.proowner)
                    WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
                      THEN 'it belongs to an extension'
                    WHEN p.prorettype = 'record'::regtype AND p.proallargtypes IS NULL THEN 'what it returns is known only where it is called'
                    WHEN EXISTS (
                      SELECT FROM unnest(ARRAY[p.prorettype] || ARRAY(
                               SELECT u.type FROM unnest(p.proallargtypes, p.proargmodes) u(type, mode) WHERE u.mode IN ('o', 'b', 't'))) made(type)
                       WHERE made.type IN (r.reltype, (SELECT typarray FROM pg_type WHERE oid = r.reltype))
                          OR (made.type IN (a.atttypid, ty.typarray, ty.typbasetype) AND made.type <> coalesce(to_regtype($3), 0)
                              AND NOT EXISTS (SELECT FROM pg_cast WHERE castsource = to_regtype($3) AND casttarget = made.type AND castcontext = 'i')))
                      THEN 'it returns values of the type that the column has now'
               END AS hindrance
          FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_type ty ON ty.oid = a.atttypid
          CROSS JOIN LATERAL (SELECT DISTINCT objid FROM pg_depend d
                               WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_class'::regclass
                                 AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum) reader
          JOIN pg_proc p ON p.oid = reader.objid
         WHERE a.attrelid = $1 AND a.attname = $2 AND NOT a.attisdropped
         ORDER BY 1
        """
}

extension RedefinitionClone {
    /// Makes it over the clone, where the column is of the new type already.
    func rewrite(_ function: ParsedFunction) throws -> Redefinition {
        if let hindrance = function.hindrance { throw RedefinitionReader.Hindrance(message: hindrance) }
        if let problem = column.againstItsText { throw RedefinitionReader.Hindrance(message: problem) }
        let spelling = try connection.queryKept(
            "SELECT format('%I.%I', $1::text, $3::text) AS original, format('%I.%I', $2::text, $3::text) AS clone",
            [table.name.schema ?? name.name, name.schema ?? name.name, name.name]
        ).only()
        let definition = try function.definition.replacing(
            table: try spelling.decode("original"),
            by: try spelling.decode("clone")
        )
        try connection.execute(definition.text)
        let readsItself: Bool = try connection.queryKept(
            """
            SELECT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = to_regprocedure($1)
                              AND refclassid = 'pg_class'::regclass AND refobjid = $2) AS itself
            """,
            [function.signature, table.oid]
        ).only().decode("itself")
        if readsItself { throw RedefinitionReader.Hindrance(message: "it writes to \(table.name)") }
        return try function.redefinition()
    }
}
