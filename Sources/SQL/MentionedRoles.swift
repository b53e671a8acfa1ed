/// The roles that a statement names: owners, grantees, members, those of policies.
package struct MentionedRoles: Sendable {
    /// In no order; none where the statement is not understood.
    package let names: Set<Identifier>

    /// Reads a statement; PUBLIC, CURRENT_USER and the like are no names.
    package init(of statement: String) {
        guard let tree = try? PGQuery.parse(statement) else {
            // A statement that this parser does not know names none that could be told.
            names = []
            return
        }
        names = Set(tree.texts(of: "rolename").compactMap { try? Identifier($0) })
    }
}

extension SyntaxTree {
    /// The texts of a field, wherever it is.
    fileprivate func texts(of field: String) -> [String] {
        switch self {
        case .object(let fields):
            fields.flatMap { name, value in
                (name == field ? [value.string].compactMap(\.self) : []) + value.texts(of: field)
            }
        case .list(let items): items.flatMap { $0.texts(of: field) }
        case .text, .number, .flag, .null: []
        }
    }
}
