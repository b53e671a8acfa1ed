package import Diagnostics
package import Foundation
import SQL

/// The templates of all families; each is compiled when it is first rendered.
package struct TemplateLibrary: Sendable {
    /// Every file by name, those included that are not rendered.
    private var files: [String: SourceText] = [:]
    /// The templates among the files, `same_row/expand`; of some families only where no other is asked for.
    private var templates: Set<String> = []
    /// The folder of partials that every family may include; a family's own partial of the name takes the place of one.
    private static let shared = "shared"
    private let scanned = Memo<String, TemplateSource>()
    private let prepared = Memo<String, PreparedTemplate>()
    private let stepFiles = Memo<RenderedKey, StepFile>(capacity: 300)
    private let filesForPsql = Memo<RenderedKey, StepFile>(capacity: 300)
    private let checkFiles = Memo<RenderedKey, CheckFile>(capacity: 300)
    private let statements = Memo<RenderedKey, String>(capacity: 300)

    /// A rendered text, by which its parsed form is kept: a command renders the same file many times, and parsing takes
    /// far longer than rendering.
    private struct RenderedKey: Hashable {
        let name: String
        /// Two spellings of a character are equal as `String`, and two names to the server.
        let text: [UInt8]

        init(_ source: SourceText) {
            name = source.name
            text = Array(source.text.utf8)
        }
    }

    /// Reads the program's own templates; a file of the same name below `overrides` takes the place of one.
    ///
    /// - Throws: every mistake in any of them, or what could not be read.
    package init(overrides: URL?) throws(Diagnostics) {
        try self.init(TemplateFolder.shipped, overrides)
    }

    /// Takes the program's own templates of some families as they are.
    ///
    /// Scanning them takes longer than most commands. They are as they were when the program was tested: a mistake is only
    /// noticed when its template is rendered.
    package init(families: [String]) {
        for file in TemplateFolder.shipped {
            files[file.name] = file.source
            let family = Self.split(file.name).family
            if file.isTemplate, family == Self.shared || families.contains(family) { templates.insert(file.name) }
        }
    }

    /// Reads the templates of a folder; a file of the same name below `overrides` takes the place of one.
    ///
    /// - Throws: every mistake in any of them, or what could not be read.
    package init(shipped: URL, overrides: URL?) throws(Diagnostics) {
        try self.init(try TemplateFolder.read(shipped), overrides)
    }

    private init(_ shipped: [TemplateFolder.File], _ overrides: URL?) throws(Diagnostics) {
        var mistakes = Diagnostics()
        for file in shipped { take(file, &mistakes) }
        let known = Set(files.keys)
        let own = try overrides.map { folder throws(Diagnostics) in try TemplateFolder.read(folder) } ?? []
        for file in own { take(file, &mistakes) }
        for file in own where !known.contains(file.name) && !isPartial(file.name) {
            mistakes.add(Self.uselessOverride(file, known))
        }
        if !mistakes.hasErrors {
            for name in names { checkPartials(of: name, &mistakes) }
        }
        if mistakes.hasErrors { throw mistakes }
        for name in names { _ = try prepare(name) }
    }

    /// The names of all templates, `same_row/expand`, in their order.
    private var names: [String] { templates.sorted() }

    /// A template by its name; nil where there is none.
    ///
    /// - Throws: every mistake in it.
    private func template(_ name: String) throws(Diagnostics) -> TemplateSource? {
        guard templates.contains(name), let source = files[name] else { return nil }
        return try scanned.value(of: name) { () throws(Diagnostics) in try TemplateSource(source) }
    }

    private func prepare(_ name: String) throws(Diagnostics) -> PreparedTemplate {
        guard let source = try template(name) else {
            let fix = closestMatch(to: name, among: names).map { "did you mean '\($0)'?" }
            throw Diagnostics([Diagnostic(.error, "template.unknown", "there is no template '\(name)'", fix: fix)])
        }
        let (family, file) = Self.split(name)
        return try prepared.value(of: name) { () throws(Diagnostics) in
            try PreparedTemplate(source, named: file) { partial throws(Diagnostics) in
                if let own = try template("\(family)/\(partial)") { return own }
                return try template("\(Self.shared)/\(partial)")
            }
        }
    }

    /// The text of a template or script before it is rendered; nil for a name that does not exist.
    package func source(_ name: String) -> SourceText? { files[name] }

    /// SHA-256 over the names and texts of all files, in hexadecimal digits.
    package var digest: String { digest { _ in true } }

    /// SHA-256 over the names and texts of these families' files and the shared ones, in hexadecimal digits.
    package func digest(of families: [String]) -> String {
        digest { name in (families + [Self.shared]).contains { name.hasPrefix($0 + "/") } }
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
        let text = try text(name, context, mode)
        switch mode {
        case .engine:
            return try stepFiles.value(of: RenderedKey(text)) { () throws(Diagnostics) in try StepFile(parsing: text) }
        case .file:
            return try filesForPsql.value(of: RenderedKey(text)) { () throws(Diagnostics) in
                try StepFile(parsing: text).forPsql()
            }
        }
    }

    /// Renders a list of checks.
    ///
    /// - Throws: what is wrong with the template's tags, or with the SQL they made.
    package func renderChecks(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> CheckFile {
        let text = try text(name, context, .engine)
        return try checkFiles.value(of: RenderedKey(text)) { () throws(Diagnostics) in try CheckFile(parsing: text) }
    }

    /// Renders a file of exactly one statement, without the comments around it.
    ///
    /// - Throws: what is wrong with the template's tags, or with the SQL they made.
    package func renderStatement(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> String {
        let text = try text(name, context, .engine)
        return try statements.value(of: RenderedKey(text)) { () throws(Diagnostics) in
            let rendered = RenderedText(text)
            let script = try rendered.parse(rendered.all, title: nil)
            guard script.statements.count == 1 else {
                let message = "this file has \(script.statements.count) statements; one is wanted"
                throw Diagnostics([rendered.diagnostic("not-one-statement", message, at: rendered.all)])
            }
            return script.statements[0].text
        }
    }

    /// A warning for each variable of the context that none of the templates asks for.
    package func unusedVariables(of context: TemplateContext, in names: [String]) throws(Diagnostics) -> Diagnostics {
        var used: Set<String> = []
        for name in names where templates.contains(name) {
            used.formUnion(try check(name, context).used)
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
    package func check(_ family: String, against specimen: TemplateContext) throws(Diagnostics) -> Diagnostics {
        var mistakes: [Diagnostic] = []
        // A partial sees the variables of where it is included, and is looked at there.
        for name in names where Self.split(name).family == family && !isPartial(name) {
            mistakes += try check(name, specimen).mistakes
        }
        return Diagnostics(mistakes)
    }

    private func check(
        _ name: String,
        _ context: TemplateContext,
        mode: RenderMode = .engine
    ) throws(Diagnostics) -> TemplateCheck {
        let template = try prepare(name)
        var check = TemplateCheck(context, partials: template.partials, mode: mode)
        check.visit(template.source)
        return check
    }

    private func text(
        _ name: String,
        _ context: TemplateContext,
        _ mode: RenderMode
    ) throws(Diagnostics) -> SourceText {
        let check = try check(name, context, mode: mode)
        if !check.mistakes.isEmpty { throw Diagnostics(check.mistakes) }
        var printed = Self.printed(context.values, mode)
        for delimiter in check.delimiters {
            let spelled = DollarDelimiter.spelled(delimiter, avoiding: check.quotedDollars)
            printed[DollarDelimiter.variable(for: delimiter)] = PrintedValue(text: spelled)
        }
        return SourceText(name: name, text: try prepare(name).render(printed))
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
                templates.insert(file.name)
                scanned.forget(file.name)
                _ = try template(file.name)
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

    /// The partials that a template names; none where it has mistakes, which are told elsewhere.
    private func partials(of name: String) -> Set<String> {
        scanned[name]?.partials ?? []
    }

    private func isPartial(_ name: String) -> Bool {
        let (family, file) = Self.split(name)
        guard family != Self.shared else { return true }
        return names.contains { Self.split($0).family == family && partials(of: $0).contains(file) }
    }

    private static func uselessOverride(_ file: TemplateFolder.File, _ known: Set<String>) -> Diagnostic {
        let fix = closestMatch(to: file.name, among: known.sorted()).map { "did you mean '\($0)'?" }
        let message = "'\(file.name)' takes the place of no template, and none includes it"
        return Diagnostic(.error, "template.useless-override", message, fix: fix)
    }

    /// Refuses partials that do not exist, and those that would include themselves for ever.
    private func checkPartials(of name: String, _ mistakes: inout Diagnostics) {
        let (family, file) = Self.split(name)
        let known = names.filter { [family, Self.shared].contains(Self.split($0).family) }.map { Self.split($0).file }
        for partial in partials(of: name).sorted() where !known.contains(partial) {
            let fix = closestMatch(to: partial, among: known).map { "did you mean '\($0)'?" }
            let message = "\(files[name]?.name ?? name) includes '\(partial)', which does not exist"
            mistakes.add(Diagnostic(.error, "template.unknown-partial", message, fix: fix))
        }
        var reached: Set<String> = []
        var waiting = partials(of: name)
        while let next = waiting.popFirst() {
            let own = "\(family)/\(next)"
            let included = templates.contains(own) ? own : "\(Self.shared)/\(next)"
            if reached.insert(next).inserted { waiting.formUnion(partials(of: included)) }
        }
        guard reached.contains(file) else { return }
        mistakes.add(
            Diagnostic(.error, "template.endless-partial", "\(files[name]?.name ?? name) includes itself")
        )
    }
}
