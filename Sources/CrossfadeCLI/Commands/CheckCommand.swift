import ArgumentParser
import Diagnostics
import Engine
import Foundation
import Reporting
import Workflow

/// Validates plans, offline and against the catalog.
struct CheckCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates plans; with a database also against its catalog."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Plans by name or path; all in the folder when none is named.")
    var plans: [String] = []

    @Flag(help: "Do not look at a database.")
    var offline = false

    @Flag(help: "Print the plan's JSON Schema for editors, and nothing else.")
    var schema = false

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        if schema {
            invocation.output.text(PlanSchema.jsonSchema)
            return .done
        }
        let files = try plans.isEmpty ? invocation.planFiles() : plans.map(invocation.file)
        if files.isEmpty { throw Failure(.usage, "there is no plan in \(options.plans)", hint: "crossfade new rename_column writes one") }
        let isOffline = offline || !invocation.hasDatabase
        if isOffline, !offline { invocation.output.note("no database is named: checked offline only") }
        var worst = Failure.Code.done
        for file in files {
            let code = try await check(file, isOffline, invocation)
            if code == .invalidPlan || worst == .done { worst = code }
        }
        return worst
    }

    private func check(_ file: URL, _ isOffline: Bool, _ invocation: Invocation) async throws -> Failure.Code {
        let output = invocation.output
        let (plan, diagnostics) = try invocation.read(file)
        if !diagnostics.isEmpty, !output.isJSON {
            output.text(DiagnosticRenderer(color: output.paint.isColored).render(diagnostics))
        }
        guard let plan else {
            if output.isJSON { output.result("", json(file, diagnostics, [])) }
            return .invalidPlan
        }
        let findings = isOffline ? [] : try await PlanEngine(plan: plan, workspace: try invocation.workspace()).check()
        let refused = findings.contains { $0.weight == .refused || ($0.weight == .acknowledge && !plan.acknowledge.contains($0.id)) }
        let verdict = refused ? "refused by the catalog" : findings.isEmpty ? "valid" : "valid, with what is said above"
        output.result(
            (findings.map { $0.text(output.paint) } + ["\(file.relativePath): \(verdict)\(isOffline ? " (offline)" : "")"])
                .joined(separator: "\n"),
            json(file, diagnostics, findings)
        )
        return refused ? .closed : .done
    }

    private func json(_ file: URL, _ diagnostics: Diagnostics, _ findings: [Finding]) -> JSONText {
        .object([
            ("file", .string(file.relativePath)),
            ("valid", .bool(!diagnostics.hasErrors)),
            (
                "diagnostics",
                .array(
                    diagnostics.all.map { diagnostic in
                        .object([
                            ("severity", .string(diagnostic.severity.rawValue)), ("id", .string(diagnostic.id)),
                            ("message", .string(diagnostic.message)),
                            ("line", diagnostic.range.map { .number(Int64($0.start.line)) } ?? .null),
                            ("column", diagnostic.range.map { .number(Int64($0.start.column)) } ?? .null),
                            ("fix", diagnostic.fix.map { .string($0) } ?? .null),
                        ])
                    }
                )
            ),
            ("findings", .array(findings.map(\.json))),
        ])
    }
}
