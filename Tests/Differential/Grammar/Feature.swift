/// What a random table may have, each by itself, so that a difference shrinks by leaving one out.
enum Feature: String, CaseIterable, Sendable {
    // The key
    case compositeKey, deferrableKey, noPrimaryKey, identityAlways, identityByDefault, serialKey
    case listPartitions, hashPartitions
    // The columns that change
    case required, constantDefault, madeDefault
    case uniqueSubject, uniqueDeferrable, uniqueDeferred, uniquePair, partialUnique, plainIndex, checkSubject
    case exclusion, statistics
    case generatedFromSubject, subjectReferences, subjectReferencesSetNull, subjectIsReferenced
    // The other columns
    case uniqueNote, uniqueNoteDeferred, checkAmount, generatedColumn
    // Triggers
    case audit, auditOfColumn, bump, normaliseNote, normaliseSubject, fillSubject, protectSubject, protectRow, skipRow,
        refuseRow
    case denormalise, history, columnList, whenChanged, perStatement, constraintTrigger
    // Around the table
    case policy, policyOnSubject, materializedView, parsedFunction, view, viewOfView, childCascade, childSetNull,
        childRestrict, columnGrants, comment
    case byOwner, keepsOldShape

    /// How likely a table has it.
    var probability: Double {
        switch self {
        case .required, .constantDefault, .audit: 0.35
        case .uniqueSubject, .compositeKey, .bump, .denormalise, .view, .plainIndex: 0.2
        case .noPrimaryKey: 0.04
        case .skipRow: 0.03
        case .byOwner: 0.3
        case .keepsOldShape: 0.7
        default: 0.1
        }
    }

    /// Those that go with columns that come to stand in another table: there a new version's write is one of its own, of
    /// which triggers of the first table see another number of writes.
    static let besideOtherTable: Set<Feature> = [
        .noPrimaryKey, .identityAlways, .identityByDefault, .serialKey, .uniqueNote, .uniqueNoteDeferred, .checkAmount,
        .generatedColumn, .normaliseNote, .denormalise, .view, .viewOfView, .childCascade, .childSetNull,
        .childRestrict, .comment,
        .byOwner, .keepsOldShape,
    ]
}
