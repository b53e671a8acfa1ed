import SQL
import Workflow

extension [ForeignKeyFacts] {
    /// Each foreign key with all that building it again takes, its columns under the names they have then.
    func variables(_ name: (Identifier) -> Identifier) throws(InvalidName) -> [[String: TemplateValue]] {
        var list: [[String: TemplateValue]] = []
        for key in self {
            let columns = key.columns.map(name)
            list.append([
                "name": .identifier(key.name), "name_text": try .text(key.name.name),
                "columns": .names(columns), "parent": .name(key.parent), "parent_columns": .names(key.parentColumns),
                "clauses": .verbatim(key.clauses), "validated": .flag(key.isValidated),
                "has_comment": .flag(key.comment != nil), "comment": try .text(key.comment ?? ""),
                "refers": .condition(columns.map { "t.\($0.quoted) IS NOT NULL" }.joined(separator: " AND ")),
                "matches": .condition(
                    zip(columns, key.parentColumns).map { "p.\($1.quoted) = t.\($0.quoted)" }.joined(
                        separator: " AND "
                    )
                ),
            ])
        }
        return list
    }

    /// The tables they reference, each once and in one fixed order.
    func parents(but table: QualifiedName) -> [[String: TemplateValue]] {
        Set(map(\.parent)).subtracting([table]).sorted { $0.quoted < $1.quoted }.map { ["other": .name($0)] }
    }
}

extension ForeignKeyFacts {
    static var specimen: ForeignKeyFacts {
        let name = Identifier(shortening: "name")
        let table = QualifiedName(schema: nil, name: name)
        return ForeignKeyFacts(
            name: name,
            child: table,
            columns: [name],
            parent: QualifiedName(schema: nil, name: Identifier(shortening: "parent")),
            parentColumns: [name],
            clauses: ServerText(""),
            isValidated: true,
            comment: "comment"
        )
    }
}
