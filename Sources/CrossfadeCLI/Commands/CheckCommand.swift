import ArgumentParser
import Diagnostics
import Engine
import Reporting
import Workflow

/// Validates plans, offline and against the catalog.
struct CheckCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validate plans; with a database also against its catalog.",
        usage: "crossfade check [PLAN…] [--data | --offline] [--schema] [options]",
        discussion: """
              crossfade check                               all plans in the folder
              crossfade check rename-profile-bio            one
              crossfade check rename-profile-bio --data     its rows too
              crossfade check --schema > plan.schema.json   for editors

            Exits 65 when a plan has mistakes, 2 when the catalog is against one.
            """
    )

    @Argument(help: "Names or paths; all plans in the folder when left out.", completion: .plans)
    var plan: [String] = []

    @Flag(help: "Ask no database, even if one is named.")
    var offline = false

    @Flag(help: "Look at the rows too: what would fail later is found and named. Reads whole tables.")
    var data = false

    @Flag(help: "Print the plan language's JSON Schema, and nothing else.")
    var schema = false

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        if schema {
            invocation.console.write(PlanSchema.jsonSchema)
            return .done
        }
        let files = try files(invocation.plans)
        var catalog = CatalogCheck(try workspace(invocation), offline: offline, looksAtData: data)
        var results: [CheckReport.File] = []
        for file in files {
            let findings = if let plan = file.plan { try await catalog.findings(on: plan) } else { nil as [Finding]? }
            let name = file.plan?.name.text
            results.append(.init(path: file.path, plan: name, diagnostics: file.diagnostics, findings: findings))
        }
        let report = CheckReport(files: results, offline: catalog.silence)
        // Mistakes in a plan come first: they are there whatever the catalog would have said.
        if let failure = catalog.failure, report.code != .invalidPlan { throw failure }
        invocation.console.answer(report)
        return report.code
    }

    /// nil where no database is to be asked.
    private func workspace(_ invocation: Invocation) throws -> Workspace? {
        guard !offline, invocation.namesDatabase else { return nil }
        return try invocation.workspace(for: BlueprintCatalog.families.map { $0.family })
    }

    private func files(_ folder: PlanFolder) throws(Failure) -> [PlanFile] {
        var files: [PlanFile] = []
        for reference in plan { files.append(try folder.file(reference)) }
        if plan.isEmpty { files = try folder.files() }
        guard files.isEmpty else { return files }
        throw Failure(
            .usage,
            "there is no plan in \(folder.path)",
            hint: "crossfade new writes one; --plans names another folder"
        )
    }
}
