package import SQL

/// What the server knows of one expression of a mapping.
package struct ExpressionFacts: Sendable, Hashable, Codable {
    /// The type of its value before that is assigned to a column, as format_type writes it.
    package var type: ServerText
    /// Whether it has a value where every column it reads is NULL.
    package var mapsNull: Bool
    /// Whether it has a value where an INSERT leaves out every column it reads.
    package var mapsOmitted: Bool
    /// Whether its value may depend on the settings of the session.
    package var readsSettings: Bool
    /// The expression as the server writes it for a search_path of pg_catalog alone; nil where a run began before this was
    /// looked at.
    package var resolved: Expression?
    /// Whether it calls a function that is not PostgreSQL's own; nil where a run began before this was looked at.
    package var callsApplication: Bool?

    package init(type: ServerText, mapsNull: Bool, mapsOmitted: Bool, readsSettings: Bool) {
        self.type = type
        self.mapsNull = mapsNull
        self.mapsOmitted = mapsOmitted
        self.readsSettings = readsSettings
    }
}

extension ExpressionFacts? {
    /// False where a run began before this was looked at.
    package var mapsNull: Bool { self?.mapsNull ?? false }
    /// False where a run began before this was looked at.
    package var mapsOmitted: Bool { self?.mapsOmitted ?? false }
}
