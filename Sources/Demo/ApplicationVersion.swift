/// A deployed version of the application, by the columns it knows.
enum ApplicationVersion: String, CaseIterable, Sendable {
    /// Knows `bio` only.
    case old
    /// Writes both columns, and reads both.
    case dual
    /// Knows `biography` only.
    case new

    /// The columns a write sets, all to the same value.
    private var written: [String] {
        switch self {
        case .old: ["bio"]
        case .dual: ["bio", "biography"]
        case .new: ["biography"]
        }
    }

    /// What a read selects; every one of them must be the value last written.
    private var read: [String] {
        switch self {
        case .old: ["bio"]
        // A row that the backfill has not reached has none yet.
        case .dual: ["bio", "coalesce(biography, bio)"]
        case .new: ["biography"]
        }
    }

    // MARK: - Statements

    /// `$1` is the value, `$2` the id.
    var update: String {
        let assignments = written.map { "\($0) = $1" }.joined(separator: ", ")
        return #"UPDATE "Profile" SET \#(assignments), "updatedAt" = now() WHERE id = $2"#
    }

    /// `$1` is the id.
    var select: String { #"SELECT \#(read.joined(separator: ", ")) FROM "Profile" WHERE id = $1"# }

    /// `$1` is the user's id, `$2` the value.
    var insert: String {
        let values = written.map { _ in "$2" }.joined(separator: ", ")
        return """
            INSERT INTO "Profile" ("userId", \(written.joined(separator: ", "))) VALUES ($1, \(values)) RETURNING id
            """
    }

    /// `$1` is the user's id, `$2` the value.
    var upsert: String {
        let assignments = written.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let values = written.map { _ in "$2" }.joined(separator: ", ")
        return """
            INSERT INTO "Profile" ("userId", \(written.joined(separator: ", "))) VALUES ($1, \(values))
            ON CONFLICT ("userId") DO UPDATE SET \(assignments), "updatedAt" = now() RETURNING id
            """
    }

    // MARK: - Statements that all versions share

    /// Leaves the biography to its default; `$1` is the user's id.
    static let insertEmpty = #"INSERT INTO "Profile" ("userId") VALUES ($1) RETURNING id"#

    /// Touches neither column; `$1` is the id.
    static let touch = #"UPDATE "Profile" SET "updatedAt" = now() WHERE id = $1"#

    /// `$1` is the email address, `$2` the name.
    static let insertUser = #"INSERT INTO "User" (email, name) VALUES ($1, $2) RETURNING id"#
}
