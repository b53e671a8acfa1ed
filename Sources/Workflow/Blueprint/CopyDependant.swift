package import SQL

/// An object on the new column, or a right or comment that only the new column has.
package struct CopyDependant: Sendable, Hashable, Codable {
    /// The object's own name; nil for a right or a comment.
    package var name: Identifier?
    /// As in a message: `index app.users_mail_idx`.
    package var shown: String
    /// The statement that gives the old column the same, where it can be written.
    package var remedy: String?

    package init(name: Identifier?, shown: String, remedy: String? = nil) {
        self.name = name
        self.shown = shown
        self.remedy = remedy
    }
}
