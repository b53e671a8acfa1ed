import Foundation
import Testing

@testable import CrossfadeCLI

/// What the page of commands says of the program and of each command.
enum CommandParts {
    static func commonOptions() throws -> String {
        let page = try #require(try ManualPage.all().first)
        return options(page.arguments)
    }

    static var environment: String {
        var table = MarkdownTable("variable", "meaning")
        for variable in EnvironmentVariable.allCases { table.row(variable.rawValue.code, variable.meaning) }
        return table.text
    }

    /// One part for each command, under a heading of its name.
    static let commands = ManualPage.commandNames.map { command in
        GeneratedPart(path: "Docs/reference/commands.md", name: command) {
            let name = ManualPage.pageName(command)
            return try text(of: try #require(try ManualPage.all().first { $0.name == name }))
        }
    }

    private static func text(of page: ManualPage) throws -> String {
        var parts = [page.abstract, "    \(page.usage)"]
        parts += page.description.map { text($0) }
        if !page.arguments.isEmpty { parts.append(options(page.arguments)) }
        parts += page.examples.map { text($0, language: "sh") }
        return parts.joined(separator: "\n\n")
    }

    private static func text(_ block: ManualBlock, language: String = "") -> String {
        switch block {
        case .paragraph(let text): text
        case .code(let lines): (["```\(language)"] + lines + ["```"]).joined(separator: "\n")
        }
    }

    private static func options(_ arguments: [CommandSurface.Argument]) -> String {
        var table = MarkdownTable("argument", "meaning")
        for argument in arguments { table.row(argument.typed, argument.summary.phrase) }
        return table.text
    }
}

extension CommandSurface.Argument {
    /// Such as `--plans DIR`.
    fileprivate var typed: String {
        let value = kind == .flag ? "" : (valueName ?? "").uppercased()
        let names = (names ?? []).sorted { $0.kind == .short && $1.kind != .short }.map(\.typed)
        guard let last = names.last else { return value.code }
        return (names.dropLast().map(\.code) + ["\(last) \(value)".trimmingCharacters(in: .whitespaces).code])
            .joined(separator: ", ")
    }
}
