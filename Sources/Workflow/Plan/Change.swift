package import SQL

/// What is to become of the schema.
package struct Change: Sendable {
    /// The change itself, of whatever kind it is.
    package let kind: any ChangeKind

    /// A change of the given kind.
    package init(_ kind: some ChangeKind) { self.kind = kind }

    /// The change as one of the given kind; nil when it is of another.
    package func of<Kind: ChangeKind>(_: Kind.Type) -> Kind? { kind as? Kind }

    /// The key under `change:`, such as `rename_column`.
    package var key: String { type(of: kind).key }
}

extension Change: Hashable {
    package static func == (first: Change, second: Change) -> Bool {
        AnyHashable(first.kind) == AnyHashable(second.kind)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(kind)) }
}

extension Change {
    /// Every kind, in the order of the documents.
    package static let kinds: [any ChangeKind.Type] = [
        RenameColumn.self, ChangeType.self, MakeRequired.self, AddRequiredColumn.self, MergeColumns.self,
        SplitColumn.self, RenameTable.self,
        MoveRelation.self, LinkTable.self, MoveColumns.self, ExtractTable.self, AddConstraint.self, DropColumn.self,
        DropTable.self,
        Custom.self,
    ]

    static let form = ValueForm<Change>.oneKey(kinds.map { $0.planKey })
}

extension Change {
    /// A key of a kind's section, for those who write plans.
    package struct Key: Sendable, Hashable {
        package let name: String
        package let summary: String
        package let isRequired: Bool
        /// Whether its value is a list or a section of its own.
        package let isStructured: Bool
    }

    /// The keys of a kind's section, in the order of the documents.
    package static func keys(of kind: any ChangeKind.Type) -> [Key] { kind.planKey.schema.value.keys.map(Key.init) }
}

extension Change.Key {
    fileprivate init(_ schema: KeySchema) {
        self.init(
            name: schema.name,
            summary: schema.summary,
            isRequired: schema.isRequired,
            isStructured: schema.value.isStructured
        )
    }
}
