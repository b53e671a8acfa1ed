import SQL

extension Migration {
    /// The differences for people, in Prisma's grammar; without a line break at the end.
    package var summary: String {
        if steps.isEmpty { return "No difference detected." }
        var entries: [SummaryEntry] = []
        for step in steps { entries += SummaryEntry.entries(of: step) }
        // Of equal sections the steps keep their order.
        let ordered = entries.enumerated().sorted { first, second in
            let (before, after) = (first.element, second.element)
            if before.section != after.section { return before.section < after.section }
            if before.name != after.name { return before.name.utf8.lexicographicallyPrecedes(after.name.utf8) }
            return first.offset < second.offset
        }
        var lines: [String] = []
        var last: SummaryEntry?
        for (_, entry) in ordered {
            if last?.section != entry.section || last?.name != entry.name { lines += ["", entry.heading] }
            lines += entry.lines
            last = entry
        }
        return lines.joined(separator: "\n")
    }
}

/// The part of a summary that one step gives.
private struct SummaryEntry {
    /// The sections, in the order in which they are written.
    enum Section: Int, Comparable {
        case addedSchemas
        case removedExtensions
        case addedExtensions
        case addedEnums
        case addedTables
        case removedEnums
        case removedTables
        case changedEnum
        case changedTable

        static func < (first: Section, second: Section) -> Bool { first.rawValue < second.rawValue }
    }

    var section: Section
    /// What a section of one object is about; empty in lists.
    var name = ""
    var lines: [String]

    var heading: String {
        switch section {
        case .addedSchemas: "[+] Added schemas"
        case .removedExtensions: "[-] Removed extensions"
        case .addedExtensions: "[+] Added extensions"
        case .addedEnums: "[+] Added enums"
        case .addedTables: "[+] Added tables"
        case .removedEnums: "[-] Removed enums"
        case .removedTables: "[-] Removed tables"
        case .changedEnum: "[*] Changed the `\(name)` enum"
        case .changedTable: "[*] Changed the `\(name)` table"
        }
    }

    static func entries(of step: MigrationStep) -> [SummaryEntry] {
        let object = step.object.name.name
        func listed(_ section: Section) -> [SummaryEntry] { [SummaryEntry(section: section, lines: ["  - \(object)"])] }
        func table(_ lines: String...) -> [SummaryEntry] {
            [SummaryEntry(section: .changedTable, name: object, lines: lines.map { "  \($0)" })]
        }
        return switch step {
        case .createSchema: listed(.addedSchemas)
        case .dropExtension: listed(.removedExtensions)
        case .createExtension: listed(.addedExtensions)
        case .createEnum: listed(.addedEnums)
        case .createTable: listed(.addedTables)
        case .dropEnum: listed(.removedEnums)
        case .dropTable: listed(.removedTables)
        case .alterEnum(let alteration):
            [
                SummaryEntry(
                    section: .changedEnum,
                    name: object,
                    lines: alteration.added.map { "  [+] Added variant `\($0)`" }
                        + alteration.removed.map { "  [-] Removed variant `\($0)`" }
                )
            ]
        case .dropForeignKey(let key, _): table("[-] Removed foreign key on columns (\(key.columns.list))")
        case .addForeignKey(let key, _): table("[+] Added foreign key on columns (\(key.columns.list))")
        case .dropIndex(let index, _): table("[-] Removed \(index.summary)")
        case .createIndex(let creation): table("[+] Added \(creation.index.summary)")
        case .renameForeignKey(let renaming):
            table("[*] Renamed the foreign key \"\(renaming.previous)\" to \"\(renaming.next)\"")
        case .renameIndex(let renaming): table("[*] Renamed index `\(renaming.previous)` to `\(renaming.next)`")
        case .alterTable(let alteration):
            [SummaryEntry(section: .changedTable, name: object, lines: alteration.changes.map { "  \($0.summary)" })]
        }
    }
}

extension [Identifier] {
    fileprivate var list: String { map(\.name).joined(separator: ", ") }
}

extension Index {
    fileprivate var summary: String { "\(isUnique ? "unique " : "")index on columns (\(columns.map(\.name).list))" }
}

extension TableChange {
    fileprivate var summary: String {
        switch self {
        case .dropPrimaryKey(let key): "[-] Dropped the primary key on columns (\(key.columns.map(\.name).list))"
        case .renamePrimaryKey(let key, _): "[*] Renamed the primary key on columns (\(key.columns.map(\.name).list))"
        case .addPrimaryKey(let key): "[+] Added primary key on columns (\(key.columns.map(\.name).list))"
        case .dropColumn(let column): "[-] Removed column `\(column.name)`"
        case .addColumn(let column): "[+] Added column `\(column.name)`"
        case .alterColumn(let alteration): "[*] Altered column `\(alteration.next.name)` (\(alteration.summary))"
        case .recreateColumn(let alteration):
            "[*] Column `\(alteration.next.name)` would be dropped and recreated (\(alteration.summary))"
        }
    }
}

extension ColumnAlteration {
    fileprivate var summary: String {
        var words: [String] = []
        if changes.arity { words.append("changed from \(previous.arity.word) to \(next.arity.word)") }
        if changes.defaultValue {
            words.append("default changed from `\(previous.defaultValue.word)` to `\(next.defaultValue.word)`")
        }
        if changes.type != nil { words.append("type changed") }
        if changes.autoincrement {
            words.append(
                previous.isAutoincrement ? "column is no longer autoincrementing" : "column became autoincrementing"
            )
        }
        return words.joined(separator: ", ")
    }
}

extension Arity {
    fileprivate var word: String {
        switch self {
        case .required: "Required"
        case .optional: "Nullable"
        case .list: "List"
        }
    }
}

extension ColumnDefault? {
    /// In the form in which Prisma, a program in Rust, shows its values.
    fileprivate var word: String {
        switch self {
        case nil: "None"
        case .value(let value): "Some(Value(\(value.word)))"
        case .now: "Some(Now)"
        case .expression(nil): "Some(DbGenerated(None))"
        case .expression(let text?): "Some(DbGenerated(Some(\(text.debugWord))))"
        case .sequence: "Some(Sequence(\"\"))"
        }
    }
}

extension DefaultValue {
    fileprivate var word: String {
        switch self {
        case .string(let text): "String(\(text.debugWord))"
        case .enumValue(let text): "Enum(\(text.debugWord))"
        case .integer(let number): "Int(\(number))"
        case .bigInteger(let number): "BigInt(\(number))"
        case .decimal(let digits): "Float(BigDecimal(\"\(digits)\"))"
        case .boolean(let value): "Boolean(\(value))"
        case .json(let text): "Json(\(text.debugWord))"
        case .dateTime(let text): "DateTime(\(text))"
        case .bytes(let bytes): "Bytes(\(bytes.map { Int($0) }))"
        case .list(let values): "List([\(values.map(\.word).joined(separator: ", "))])"
        }
    }
}

extension String {
    fileprivate var debugWord: String {
        let escaped = replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }
}
