import Postgres
import SQL
import Workflow

/// Lists what names a column outside of indexes, constraints and views, and lets the server itself write each for another one.
///
/// Over an empty clone of the table each is created again, and read after the column was renamed there.
struct RedefinitionReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// A column, and the one that takes its place.
    struct Replacement {
        let old: Identifier
        let new: Identifier
        let retired: Identifier
        /// The new column's type, where it has another one.
        var type: ServerText?
        /// The old value of the new one, in terms of the old column's name, where what is written for the old values means
        /// something else of the new ones.
        var oldValue: OldValue?
        /// Whether the old name goes away.
        var losesName = true

        /// Why a text that names the old column does not do for the new one; nil: it does.
        var againstItsText: String? {
            if losesName { return "its text names \(old), which goes away" }
            return oldValue == nil ? nil : RedefinitionReader.otherValues
        }
    }

    /// What hangs on the column: how each is made anew, and a finding for it.
    struct Redefinitions {
        var columnTriggers: [ColumnTriggerFacts] = []
        var others: [Redefinition] = []
        var statistics: [CarriedStatistics] = []
        /// Of triggers that list the column.
        var listed: [Finding] = []
        /// Of what names it, and has been written anew.
        var carried: [Finding] = []
        /// Of what names it, and cannot be written anew.
        var anchors: [Finding] = []
    }

    /// Why one has to be left to a person.
    struct Hindrance: Error {
        let message: String
    }

    /// Why no condition is written for other values.
    static let otherValues = "it would mean something else of the new values"

    /// The parts of the list of obstacles that this is about.
    static let parts: Set<ObstacleReader.Part> = [.listingTriggers, .conditions, .policies, .statistics]

    func read(_ column: Replacement) throws -> Redefinitions {
        let triggers = try TriggerCandidate.read(table, column, connection)
        let policies = try policies(column.old)
        let statistics = try statistics(column.old)
        let functions = try ParsedFunction.read(table, column, connection)
        var result = Redefinitions()
        guard !triggers.isEmpty || !policies.isEmpty || !statistics.isEmpty || !functions.isEmpty else { return result }
        let clone = try RedefinitionClone(connection, table, column)
        for trigger in triggers {
            try attempt({ try clone.rewrite(trigger) }, on: trigger.blocking(column), into: &result) {
                result,
                written in
                switch written {
                case .listing(let facts): result.columnTriggers.append(facts)
                case .naming(let redefinition): result.others.append(redefinition)
                }
            }
        }
        for policy in policies {
            let blocking = Finding(
                "policy",
                .blocksContract,
                "policy \(policy.name) reads \(column.old)",
                hint: "ALTER POLICY to read \(column.new)"
            )
            try attempt({ try clone.rewrite(policy) }, on: blocking, into: &result) { $0.others.append($1) }
        }
        for object in statistics {
            let blocking = Finding(
                "statistics",
                .blocksContract,
                "statistics object \(object.name.name) contains \(column.old)",
                hint: "create it again with \(column.new), and drop it"
            )
            try attempt({ try clone.rewrite(object) }, on: blocking, into: &result) { $0.statistics.append($1) }
        }
        for function in functions {
            try attempt({ try clone.rewrite(function) }, on: function.blocking(column), into: &result) {
                $0.others.append($1)
            }
        }
        return result
    }

    /// What the server refuses over the clone is left to a person, with what it says.
    private func attempt<Written>(
        _ rewrite: () throws -> Written,
        on blocking: Finding,
        into result: inout Redefinitions,
        _ keep: (inout Redefinitions, Written) -> Void
    ) throws {
        try connection.execute("SAVEPOINT redefinition")
        var finding = blocking
        do {
            let written = try rewrite()
            keep(&result, written)
            finding.weight = .carried
            // Statistics of the old column are there until then, too.
            finding.carriedIn = .contract
            finding.hint =
                blocking.id == "statistics"
                ? "enforce gathers its like" : "contract makes it anew, in its own transaction"
        } catch let hindrance as Hindrance {
            finding.hint = blocking.hint.map { "\($0): \(hindrance.message)" }
        } catch let error as SyntaxError {
            finding.hint = blocking.hint.map { "\($0): its definition cannot be read: \(error.message)" }
        } catch PostgresError.server(let refusal) {
            finding.hint = blocking.hint.map { "\($0): the server refuses it over the new column: \(refusal.message)" }
        }
        if blocking.weight == .refused {
            result.listed.append(finding)
        } else if finding.weight == .carried {
            result.carried.append(finding)
        } else {
            result.anchors.append(finding)
        }
        try connection.execute("ROLLBACK TO SAVEPOINT redefinition; RELEASE SAVEPOINT redefinition")
    }
}

// MARK: - Policies and statistics

extension RedefinitionReader {
    struct Policy {
        let name: Identifier
        let using: String?
        let check: String?
    }

    private func policies(_ column: Identifier) throws -> [Policy] {
        try connection.queryKept(
            """
            SELECT p.polname AS name, pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
              FROM pg_policy p
             WHERE p.polrelid = $1 AND EXISTS (
               SELECT FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
                  AND d.refobjid = $1 AND a.attname = $2)
             ORDER BY p.polname
            """,
            [table.oid, column]
        ).map { row in
            Policy(
                name: try row.decode("name"),
                using: try row.decodeIfPresent("using"),
                check: try row.decodeIfPresent("check")
            )
        }
    }

    struct Statistics {
        let name: QualifiedName
        let kinds: ServerText
        let elements: ServerText
        let hasExpressions: Bool
        let otherColumns: [Identifier]
        let target: Int?
        let comment: String?
        /// Whether another role has it than the table.
        let isStrange: Bool
    }

    private func statistics(_ column: Identifier) throws -> [Statistics] {
        try connection.queryKept(
            """
            SELECT n.nspname AS schema, s.stxname AS name, pg_get_statisticsobjdef_columns(s.oid) AS elements,
                   (SELECT string_agg(CASE k.kind WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' END, ', '
                             ORDER BY k.position)
                      FROM unnest(s.stxkind) WITH ORDINALITY k(kind, position) WHERE k.kind IN ('d', 'f', 'm')) AS kinds,
                   s.stxexprs IS NOT NULL AS has_expressions,
                   ARRAY(SELECT DISTINCT a.attname::text FROM pg_depend d
                           JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                          WHERE d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND a.attname <> $2 ORDER BY 1) AS others,
                   nullif(s.stxstattarget, -1)::int AS target, obj_description(s.oid, 'pg_statistic_ext') AS comment,
                   s.stxowner <> r.relowner AS strange
              FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class r ON r.oid = s.stxrelid
             WHERE s.stxrelid = $1 AND EXISTS (
               SELECT FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
                  AND d.refobjid = $1 AND a.attname = $2)
             ORDER BY s.stxname
            """,
            [table.oid, column]
        ).map { row in
            let kinds: String? = try row.decodeIfPresent("kinds")
            return Statistics(
                name: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
                kinds: ServerText(kinds.map { " (\($0))" } ?? ""),
                elements: ServerText(try row.decode("elements")),
                hasExpressions: try row.decode("has_expressions"),
                otherColumns: try row.decode("others", as: [String].self).map { try Identifier($0) },
                target: try row.decodeIfPresent("target"),
                comment: try row.decodeIfPresent("comment"),
                isStrange: try row.decode("strange")
            )
        }
    }
}
