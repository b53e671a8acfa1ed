/// Statements that create, rename, drop or describe an object.
extension StatementEffects {
    // MARK: - Creating

    mutating func createTable(_ statement: SyntaxTree) {
        create(statement["relation"])
        let isPartition = statement["partbound"] != nil
        take(isPartition ? .accessExclusive : .shareUpdateExclusive, statement.list("inhRelations"))
        // With a default partition its rows are checked against the new bound.
        scansTable = isPartition
        for element in statement.list("tableElts") + statement.list("constraints") {
            foreignKeys([element])
            foreignKeys(element["ColumnDef"]?.list("constraints") ?? [])
            take(.accessShare, element["TableLikeClause"]?["relation"])
        }
    }

    mutating func createTableAs(_ statement: SyntaxTree) {
        create(statement["into"]?["rel"])
        query(statement["query"])
    }

    mutating func createView(_ statement: SyntaxTree) {
        if statement.flag("replace") {
            take(.accessExclusive, statement["view"])
        } else {
            create(statement["view"])
        }
        query(statement["query"])
        scansTable = false
    }

    mutating func createSequence(_ statement: SyntaxTree) {
        create(statement["sequence"])
        ownership(of: statement)
    }

    mutating func alterSequence(_ statement: SyntaxTree) {
        take(.shareRowExclusive, statement["sequence"])
        ownership(of: statement)
    }

    /// `OWNED BY table.column`; `OWNED BY NONE` is a list of one.
    private mutating func ownership(of statement: SyntaxTree) {
        let options = statement.list("options").compactMap { $0["DefElem"] }
        for option in options where option.string("defname") == "owned_by" {
            let column = option["arg"]?["List"]?.list("items") ?? []
            locks.take(.accessShare, on: QualifiedName(parts: column.dropLast()))
        }
    }

    mutating func createIndex(_ statement: SyntaxTree) {
        let isConcurrent = statement.flag("concurrent")
        take(isConcurrent ? .shareUpdateExclusive : .share, statement["relation"])
        refusesTransaction = isConcurrent
        scansTable = true
    }

    mutating func createTrigger(_ statement: SyntaxTree) {
        take(.shareRowExclusive, statement["relation"])
        take(.accessShare, statement["constrrel"])
    }

    mutating func createRule(_ statement: SyntaxTree) {
        take(.accessExclusive, statement["relation"])
        query(statement["actions"])
        scansTable = false
    }

    mutating func publication(_ statement: SyntaxTree) {
        for object in statement.list("pubobjects") {
            take(.shareUpdateExclusive, object["PublicationObjSpec"]?["pubtable"]?["relation"])
        }
    }

    // MARK: - Renaming, dropping, describing

    mutating func rename(_ statement: SyntaxTree) {
        let isIndex = statement.string("renameType") == "OBJECT_INDEX"
        take(isIndex ? .shareUpdateExclusive : .accessExclusive, statement["relation"])
    }

    mutating func drop(_ statement: SyntaxTree) {
        let isConcurrent = statement.flag("concurrent")
        refusesTransaction = isConcurrent
        let kind = statement.string("removeType") ?? ""
        for parts in statement.list("objects").compactMap({ $0["List"]?.list("items") }) {
            if Self.relationKinds.contains(kind) {
                let mode: LockMode = isConcurrent ? .shareUpdateExclusive : .accessExclusive
                locks.take(mode, on: QualifiedName(parts: parts))
            } else if Self.kindsOnTables.contains(kind) {
                locks.take(.accessExclusive, on: QualifiedName(parts: parts.dropLast()))
            }
        }
    }

    /// `COMMENT ON` and `ALTER EXTENSION ... ADD`: the object is named by its kind and the parts of its name.
    mutating func namedObject(_ statement: SyntaxTree) {
        let parts = statement["object"]?["List"]?.list("items") ?? []
        switch statement.string("objtype") ?? "" {
        case "OBJECT_COLUMN": locks.take(.shareUpdateExclusive, on: QualifiedName(parts: parts.dropLast()))
        case Self.relationKinds: locks.take(.shareUpdateExclusive, on: QualifiedName(parts: parts))
        case Self.kindsOnTables: locks.take(.accessShare, on: QualifiedName(parts: parts.dropLast()))
        default: break
        }
    }

    /// Objects that are relations themselves.
    private static let relationKinds: Set<String> = [
        "OBJECT_FOREIGN_TABLE", "OBJECT_INDEX", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_TABLE", "OBJECT_VIEW",
    ]

    /// Objects named after the table they are on: `DROP TRIGGER x ON t`.
    private static let kindsOnTables: Set<String> = [
        "OBJECT_POLICY", "OBJECT_RULE", "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER",
    ]
}

/// Lets a `switch` ask whether a word is in a set.
private func ~= (words: Set<String>, word: String) -> Bool { words.contains(word) }
