/// Whose word a phase needs, how many of them, and for how long it holds.
package struct ApprovalRule: Sendable, Hashable {
    /// How many different people.
    package var count: Int
    /// Whether the person who began the run does not count.
    package var notAuthor: Bool
    /// A PostgreSQL role that they must be members of, by the session that approves; nil for anybody.
    package var role: String?
    /// How long an approval holds; nil for as long as nothing voids it.
    package var expires: Duration?

    package init(count: Int = 1, notAuthor: Bool = false, role: String? = nil, expires: Duration? = nil) {
        self.count = count
        self.notAuthor = notAuthor
        self.role = role
        self.expires = expires
    }

    /// What output and `--override` call it: one rule without a role, and one for each role.
    package var name: String { role.map { "approval \($0)" } ?? "approval" }
}

extension ApprovalRule {
    static let form = ValueForm<ApprovalRule>.section(
        .optional("count", .integer(in: 1...20), default: ApprovalRule().count, "How many different people."),
        .optional(
            "not_author",
            .boolean,
            default: ApprovalRule().notAuthor,
            "Whether the person who began the run does not count."
        ),
        .optional("role", .line, "A PostgreSQL role that they must be members of; anybody when left out."),
        .optional(
            "expires",
            .duration(from: .minutes(1), to: .days(365)),
            "How long an approval holds; as long as nothing voids it when left out."
        ),
        build: { count, notAuthor, role, expires in
            ApprovalRule(count: count, notAuthor: notAuthor, role: role, expires: expires)
        }
    )
}
