import Diagnostics
import Engine
import Foundation
import SQL
import TestSupport
import Testing

/// A folder of templates for one case, removed with it.
final class TemplateFiles {
    let folder: URL

    /// Writes texts by name: `same_row/expand` becomes `same_row/expand.sql.mustache`; with `.sql` it stays plain.
    init(_ texts: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        for (name, text) in texts {
            let file = folder.appending(path: name.hasSuffix(".sql") ? name : name + ".sql.mustache")
            let family = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: family, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func library(overrides: TemplateFiles? = nil) throws(Diagnostics) -> TemplateLibrary {
        try TemplateLibrary(shipped: folder, overrides: overrides?.folder)
    }
}

/// What is found wrong when the marked template is loaded and rendered as one statement.
func templateFindings(
    _ marked: String,
    _ values: [String: TemplateValue] = [:],
    partials: [String: String] = [:]
) throws -> [String] {
    let text = MarkedText(marked)
    let others = partials.map { ("same_row/\($0)", $1) }
    let files = try TemplateFiles(Dictionary(uniqueKeysWithValues: others + [("same_row/case", text.source.text)]))
    do throws(Diagnostics) {
        _ = try files.library().renderStatement("same_row/case", TemplateContext(values))
        return []
    } catch {
        #expect(text.unused(by: error) == [])
        return text.findings(of: error)
    }
}

/// The statement a template makes with these values.
func renderedStatement(
    _ template: String,
    _ values: [String: TemplateValue],
    partials: [String: String] = [:]
) throws -> String {
    let others = partials.map { ("same_row/\($0)", $1) }
    let files = try TemplateFiles(Dictionary(uniqueKeysWithValues: others + [("same_row/case", template)]))
    return try files.library().renderStatement("same_row/case", TemplateContext(values))
}

extension TemplateValue {
    /// A name that may be anything.
    static func column(_ name: String) throws -> TemplateValue { .identifier(try Identifier(name)) }

    /// A string that may be anything.
    static func string(_ text: String) throws -> TemplateValue { .literal(try Literal(text)) }
}
