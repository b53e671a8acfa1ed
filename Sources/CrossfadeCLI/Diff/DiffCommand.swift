import ArgumentParser
import Foundation
import PrismaSchema
import Reporting
import Workflow

/// Compares two schemas.
struct DiffCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two Prisma schemas, as prisma migrate diff does.",
        usage: "crossfade diff --from SOURCE --to SOURCE [--script] [--exit-code] [options]",
        discussion: """
              crossfade diff --from schema:old.prisma --to schema:prisma/schema.prisma
              crossfade diff --from-empty --to-schema prisma --script -o migration.sql

            Prints a summary, or with --script the migration in Prisma's own words. No database is asked. The flags of prisma \
            migrate diff are taken too.
            With --exit-code it exits 0 when there is no difference and 2 when there is one; 1 is an error.
            """
    )

    @OptionGroup
    var sides: DiffSides

    @Flag(help: "Print the SQL that leads from one side to the other.")
    var script = false

    @Flag(help: "Add what Prisma warns of: data that may be lost, and steps that fail on tables with rows.")
    var warnings = false

    @Flag(name: .customLong("exit-code"), help: "Exit 2 when there is a difference.")
    var exitCode = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write into a file instead of stdout.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let (from, to) = (try sides.previous(), try sides.next())
        if from == .schema("-"), to == from {
            throw Failure(.usage, "both sides read stdin", hint: "name a file for one of them")
        }
        let reader = DiffReader()
        let migration = Migration(from: try reader.database(from), to: try reader.database(to))
        let report = DiffReport(migration: migration, hasScript: script, hasWarnings: warnings)
        if let output { try write(report, to: output) } else { invocation.console.answer(report) }
        return exitCode && !migration.steps.isEmpty ? .closed : .done
    }

    private func write(_ report: DiffReport, to path: String) throws(Failure) {
        let style = TextStyle(isColored: false, columns: nil, now: Date())
        let text = options.json ? report.json.line : report.text(in: style)
        do {
            try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure(.failed, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
