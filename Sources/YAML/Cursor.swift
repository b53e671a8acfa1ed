package import Diagnostics

/// A value of a document, asked to be what the reader expects; what it is not becomes a diagnostic, and nil.
package struct Cursor {
    /// The value itself.
    package let node: Node

    /// The keys that lead to it, joined by dots: `phases.backfill.workers`; entries of a list share the list's path.
    package let path: String

    /// How messages call it: `'workers'`, `an entry of 'days'`.
    package let label: String

    /// Where to point when something is missing in it: its key.
    package let place: SourceRange

    let reading: Reading

    /// The outermost value of a document.
    package init(_ root: Node, _ reading: Reading) {
        let start = SourceRange(source: root.range.source, start: root.range.start, end: root.range.start)
        self.init(node: root, path: "", label: "the document", place: start, reading: reading)
    }

    init(node: Node, path: String, label: String, place: SourceRange, reading: Reading) {
        self.node = node
        self.path = path
        self.label = label
        self.place = place
        self.reading = reading
    }

    // MARK: - What it may be

    /// A text in any of YAML's notations.
    package func text() -> Scalar? {
        guard case .scalar(let scalar) = node.content else { return wrongType("a text") }
        return scalar
    }

    /// A whole number in decimal digits, without quotes.
    package func integer() -> Int? {
        guard case .scalar(let scalar) = node.content, scalar.style == .plain, let number = Int(scalar.text) else {
            return wrongType("a whole number")
        }
        return number
    }

    /// `true` or `false`, without quotes; `yes` and `on` are texts here.
    package func boolean() -> Bool? {
        guard case .scalar(let scalar) = node.content, scalar.style == .plain, let bool = Bool(scalar.text) else {
            return wrongType("true or false")
        }
        return bool
    }

    /// The entries of a list.
    package func list() -> [Cursor]? {
        guard case .sequence(let items) = node.content else { return wrongType("a list") }
        let label = "an entry of \(self.label)"
        return items.map { Cursor(node: $0, path: path, label: label, place: $0.range, reading: reading) }
    }

    /// A mapping, whose keys are asked for next.
    package func mapping() -> MappingCursor? {
        guard case .mapping(let entries) = node.content else { return wrongType("a mapping of keys to values") }
        return MappingCursor(cursor: self, entries: entries)
    }

    // MARK: - Mistakes

    /// Notes that the value is not right, under the value, or under `range` where that is a part of it.
    package func refuse(
        _ id: String,
        _ message: String,
        at range: SourceRange? = nil,
        severity: Diagnostic.Severity = .error,
        notes: [Diagnostic.Note] = [],
        fix: String? = nil
    ) {
        reading.add(Diagnostic(severity, id, message, at: range ?? node.range, notes: notes, fix: fix))
    }

    private func wrongType<Value>(_ expected: String) -> Value? {
        let found: String
        switch node.content {
        case .refused: return nil
        case .scalar(let scalar) where scalar.isMissing:
            refuse(StructureMistake.missingValue.rawValue, "\(label) has no value", at: place)
            return nil
        case .scalar(let scalar) where scalar.style == .plain: found = "'\(scalar.text)'"
        case .scalar: found = "a text"
        case .sequence: found = "a list"
        case .mapping: found = "a mapping"
        }
        refuse(StructureMistake.wrongType.rawValue, "\(label) must be \(expected), not \(found)")
        return nil
    }
}
