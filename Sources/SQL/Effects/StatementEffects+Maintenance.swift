/// Statements that read, move or tidy a table's data without a query of their own.
extension StatementEffects {
    mutating func reindex(_ statement: SyntaxTree) {
        let isConcurrent = statement.hasOption("concurrently", in: "params")
        scansTable = true
        switch statement.string("kind") {
        case "REINDEX_OBJECT_TABLE":
            take(isConcurrent ? .shareUpdateExclusive : .share, statement["relation"])
            refusesTransaction = isConcurrent
        case "REINDEX_OBJECT_INDEX":
            take(isConcurrent ? .shareUpdateExclusive : .accessExclusive, statement["relation"])
            refusesTransaction = isConcurrent
        default:
            // A schema or database: one transaction for each table.
            refusesTransaction = true
        }
    }

    mutating func cluster(_ statement: SyntaxTree) {
        take(.accessExclusive, statement["relation"])
        refusesTransaction = statement["relation"] == nil
        scansTable = true
    }

    mutating func vacuum(_ statement: SyntaxTree) {
        let isVacuum = statement.flag("is_vacuumcmd")
        let mode: LockMode = isVacuum && statement.hasOption("full") ? .accessExclusive : .shareUpdateExclusive
        for table in statement.list("rels") { take(mode, table["VacuumRelation"]?["relation"]) }
        refusesTransaction = isVacuum
        // ANALYZE alone reads a sample.
        scansTable = isVacuum
    }

    mutating func refresh(_ statement: SyntaxTree) {
        take(statement.flag("concurrent") ? .exclusive : .accessExclusive, statement["relation"])
        scansTable = true
    }

    mutating func copy(_ statement: SyntaxTree) {
        take(statement.flag("is_from") ? .rowExclusive : .accessShare, statement["relation"])
        query(statement["query"])
        scansTable = scansTable || (statement["relation"] != nil && !statement.flag("is_from"))
    }
}
