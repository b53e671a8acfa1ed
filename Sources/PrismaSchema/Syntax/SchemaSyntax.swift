/// A name as it stands in a file.
struct NameSyntax: Hashable {
    var text: String
    var span: Span
}

/// A value in a setting or an attribute.
struct ExpressionSyntax {
    indirect enum Value {
        case number(String)
        case string(String)
        /// `Cascade`, `true`, or a dotted path such as `address.street`.
        case constant(String)
        case list([ExpressionSyntax])
        case call(String, [ArgumentSyntax])
        /// `{ deletedAt: null }`
        case object([ArgumentSyntax])
    }

    var value: Value
    var span: Span

    /// What it is, for messages.
    var kind: String {
        switch value {
        case .number: "a number"
        case .string: "a string"
        case .constant: "a word"
        case .list: "a list"
        case .call: "a function"
        case .object: "an object"
        }
    }
}

/// An argument, with or without its name.
struct ArgumentSyntax {
    var name: NameSyntax?
    var value: ExpressionSyntax
}

/// `@id`, `@db.Uuid` or `@@index([a])`.
struct AttributeSyntax {
    /// Without the signs.
    var name: String
    var arguments: [ArgumentSyntax]
    /// With the signs and without the arguments.
    var span: Span
}

/// The type of a field.
struct TypeSyntax {
    enum Base {
        case named(String)
        case unsupported(String)
    }

    var base: Base
    var arity: Arity
    var span: Span
}

/// How many values a field holds.
package enum Arity: Sendable, Hashable {
    case required
    case optional
    case list
}

/// A field of a model, view or composite type.
struct FieldSyntax {
    var name: NameSyntax
    var type: TypeSyntax
    var attributes: [AttributeSyntax]
}

/// A model or view.
struct ModelSyntax {
    var name: NameSyntax
    var isView: Bool
    var fields: [FieldSyntax] = []
    var attributes: [AttributeSyntax] = []
}

/// A value of an enum.
struct EnumValueSyntax {
    var name: NameSyntax
    var attributes: [AttributeSyntax]
}

/// An enum.
struct EnumSyntax {
    var name: NameSyntax
    var values: [EnumValueSyntax] = []
    var attributes: [AttributeSyntax] = []
}

/// A datasource or generator.
struct SettingsSyntax {
    var name: NameSyntax
    var isDatasource: Bool
    var entries: [(name: NameSyntax, value: ExpressionSyntax)] = []
}

/// The blocks of all files, in their order.
struct SchemaSyntax {
    var settings: [SettingsSyntax] = []
    var models: [ModelSyntax] = []
    var enums: [EnumSyntax] = []
    /// Composite types, of which only the names matter: PostgreSQL has none.
    var composites: [NameSyntax] = []
}
