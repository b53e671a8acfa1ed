/// The ids of what is wrong with a plan whose structure is right.
package enum PlanMistake: String, CaseIterable, Sendable {
    /// A `version:` that this program does not read.
    case version = "plan.version"
    /// A text that is not a duration, a time, a word of the list and so on.
    case invalidValue = "plan.invalid-value"
    /// A number or duration outside its range.
    case outOfRange = "plan.out-of-range"
    /// A plan's name, or one of the database, that cannot be used.
    case invalidName = "plan.invalid-name"
    /// Old and new name are the same.
    case sameName = "plan.same-name"
    /// SQL that does not parse, or is not one SELECT that only reads.
    case invalidSQL = "plan.invalid-sql"
    /// A comment behind plain SQL, where `#` may have been meant as an operator. A warning.
    case commentInSQL = "plan.comment-in-sql"
    /// Something that is designed, but that this version cannot honour.
    case unsupported = "plan.unsupported"
    /// The same entry twice in a list.
    case repeated = "plan.repeated"
    /// A password, or a user with one: the line it stands in is not shown.
    case secret = "plan.secret"
    /// None, or several, of the keys of which exactly one is wanted.
    case oneKey = "plan.one-key"
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
