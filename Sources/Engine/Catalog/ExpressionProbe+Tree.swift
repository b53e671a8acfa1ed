import Postgres
import SQL
import Workflow

/// What the server makes of an expression once it is parsed.
extension ExpressionProbe {
    static let ofProbe =
        "FROM pg_proc p WHERE p.pronamespace = pg_my_temp_schema() AND p.proname = '\(probe)'"
    static let probe = "crossfade_value"

    /// The expression as the server writes it, with the names of its functions, operators and types in full; nil where a
    /// newer server writes it in a form that the grammar here does not know.
    func resolved(_ columns: [Source]) throws -> Expression? {
        let written: String = try connection.query("SELECT pg_get_function_sqlbody(p.oid) AS written \(Self.ofProbe)")
            .only().decode("written")
        guard let expression = try? Expression(parsing: String(written.dropFirst("RETURN ".count))) else { return nil }
        // Within a subquery an argument is written with the function's name.
        let names = Dictionary(columns.map { ($0.name.name, $0.name.quoted) }) { first, _ in first }
        return try Expression(parsing: expression.replacing(names, qualifiedBy: Self.probe))
    }

    func callsApplication() throws -> Bool {
        try connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
               AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)) AS calls \(Self.ofProbe)
            """
        ).only().decode("calls")
    }

    /// Whether the parsed form of an expression has something in it that may read a session's settings.
    ///
    /// Of PostgreSQL's own immutable functions these do: the text form of float, of the geometric types (extra_float_digits)
    /// and of bytea (bytea_output), quote_ident (quote_all_identifiers), and XML (xmlbinary). What a function of the
    /// application reads is unknown. Enums have a text form that no setting changes.
    func readsSettings(_ tree: String) throws -> Bool {
        try connection.queryKept(
            """
            WITH called AS (
              SELECT (regexp_matches($1, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g'))[1]::oid AS id
              UNION SELECT o.oprcode::oid FROM (SELECT (regexp_matches($1, ':opno (\\d+)', 'g'))[1]::oid AS id) used
                JOIN pg_operator o ON o.oid = used.id
            ), typed AS (
              SELECT t.* FROM (SELECT DISTINCT (regexp_matches($1, ':\\w*type\\w* (\\d+)', 'g'))[1]::oid AS id) used
                JOIN pg_type t ON t.oid = used.id
            )
            SELECT $1 ~ 'XMLEXPR|SQLVALUEFUNCTION'
                -- The text of these constants is read anew where the expression stands in a function's body.
                OR EXISTS (SELECT FROM (SELECT (regexp_matches($1, ':consttype (\\d+)', 'g'))[1]::oid AS id) used
                             JOIN pg_type t ON t.oid = used.id WHERE t.typname IN ('interval', 'money', 'xml'))
                OR EXISTS (SELECT FROM called JOIN pg_proc p ON p.oid = called.id
                            WHERE p.oid >= 16384 OR p.oid = 'pg_catalog.quote_ident(text)'::regprocedure
                               OR (p.provolatile <> 'i' AND p.proname NOT IN ('now', 'transaction_timestamp', 'nextval',
                                     'statement_timestamp', 'clock_timestamp', 'random', 'gen_random_uuid')))
                OR ($1 ~ 'COERCEVIAIO' AND EXISTS (
                     SELECT FROM typed WHERE (oid >= 16384 AND typtype <> 'e') OR typcategory IN ('D', 'T', 'G')
                       OR typname IN ('float4', 'float8', 'bytea', 'money'))) AS reads
            """,
            [tree]
        ).only().decode("reads")
    }
}
