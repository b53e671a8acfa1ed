import ArgumentParser
import Foundation
import Reporting
import SQL
import Workflow

/// Writes a plan from flags.
struct NewCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a plan from flags.",
        usage: "crossfade new KIND --table TABLE --from COLUMN --to COLUMN [options]",
        discussion: """
              crossfade new rename_column --table Profile --from bio --to biography
              crossfade new rename_column --table app.User --from mail --to email --name rename-mail

            Names are taken literally. A file that is there already is never overwritten.
            """
    )

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case renameColumn = "rename_column"
    }

    @Argument(help: "The kind of change.")
    var kind: Kind

    @Option(help: "The table, with its schema where it needs one.")
    var table: String

    @Option(help: "The column as it is called now.")
    var from: String

    @Option(help: "What it is to be called.")
    var to: String

    @Option(help: "The plan's name; made of table and column when left out.")
    var name: String?

    @Option(help: ArgumentHelp("The file to write; NAME.yaml in the folder of plans when left out.", valueName: "file"))
    var into: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let change = try change()
        let draft = PlanDraft(name: try planName(for: change), change: change)
        let path = into ?? URL(filePath: options.plans).appending(path: "\(draft.name).yaml").relativePath
        try draft.write(to: path)
        let reference = into == nil ? draft.name.text : path
        invocation.console.answer(
            WrittenFiles(plan: draft.name.text, files: [path], next: "crossfade check \(reference)")
        )
        return .done
    }

    private func change() throws(Failure) -> RenameColumn {
        do throws(InvalidName) {
            return RenameColumn(
                table: try QualifiedName(parsing: table),
                from: try Identifier(from),
                to: try Identifier(to)
            )
        } catch {
            throw Failure(.usage, "\(error)")
        }
    }

    private func planName(for change: RenameColumn) throws(Failure) -> PlanName {
        if let name {
            if let planName = PlanName(name) { return planName }
            throw Failure(.usage, "'\(name)' cannot name a plan", hint: "up to 100 letters, digits, '.', '_' and '-'")
        }
        if let suggested = PlanDraft.suggestedName(for: change) { return suggested }
        throw Failure(.usage, "no name can be made of this table and column", hint: "give one with --name")
    }
}
