package import Diagnostics
package import Foundation
import Mustache
import SQL

/// The templates of all families, scanned and ready to be rendered.
package struct TemplateLibrary: Sendable {
    /// The templates of each family, by their names within it.
    private var templates: [String: [String: TemplateSource]] = [:]
    /// Every file by name, those included that are not rendered.
    private var files: [String: SourceText] = [:]
    /// The templates of each family as Mustache knows them, by their names within it.
    private var families: [String: MustacheLibrary] = [:]

    /// Reads the program's own templates; a file of the same name below `overrides` takes the place of one.
    ///
    /// - Throws: every mistake in any of them, or what could not be read.
    package init(overrides: URL?) throws(Diagnostics) {
        try self.init(shipped: try TemplateFolder.shipped(), overrides: overrides)
    }

    /// Reads the program's own templates, and makes those of some families ready.
    ///
    /// Scanning all of them takes longer than most commands. They are as they were when the program was tested; no mistake
    /// is looked for.
    ///
    /// - Throws: what could not be read.
    package init(families: [String]) throws(Diagnostics) {
        var mistakes = Diagnostics()
        for file in try TemplateFolder.read(try TemplateFolder.shipped()) {
            guard file.isTemplate, families.contains(Self.split(file.name).family) else {
                files[file.name] = file.source
                continue
            }
            take(file, &mistakes)
        }
        if mistakes.hasErrors { throw mistakes }
        try compile()
    }

    /// Reads the templates of a folder; a file of the same name below `overrides` takes the place of one.
    ///
    /// - Throws: every mistake in any of them, or what could not be read.
    package init(shipped: URL, overrides: URL?) throws(Diagnostics) {
        var mistakes = Diagnostics()
        for file in try TemplateFolder.read(shipped) { take(file, &mistakes) }
        let known = Set(files.keys)
        let own = try overrides.map { folder throws(Diagnostics) in try TemplateFolder.read(folder) } ?? []
        for file in own { take(file, &mistakes) }
        for file in own where !known.contains(file.name) && !isPartial(file.name) {
            mistakes.add(Self.uselessOverride(file, known))
        }
        for name in names { checkPartials(of: name, &mistakes) }
        if mistakes.hasErrors { throw mistakes }
        try compile()
    }

    /// The names of all templates that are ready, `same_row/expand`, in their order.
    private var names: [String] { templates.flatMap { family, own in own.keys.map { "\(family)/\($0)" } }.sorted() }

    private func template(_ name: String) -> TemplateSource? {
        let (family, file) = Self.split(name)
        return templates[family]?[file]
    }

    /// The text of a template or script before it is rendered; nil for a name that does not exist.
    package func source(_ name: String) -> SourceText? { files[name] }

    /// SHA-256 over the names and texts of all files, in hexadecimal digits.
    package var digest: String { digest { _ in true } }

    /// SHA-256 over the names and texts of these families' files, in hexadecimal digits.
    package func digest(of families: [String]) -> String {
        digest { name in families.contains { name.hasPrefix($0 + "/") } }
    }

    private func digest(where isMeant: (String) -> Bool) -> String {
        let texts = files.filter { isMeant($0.key) }.sorted { $0.key < $1.key }
        // With lengths, so that no text can pass for the beginning of the next name.
        return Digest.hex(
            texts.map { "\($0.key)\n\($0.value.text.utf8.count)\n\($0.value.text)" }.joined(separator: "\n")
        )
    }
}

// MARK: - Rendering

extension TemplateLibrary {
    /// Renders a list of steps.
    ///
    /// - Throws: what is wrong with the template's tags, or with the SQL they made.
    package func render(
        _ name: String,
        _ context: TemplateContext,
        mode: RenderMode = .engine
    ) throws(Diagnostics) -> StepFile {
        let file = try StepFile(parsing: try text(name, context, mode))
        return mode == .file ? try file.forPsql() : file
    }

