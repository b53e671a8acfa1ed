package import SQL

/// What tells one object of a database from every other: its kind and its name.
///
/// Two schemas are compared object by object; the same identity on both sides is the same object.
package enum ObjectID: Hashable, Sendable {
    case schema(Identifier)
    case `extension`(Identifier)
    /// An enum, a domain, a composite type or a range; a table's row type is the table.
    case type(QualifiedName)
    case domainConstraint(QualifiedName, Identifier)
    case sequence(QualifiedName)
    /// That a sequence is dropped together with a column.
    case sequenceOwner(QualifiedName)
    case table(QualifiedName)
    case column(QualifiedName, Identifier)
    case columnDefault(QualifiedName, Identifier)
    /// That a table is a partition of another.
    case attachment(QualifiedName)
    case constraint(QualifiedName, Identifier)
    case index(QualifiedName)
    /// That an index, or that of a constraint, is a part of an index of the partitioned table.
    case indexAttachment(QualifiedName)
    case view(QualifiedName)
    case materializedView(QualifiedName)
    /// A function, procedure or aggregate, with the types of its input arguments as the server prints them.
    case routine(QualifiedName, [ServerText])
    case trigger(QualifiedName, Identifier)
    case rule(QualifiedName, Identifier)
    case policy(QualifiedName, Identifier)
    case statistics(QualifiedName)
    case publication(Identifier)
    case publicationTable(Identifier, QualifiedName)
    case publicationSchema(Identifier, Identifier)
    case defaultPrivileges(DefaultPrivileges.Scope)
}

extension ObjectID {
    /// The name as statements write it: `"app"."t"`, `"app"."f"(integer)`, or `"c" ON "app"."t"` for what belongs to a table.
    package var quoted: String {
        switch self {
        case .schema(let name), .extension(let name), .publication(let name): name.quoted
        case .type(let name), .sequence(let name), .sequenceOwner(let name), .table(let name), .attachment(let name),
            .index(let name), .indexAttachment(let name), .view(let name), .materializedView(let name),
            .statistics(let name):
            name.quoted
        case .column(let table, let name), .columnDefault(let table, let name): table.quoted + "." + name.quoted
        case .domainConstraint(let domain, let name): name.quoted + " ON DOMAIN " + domain.quoted
        case .constraint(let table, let name), .trigger(let table, let name), .rule(let table, let name),
            .policy(let table, let name):
            name.quoted + " ON " + table.quoted
        case .routine(let name, let arguments):
            name.quoted + "(" + arguments.map(\.text).joined(separator: ", ") + ")"
        case .publicationTable(let publication, let table): publication.quoted + " TABLE " + table.quoted
        case .publicationSchema(let publication, let schema): publication.quoted + " SCHEMA " + schema.quoted
        case .defaultPrivileges(let scope): scope.clause
        }
    }

    /// The table, view or domain that the object is a part of.
    package var owner: QualifiedName? {
        switch self {
        case .column(let owner, _), .columnDefault(let owner, _), .attachment(let owner), .constraint(let owner, _),
            .domainConstraint(let owner, _), .trigger(let owner, _), .rule(let owner, _), .policy(let owner, _):
            owner
        default: nil
        }
    }

    /// Where the kind stands in a script when dependencies leave the order open.
    package var rank: Int {
        switch self {
        case .schema: 0
        case .extension: 1
        case .type: 2
        case .domainConstraint: 3
        case .routine: 4
        case .sequence: 5
        case .table: 6
        case .column: 7
        case .columnDefault: 8
        case .sequenceOwner: 9
        case .view: 10
        case .materializedView: 11
        case .index: 12
        case .constraint: 13
        case .attachment: 14
        case .indexAttachment: 15
        case .statistics: 16
        case .rule: 17
        case .trigger: 18
        case .policy: 19
        case .publication: 20
        case .publicationTable: 21
        case .publicationSchema: 22
        case .defaultPrivileges: 23
        }
    }
}

extension ObjectID: CustomStringConvertible {
    /// The kind and the name, for a person.
    package var description: String { kind + " " + quoted }

    private var kind: String {
        switch self {
        case .schema: "schema"
        case .extension: "extension"
        case .type: "type"
        case .domainConstraint, .constraint: "constraint"
        case .sequence: "sequence"
        case .sequenceOwner: "owner of sequence"
        case .table: "table"
        case .column: "column"
        case .columnDefault: "default of column"
        case .attachment: "partition"
        case .index: "index"
        case .indexAttachment: "index partition"
        case .view: "view"
        case .materializedView: "materialized view"
        case .routine: "routine"
        case .trigger: "trigger"
        case .rule: "rule"
        case .policy: "policy"
        case .statistics: "statistics"
        case .publication, .publicationTable, .publicationSchema: "publication"
        case .defaultPrivileges: "default privileges"
        }
    }
}
