/// The ids of what is wrong with a plan whose structure is right.
package enum PlanMistake: String, CaseIterable, Sendable {
    case version = "plan.version"
    case invalidValue = "plan.invalid-value"
    case outOfRange = "plan.out-of-range"
    case invalidName = "plan.invalid-name"
    case sameName = "plan.same-name"
    case invalidSQL = "plan.invalid-sql"
    case commentInSQL = "plan.comment-in-sql"
    case unsupported = "plan.unsupported"
    case repeated = "plan.repeated"
    case secret = "plan.secret"
    case oneKey = "plan.one-key"

    /// What is wrong, as a phrase.
    package var meaning: String {
        switch self {
        case .version: "a version of the language that this program does not read"
        case .invalidValue: "not a duration, a time, a word of the list or whatever the key takes"
        case .outOfRange: "a number or duration outside its range"
        case .invalidName: "a name that a plan or PostgreSQL cannot have"
        case .sameName: "the old and the new name are the same"
        case .invalidSQL: "not SQL, or not one SELECT that only reads"
        case .commentInSQL: "a warning: the text after `#` is a comment and not SQL"
        case .unsupported: "designed, but not supported by this version"
        case .repeated: "the same entry twice in a list"
        case .secret:
            "a password, or a user with one, in an address, or something other than a variable's name "
                + "where a hook needs one; the line is not shown, so that it does not get into a log"
        case .oneKey: "none or several of the keys of which exactly one is needed"
        }
    }
}

/// A key or a word of the plan's language that this version refuses, because it could not honour it.
struct Unsupported: Sendable {
    let name: String
    /// What is not there yet: a clause that ends the message.
    let reason: String

    init(_ name: String, _ reason: String = "is not supported yet") {
        self.name = name
        self.reason = reason
    }

    var message: String { "'\(name)' \(reason)" }
}
