package import Diagnostics
package import Foundation
import Mustache
import Templates

/// The SQL templates in use: those that ship, overridden file by file.
package struct TemplateLibrary: Sendable {
    private let sources: [String: SourceText]
    private let compiled: [String: MustacheLibrary]

    /// Reads the shipped templates, and those of `--templates` over them.
    ///
    /// - Parameter overrides: a folder laid out like the shipped one: `same_row/expand.sql.mustache`.
    /// - Throws: Diagnostics for a template that cannot be read or is not one.
    package init(overrides: URL?) throws(Diagnostics) {
        guard let shipped = Self.shippedFolder() else {
            throw Diagnostics([
                Diagnostic(.error, "template.missing", "the templates that ship with crossfade are not to be found: install it again")
            ])
        }
        var sources = try Self.read(shipped)
        if let overrides {
            let own = try Self.read(overrides)
            let unknown = own.keys.filter { sources[$0] == nil }.sorted()
            guard unknown.isEmpty else {
                throw Diagnostics(
                    unknown.map { name in
                        Diagnostic(
                            .error,
                            "template.unknown-file",
                            "\(overrides.relativePath)/\(name) overrides no template that ships with crossfade",
                            fix: closestMatch(to: name, among: sources.keys).map { "did you mean '\($0)'?" }
                        )
                    }
                )
            }
            sources.merge(own) { $1 }
        }
        try self.init(sources: sources)
    }

    /// Templates given as texts, by name (`same_row/expand`).
    package init(sources: [String: SourceText]) throws(Diagnostics) {
        self.sources = sources
        var compiled: [String: MustacheLibrary] = [:]
        for (name, source) in sources {
            let (family, file) = Self.split(name)
            do {
                // Without the pragma the content would be HTML-escaped; partials need it too.
                try compiled[family, default: MustacheLibrary()].register("{{% CONTENT_TYPE:TEXT}}" + source.text, named: file)
            } catch {
                throw Diagnostics([Diagnostic(.error, "template.syntax", "\(source.name) is not a template: \(error)")])
            }
        }
        self.compiled = compiled
    }

    /// Checks every tag of a family against the variables that exist.
    ///
    /// - Parameter specimen: a context in which every list has an item.
    package func check(_ family: String, against specimen: TemplateContext) -> Diagnostics {
        let members = sources.filter { Self.split($0.key).family == family }
        let check = TagCheck(context: specimen, partials: Set(members.keys.map { Self.split($0).file }))
        return Diagnostics(members.keys.sorted().flatMap { name in members[name].map(check.diagnose) ?? [] })
    }

    /// Renders a file of steps.
    package func render(_ name: String, _ context: TemplateContext, mode: RenderMode = .engine) throws(Diagnostics)
        -> StepFile
    {
        try StepFile(parsing: try text(name, context, mode))
    }

    /// Renders a file of checks.
    package func renderChecks(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> CheckFile {
        try CheckFile(parsing: try text(name, context, .engine))
    }

    /// Renders a file of one statement.
    package func renderStatement(_ name: String, _ context: TemplateContext) throws(Diagnostics) -> String {
        let source = try text(name, context, .engine)
        return try StepFile.only(StepFile.statements(source.text, in: source, firstLine: 1), of: name, in: source, line: 1)
    }

    package func source(_ name: String) -> SourceText? { sources[name] }

    /// SHA-256 over the names and texts of a family.
    package func digest(of family: String) -> String {
        let members = sources.filter { Self.split($0.key).family == family }.sorted { $0.key < $1.key }
        return Digest.hex(members.map { "\($0.key)\n\($0.value.text)" }.joined(separator: "\u{0}"))
    }

    private func text(_ name: String, _ context: TemplateContext, _ mode: RenderMode) throws(Diagnostics) -> SourceText {
        let (family, file) = Self.split(name)
        let object = context.values.mapValues { $0.rendered(mode) }
        guard let source = sources[name], let text = compiled[family]?.render(object, withTemplate: file) else {
            throw Diagnostics([Diagnostic(.error, "template.missing", "there is no template \(name)")])
        }
        return SourceText(name: "\(source.name) (rendered)", text: text)
    }
}

// MARK: - Files

extension TemplateLibrary {
    private static func split(_ name: String) -> (family: String, file: String) {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", name)
    }

    /// Installed beside the executable, or in the bundle that the build lays there.
    private static func shippedFolder() -> URL? {
        let executable = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
        let installed = executable.appending(path: "../share/crossfade/templates").standardizedFileURL
        if FileManager.default.fileExists(atPath: installed.appending(path: "same_row").path) { return installed }
        return ShippedTemplates.bundledFolder
    }

    /// Reads `family/file.sql[.mustache]` from a folder.
    private static func read(_ folder: URL) throws(Diagnostics) -> [String: SourceText] {
        var sources: [String: SourceText] = [:]
        do {
            for family in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
                let path = folder.appending(path: family)
                guard (try? FileManager.default.contentsOfDirectory(atPath: path.path)) != nil else { continue }
                for file in try FileManager.default.contentsOfDirectory(atPath: path.path).sorted() {
                    guard let stem = [".sql.mustache", ".sql"].first(where: file.hasSuffix).map({ file.dropLast($0.count) })
                    else { continue }
                    let text = try String(contentsOf: path.appending(path: file), encoding: .utf8)
                    sources["\(family)/\(stem)"] = SourceText(name: "\(family)/\(file)", text: text)
                }
            }
        } catch {
            throw Diagnostics([
                Diagnostic(.error, "template.unreadable", "the templates in \(folder.path) cannot be read: \(error.localizedDescription)")
            ])
        }
        return sources
    }
}
