package import SQL

/// One kind of change: a section of the plan, read and written down, before anything is known of the database.
package protocol ChangeKind: Sendable, Hashable {
    /// The key under `change:`, such as `rename_column`.
    static var key: String { get }

    /// Whether it can be one of several changes of one table: it changes columns where their rows stand.
    static var isListable: Bool { get }

    /// Whether an application can be the one that writes both shapes: they stand in one row, and one statement writes them.
    var canBeDualWritten: Bool { get }

    /// What the kind is for, in a sentence; editors show it beside the key.
    static var summary: String { get }

    /// How the section is written.
    static var form: ValueForm<Self> { get }

    /// What running applications can notice of it though it goes as it should.
    var effects: [ApplicationEffect] { get }

    /// The folder of templates that carries it out.
    var family: String { get }

    /// Every folder of templates that has a part in it.
    var families: [String] { get }

    /// The change in one line: `Profile.bio -> Profile.biography`.
    var line: String { get }

    /// What a plan's name is made of: a verb, the table, the column.
    var nameWords: [String] { get }

    /// What must not change under a run, each part spelled so that equal parts mean the same.
    var fixed: [String] { get }

    /// Whether its SQL is a person's own, whose unqualified names mean what they mean to the role's other sessions.
    var keepsSearchPath: Bool { get }

    /// The table whose rows are meant by "the table": what the application writes today.
    var table: QualifiedName { get }
}

extension ChangeKind {
    package var nameWords: [String] { [Self.key, table.description] }
    package var families: [String] { [family] }
    package var keepsSearchPath: Bool { false }
    package static var isListable: Bool { false }
    package var canBeDualWritten: Bool { false }

    /// The kind's key in a plan's list of changes.
    static var planKey: PlanKey<Change> { .required(key, form.map(Change.init), summary) }
}
