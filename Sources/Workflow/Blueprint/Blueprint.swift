package import SQL

/// A change resolved against the catalog: what is added, kept in sync, copied, proved, enforced and retired.
///
/// Everything after the kind works on it: templates, backfill, verification, rollback. It is stored in the ledger when a
/// run begins and again before each phase up to enforce, and from contract on it is the only memory of the old shape.
/// Each family of templates has one conforming type; the engine knows no kind.
package protocol Blueprint: Sendable, Hashable, Codable {
    /// The template folder; stored with the blueprint, and what it is decoded by.
    static var family: String { get }

    var family: String { get }
    /// The plan's name.
    var plan: String { get }

    /// The table whose rows are copied and counted.
    var table: QualifiedName { get }
    /// Where these rows are once contract has run.
    var settled: QualifiedName { get }
    /// Every table that holds a part of the old or the new shape, `table` among them: their writes are observed.
    var tables: [QualifiedName] { get }
    /// What no other plan may be about while this one runs: `"app"."Profile"."bio"`, or a table as a whole.
    var claims: [String] { get }
    /// Columns that it reads by their names and leaves as they are, spelled as `claims`: a key, what an expression names.
    var readColumns: [String] { get }
    /// The claims whose columns get another name, type or place, so that what contains them is made anew.
    var changedNames: [String] { get }
    var isPartitioned: Bool { get }

    /// Whether undoing contract takes enforce along, since a primary key goes back.
    var movesPrimaryKey: Bool { get }
    /// Whether an INSERT that wrote the old shape can be told from one that left it to its default.
    var tellsInserts: Bool { get }

    /// The names that versions of before use and contract takes away; nil where nobody can tell.
    var legacyNames: [NamedShape]? { get }

    /// Columns that contract takes away, each with the column of the same table that takes its place.
    var successors: [NamePair] { get }
    /// Columns whose name stays and whose type does not.
    var retyped: [NamedShape] { get }
    /// Columns of before that the change is about, and whose name and type stay.
    var stayingColumns: [NamedShape] { get }
    /// Columns that expand adds to tables that are there.
    var addedColumns: [NamedShape] { get }
    /// What undoing expand drops: columns by the names that they have now, and tables without columns.
    func vanishing(afterContract: Bool) -> [NamedShape]
    /// What contract makes anew, as it was when this was resolved.
    var redefined: [Redefinition] { get }
    /// The same with what contract makes anew as another one of the same plan has it.
    func redefining(as other: Self) -> Self
    /// Triggers of the table that name the old columns and are created again, by contract for the last time.
    var recreatedTriggers: [ColumnTriggerFacts] { get }

    /// The same with these triggers as another one has them.
    func recreating(as other: Self) -> Self

    /// Writes of what contract takes away.
    var legacyWrites: [WatchedSides] { get }

    /// Whether an INSERT that made such a write can be told from one that left the column to its default.
    var tellsLegacyInserts: Bool { get }

    /// Names that the new shape has until contract only, each beside the name that it takes over then: versions that use the
    /// first fail from contract on, and those that use the second go on.
    var workingNames: [NamePair] { get }

    /// The same names as shapes: only a statement that names them fails, and none that reads the whole row.
    var workingShapes: [NamedShape] { get }

    /// Whether one-sided writes are recorded at all: evidence that there were none needs somebody who looked.
    var recordsWriters: Bool { get }

    /// Whether expand makes nothing that holds rows, so that its steps can be run again.
    var repeatsExpand: Bool { get }

    /// The words people are told about it.
    var words: BlueprintWords { get }

    /// The same change on the partitions that there are now.
    func withPartitions(_ leaves: [QualifiedName]) -> Self
    /// The same change resolved again once expand has run, with what only the former resolution could know: what the old
    /// shape was like before, and what the sync function was made for.
    func keepingFunction(of former: Self) -> Self
    /// What about the old shape is different in another blueprint and keeps contract from beginning, in words; partitions may come
    /// and go.
    func differences(from other: Self) -> [String]
    /// What has been changed of the old shape since another resolution, each as the statement that does it.
    func changes(since former: Self) -> [String]
    /// Whether what has been changed since can be carried over while both shapes live.
    func follows(_ former: Self) -> Bool
    /// The same as far as a glance at the catalog tells it, which clones nothing.
    func atGlance() -> Self
    /// Whether it has objects that a glance does not read.
    var hasUnglanced: Bool { get }
    /// Columns that such objects may depend on.
    var unglanced: [NamedShape] { get }
    /// The columns whose place others have between contract and purge, each with the one that has it.
    var successorsInPlace: [SuccessorInPlace] { get }
    /// The same with what the successor of a column has now, for the way back.
    func returning(_ successor: ColumnFacts, with default: ReturnedDefault, to column: Identifier) -> Self
    /// Whether undoing a phase would drop what has been changed from outside, unless that is carried over before.
    var carriesOverBeforeUndo: Bool { get }
    /// What enforce made for the old shape as it was, and would not make for it as it is.
    func superseded(by present: Self) -> Superseded<Self>?
}

