import Postgres
import SQL
import Workflow

/// The tables of a run by their numbers in the catalog: one that is dropped and made again under its name is another table.
///
/// The numbers hold in the database in which they were written. A restored one has others, for the ledger's own table too: that
/// tells the two apart.
struct TableIdentities {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    private static let ledger = "'crossfade.run'::regclass::oid::bigint"

    /// Keeps the numbers of those that are there and not known yet, or that call the run's functions.
    func keep(_ blueprint: any RenderedBlueprint, run: Int64) throws {
        _ = try connection.queryKept(
            """
            UPDATE crossfade.run SET tables = jsonb_build_object('ledger', \(Self.ledger), 'tables',
                     CASE WHEN (tables ->> 'ledger')::bigint = \(Self.ledger) THEN tables -> 'tables' ELSE '{}' END
                     || (SELECT coalesce(jsonb_object_agg(c.name, c.oid::bigint), '{}') FROM (
                        SELECT name, to_regclass(name)::oid AS oid FROM unnest($2::text[]) name) c
                       WHERE c.oid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p'))
                         AND ((tables ->> 'ledger')::bigint IS DISTINCT FROM \(Self.ledger) OR NOT (tables -> 'tables' ? c.name)
                              OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid
                                            AND g.tgfoid = ANY (SELECT to_regprocedure(f)::oid FROM unnest($3::text[]) f))))
                     )
             WHERE id = $1
            """,
            [run, blueprint.tables.map(\.quoted), blueprint.functions.map { $0.quoted + "()" }]
        )
    }

    /// Those of the run's tables in whose place another table stands, which the run has not touched.
    ///
    /// One that calls the run's functions is a copy of the run's own, from a dump: it counts as the table.
    func supplanted(_ tables: [QualifiedName], of record: RunRecord) throws -> [QualifiedName] {
        let functions = record.blueprint.functions.map { $0.quoted + "()" }
        let names = try connection.queryKept(
            """
            SELECT k.name FROM crossfade.run r CROSS JOIN LATERAL jsonb_each_text(to_jsonb(r) -> 'tables' -> 'tables') k(name, oid)
              JOIN pg_class c ON c.oid = to_regclass(k.name)
             WHERE r.id = $1 AND k.name = ANY ($2::text[]) AND c.relkind IN ('r', 'p') AND c.oid::bigint <> k.oid::bigint
               AND (to_jsonb(r) -> 'tables' ->> 'ledger')::bigint = \(Self.ledger)
               AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid
                                  AND g.tgfoid = ANY (SELECT to_regprocedure(f)::oid FROM unnest($3::text[]) f))
            """,
            [record.id, tables.map(\.quoted), functions]
        ).map { try $0.decode("name", as: String.self) }
        return tables.filter { names.contains($0.quoted) }
    }
}
