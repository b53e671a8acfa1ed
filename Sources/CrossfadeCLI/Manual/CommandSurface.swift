import ArgumentParser
import Foundation

/// What a command takes, as the argument parser describes it to tools.
struct CommandSurface: Decodable, Sendable {
    struct Argument: Decodable, Sendable, Hashable {
        enum Kind: String, Decodable, Sendable {
            case positional, option, flag
        }

        struct Name: Decodable, Sendable, Hashable {
            enum Kind: String, Decodable, Sendable {
                case long, short, longWithSingleDash
            }

            let kind: Kind
            let name: String

            /// As it is typed, such as `--json`.
            var typed: String { kind == .long ? "--\(name)" : "-\(name)" }
        }

        let kind: Kind
        let shouldDisplay: Bool
        let isRepeating: Bool
        /// nil for a positional argument.
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        /// nil where any value may stand.
        let allValues: [String]?
        let abstract: String?
    }

    let commandName: String
    let arguments: [Argument]?
    let subcommands: [CommandSurface]?

    /// The whole program's.
    ///
    /// - Throws: what a later argument parser describes in another form.
    static func program() throws -> CommandSurface {
        struct Root: Decodable { let command: CommandSurface }
        return try JSONDecoder().decode(Root.self, from: Data(Crossfade._dumpHelp().utf8)).command
    }

    /// What people are shown of the arguments, the short form of a flag first.
    var shown: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The surface of a subcommand; nil when there is none of this name.
    func subcommand(_ name: String) -> CommandSurface? { subcommands?.first { $0.commandName == name } }
}

extension CommandSurface.Argument {
    /// A sentence on it, with its values and its default.
    var summary: String {
        var parts = [abstract ?? ""]
        if let allValues, allValues.count > 1 { parts.append("One of \(allValues.joined(separator: ", ")).") }
        if let defaultValue { parts.append("Default: \(defaultValue).") }
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
