/// Something that a person does to rights, owners or objects while a plan waits; `anna` ran expand, `dba` owns the ledger.
struct RightsAct: Sendable {
    let name: String
    let statements: String
    /// A part of what a check says of it; nil where recording goes on.
    let reason: String?
    /// Whether writes can still be recorded where no reason is given.
    var records = true
    /// Whether the act is done to what keeps the values that a row takes along.
    var breaksKeeping = false
    /// Whether the act is done to the functions of the plan's expressions.
    var breaksExpressions = false
    /// What sets the ledger back for the comparison that follows.
    var restore = ""
    /// What the plan's expressions need before rows can be compared.
    var regrant = ""
    /// A setting of the application's session.
    var setting = ""

    static let all =
        [
            RightsAct(
                name: "the operator leaves",
                statements: "REASSIGN OWNED BY anna TO owners; DROP OWNED BY anna; DROP ROLE anna",
                reason: "has no EXECUTE on crossfade.note(text, text)"
            ),
            RightsAct(
                name: "the function gets another owner",
                statements: "GRANT CREATE ON SCHEMA crossfade TO owners; REASSIGN OWNED BY anna TO owners",
                reason: "has no EXECUTE on"
            ),
            RightsAct(
                name: "USAGE is revoked",
                statements: "REVOKE USAGE ON SCHEMA crossfade FROM anna, owners",
                reason: "has no USAGE on the schema crossfade",
                regrant: "GRANT USAGE ON SCHEMA crossfade TO anna, owners"
            ),
            RightsAct(
                name: "EXECUTE is revoked",
                statements:
                    "REVOKE EXECUTE ON FUNCTION crossfade.note(text, text), crossfade.note_row(text, text, text), crossfade.wrote(xid), crossfade.path_of_caller(text, text) FROM anna",
                reason: "has no EXECUTE on crossfade.note(text, text)"
            ),
            RightsAct(
                name: "tables and sequences are revoked",
                statements:
                    "REVOKE ALL ON ALL TABLES IN SCHEMA crossfade FROM anna; REVOKE CREATE ON SCHEMA crossfade FROM anna; REVOKE ALL ON ALL SEQUENCES IN SCHEMA crossfade FROM anna",
                reason: nil
            ),
            RightsAct(
                name: "the schema is renamed",
                statements: "ALTER SCHEMA crossfade RENAME TO elsewhere",
                reason: nil,
                records: false,
                restore: "ALTER SCHEMA elsewhere RENAME TO crossfade"
            ),
            RightsAct(
                name: "the functions are dropped",
                statements: "DROP FUNCTION crossfade.note(text, text), crossfade.note_row(text, text, text)",
                reason: "crossfade.note(text, text) is missing"
            ),
            RightsAct(
                name: "a function is replaced",
                statements:
                    "CREATE OR REPLACE FUNCTION crossfade.note(of_plan text, of_side text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'replaced'; END $$",
                reason: "crossfade.note(text, text) is not the function that crossfade made"
            ),
            RightsAct(
                name: "a function gets other arguments",
                statements:
                    "DROP FUNCTION crossfade.note(text, text); CREATE FUNCTION crossfade.note(a int) RETURNS void LANGUAGE sql AS 'SELECT'",
                reason: "crossfade.note(text, text) is missing"
            ),
            RightsAct(
                name: "a function returns something else",
                statements:
                    "DROP FUNCTION crossfade.note(text, text); CREATE FUNCTION crossfade.note(a text, b text) RETURNS int LANGUAGE sql AS 'SELECT 1/0'",
                reason: "crossfade.note(text, text) is not the function that crossfade made"
            ),
            RightsAct(
                name: "the ledger's functions get an owner without rights",
                statements:
                    "ALTER FUNCTION crossfade.note(text, text) OWNER TO app; ALTER FUNCTION crossfade.note_row(text, text, text) OWNER TO app",
                reason: "app, the owner of crossfade.note(text, text), has no USAGE on the schema crossfade"
            ),
            RightsAct(
                name: "the ledger's owner loses INSERT",
                statements: "REVOKE INSERT ON crossfade.observation FROM dba",
                reason: "dba, the owner of crossfade.note(text, text), has no INSERT on crossfade.observation"
            ),
            RightsAct(
                name: "the evidence is dropped",
                statements: "DROP TABLE crossfade.observation",
                reason: "the table crossfade.observation is missing"
            ),
            RightsAct(
                name: "the evidence is renamed",
                statements: "ALTER TABLE crossfade.observation RENAME TO seen",
                reason: "the table crossfade.observation is missing"
            ),
            RightsAct(
                name: "the evidence loses a column",
                statements: "ALTER TABLE crossfade.observation DROP COLUMN client",
                reason: "the column client of crossfade.observation is missing"
            ),
            RightsAct(
                name: "the evidence gets a constraint",
                statements: "ALTER TABLE crossfade.observation ADD CONSTRAINT never CHECK (false)",
                reason: "crossfade.observation has the constraint never"
            ),
            RightsAct(
                name: "the evidence gets a trigger",
                statements:
                    "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON crossfade.observation FOR EACH ROW EXECUTE FUNCTION public.refuse()",
                reason: "crossfade.observation has the trigger refuse"
            ),
            RightsAct(
                name: "the evidence gets row-level security",
                statements: "ALTER TABLE crossfade.observation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                reason: "crossfade.observation has the row-level security"
            ),
            RightsAct(
                name: "the other tables are dropped",
                statements: "DROP TABLE crossfade.replaced, crossfade.pulled",
                reason: nil
            ),
            RightsAct(
                name: "the other tables are renamed",
                statements: "ALTER TABLE crossfade.replaced RENAME TO r; ALTER TABLE crossfade.pulled RENAME TO p",
                reason: nil
            ),
            RightsAct(
                name: "the other tables get constraints",
                statements:
                    "ALTER TABLE crossfade.replaced ADD CONSTRAINT never CHECK (false) NOT VALID; ALTER TABLE crossfade.pulled ADD CONSTRAINT never CHECK (false) NOT VALID",
                reason: "crossfade.pulled has the constraint never",
                breaksKeeping: true
            ),
            RightsAct(
                name: "the other tables get triggers",
                statements:
                    "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON crossfade.replaced FOR EACH ROW EXECUTE FUNCTION public.refuse(); CREATE TRIGGER refuse BEFORE INSERT ON crossfade.pulled FOR EACH ROW EXECUTE FUNCTION public.refuse()",
                reason: "crossfade.replaced has the trigger refuse",
                breaksKeeping: true
            ),
            RightsAct(
                name: "the other functions fail",
                statements:
                    "CREATE OR REPLACE FUNCTION crossfade.wrote(writer xid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'replaced'; END $$; DROP FUNCTION crossfade.path_of_caller(text, text)",
                reason: nil
            ),
            RightsAct(
                name: "EXECUTE on the functions of expressions is revoked from PUBLIC and from their owner",
                statements: ofExpressions("REVOKE ALL ON FUNCTION %s FROM PUBLIC, anna", "p.oid::regprocedure"),
                reason: "has no EXECUTE on crossfade.",
                breaksExpressions: true
            ),
            RightsAct(
                name: "the functions of expressions are dropped",
                statements: ofExpressions("DROP FUNCTION IF EXISTS %s CASCADE", "p.oid::regprocedure"),
                reason: ", a function of the plan's expressions, is missing",
                breaksExpressions: true
            ),
            RightsAct(
                name: "the functions of expressions are replaced",
                statements: ofExpressions(
                    "CREATE OR REPLACE FUNCTION crossfade.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L",
                    "p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), 'BEGIN RAISE ''replaced''; END'"
                ),
                reason: ", a function of the plan's expressions, is not the one that crossfade made",
                breaksExpressions: true
            ),
        ] + settings.map { RightsAct(name: $0, statements: "", reason: nil, setting: $0) }

    /// A statement for each function of the plan's expressions.
    private static func ofExpressions(_ statement: String, _ values: String) -> String {
        """
        DO $do$ DECLARE statement text; BEGIN
          FOR statement IN SELECT format($f$\(statement)$f$, \(values)) FROM pg_proc p
            WHERE p.pronamespace = 'crossfade'::regnamespace AND p.proname ~ '^crossfade_(for|back)ward'
          LOOP EXECUTE statement; END LOOP; END $do$
        """
    }

    private static let settings = [
        "search_path = ''", "search_path = pg_temp, public", "row_security = off",
        "default_transaction_isolation = serializable",
        "standard_conforming_strings = off", "plpgsql.variable_conflict = error",
        "application_name = 'a ''quoted'' \"name\" with % and $1'", "session_replication_role = replica",
        "client_min_messages = log",
        "DateStyle = 'SQL, DMY'", "IntervalStyle = sql_standard", "bytea_output = escape", "extra_float_digits = -3",
        "TimeZone = 'Asia/Tokyo'", "statement_timeout = '1h'", "lock_timeout = '1h'",
        "default_transaction_read_only = on", "role = app",
    ]
}
