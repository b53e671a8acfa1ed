package import SQL
import YAML

/// A 1:n relation that becomes m:n: the foreign key becomes a table of links.
package struct LinkTable: Sendable, Hashable {
    /// What happens to a second link while the old column, which can hold one, is still there.
    package enum SecondLink: String, CaseIterable, Sendable, Codable {
        /// It is refused when its transaction commits.
        case refuse
        /// It is kept; from the first one on the old shape cannot hold what the new one does.
        case record
    }

    /// The table of links, and its column for each of the two tables.
    package struct Through: Sendable, Hashable {
        package var table: QualifiedName
        /// Column by the name of the table it references; the first is the first of the primary key.
        package var columns: [Column]

        package struct Column: Sendable, Hashable {
            package var table: String
            package var name: Identifier
        }
    }

    package var from: MoveRelation.End
    /// nil: as Prisma lays out an implicit relation.
    package var through: Through?
    package var secondLink: SecondLink
    package var required: MoveRelation.Requirement

    package init(
        from: MoveRelation.End,
        through: Through? = nil,
        secondLink: SecondLink = .refuse,
        required: MoveRelation.Requirement = .atCommit
    ) {
        self.from = from
        self.through = through
        self.secondLink = secondLink
        self.required = required
    }

    /// The layout as the plan has it, else Prisma's: the models in alphabetical order are columns A and B of `_AToB`.
    package var layout: Through {
        if let through { return through }
        let names = [from.table.name.name, from.references.table.name.name].sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let table = Identifier(shortening: "_\(names[0])To\(names[1])")
        let columns = zip(names, ["A", "B"]).map { Through.Column(table: $0, name: Identifier(shortening: $1)) }
        return Through(table: QualifiedName(schema: from.table.schema, name: table), columns: columns)
    }
}

extension LinkTable: ChangeKind {
    package static let key = "link_table"
    package static let summary = "A 1:n relation becomes m:n: links in a table take the foreign key's place."

    package var family: String { LinkTableBlueprint.family }
    package var effects: [ApplicationEffect] { [ApplicationEffect(.lockedRows, .backfill), .droppedColumn] }
    package var table: QualifiedName { from.table }
    package var line: String { "\(from.table).\(from.column) -> \(layout.table)" }
    package var nameWords: [String] { ["link", from.table.description, from.column.name] }
    package var fixed: [String] {
        [
            from.table.quoted, from.column.quoted, from.references.table.quoted, from.references.column.quoted,
            layout.table.quoted,
        ]
            + layout.columns.flatMap { [$0.table, $0.name.quoted] } + [secondLink.rawValue, required.rawValue]
    }

    package static let form = ValueForm<LinkTable>.section(
        .required("from", MoveRelation.End.form, "The column that holds the one link now."),
        .optional(
            "through",
            Through.form,
            "The table of links; as Prisma lays out an implicit relation when left out."
        ),
        .optional(
            "second_link",
            .choice(),
            default: .refuse,
            "What happens to a second link of a row while the old column is there."
        ),
        .optional(
            "required",
            .choice(),
            default: .atCommit,
            "How a NOT NULL of the old column is held while both shapes live."
        ),
        build: { LinkTable(from: $0, through: $1, secondLink: $2, required: $3) }
    ).checked { change, cursor in
        let tables = [change.from.table.name.name, change.from.references.table.name.name]
        guard tables[0] != tables[1] else {
            let message = "'\(tables[0])' is linked to itself, which is not supported"
            cursor.refuse(.sameName, message, at: cursor.mapping()?.range(of: "from"))
            return false
        }
        guard let through = change.through else { return true }
        if Set(through.columns.map(\.table)) == Set(tables), through.columns.count == 2,
            through.columns[0].name != through.columns[1].name
        {
            return true
        }
        let message = "'columns' names a column for each of \(tables[0]) and \(tables[1]), and no other"
        cursor.refuse(.invalidValue, message, at: cursor.mapping()?.range(of: "through"))
        return false
    }
}

extension LinkTable.Through {
    static let form = ValueForm<LinkTable.Through>.section(
        .required("table", .qualifiedName, "The table of links; it is new."),
        .required(
            "columns",
            .columns,
            "The column for each of the two tables, by the table's name: {Category: A, Post: B}."
        ),
        build: LinkTable.Through.init
    )
}

extension ValueForm where Value == [LinkTable.Through.Column] {
    /// A mapping from tables' names to columns.
    fileprivate static var columns: ValueForm {
        ValueForm(.text(pattern: nil)) { cursor in
            guard var mapping = cursor.mapping(), case .mapping(let entries) = cursor.node.content else { return nil }
            let columns = entries.compactMap { entry in
                mapping.optional(entry.key).flatMap(ValueForm<Identifier>.identifier.read).map {
                    LinkTable.Through.Column(table: entry.key, name: $0)
                }
            }
            mapping.finish()
            return columns.count == entries.count ? columns : nil
        }
    }
}
