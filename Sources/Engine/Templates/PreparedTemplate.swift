import Diagnostics
import Mustache

/// A template with all that it includes, ready to be rendered.
struct PreparedTemplate: Sendable {
    let source: TemplateSource
    /// The partials it reaches, by their names within the family.
    let partials: [String: TemplateSource]
    private let library: MustacheLibrary
    private let name: String

    /// Compiles a template and what it reaches; `partial` finds a template of the same family by its name.
    ///
    /// - Throws: what Mustache does not understand, and what `partial` throws.
    init(
        _ source: TemplateSource,
        named name: String,
        partial: (String) throws(Diagnostics) -> TemplateSource?
    ) throws(Diagnostics) {
        var reached: [String: TemplateSource] = [:]
        var waiting = source.partials
        while let next = waiting.popFirst() {
            guard reached[next] == nil, let found = try partial(next) else { continue }
            reached[next] = found
            waiting.formUnion(found.partials)
        }
        var library = MustacheLibrary()
        try Self.register(source, name, &library)
        for (name, partial) in reached { try Self.register(partial, name, &library) }
        self.source = source
        self.name = name
        self.library = library
        partials = reached
    }

    private static func register(
        _ template: TemplateSource,
        _ name: String,
        _ library: inout MustacheLibrary
    ) throws(Diagnostics) {
        do {
            try library.register(template.mustache, named: name)
        } catch {
            let message = "\(template.source.name) is not understood: \(error)"
            throw Diagnostics([Diagnostic(.error, "template.not-understood", message)])
        }
    }

    func render(_ values: [String: Any]) -> String {
        guard let text = library.render(values, withTemplate: name) else {
            preconditionFailure("a prepared template is registered under its name")
        }
        return text
    }
}
