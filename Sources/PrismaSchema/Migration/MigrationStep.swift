package import SQL

/// One step of a migration, in Prisma's terms.
package enum MigrationStep: Sendable, Hashable {
    case createSchema(Identifier)
    case dropExtension(Extension)
    case createExtension(Extension)
    case createEnum(EnumType)
    case alterEnum(EnumAlteration)
    case dropForeignKey(ForeignKey, of: QualifiedName)
    case dropIndex(Index, of: QualifiedName)
    case alterTable(TableAlteration)
    case dropTable(Table)
    case dropEnum(EnumType)
    case createTable(Table)
    case createIndex(IndexCreation)
    case renameForeignKey(Renaming)
    case addForeignKey(ForeignKey, of: QualifiedName)
    case renameIndex(Renaming)

    /// The name that Prisma writes into the comment before it.
    package var kind: String {
        switch self {
        case .createSchema: "CreateSchema"
        case .dropExtension: "DropExtension"
        case .createExtension: "CreateExtension"
        case .createEnum: "CreateEnum"
        case .alterEnum: "AlterEnum"
        case .dropForeignKey: "DropForeignKey"
        case .dropIndex: "DropIndex"
        case .alterTable: "AlterTable"
        case .dropTable: "DropTable"
        case .dropEnum: "DropEnum"
        case .createTable: "CreateTable"
        case .createIndex: "CreateIndex"
        case .renameForeignKey: "RenameForeignKey"
        case .addForeignKey: "AddForeignKey"
        case .renameIndex: "RenameIndex"
        }
    }

    /// The table, type, schema or extension that it is about.
    package var object: QualifiedName {
        switch self {
        case .createSchema(let name): QualifiedName(schema: nil, name: name)
        case .dropExtension(let value), .createExtension(let value): QualifiedName(schema: nil, name: value.name)
        case .createEnum(let value), .dropEnum(let value): value.name
        case .alterEnum(let alteration): alteration.previous.name
        case .dropForeignKey(_, let table), .dropIndex(_, let table), .addForeignKey(_, let table): table
        case .alterTable(let alteration): alteration.previous.name
        case .dropTable(let table), .createTable(let table): table.name
        case .createIndex(let creation): creation.table
        case .renameForeignKey(let renaming), .renameIndex(let renaming): renaming.table
        }
    }
}

/// An enum whose values differ.
package struct EnumAlteration: Sendable, Hashable {
    package var previous: EnumType
    package var next: EnumType
    package var added: [String]
    package var removed: [String]
    /// The columns of the type, where the type has to be made anew.
    package var columns: [EnumColumn]
    /// The columns that have a default of the type now; those that keep one get it back.
    package var defaults: [EnumDefault]
}

/// A column that is cast to the new form of its enum.
package struct EnumColumn: Sendable, Hashable {
    package var table: QualifiedName
    package var name: Identifier
    package var isList: Bool
    /// Whether a later step drops it, with its table or alone.
    package var isDropped: Bool
}

/// A default that is in the way of a cast.
package struct EnumDefault: Sendable, Hashable {
    package var table: QualifiedName
    package var column: Identifier
    /// The default that the column gets afterwards, in SQL.
    package var next: String?
}

/// An index of the next state, with what the warnings need to know.
package struct IndexCreation: Sendable, Hashable {
    package var table: QualifiedName
    package var index: Index
    package var isOnExistingTable: Bool
    /// Whether it only comes back because a column of it is made anew.
    package var isRecreation: Bool
}

/// A constraint or index that only its name tells from another.
package struct Renaming: Sendable, Hashable {
    package var table: QualifiedName
    package var previous: Identifier
    package var next: Identifier
}

/// A table whose columns or key differ.
package struct TableAlteration: Sendable, Hashable {
    package var previous: Table
    package var next: Table
    package var changes: [TableChange]
}

/// One clause of an alteration.
package enum TableChange: Sendable, Hashable {
    case dropPrimaryKey(PrimaryKey)
    case renamePrimaryKey(PrimaryKey, to: Identifier)
    case dropColumn(Column)
    case addColumn(Column)
    case alterColumn(ColumnAlteration)
    case recreateColumn(ColumnAlteration)
    case addPrimaryKey(PrimaryKey)
}

/// A column in both states, and what differs.
package struct ColumnAlteration: Sendable, Hashable {
    package var previous: Column
    package var next: Column
    package var changes: ColumnChanges
}

/// What differs in a column.
package struct ColumnChanges: Sendable, Hashable {
    package var arity = false
    package var defaultValue = false
    /// How the values get to the new type; nil where the type is the same.
    package var type: TypeChange?
    package var autoincrement = false

    /// Whether nothing differs.
    var isEmpty: Bool { self == ColumnChanges() }
}

/// What a change of type does to the values.
package enum TypeChange: Sendable, Hashable {
    /// Every value is cast without a loss.
    case safe
    /// Values may be lost, or the cast may fail.
    case risky
    /// The column is dropped and added again.
    case impossible
}
