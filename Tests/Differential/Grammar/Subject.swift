/// The columns that a change is about, and how one side's values are written on the other.
struct Subject: Sendable {
    struct Part: Sendable {
        let slot: Slot
        let type: String
    }

    /// A value of either side; nil is NULL.
    struct Pair: Sendable {
        let old: [String?]
        let new: [String?]
        var isNull: Bool { old.allSatisfy { $0 == nil } }
    }

    var old: [Part]
    var new: [Part]
    /// The first is NULL on both sides.
    var pairs: [Pair]
    /// The old values, as expressions over the new columns, which `$1` and `$2` stand for.
    var back: [String]
    /// The section of the plan below the kind's key; `$table`, `$oldA`… stand for names in YAML, `:oldA`… for names in SQL.
    var section: String
    /// DDL for types, with `$schema`.
    var types = ""
    /// Whether the old values may be NULL.
    var takesNull = true
    /// Whether the expressions allow them to be NOT NULL.
    var canBeRequired = true
    /// Whether values that differ stay different.
    var canBeUnique = true
    /// Whether the new columns have the old ones' names once contract is done.
    var keepsName = false
    /// Whether values have an equality that an index can use.
    var isComparable = true
    /// Whether checks and foreign keys that name the old columns follow.
    var carries = true
    /// Whether checks and conditions of indexes follow, though the values are others.
    var mapsChecks = false
    /// Whether `lower` and the like can be called on the first old column.
    var isText = false
    /// What the old columns hold where a version left them out that knows nothing of the change.
    var fill: String?
    /// What the foreign key of a link does; empty: there is none.
    var reference: String?
    /// Whether a trigger of the application's makes the other table's row, which the change then finds.
    var hasRows = false
    /// Whether the change is of the table's name alone.
    var renamesTable = false

    /// Rows of values for a column that has the same ones on both sides.
    static func same(_ values: String...) -> [Pair] {
        [Pair(old: [nil], new: [nil])] + values.map { Pair(old: [$0], new: [$0]) }
    }

    static func pairs(_ values: (String, String)...) -> [Pair] {
        [Pair(old: [nil], new: [nil])] + values.map { Pair(old: [$0.0], new: [$0.1]) }
    }
}
