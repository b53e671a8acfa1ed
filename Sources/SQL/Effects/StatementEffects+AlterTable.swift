/// `ALTER TABLE`, also of views, sequences and indexes: the strongest of its subcommands' locks is taken for all.
extension StatementEffects {
    mutating func alterTable(_ statement: SyntaxTree) {
        let table = statement["relation"]
        for command in statement.list("cmds").compactMap({ $0["AlterTableCmd"] }) {
            let kind = command.string("subtype") ?? ""
            take(Self.level(of: kind, command), table)
            lockOthers(kind, command)
            scansTable = scansTable || Self.scans(kind, command)
            refusesTransaction = refusesTransaction || Self.isConcurrent(command)
        }
    }

    // MARK: - Levels

    /// Subcommands that are content with less than ACCESS EXCLUSIVE (`AlterTableGetLockLevel` in tablecmds.c).
    private static let levels: [String: LockMode] = [
        "AT_AttachPartition": .shareUpdateExclusive,
        "AT_ClusterOn": .shareUpdateExclusive,
        "AT_DetachPartitionFinalize": .shareUpdateExclusive,
        "AT_DisableTrig": .shareRowExclusive,
        "AT_DisableTrigAll": .shareRowExclusive,
        "AT_DisableTrigUser": .shareRowExclusive,
        "AT_DropCluster": .shareUpdateExclusive,
        "AT_EnableAlwaysTrig": .shareRowExclusive,
        "AT_EnableReplicaTrig": .shareRowExclusive,
        "AT_EnableTrig": .shareRowExclusive,
        "AT_EnableTrigAll": .shareRowExclusive,
        "AT_EnableTrigUser": .shareRowExclusive,
        "AT_ResetOptions": .shareUpdateExclusive,
        "AT_SetOptions": .shareUpdateExclusive,
        "AT_SetStatistics": .shareUpdateExclusive,
        "AT_ValidateConstraint": .shareUpdateExclusive,
    ]

    private static func level(of kind: String, _ command: SyntaxTree) -> LockMode {
        switch kind {
        case "AT_AddConstraint":
            command["def"]?["Constraint"]?.string("contype") == "CONSTR_FOREIGN" ? .shareRowExclusive : .accessExclusive
        case "AT_DetachPartition":
            isConcurrent(command) ? .shareUpdateExclusive : .accessExclusive
        case "AT_SetRelOptions", "AT_ResetRelOptions":
            optionsAreLight(command["def"]?["List"]) ? .shareUpdateExclusive : .accessExclusive
        default: levels[kind] ?? .accessExclusive
        }
    }

    /// Storage parameters that change no reader's view of the table (`reloptions.c`); `autovacuum_...` besides.
    private static let lightOptions: Set<String> = [
        "deduplicate_items", "effective_io_concurrency", "fillfactor", "log_autovacuum_min_duration",
        "maintenance_io_concurrency", "n_distinct", "n_distinct_inherited", "parallel_workers", "random_page_cost",
        "seq_page_cost", "toast_tuple_target", "vacuum_cleanup_index_scale_factor", "vacuum_index_cleanup",
        "vacuum_truncate",
    ]

    private static func optionsAreLight(_ options: SyntaxTree?) -> Bool {
        let names = options?.list("items").compactMap { $0["DefElem"]?.string("defname") } ?? []
        return !names.isEmpty && names.allSatisfy { lightOptions.contains($0) || $0.hasPrefix("autovacuum_") }
    }

    /// Only DETACH PARTITION has a concurrent form.
    private static func isConcurrent(_ command: SyntaxTree) -> Bool {
        command["def"]?["PartitionCmd"]?.flag("concurrent") ?? false
    }

    // MARK: - Other tables

    /// Locks what a subcommand refers to: the other side of a foreign key, a partition, a parent.
    private mutating func lockOthers(_ kind: String, _ command: SyntaxTree) {
        let definition = command["def"]
        switch kind {
        case "AT_AddColumn": foreignKeys(definition?["ColumnDef"]?.list("constraints") ?? [])
        case "AT_AddConstraint": foreignKeys(definition.map { [$0] } ?? [])
        case "AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize":
            // DETACH CONCURRENTLY too: its second transaction locks the partition so (manual, ALTER TABLE).
            take(.accessExclusive, definition?["PartitionCmd"]?["name"])
        case "AT_AddInherit": take(.shareUpdateExclusive, definition?["RangeVar"])
        case "AT_DropInherit": take(.accessShare, definition?["RangeVar"])
        default: break
        }
    }

    mutating func foreignKeys(_ constraints: [SyntaxTree]) {
        for constraint in constraints { take(.shareRowExclusive, constraint["Constraint"]?["pktable"]) }
    }

    // MARK: - Reading the whole table

    /// Subcommands that rewrite or verify every row, or may have to.
    private static let scanning: Set<String> = [
        "AT_AlterColumnType", "AT_AttachPartition", "AT_SetAccessMethod", "AT_SetLogged", "AT_SetNotNull",
        "AT_SetTableSpace", "AT_SetUnLogged", "AT_ValidateConstraint",
    ]

    private static func scans(_ kind: String, _ command: SyntaxTree) -> Bool {
        switch kind {
        case "AT_AddConstraint":
            command["def"]?["Constraint"].map { !$0.flag("skip_validation") && $0["indexname"] == nil } ?? true
        case "AT_AddColumn": command["def"]?["ColumnDef"].map(addingScans) ?? true
        default: scanning.contains(kind)
        }
    }

    /// Whether adding a column takes more than a catalog entry: a value to compute for each row, or one to verify.
    private static func addingScans(_ column: SyntaxTree) -> Bool {
        let type = column["typeName"]?.list("names").last?.string ?? ""
        if ["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"].contains(type) { return true }
        let constraints = column.list("constraints").compactMap { $0["Constraint"] }
        let fallback = constraints.first { $0.string("contype") == "CONSTR_DEFAULT" }
        return constraints.contains { constraint in
            switch constraint.string("contype") {
            case "CONSTR_DEFAULT": !(constraint["raw_expr"]?.isStable ?? false)
            case "CONSTR_NOTNULL": fallback == nil
            // The new column is NULL in every row, or its default: only that needs looking up.
            case "CONSTR_FOREIGN": fallback != nil
            case "CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_IDENTITY", "CONSTR_GENERATED": true
            default: false
            }
        }
    }
}

extension SyntaxTree {
    /// A literal, possibly cast or signed.
    var isConstant: Bool {
        switch node {
        case ("A_Const", _)?: true
        case ("TypeCast", let cast)?: cast["arg"]?.isConstant ?? false
        case ("A_Expr", let operation)?:
            operation["lexpr"] == nil && operation.list("name").allSatisfy { ["+", "-"].contains($0.string) }
                && operation["rexpr"]?.isConstant ?? false
        default: false
        }
    }

    /// A constant, or one of the functions that give one value for the whole transaction.
    var isStable: Bool {
        switch node {
        case ("SQLValueFunction", _)?: true
        case ("FuncCall", let call)?: call.list("funcname").last?.string == "now"
        case ("TypeCast", let cast)?: cast["arg"]?.isStable ?? false
        default: isConstant
        }
    }
}
