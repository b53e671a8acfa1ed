import ArgumentParser
import Foundation
import PrismaSchema
import Reporting
import Schema
import Workflow

/// Compares two schemas.
struct DiffCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two of: database, migrations, SQL file, Prisma schema, nothing.",
        usage: "crossfade diff --from SOURCE --to SOURCE [--script] [--exit-code] [options]",
        discussion: """
              crossfade diff --from database --to migrations:prisma/migrations --exit-code
              crossfade diff --from sql:old.sql --to sql:new.sql --script -o migration.sql
              crossfade diff --from schema:old.prisma --to schema:prisma/schema.prisma

            A source is database or database:URL, migrations:DIR, sql:FILE, schema:FILE, schema:DIR or empty. Migrations and SQL are run in \
            a shadow database, which is a throw-away server where PostgreSQL's programs are on this machine. A database in use is only read.
            Prints a summary, or with --script the SQL that leads from one side to the other. Two Prisma schemas are compared without a \
            database, and the script is Prisma's own text. The flags of prisma migrate diff are taken too.
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
        help: ArgumentHelp(
            "An empty database in which migrations and SQL are run; everything in it is removed.",
            valueName: "url"
        )
    )
    var shadow: String?

    @Option(help: .shadowDatabaseURL)
    var shadowDatabaseURL: String?

    @Option(help: ArgumentHelp("A schema that is not compared; may be given several times.", valueName: "schema"))
    var exclude: [String] = []

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
        if let report = try modelReport(from, to) {
            try answer(report, invocation)
            return exitCode && !report.migration.steps.isEmpty ? .closed : .done
        }
        let comparison = SchemaComparison(
            invocation: invocation,
            shadow: shadow ?? shadowDatabaseURL,
            excluded: exclude
        )
        let diff = try await comparison.diff(from: from, to: to)
        try answer(SchemaDiffReport(diff, hasScript: script), invocation)
        return exitCode && !diff.isEmpty ? .closed : .done
    }

    /// The comparison of two Prisma schemas, which needs no database; nil where a side is something else.
    private func modelReport(_ from: DiffSource, _ to: DiffSource) throws -> DiffReport? {
        for source in [from, to] {
            switch source {
            case .empty, .schema: break
            case .database, .migrations, .sql, .plan: return nil
            }
        }
        let reader = DiffReader()
        let migration = Migration(from: try reader.database(from), to: try reader.database(to))
        return DiffReport(migration: migration, hasScript: script, hasWarnings: warnings)
    }

    private func answer(_ report: some Report, _ invocation: Invocation) throws {
        if let output { try write(report, to: output) } else { invocation.console.answer(report) }
    }

    private func write(_ report: some Report, to path: String) throws(Failure) {
        let style = TextStyle(isColored: false, columns: nil, now: Date())
        let text = options.json ? report.json.line : report.text(in: style)
        do {
            try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure(.failed, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}

extension ArgumentHelp {
    fileprivate static let shadowDatabaseURL = ArgumentHelp("As --shadow; Prisma's name of it.", visibility: .hidden)
}
