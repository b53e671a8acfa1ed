/// What a statement does to the tables it names, read from its parse tree.
///
/// Levels are PostgreSQL 15's, each measured in `pg_locks` inside a transaction that ran the statement (SQLTests holds
/// the table). Only relations that the text names are seen: not the indexes of a table, not the table of a dropped
/// index, not what a dropped foreign key refers to, nothing in a function body that is a string (of one in LANGUAGE sql
/// the server locks the tables too, as it checks it).
struct StatementEffects {
    var locks = LockSet()
    var creates: [QualifiedName] = []
    var refusesTransaction = false
    var scansTable = false

    init(of statement: SyntaxTree) {
        guard let (kind, body) = statement.node, let read = Self.readers[kind] else { return }
        read(&self, body)
    }

    private typealias Reader = @Sendable (inout StatementEffects, SyntaxTree) -> Void

    /// One entry for each kind of statement that names a relation or refuses a transaction; any other does neither.
    private static let readers: [String: Reader] = [
        "AlterDatabaseStmt": { $0.refusesTransaction = $1.hasOption("tablespace") },
        "AlterExtensionContentsStmt": { $0.namedObject($1) },
        "AlterObjectDependsStmt": { $0.take(.accessShare, $1["relation"]) },
        "AlterObjectSchemaStmt": { $0.take(.accessExclusive, $1["relation"]) },
        "AlterPolicyStmt": { $0.take(.accessExclusive, $1["table"]) },
        "AlterPublicationStmt": { $0.publication($1) },
        "AlterSeqStmt": { $0.alterSequence($1) },
        "AlterSubscriptionStmt": { $0.refusesTransaction = $1.string("kind") != "ALTER_SUBSCRIPTION_OPTIONS" },
        "AlterSystemStmt": { effects, _ in effects.refusesTransaction = true },
        "AlterTableStmt": { $0.alterTable($1) },
        "CallStmt": { $0.query($1) },
        "ClusterStmt": { $0.cluster($1) },
        "CommentStmt": { $0.namedObject($1) },
        "CompositeTypeStmt": { $0.create($1["typevar"]) },
        "CopyStmt": { $0.copy($1) },
        "CreateForeignTableStmt": { $0.createTable($1["base_stmt"] ?? $1) },
        "CreateFunctionStmt": { $0.query($1["sql_body"]) },
        "CreatePolicyStmt": { $0.take(.accessExclusive, $1["table"]) },
        "CreatePublicationStmt": { $0.publication($1) },
        "CreateSeqStmt": { $0.createSequence($1) },
        "CreateStatsStmt": { $0.take(.shareUpdateExclusive, $1.list("relations")) },
        "CreateStmt": { $0.createTable($1) },
        "CreateSubscriptionStmt": { effects, _ in effects.refusesTransaction = true },
        "CreateTableAsStmt": { $0.createTableAs($1) },
        "CreateTableSpaceStmt": { effects, _ in effects.refusesTransaction = true },
        "CreateTrigStmt": { $0.createTrigger($1) },
        "CreatedbStmt": { effects, _ in effects.refusesTransaction = true },
        "DeclareCursorStmt": { $0.query($1["query"]) },
        "DeleteStmt": { $0.query(.object(["DeleteStmt": $1])) },
        "DiscardStmt": { $0.refusesTransaction = $1.string("target") == "DISCARD_ALL" },
        "DropStmt": { $0.drop($1) },
        "DropSubscriptionStmt": { effects, _ in effects.refusesTransaction = true },
        "DropTableSpaceStmt": { effects, _ in effects.refusesTransaction = true },
        "DropdbStmt": { effects, _ in effects.refusesTransaction = true },
        "ExecuteStmt": { $0.query($1) },
        "ExplainStmt": { $0.query($1["query"]) },
        "IndexStmt": { $0.createIndex($1) },
        "InsertStmt": { $0.query(.object(["InsertStmt": $1])) },
        "LockStmt": { $0.take(LockMode(rawValue: $1.number("mode")) ?? .accessExclusive, $1.list("relations")) },
        "MergeStmt": { $0.query(.object(["MergeStmt": $1])) },
        "PrepareStmt": { $0.query($1["query"]) },
        "RefreshMatViewStmt": { $0.refresh($1) },
        "ReindexStmt": { $0.reindex($1) },
        "RenameStmt": { $0.rename($1) },
        "RuleStmt": { $0.createRule($1) },
        "SelectStmt": { $0.select($1) },
        "TruncateStmt": { $0.take(.accessExclusive, $1.list("relations")) },
        "UpdateStmt": { $0.query(.object(["UpdateStmt": $1])) },
        "VacuumStmt": { $0.vacuum($1) },
        "ViewStmt": { $0.createView($1) },
    ]

    // MARK: - Taking locks

    mutating func take(_ mode: LockMode, _ relation: SyntaxTree?) {
        locks.take(mode, on: QualifiedName(rangeVar: relation))
    }

    mutating func take(_ mode: LockMode, _ relations: [SyntaxTree]) {
        for relation in relations { take(mode, relation["RangeVar"]) }
    }

    /// A relation that comes into being is locked by its creator until the commit.
    mutating func create(_ relation: SyntaxTree?) {
        take(.accessExclusive, relation)
        if let name = QualifiedName(rangeVar: relation) { creates.append(name) }
    }
}

extension SyntaxTree {
    /// Whether a list of `DefElem`s, by default that of `options`, names the option without turning it off.
    func hasOption(_ name: String, in field: String = "options") -> Bool {
        list(field).compactMap { $0["DefElem"] }.contains { option in
            guard option.string("defname") == name else { return false }
            guard let value = option["arg"] else { return true }
            if let word = value.string { return !["false", "off"].contains(word.lowercased()) }
            return value["Integer"].map { $0.number("ival") != 0 } ?? true
        }
    }
}
