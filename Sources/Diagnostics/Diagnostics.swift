/// Everything that was found in one or several texts, sorted by place.
package struct Diagnostics: Sendable, Hashable, Error {
    /// Those without a place first, then by text and place; at one place in the order they were found.
    package private(set) var all: [Diagnostic] = []

    /// Nothing found yet, or what is given, in order of place.
    package init(_ diagnostics: some Sequence<Diagnostic> = []) {
        add(contentsOf: diagnostics)
    }

    /// Whether the text cannot be used.
    package var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// Whether nothing was found.
    package var isEmpty: Bool { all.isEmpty }

    /// Puts a diagnostic at its place among the others.
    package mutating func add(_ diagnostic: Diagnostic) {
        let index = all.lastIndex { !Self.isOrdered(diagnostic, $0) }
        all.insert(diagnostic, at: index.map { $0 + 1 } ?? 0)
    }

    /// Puts each at its place among the others.
    package mutating func add(contentsOf diagnostics: some Sequence<Diagnostic>) {
        for diagnostic in diagnostics { add(diagnostic) }
    }

    /// Whether the first stands strictly before the second.
    private static func isOrdered(_ first: Diagnostic, _ second: Diagnostic) -> Bool {
        switch (first.range, second.range) {
        case (let first?, let second?): first < second
        case (nil, _?): true
        case (_, nil): false
        }
    }
}
