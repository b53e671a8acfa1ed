/// One remark about a text a person wrote: what is wrong, where, and what would be right.
package struct Diagnostic: Sendable, Hashable, Error {
    /// How much it matters.
    package enum Severity: String, Sendable {
        /// The text cannot be used.
        case error
        /// The text can be used, but is probably not what was meant.
        case warning
        /// For information.
        case note
    }

    /// A second place, or a fact, that explains the diagnostic.
    package struct Note: Sendable, Hashable {
        /// A phrase without a full stop.
        package var message: String

        /// The place it speaks of, where it has one of its own.
        package var range: SourceRange?

        /// An explanation, shown below the diagnostic.
        package init(_ message: String, at range: SourceRange? = nil) {
            self.message = message
            self.range = range
        }
    }

    /// How much it matters.
    package var severity: Severity

    /// The stable name of this kind of mistake, such as `plan.unknown-key`.
    package var id: String

    /// What is wrong: a phrase without a full stop.
    package var message: String

    /// The stretch of text it is about; nil when it is about the whole.
    package var range: SourceRange?

    /// Further places and facts.
    package var notes: [Note]

    /// What to do about it, such as `did you mean 'column'?`.
    package var fix: String?

    /// Whether it is about a secret, of which its id tells: then the line is not shown.
    package var isAboutSecret: Bool { id.hasSuffix(".secret") }

    /// A diagnostic, best built where the mistake is found.
    package init(
        _ severity: Severity,
        _ id: String,
        _ message: String,
        at range: SourceRange? = nil,
        notes: [Note] = [],
        fix: String? = nil
    ) {
        self.severity = severity
        self.id = id
        self.message = message
        self.range = range
        self.notes = notes
        self.fix = fix
    }
}
