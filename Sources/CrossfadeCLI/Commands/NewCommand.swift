import ArgumentParser
import Diagnostics
import Foundation
import Reporting
import SQL
import Workflow

/// Writes a plan from flags.
struct NewCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a plan from flags.",
        discussion: "crossfade new rename_column --table Profile --from bio --to biography"
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The kind of change.")
    var kind: Kind

    @Option(help: "The table, with its schema where it needs one: app.Profile")
    var table: String

    @Option(help: "The column as it is called now.")
    var from: String

    @Option(help: "What it is to be called.")
    var to: String

    @Option(help: "The plan's name; made of table and column when left out.")
    var name: String?

    @Option(help: ArgumentHelp("The file to write; NAME.yaml in the folder of plans when left out.", valueName: "file"))
    var into: String?

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case renameColumn = "rename_column"
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let planName = name ?? suggestedName
        let url = into.map { URL(filePath: $0) } ?? URL(filePath: options.plans).appending(path: "\(planName).yaml")
        let text = text(planName)
        let (plan, diagnostics) = PlanReader.read(SourceText(name: url.relativePath, text: text))
        guard plan != nil else {
            throw Failure(.usage, DiagnosticRenderer(color: false).render(diagnostics), hint: "mend --table, --from, --to or --name")
        }
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        do {
            try Data(text.utf8).write(to: url, options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
            throw Failure(.refused, "\(url.relativePath) exists already", hint: "choose another --name or --into")
        } catch {
            throw Failure(.failed, "\(url.relativePath) cannot be written: \(error.localizedDescription)", hint: nil)
        }
        invocation.output.result(
            "\(url.relativePath) written\nnext: crossfade check \(planName), then crossfade preview \(planName)",
            .object([("file", .string(url.relativePath)), ("plan", .string(planName))])
        )
        return .done
    }

    /// `rename-profile-bio`
    private var suggestedName: String {
        let parts = "rename-\(table)-\(from)".lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(parts).split(separator: "-").joined(separator: "-")
    }

    private func text(_ planName: String) -> String {
        """
        version: 1
        name: \(planName)
        description: \(Self.quoted("\(table).\(from) becomes \(to)"))

        change:
          rename_column:
            table: \(Self.quoted(table))
            from: \(Self.quoted(from))
            to: \(Self.quoted(to))

        phases:
          dual_write_check:
            observe: 10m        # how long writes are watched before the proof
            min_writes: 1
          contract:
            retain: 7d          # how long the old column stays, set aside, before purge may drop it
            requires:
              - soak: 24h       # since enforce was verified
              - approval: {count: 1}

        """
    }

    /// A YAML scalar in single quotes: every character stands for itself.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
