package import SQL

/// What a Prisma schema declares, with every name resolved and every mistake ruled out.
package struct DataModel: Sendable, Hashable {
    /// The database schemas that `schemas` lists; empty where the project has only one.
    package var schemas: [Identifier] = []

    /// The extensions that the datasource lists.
    package var extensions: [Extension] = []

    /// Whether relations become foreign keys, which `relationMode = "prisma"` turns off.
    package var hasForeignKeys = true

    /// All enums, in the order of their declaration.
    package var enums: [EnumDeclaration] = []

    /// All models and views, in the order of their declaration.
    package var models: [Model] = []

    /// All relations that need a foreign key or a join table, in the order of the fields that declare them.
    package var relations: [Relation] = []
}

/// An enum with the names that its values have in the database.
package struct EnumDeclaration: Sendable, Hashable {
    package var name: String
    package var databaseName: QualifiedName
    package var values: [EnumValue] = []
}

/// One value of an enum.
package struct EnumValue: Sendable, Hashable {
    package var name: String
    package var databaseName: String
}

/// A model or view.
package struct Model: Sendable, Hashable {
    package var name: String
    package var databaseName: QualifiedName
    package var isView: Bool
    package var isIgnored = false
    /// The fields that are columns; relation fields are not among them.
    package var fields: [ScalarField] = []
    package var key: ModelKey?
    package var indexes: [ModelIndex] = []
}

/// A field that is a column.
package struct ScalarField: Sendable, Hashable {
    package var name: String
    package var databaseName: Identifier
    package var type: FieldType
    package var arity: Arity
    package var defaultValue: FieldDefault?
    package var isUpdatedAt = false
    package var isIgnored = false
}

/// The type of a field that is a column.
package enum FieldType: Sendable, Hashable {
    case scalar(NativeType)
    /// By its place among the model's enums.
    case enumeration(Int)
    /// As the database spells it.
    case unsupported(String)
}

/// What `@default` says.
package enum FieldDefault: Sendable, Hashable {
    case value(DefaultValue)
    case now
    case autoincrement
    /// `dbgenerated("e")`, or without an argument an unknown expression of the database.
    case expression(String?)
    /// Made by Prisma's client, such as `cuid()`; the database has no default.
    case client
}

/// A field of a key or index.
package struct IndexedField: Sendable, Hashable {
    /// By its place among the model's fields.
    package var field: Int
    package var order: SortOrder?
    package var operatorClass: OperatorClass?
}

/// The direction of a column in an index.
package enum SortOrder: String, Sendable, Hashable {
    case ascending = "ASC"
    case descending = "DESC"
}

/// `@id` or `@@id`.
package struct ModelKey: Sendable, Hashable {
    package var fields: [IndexedField]
    /// The name in the database where `map` gives one.
    package var name: Identifier?
}

/// `@unique`, `@@unique` or `@@index`.
package struct ModelIndex: Sendable, Hashable {
    package var fields: [IndexedField]
    package var name: Identifier?
    package var isUnique: Bool
    package var method: IndexMethod = .bTree
    /// The condition of a partial index, in SQL.
    package var predicate: String?
}

/// The access methods that Prisma knows.
package enum IndexMethod: String, CaseIterable, Sendable, Hashable {
    case bTree = "BTree"
    case hash = "Hash"
    case gist = "Gist"
    case gin = "Gin"
    case spGist = "SpGist"
    case brin = "Brin"
}

/// What happens to referencing rows.
package enum ReferentialAction: String, CaseIterable, Sendable, Hashable {
    case cascade = "Cascade"
    case restrict = "Restrict"
    case noAction = "NoAction"
    case setNull = "SetNull"
    case setDefault = "SetDefault"
}

/// A relation between two models, by their places among the models.
package enum Relation: Sendable, Hashable {
    case reference(ReferenceRelation)
    /// An implicit many-to-many relation.
    case join(JoinRelation)
}

/// A relation whose fields are in one of its models.
package struct ReferenceRelation: Sendable, Hashable {
    package var model: Int
    package var fields: [Int]
    package var referencedModel: Int
    package var referencedFields: [Int]
    package var onDelete: ReferentialAction
    package var onUpdate: ReferentialAction
    package var name: Identifier?
}

/// A many-to-many relation with a table of its own.
package struct JoinRelation: Sendable, Hashable {
    package var name: String
    /// The model that column A refers to.
    package var first: Int
    /// The model that column B refers to.
    package var second: Int
}

/// An extension of the server.
package struct Extension: Sendable, Hashable {
    package var name: Identifier
    package var schema: Identifier?
    package var version: String?
}
