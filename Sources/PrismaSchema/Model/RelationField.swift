import SQL

/// A field that leads to another model, before its opposite is known.
struct RelationField {
    var model: Int
    var name: NameSyntax
    var target: Int
    var arity: Arity
    var typeSpan: Span
    /// The relation's name, where `@relation` gives one.
    var relation: String?
    var fields: [Int]?
    var referenced: [Int]?
    /// Where `@relation` stands.
    var attributeSpan: Span?
    var onDelete: ReferentialAction?
    var onUpdate: ReferentialAction?
    var constraint: Identifier?
    /// The fields and references as they stand, until all models are read.
    var written: (fields: ExpressionSyntax?, references: ExpressionSyntax?) = (nil, nil)
}
