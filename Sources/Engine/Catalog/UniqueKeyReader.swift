import Postgres
import SQL
import Workflow

/// Reads what the unique indexes of a table hold its rows to.
struct UniqueKeyReader {
    let connection: Connection
    let table: QualifiedName

    init(_ connection: Connection, _ table: QualifiedName) {
        self.connection = connection
        self.table = table
    }

    /// The keys by the names of their indexes, as far as a BEFORE trigger can ask for them: it does not know the value of a
    /// generated column yet, and a deferrable constraint is not asked then.
    func read() throws -> [String: UniqueKey] { try read(where: "i.indimmediate AND NOT used.generated") }

    /// The keys of all unique indexes by their names.
    func readAll() throws -> [String: UniqueKey] { try read(where: "true") }

    private func read(where condition: String) throws -> [String: UniqueKey] {
        let rows = try connection.queryKept("\(Self.query) AND \(condition)", [table.quoted])
        var keys: [String: UniqueKey] = [:]
        for row in rows {
            let texts = try row.decode("expressions", as: [String].self)
            let names = try row.decode("names", as: [String].self)
            let collations = try row.decode("collations", as: [String].self)
            let equalities = try row.decode("equalities", as: [String].self)
            let predicate: String? = try row.decodeIfPresent("predicate")
            keys[try row.decode("name")] = UniqueKey(
                elements: try texts.indices.map { place in
                    UniqueKey.Element(
                        expression: Rewritten(texts[place]),
                        column: names[place].isEmpty ? nil : try Identifier(names[place]),
                        collation: ServerText(collations[place]),
                        equality: ServerText(equalities[place]),
                        isHashable: try isHashable(texts[place] + collations[place])
                    )
                },
                predicate: predicate.map(Rewritten.init),
                nullsAreEqual: try row.decode("nulls_are_equal"),
                columns: try row.decode("columns", as: [String].self).map { try Identifier($0) }
            )
        }
        return keys
    }

    /// Whether the server finds a hash function for values of the expression.
    private func isHashable(_ expression: String) throws -> Bool {
        try connection.execute("SAVEPOINT hashing")
        do throws(PostgresError) {
            try connection.execute(
                "SELECT hash_record_extended(ROW((SELECT \(expression) FROM \(table.quoted) LIMIT 0)), 0)"
            )
        } catch {
            guard case .server = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT hashing; RELEASE SAVEPOINT hashing")
            return false
        }
        try connection.execute("RELEASE SAVEPOINT hashing")
        return true
    }

    /// `$1` is the table; strategy 3 of a btree operator class is its equality.
    private static let query = """
        SELECT c.relname AS name, element.*, used.columns,
               pg_get_expr(i.indpred, i.indrelid) AS predicate,
               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) AS nulls_are_equal
          FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid
          CROSS JOIN LATERAL (
            SELECT array_agg(format('(%s)', pg_get_indexdef(i.indexrelid, k.position::int, false)) ORDER BY k.position) AS expressions,
                   array_agg(coalesce(ka.attname::text, '') ORDER BY k.position) AS names,
                   array_agg(CASE WHEN co.oid IS NULL THEN '' ELSE format(' COLLATE %I.%I', cn.nspname, co.collname) END ORDER BY k.position) AS collations,
                   array_agg(format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY k.position) AS equalities
              FROM generate_series(1, i.indnkeyatts) k(position)
              JOIN pg_opclass oc ON oc.oid = i.indclass[k.position - 1]
              JOIN pg_amop a ON a.amopfamily = oc.opcfamily AND a.amopstrategy = 3
                            AND a.amoplefttype = oc.opcintype AND a.amoprighttype = oc.opcintype
              JOIN pg_operator o ON o.oid = a.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
              LEFT JOIN pg_attribute ka ON ka.attrelid = i.indrelid AND ka.attnum = i.indkey[k.position - 1] AND ka.attnum > 0
              LEFT JOIN pg_collation co ON co.oid = i.indcollation[k.position - 1]
              LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
          ) element
          CROSS JOIN LATERAL (
            SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns, bool_or(a.attgenerated <> '') AS generated
              FROM pg_attribute a
             WHERE a.attrelid = i.indrelid AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (
                     SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
          ) used
         WHERE i.indrelid = to_regclass($1) AND i.indisunique
        """
}

extension Rewritten {
    /// A definition that names the column as it is called now.
    init(_ text: String) { self.init(old: ServerText(text), new: ServerText(text), retired: ServerText(text)) }
}
