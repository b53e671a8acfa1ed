import SQL

/// The names that Prisma gives to keys and indexes without one.
enum ConstraintName {
    /// What the object is, by the end of its name.
    enum Suffix: String {
        case primaryKey = "_pkey"
        case unique = "_key"
        case index = "_idx"
        case foreignKey = "_fkey"
    }

    /// `{table}_{columns}{suffix}`, in which the part before the suffix is cut so that all fits into 63 bytes.
    static func of(_ suffix: Suffix, _ table: QualifiedName, _ columns: [Identifier] = []) -> Identifier {
        let body = ([table.name.name] + columns.map(\.name)).joined(separator: "_")
        return Identifier(cutting: body, before: suffix.rawValue)
    }
}

extension Identifier {
    /// A name with an ending that is kept whole; the part before it is cut at the boundary of a character.
    init(cutting body: String, before suffix: String) {
        let limit = Identifier.maximumLength - suffix.utf8.count
        var kept = ""
        var length = 0
        for scalar in body.unicodeScalars {
            length += UTF8.width(scalar)
            if length > limit { break }
            kept.unicodeScalars.append(scalar)
        }
        // It is never longer than 63 bytes now, so that nothing is shortened further.
        self.init(shortening: kept + suffix)
    }
}