/// How a change is spoken of.
package struct BlueprintWords: Sendable, Hashable {
    /// What a full check proves: `every row holds the same value in bio and biography`.
    package var invariant: String
    /// The same, for each further column of counts that the comparison has.
    package var invariants: [String: String] = [:]
    /// What undoing expand removes: `the column biography is dropped, the old one keeps every value`; nil when nothing.
    package var undone: String?
    /// What contract takes from the application: `versions that still use the old column fail from here on`.
    package var contracted: String
    /// What rollback of contract could not bring back, or is refused for: `rows that nothing is linked to refuse rollback`;
    /// nil where nothing is lost.
    package var unreturnable: String?
    /// What purge drops: `crossfade_old_bio of Profile`; nil when contract sets nothing aside, and ends the run.
    package var purged: String?
    /// Why there is no way back after purge.
    package var lost: String
    /// What can be done instead.
    package var wayOut: String

    package init(
        invariant: String,
        invariants: [String: String] = [:],
        undone: String?,
        contracted: String,
        unreturnable: String? = nil,
        purged: String?,
        lost: String,
        wayOut: String
    ) {
        self.invariant = invariant
        self.invariants = invariants
        self.undone = undone
        self.contracted = contracted
        self.unreturnable = unreturnable
        self.purged = purged
        self.lost = lost
        self.wayOut = wayOut
    }
}

extension BlueprintWords {
    /// What there is to go back by once contract has run, and what that would lose.
    package var afterContract: String {
        guard purged != nil else {
            return
                "contract completes the run, and rollback is not possible from there on; what can be done then: \(wayOut)"
        }
        return "until purge rollback can undo contract: \(unreturnable ?? "nothing is lost")"
    }
}

extension Blueprint {
    /// What a writer does that contract stops, in words.
    package var legacyWrite: String {
        let names = workingNames.map { "\($0.key)" }.joined(separator: ", ")
        if workingNames.isEmpty { return GateFacts.writesOld }
        let takesOld = legacyWrites.contains { $0.sides == ["old"] }
        return (takesOld ? "\(GateFacts.writesOld) or " : "") + "wrote the working name \(names)"
    }

    package var settled: QualifiedName { table }
    package var readColumns: [String] { [] }
    package var changedNames: [String] { claims.filter { !readColumns.contains($0) } }
    package var isPartitioned: Bool { false }
    package var movesPrimaryKey: Bool { false }
    package var tellsInserts: Bool { true }
    package var legacyNames: [NamedShape]? { [] }
    package var successors: [NamePair] { [] }
    package var retyped: [NamedShape] { [] }
    package var stayingColumns: [NamedShape] { [] }
    package var addedColumns: [NamedShape] { [] }
    package func vanishing(afterContract _: Bool) -> [NamedShape] { addedColumns }
    package var recreatedTriggers: [ColumnTriggerFacts] { [] }
    package var redefined: [Redefinition] { [] }
    package func redefining(as _: Self) -> Self { self }
    package func recreating(as _: Self) -> Self { self }
    package var recordsWriters: Bool { true }
    package var repeatsExpand: Bool { false }
    package var legacyWrites: [WatchedSides] { [WatchedSides(plan: plan, sides: ["old"])] }
    package var tellsLegacyInserts: Bool { tellsInserts }
    package var workingNames: [NamePair] { [] }
    package var workingShapes: [NamedShape] { [] }
    package func withPartitions(_: [QualifiedName]) -> Self { self }
    package func keepingFunction(of _: Self) -> Self { self }
    package func differences(from _: Self) -> [String] { [] }
    package func changes(since _: Self) -> [String] { [] }
    package func follows(_: Self) -> Bool { false }
    package func atGlance() -> Self { self }
    package var hasUnglanced: Bool { false }
    package var unglanced: [NamedShape] { [] }
    package var successorsInPlace: [SuccessorInPlace] { [] }
    package func returning(_: ColumnFacts, with _: ReturnedDefault, to _: Identifier) -> Self { self }
    package var carriesOverBeforeUndo: Bool { false }
    package func superseded(by _: Self) -> Superseded<Self>? { nil }
}