    /// Renders a list of checks.
    ///
    /// - Throws: what is wrong with the template's tags, or with the SQL they made.
    package func renderChecks(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> CheckFile {
        try CheckFile(parsing: try text(name, context, .engine))
    }

    /// Renders a file of exactly one statement, without the comments around it.
    ///
    /// - Throws: what is wrong with the template's tags, or with the SQL they made.
    package func renderStatement(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> String {
        let rendered = RenderedText(try text(name, context, .engine))
        let script = try rendered.parse(rendered.all, title: nil)
        guard script.statements.count == 1 else {
            let message = "this file has \(script.statements.count) statements; one is wanted"
            throw Diagnostics([rendered.diagnostic("not-one-statement", message, at: rendered.all)])
        }
        return script.statements[0].text
    }

    /// A warning for each variable of the context that none of the templates asks for.
    package func unusedVariables(of context: TemplateContext, in names: [String]) -> Diagnostics {
        var used: Set<String> = []
        for name in names {
            guard let template = template(name) else { continue }
            var check = TemplateCheck(context, partials: partials(for: name), mode: .engine)
            check.visit(template)
            used.formUnion(check.used)
        }
        return Diagnostics(
            context.paths.subtracting(used).sorted().map { path in
                Diagnostic(.warning, "template.unused-variable", "the variable '\(path)' is used by no template")
            }
        )
    }

    /// What is wrong with the tags of a family, told before any of its files is rendered in earnest.
    ///
    /// The specimen is a context in which every list has an item.
    package func check(_ family: String, against specimen: TemplateContext) -> Diagnostics {
        let names = (templates[family] ?? [:]).keys.sorted().map { "\(family)/\($0)" }
        var mistakes: [Diagnostic] = []
        // A partial sees the variables of where it is included, and is looked at there.
        for name in names where !isPartial(name) {
            guard let template = template(name) else { continue }
            var check = TemplateCheck(specimen, partials: partials(for: name), mode: .engine)
            check.visit(template)
            mistakes += check.mistakes
        }
        return Diagnostics(mistakes)
    }

    private func text(
        _ name: String,
        _ context: TemplateContext,
        _ mode: RenderMode
    ) throws(Diagnostics) -> SourceText {
        let (family, file) = Self.split(name)
        guard let template = template(name), let library = families[family] else {
            let fix = closestMatch(to: name, among: names).map { "did you mean '\($0)'?" }
            throw Diagnostics([Diagnostic(.error, "template.unknown", "there is no template '\(name)'", fix: fix)])
        }
        var check = TemplateCheck(context, partials: partials(for: name), mode: mode)
        check.visit(template)
        if !check.mistakes.isEmpty { throw Diagnostics(check.mistakes) }
        var printed = Self.printed(context.values, mode)
        for delimiter in check.delimiters {
            let spelled = DollarDelimiter.spelled(delimiter, avoiding: check.quotedDollars)
            printed[DollarDelimiter.variable(for: delimiter)] = PrintedValue(text: spelled)
        }
        guard let text = library.render(printed, withTemplate: file) else {
            preconditionFailure("every scanned template is registered by compile()")
        }
        return SourceText(name: name, text: text)
    }

    private static func printed(_ variables: [String: TemplateValue], _ mode: RenderMode) -> [String: Any] {
        variables.compactMapValues { value in
            switch value {
            case .flag(let flag): flag
            case .list(let items): items.map { printed($0, mode) }
            case .identifier, .name, .literal, .expression, .verbatim, .number, .range:
                value.text(mode).map(PrintedValue.init)
            }
        }
    }
}

// MARK: - Reading

extension TemplateLibrary {
    private mutating func take(_ file: TemplateFolder.File, _ mistakes: inout Diagnostics) {
        files[file.name] = file.source
        do throws(Diagnostics) {
            if file.isTemplate {
                let (family, name) = Self.split(file.name)
                templates[family, default: [:]][name] = try TemplateSource(file.source)
            } else {
                let text = RenderedText(file.source)
                _ = try text.parse(text.all, title: nil)
            }
        } catch {
            mistakes.add(contentsOf: error.all)
        }
    }

    private static func split(_ name: String) -> (family: String, file: String) {
        let parts = name.split(separator: "/", maxSplits: 1)
        return (String(parts.first ?? ""), String(parts.dropFirst().first ?? ""))
    }

    /// The templates a template's partials may name: those of its own family.
    private func partials(for name: String) -> [String: TemplateSource] { templates[Self.split(name).family] ?? [:] }

    private func isPartial(_ name: String) -> Bool {
        let (family, file) = Self.split(name)
        return (templates[family] ?? [:]).contains { $0.value.partials.contains(file) }
    }

    private static func uselessOverride(_ file: TemplateFolder.File, _ known: Set<String>) -> Diagnostic {
        let fix = closestMatch(to: file.name, among: known.sorted()).map { "did you mean '\($0)'?" }
        let message = "'\(file.name)' takes the place of no template, and none includes it"
        return Diagnostic(.error, "template.useless-override", message, fix: fix)
    }

    /// Refuses partials that do not exist, and those that would include themselves for ever.
    private func checkPartials(of name: String, _ mistakes: inout Diagnostics) {
        guard let template = template(name) else { return }
        let family = partials(for: name)
        for partial in template.partials.sorted() where family[partial] == nil {
            let fix = closestMatch(to: partial, among: family.keys.sorted()).map { "did you mean '\($0)'?" }
            let message = "\(template.source.name) includes '\(partial)', which does not exist"
            mistakes.add(Diagnostic(.error, "template.unknown-partial", message, fix: fix))
        }
        var reached: Set<String> = []
        var waiting = template.partials
        while let next = waiting.popFirst() {
            if reached.insert(next).inserted { waiting.formUnion(family[next]?.partials ?? []) }
        }
        guard reached.contains(Self.split(name).file) else { return }
        mistakes.add(Diagnostic(.error, "template.endless-partial", "\(template.source.name) includes itself"))
    }

    private mutating func compile() throws(Diagnostics) {
        for (family, own) in templates {
            for (file, template) in own { try compile(template, file, of: family) }
        }
    }

    private mutating func compile(_ template: TemplateSource, _ file: String, of family: String) throws(Diagnostics) {
        do {
            try families[family, default: MustacheLibrary()].register(template.mustache, named: file)
        } catch {
            let message = "\(template.source.name) is not understood: \(error)"
            throw Diagnostics([Diagnostic(.error, "template.not-understood", message)])
        }
    }
}
