import Diagnostics
import Engine
import Foundation
import Postgres
import Reporting
import Workflow

/// One run of the program: its options made into what the engine works with.
struct Invocation: Sendable {
    let output: Output
    let interruption = Interruption()
    private let database: String?
    private let plans: String
    private let templates: String?
    private let migrations: String?

    init(_ options: GlobalOptions, _ output: Output) throws {
        self.output = output
        database = options.database
        plans = options.plans
        templates = options.templates
        migrations = options.migrations
    }

    private var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Whether anything says where the database is.
    var hasDatabase: Bool {
        database != nil || ["DATABASE_URL", "PGHOST", "PGSERVICE", "PGDATABASE"].contains { !(environment[$0] ?? "").isEmpty }
    }

    func workspace() throws -> Workspace {
        Workspace(
            target: ConnectionTarget(url: database, environment: environment),
            templates: try templateLibrary(),
            actor: Actor.current(environment: environment),
            interruption: interruption,
            faults: try faults(),
            migrations: migrations.map { URL(filePath: $0) },
            remark: { [output] remark in output.remark(remark) }
        )
    }

    func engine(_ name: String) throws -> PlanEngine { PlanEngine(plan: try plan(name), workspace: try workspace()) }

    private func templateLibrary() throws -> TemplateLibrary {
        do throws(Diagnostics) {
            let library = try TemplateLibrary(overrides: templates.map { URL(filePath: $0) })
            let diagnostics = library.check("same_row", against: .specimen)
            if diagnostics.hasErrors { throw diagnostics }
            return library
        } catch {
            throw Failure(.failed, "a template is wrong:\n" + DiagnosticRenderer(color: false).render(error), hint: nil)
        }
    }

    private func faults() throws -> FaultInjector {
        #if DEBUG
            guard let specification = environment["CROSSFADE_FAULT"] else { return .none }
            guard let faults = FaultInjector(specification: specification) else {
                throw Failure(.usage, "CROSSFADE_FAULT is not kill:POINT:N", hint: nil)
            }
            return faults
        #else
            return .none
        #endif
    }

    // MARK: - Plans

    /// The files of all plans in the folder.
    func planFiles() -> [URL] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: plans)) ?? []
        return files.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { URL(filePath: plans).appending(path: $0) }
    }

    /// Finds a plan by its name or its path.
    ///
    /// - Throws: ``Failure`` `usage` when there is none, `invalidPlan` with every mistake when it is wrong.
    func plan(_ name: String) throws -> Plan {
        let (plan, diagnostics) = try read(try file(of: name))
        guard let plan else {
            throw Failure(
                .invalidPlan,
                "the plan \(name) is invalid\n" + DiagnosticRenderer(color: output.paint.isColored).render(diagnostics),
                hint: "crossfade check \(name)"
            )
        }
        return plan
    }

    func file(of name: String) throws -> URL {
        let isPath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        let candidates = isPath ? [URL(filePath: name)] : ["yaml", "yml"].map { URL(filePath: plans).appending(path: "\(name).\($0)") }
        if let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return found }
        // A plan may be named otherwise than its file.
        if !isPath, let named = planFiles().first(where: { (try? read($0))?.0?.name.text == name }) { return named }
        let known = planFiles().map { $0.deletingPathExtension().lastPathComponent }
        let near = closestMatch(to: name, among: known)
        throw Failure(
            .usage,
            "there is no plan \(name)" + (isPath ? "" : " in \(plans)"),
            hint: near.map { "did you mean \($0)?" }
                ?? (known.isEmpty ? "crossfade new rename_column writes one" : "plans there: \(known.joined(separator: ", "))")
        )
    }

    func read(_ url: URL) throws -> (Plan?, Diagnostics) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: url)
        } catch {
            throw Failure(.usage, "\(url.relativePath) cannot be read: \(error.localizedDescription)", hint: nil)
        }
        do throws(Diagnostic) {
            return PlanReader.read(try SourceText(name: url.relativePath, bytes: bytes))
        } catch {
            return (nil, Diagnostics([error]))
        }
    }

    // MARK: - Confirmation

    /// The name given with --confirm, else what a person types when there is a terminal.
    func confirmation(_ given: String?) -> Confirmation {
        if let given { return Confirmation(name: given) }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return .notGiven }
        return Confirmation(ask: { [output] what in
            output.note(what)
            output.note("Type the plan's name to go on:")
            return readLine()
        })
    }
}
