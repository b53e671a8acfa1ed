package import SQL

/// The part of a database that Prisma models: the value that two schemas are compared by.
package struct PrismaDatabase: Sendable, Hashable {
    /// The schemas that the project lists.
    package var schemas: [Identifier] = []
    package var extensions: [Extension] = []
    package var enums: [EnumType] = []
    /// Join tables come last, as in Prisma.
    package var tables: [Table] = []

    /// A database with nothing in it.
    package static let empty = PrismaDatabase()

    /// A database of its parts.
    package init() {}
}

/// An enum type.
package struct EnumType: Sendable, Hashable {
    package var name: QualifiedName
    package var values: [String]
}

/// A table with everything that belongs to it.
package struct Table: Sendable, Hashable {
    package var name: QualifiedName
    package var columns: [Column] = []
    package var primaryKey: PrimaryKey?
    package var indexes: [Index] = []
    package var foreignKeys: [ForeignKey] = []

    /// The column of that name.
    func column(_ name: Identifier) -> Column? { columns.first { $0.name == name } }
}

/// A column of a table.
package struct Column: Sendable, Hashable {
    package var name: Identifier
    package var type: ColumnType
    package var arity: Arity
    package var defaultValue: ColumnDefault?
    /// Whether Prisma's client gives the value, so that the database has no default.
    package var hasClientDefault = false

    /// Whether its numbers come from a sequence of its own.
    var isAutoincrement: Bool {
        if case .sequence = defaultValue { true } else { false }
    }
}

/// The type of a column.
package enum ColumnType: Sendable, Hashable {
    case native(NativeType)
    case enumeration(QualifiedName)
    /// As the database spells it.
    case unsupported(String)
}

/// The default of a column.
package enum ColumnDefault: Sendable, Hashable {
    case value(DefaultValue)
    case now
    /// An expression of SQL; nil where only the database knows it.
    case expression(String?)
    /// The next number of a sequence that belongs to the column.
    case sequence
}

/// The primary key of a table.
package struct PrimaryKey: Sendable, Hashable {
    package var name: Identifier
    package var columns: [IndexColumn]
}

/// An index, or a unique index; Prisma makes no unique constraints.
package struct Index: Sendable, Hashable {
    package var name: Identifier
    package var isUnique: Bool
    package var method: IndexMethod = .bTree
    package var columns: [IndexColumn]
    package var predicate: String?
}

/// A column of a key or index.
package struct IndexColumn: Sendable, Hashable {
    package var name: Identifier
    package var order: SortOrder?
    package var operatorClass: OperatorClass?
}

/// A foreign key.
package struct ForeignKey: Sendable, Hashable {
    package var name: Identifier
    package var columns: [Identifier]
    package var referencedTable: QualifiedName
    package var referencedColumns: [Identifier]
    package var onDelete: ReferentialAction
    package var onUpdate: ReferentialAction
}
