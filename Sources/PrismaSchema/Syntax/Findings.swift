import Diagnostics

/// What was found in the files of one schema, with places in bytes until they are told.
struct Findings {
    let files: [SourceText]
    private(set) var all: [Diagnostic] = []

    init(files: [SourceText]) {
        self.files = files
    }

    /// Remembers a mistake; `fix` is what to do about it.
    mutating func add(_ mistake: SchemaMistake, _ message: String, at span: Span, fix: String? = nil) {
        all.append(Diagnostic(.error, mistake.rawValue, message, at: range(of: span), fix: fix))
    }

    /// Remembers a name that is taken, and where it was declared first.
    mutating func addDuplicate(_ message: String, of first: Span, at span: Span) {
        let note = Diagnostic.Note("first declared here", at: range(of: first))
        all.append(
            Diagnostic(.error, SchemaMistake.duplicate.rawValue, message, at: range(of: span), notes: [note])
        )
    }

    /// The place of a span as an editor shows it.
    func range(of span: Span) -> SourceRange {
        files[span.file].range(ofBytes: span.start, to: span.end)
    }
}
