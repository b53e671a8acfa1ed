import ArgumentParser
import Diagnostics
import Foundation
import Reporting
import SQL
import Workflow

/// Writes a plan from flags: for each kind of change those of its keys.
struct NewCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a plan from flags.",
        usage: "crossfade new KIND --KEY VALUE … [--name NAME] [--into FILE] [options]",
        discussion: """
              crossfade new rename_column --table Profile --from bio --to biography
              crossfade new rename_column --table app.User --from mail --to email --name rename-mail

            The keys of each kind, those in brackets optional:

            \(kinds)

            Names are taken literally. What a key has several of is written as in the plan: --from '[first, last]'. A file \
            that is there already is never overwritten.
            """
    )

    @Argument(help: "The kind of change.", completion: .list(Change.kinds.map { $0.key }))
    var kind: String

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("The kind's keys, each with its value.", valueName: "--key value")
    )
    var change: [String] = []

    @Option(help: "The plan's name; made of what is changed when left out.")
    var name: String?

    @Option(help: ArgumentHelp("The file to write; NAME.yaml in the folder of plans when left out.", valueName: "file"))
    var into: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let values = try values()
        let draft = PlanDraft(name: try planName(for: values), kind: kind, values: values)
        let path = into ?? URL(filePath: options.plans).appending(path: "\(draft.name).yaml").relativePath
        try draft.write(to: path)
        let reference = into == nil ? draft.name.text : path
        invocation.console.answer(
            WrittenFiles(plan: draft.name.text, files: [path], next: "crossfade check \(reference)")
        )
        return .done
    }

    private static var kinds: String {
        Change.kinds.map { kind in
            let keys = Change.keys(of: kind).map { $0.isRequired ? "--\($0.name)" : "[--\($0.name)]" }
            return "  \(kind.key) \(keys.joined(separator: " "))"
        }.joined(separator: "\n")
    }

    private func values() throws(Failure) -> [(key: Change.Key, value: String)] {
        guard let kind = Change.kinds.first(where: { $0.key == kind }) else {
            let near =
                closestMatch(to: kind, among: Change.kinds.map { $0.key }).map { ": did you mean '\($0)'?" } ?? ""
            throw Failure(.usage, "there is no kind of change '\(kind)'" + near, hint: "crossfade help new lists them")
        }
        let keys = Change.keys(of: kind)
        var values: [(key: Change.Key, value: String)] = []
        var rest = change[...]
        while let flag = rest.popFirst() {
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard flag.hasPrefix("--"), let key = keys.first(where: { "--\($0.name)" == parts[0] }) else {
                let near = closestMatch(to: String(parts[0].drop { $0 == "-" }), among: keys.map(\.name))
                throw Failure(
                    .usage,
                    "\(kind.key) takes no '\(flag)'",
                    hint: near.map { "did you mean '--\($0)'?" }
                        ?? "its keys: \(keys.map { "--\($0.name)" }.joined(separator: ", "))"
                )
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw Failure(.usage, "--\(key.name) needs a value", hint: key.summary)
            }
            values.append((key, value))
        }
        for key in keys where key.isRequired && !values.contains(where: { $0.key.name == key.name }) {
            throw Failure(.usage, "\(kind.key) needs --\(key.name)", hint: key.summary)
        }
        return values
    }

    private func planName(for values: [(key: Change.Key, value: String)]) throws(Failure) -> PlanName {
        if let name {
            if let planName = PlanName(name) { return planName }
            throw Failure(.usage, "'\(name)' cannot name a plan", hint: "up to 100 letters, digits, '.', '_' and '-'")
        }
        guard let probe = PlanName("new") else { throw Failure(.failed, "'new' cannot name a plan") }
        let change = try PlanDraft(name: probe, kind: kind, values: values).change()
        if let suggested = PlanDraft.suggestedName(for: change) { return suggested }
        throw Failure(.usage, "no name can be made of these names", hint: "give one with --name")
    }
}
