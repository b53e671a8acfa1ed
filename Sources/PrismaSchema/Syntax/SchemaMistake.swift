/// The kinds of mistake in a Prisma schema, by the ids of their diagnostics.
package enum SchemaMistake: String, CaseIterable, Sendable {
    case syntax = "prisma.syntax"
    case duplicate = "prisma.duplicate"
    case block = "prisma.block"
    case provider = "prisma.provider"
    case setting = "prisma.setting"
    case type = "prisma.type"
    case composite = "prisma.composite"
    case nativeType = "prisma.native-type"
    case attribute = "prisma.attribute"
    case argument = "prisma.argument"
    case field = "prisma.field"
    case defaultValue = "prisma.default"
    case key = "prisma.key"
    case relation = "prisma.relation"
    case namespace = "prisma.schema"
    case name = "prisma.name"

    /// What is wrong, as a phrase.
    package var meaning: String {
        switch self {
        case .syntax: "a line that is not Prisma's schema language"
        case .duplicate: "a name, attribute or argument that is given twice"
        case .block: "a block of an unknown kind"
        case .provider: "a datasource that is not PostgreSQL"
        case .setting: "a setting of a datasource that cannot be used"
        case .type: "a type that is not declared, or not allowed here"
        case .composite: "a composite type, which PostgreSQL schemas of Prisma do not have"
        case .nativeType: "a native type that does not exist, or does not fit the field's type"
        case .attribute: "an attribute that does not exist, or not here"
        case .argument: "an argument that is missing, unknown or of the wrong kind"
        case .field: "a field that the model does not have"
        case .defaultValue: "a default that does not fit the field's type"
        case .key: "a model without a usable identifier"
        case .relation: "a relation that is incomplete or ambiguous"
        case .namespace: "a database schema that is missing or not listed"
        case .name: "a database name that PostgreSQL cannot hold"
        }
    }
}
