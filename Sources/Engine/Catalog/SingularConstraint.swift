import Postgres
import SQL
import Workflow

/// A constraint of PostgreSQL 18 that a second column cannot have as it is: NOT ENFORCED, NOT NULL of rows to come alone, WITHOUT
/// OVERLAPS and PERIOD.
struct SingularConstraint: Hashable {
    let child: QualifiedName
    let name: Identifier
    let isNotNull: Bool

    /// A condition that a constraint `k` is one; a server of before has none of the columns that it asks for.
    static let condition = """
        (to_jsonb(k) ->> 'conenforced' = 'false' OR to_jsonb(k) ->> 'conperiod' = 'true' OR (k.contype = 'n' AND NOT k.convalidated))
        """

    /// Those from and to the table.
    static func read(_ table: Relation, _ connection: Connection) throws -> Set<SingularConstraint> {
        Set(
            try connection.queryKept(
                """
                SELECT n.nspname AS schema, c.relname AS child, k.conname AS name, k.contype = 'n' AS is_not_null
                  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE $1 IN (k.conrelid, k.confrelid) AND \(condition)
                """,
                [table.oid]
            ).map { row in
                SingularConstraint(
                    child: QualifiedName(schema: try row.decode("schema"), name: try row.decode("child")),
                    name: try row.decode("name"),
                    isNotNull: try row.decode("is_not_null")
                )
            }
        )
    }
}

extension TableFacts {
    /// Leaves out what has no like: it is refused, or stays with the column.
    mutating func leave(_ constraints: Set<SingularConstraint>) {
        func isOne(_ name: Identifier, of child: QualifiedName) -> Bool {
            constraints.contains { $0.name == name && $0.child == child }
        }
        indexes.removeAll { isOne($0.name, of: self.name) }
        checks.removeAll { isOne($0.name, of: self.name) }
        foreignKeys.removeAll { isOne($0.name, of: $0.child) }
        if constraints.contains(where: { $0.isNotNull && $0.child == name && $0.name.name == column.notNullName }) {
            column.isNotNull = false
        }
    }
}
