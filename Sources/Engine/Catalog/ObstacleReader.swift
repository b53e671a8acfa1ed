import Postgres
import SQL
import Workflow

/// Lists what cannot be carried over or must be known before, each by its name.
struct ObstacleReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// Everything found, but for the parts that the caller looks after itself.
    func read(_ old: Identifier, _ new: Identifier, leaving carried: Set<Part> = []) throws -> [Finding] {
        try readApart(old, new, leaving: carried).map(\.finding)
    }

    /// The same, each with whether it is an anchor: what the column has, and no other can have beside it.
    func readApart(
        _ old: Identifier,
        _ new: Identifier,
        leaving carried: Set<Part> = []
    ) throws -> [(finding: Finding, isAnchor: Bool)] {
        let there: [String] = try connection.queryKept(Self.common + Self.parts, [table.oid, old, new]).only()
            .decode("parts")
        return try Part.allCases.filter { there.contains($0.rawValue) && !carried.contains($0) }.flatMap { part in
            try connection.queryKept(Self.common + part.query, [table.oid, old, new]).compactMap { row in
                // The copy changes nothing that such a trigger asks for.
                if part == .triggers || part == .partitionTriggers,
                    try TriggerCondition(of: row.decode("definition")).asksForChange
                {
                    return nil
                }
                let finding = Finding(
                    try row.decode(at: 0),
                    Finding.Weight(rawValue: try row.decode(at: 1)) ?? .refused,
                    try row.decode(at: 2),
                    hint: try row.decodeIfPresent(at: 3)
                )
                return (finding, part.anchors.contains(finding.id))
            }
        } + (try statements().map { ($0, false) })
    }

    /// Statements that name all columns by `*`, as far as the server remembers statements.
    private func statements() throws -> [Finding] {
        try StatementHistory(connection).matching(
            "(select|returning|,)\\s*([a-z0-9_\"]+\\.)?\\*",
            naming: table.name.name
        ).map { query in
            Finding(
                "select-star",
                .acknowledge,
                "a statement names all columns by *: \(query)",
                hint:
                    "once prepared it fails once per session at expand, contract and purge: name the columns, or recycle "
                    + "the connection pools after these phases"
            )
        }
    }
}

extension ObstacleReader {
    /// A query of its own for what most tables do not have: planning all of them in one takes longer than all else that is read.
    ///
    /// Each has one row for a finding: id, weight, message, hint.
    enum Part: String, CaseIterable {
        case table, inheritance, partitions, rules, constraints, unenforced, singleKeys, indexes, marks, publications,
            triggers
        case partitionObjects, partitionTriggers
        case listingTriggers, conditions, policies, statistics, dependants, functions

        /// Those of its findings that keep nobody from giving the column itself another name.
        fileprivate var anchors: Set<String> {
            switch self {
            case .constraints: ["exclusion", "foreign-key"]
            case .partitions: ["partitioned-key"]
            case .dependants: ["generated-column", "function"]
            case .unenforced: ["not-enforced", "temporal"]
            case .conditions: ["trigger"]
            case .policies: ["policy"]
            case .statistics: ["statistics"]
            case .partitionObjects: ["partition-objects", "partition-attributes"]
            default: []
            }
        }
    }

    /// What the parts begin with.
    ///
    /// `$1` table, `$2` old column, `$3` new column.
    private static let common = """
        WITH given AS (  -- says what they are to the parts that do not use them
          SELECT $2::text, $3::text
        ), t AS (
          SELECT c.*, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS shown
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1
        ), old AS (
          SELECT * FROM pg_attribute WHERE attrelid = $1 AND attname = $2 AND NOT attisdropped
        ), dep AS (
          SELECT d.* FROM pg_depend d, old
           WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.refobjsubid = old.attnum
        ), foreign_trigger AS (
          SELECT * FROM pg_trigger WHERE tgrelid = $1 AND NOT tgisinternal AND \(TriggerReader.isForeign)
        ), own_trigger AS (  -- with those that a partition has alone
          SELECT * FROM pg_trigger
           WHERE tgrelid IN (SELECT $1::oid UNION SELECT relid::oid FROM pg_partition_tree($1)) AND tgparentid = 0
             AND NOT tgisinternal AND \(TriggerReader.isForeign)
        )

        """

    /// The parts that may find something.
    private static let parts = """
        SELECT array_remove(ARRAY[
                 'table',
                 CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE inhrelid = $1) OR EXISTS (SELECT FROM pg_inherits WHERE inhparent = $1) THEN 'inheritance' END,
                 CASE WHEN t.relkind = 'p' THEN 'partitions' END,
                 CASE WHEN t.relhasrules THEN 'rules' END,
                 CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE contype IN ('f', 'x') AND (conrelid = $1 OR confrelid = $1)) THEN 'constraints' END,
                 CASE WHEN EXISTS (SELECT FROM pg_constraint k WHERE $1 IN (conrelid, confrelid) AND \(SingularConstraint.condition)) THEN 'unenforced' END,
                 CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND (conrelid = $1 OR confrelid = $1)) THEN 'singleKeys' END,
                 CASE WHEN EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1
                      AND (NOT i.indisvalid OR c.reltablespace <> 0)) THEN 'indexes' END,
                 CASE WHEN EXISTS (SELECT FROM pg_index WHERE indrelid = $1 AND (indisreplident OR indisclustered)) THEN 'marks' END,
                 CASE WHEN EXISTS (SELECT FROM pg_publication) THEN 'publications' END,
                 CASE WHEN EXISTS (SELECT FROM foreign_trigger) THEN 'triggers' END,
                 CASE WHEN t.relkind = 'p' THEN 'partitionObjects' END,
                 CASE WHEN t.relkind = 'p' AND EXISTS (SELECT FROM own_trigger WHERE tgrelid <> $1) THEN 'partitionTriggers' END,
                 CASE WHEN EXISTS (SELECT FROM foreign_trigger, old WHERE old.attnum = ANY (tgattr::int2[])) THEN 'listingTriggers' END,
                 CASE WHEN EXISTS (SELECT FROM dep WHERE classid = 'pg_trigger'::regclass) THEN 'conditions' END,
                 CASE WHEN EXISTS (SELECT FROM dep WHERE classid = 'pg_policy'::regclass) THEN 'policies' END,
                 CASE WHEN EXISTS (SELECT FROM dep WHERE classid = 'pg_statistic_ext'::regclass) THEN 'statistics' END,
                 CASE WHEN EXISTS (SELECT FROM dep WHERE classid NOT IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass,
                                     'pg_policy'::regclass, 'pg_statistic_ext'::regclass)) THEN 'dependants' END,
                 CASE WHEN EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND pronamespace <> coalesce(to_regnamespace('crossfade'), 0)) THEN 'functions' END
               ], NULL) AS parts FROM t
        """
}
