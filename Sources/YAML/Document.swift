package import Diagnostics

/// One YAML document, read strictly: what YAML offers beyond mappings, lists and texts is refused.
package struct Document: Sendable {
    /// The outermost node; nil when the syntax is broken or nothing is there.
    package let root: Node?

    /// All that was refused, in order of place.
    ///
    /// With a root, reading can go on and report more.
    package let diagnostics: Diagnostics

    /// A plan has some forty lines; whatever is larger was not meant as one.
    static let largestSize = 1_000_000

    /// libyaml's time grows with the square of the depth.
    static let greatestDepth = 64

    /// Reads the text up to its end or its first syntax error.
    package init(parsing source: SourceText) {
        let size = source.text.utf8.count
        guard size <= Self.largestSize else {
            let message = "'\(source.name)' has \(size) bytes; at most \(Self.largestSize) are read"
            root = nil
            diagnostics = Diagnostics([Diagnostic(.error, YAMLMistake.tooLarge.rawValue, message)])
            return
        }
        var composer = Composer(source)
        root = composer.compose()
        diagnostics = composer.diagnostics
    }
}
