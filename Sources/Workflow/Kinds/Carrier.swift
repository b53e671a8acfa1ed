import SQL

/// Gives each attribute of the old column its counterpart on the new one.
struct Carrier {
    let facts: TableFacts
    let old: Identifier
    let new: Identifier
    let retired: Identifier
    let names: ArtefactNames

    func carry(_ index: IndexFacts) -> CarriedIndex {
        let name = name(for: index.name, suffixes: ["key", "idx"], keepsName: index.role == .primaryKey)
        return CarriedIndex(
            facts: index,
            name: name,
            restored: index.role == .primaryKey
                ? Identifier(shortening: "crossfade_old", index.name.name) : index.name,
            partitions: facts.partitions.map { partition in
                PartitionIndex(
                    partition: partition,
                    name: Identifier(shortening: partition.name.name, name.working.name),
                    restored: index.partitionNames[partition.quoted]
                        ?? Identifier(shortening: partition.name.name, index.name.name)
                )
            }
        )
    }

    func carry(_ check: CheckFacts) -> CarriedCheck {
        CarriedCheck(facts: check, name: name(for: check.name, suffixes: ["check"], keepsName: false))
    }

    func carry(_ key: ForeignKeyFacts) -> CarriedForeignKey {
        let isOwn = key.child == facts.name
        let isInbound = key.parent == facts.name
        let name =
            isOwn && key.columns.contains(old)
            ? name(for: key.name, suffixes: ["fkey"], keepsName: false)
            : kept(key.name)
        return CarriedForeignKey(
            facts: key,
            name: name,
            columns: isOwn ? replace(key.columns, by: new) : key.columns,
            parentColumns: isInbound ? replace(key.parentColumns, by: new) : key.parentColumns,
            retiredColumns: isOwn ? replace(key.columns, by: retired) : key.columns,
            retiredParentColumns: isInbound ? replace(key.parentColumns, by: retired) : key.parentColumns
        )
    }

    /// A domain's constraints as a check: ADD COLUMN with a constrained domain would rewrite the table.
    func domainCheck() -> [CarriedCheck] {
        guard facts.column.domainBase != nil else { return [] }
        func check(_ column: Identifier) -> ServerText {
            // The cast raises what the domain forbids; equal otherwise.
            ServerText(
                "CHECK (("
                    + "\(column.quoted)::\(facts.column.type.text)) IS NULL OR \(column.quoted) IS NOT NULL)"
            )
        }
        let name = Identifier(shortening: facts.name.name.name, new.name, "domain_check")
        let definition = Rewritten(old: check(old), new: check(new), retired: check(retired))
        return [
            CarriedCheck(
                facts: CheckFacts(name: name, definition: definition, isValidated: true, comment: nil),
                name: CarriedName(original: name, working: name, final: name),
                replacesOriginal: false
            )
        ]
    }

    /// Names that something else has already; from expand on it may be what enforce has built.
    func collisions(in blueprint: SameRowBlueprint) -> [Finding] {
        if facts.columns.contains(new) { return [] }
        let working = Set(
            blueprint.indexes.map(\.name.working) + blueprint.checks.map(\.name.working)
                + blueprint.foreignKeys.filter { $0.facts.child == facts.name }.map(\.name.working)
        )
        return working.filter { facts.takenNames.contains($0.name) }.sorted { $0.name < $1.name }.map {
            Finding(
                "name-taken",
                .refused,
                "the name \($0.name) is needed for \(facts.name).\(new) and is taken",
                hint: "rename the object that has it"
            )
        }
    }
}

// MARK: - Names

extension Carrier {
    /// The server's own pattern is table_column_suffix (indexcmds.c ChooseIndexName, makeObjectName).
    private func name(for original: Identifier, suffixes: [String], keepsName: Bool) -> CarriedName {
        guard !keepsName else { return kept(original) }
        guard let suffix = suffixes.first(where: { isDefault(original, suffix: $0) }) else { return kept(original) }
        let table = facts.name.name.name
        let middle = original.name.dropFirst(table.count + 1).dropLast(suffix.count + 1)
        let renamed = replaceComponent(String(middle))
        let final = Identifier(shortening: table, renamed, suffix)
        return CarriedName(original: original, working: final, final: final)
    }

    private func kept(_ original: Identifier) -> CarriedName {
        CarriedName(original: original, working: names.working(original), final: original)
    }

    /// Whether the name is `table_...column..._suffix`, as PostgreSQL and the ORMs give it.
    private func isDefault(_ name: Identifier, suffix: String) -> Bool {
        let table = facts.name.name.name
        guard name.name.hasPrefix(table + "_"), name.name.hasSuffix("_" + suffix),
            name.name.utf8.count >= table.utf8.count + suffix.utf8.count + 3
        else { return false }
        let middle = name.name.dropFirst(table.count + 1).dropLast(suffix.count + 1)
        return middle == old.name || middle.hasPrefix(old.name + "_") || middle.hasSuffix("_" + old.name)
            || middle.contains("_" + old.name + "_")
    }

    /// Puts the new name in the old one's place, once, as a whole component.
    private func replaceComponent(_ middle: String) -> String {
        if middle == old.name { return new.name }
        if middle.hasPrefix(old.name + "_") { return new.name + middle.dropFirst(old.name.count) }
        if middle.hasSuffix("_" + old.name) { return middle.dropLast(old.name.count) + new.name }
        guard let range = middle.firstRange(of: "_" + old.name + "_") else { return middle }
        return middle[..<range.lowerBound] + "_" + new.name + "_" + middle[range.upperBound...]
    }

    private func replace(_ columns: [Identifier], by name: Identifier) -> [Identifier] {
        columns.map { $0 == old ? name : $0 }
    }
}
