import Diagnostics
import Engine
import Foundation
import Postgres
import Workflow

/// One run of the program: its options and environment, made into what the engine works with.
struct Invocation: Sendable {
    let options: GlobalOptions
    let console: Console
    let interruption = Interruption()
    private let environment = ProcessInfo.processInfo.environment

    init(_ options: GlobalOptions, isJSON: Bool) {
        self.options = options
        console = Console(
            isJSON: isJSON,
            isQuiet: options.quiet,
            isVerbose: options.verbose,
            noColor: options.noColor
        )
    }

    var plans: PlanFolder { PlanFolder(path: options.plans) }

    // MARK: - Engine

    /// Who runs the command.
    var person: String { Actor.current(environment: environment).user }

    /// What commands work with that render the templates of some families, or none but the ledger's.
    ///
    /// With `copy` it is for a copy of the database, of whose work nothing is told.
    func workspace(for families: [String] = [], at copy: ConnectionTarget? = nil) throws -> Workspace {
        let target = copy ?? ConnectionTarget(url: options.database, environment: environment)
        if options.verbose { console.remark(.notice("database: \(target)")) }
        var workspace = Workspace(
            target: target,
            templates: try templates(of: families + ["ledger"]),
            actor: .current(environment: environment),
            interruption: interruption,
            faults: copy == nil ? try faults() : .none,
            migrations: options.migrations.map { URL(filePath: $0, directoryHint: .isDirectory) },
            remark: { [console] in if copy == nil { console.remark($0) } }
        )
        workspace.direct = copy == nil ? direct : nil
        return workspace
    }

    /// The server's own address beside a pooler's, where one is given.
    private var direct: ConnectionTarget? {
        let urls = [options.direct, environment[EnvironmentVariable.direct.rawValue]].compactMap(\.self)
        return urls.first { !$0.isEmpty }.map { ConnectionTarget(url: $0, environment: environment) }
    }

    /// Whether anything says where the database is; libpq's last resort, a local socket, does not count.
    var namesDatabase: Bool {
        let variables = ["DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE"]
        return options.database != nil || variables.contains { environment[$0]?.isEmpty == false }
    }

    /// A person's own templates are looked at as a whole, whatever the command.
    private func templates(of families: [String]) throws -> TemplateLibrary {
        do throws(Diagnostics) {
            guard let own = options.templates else { return TemplateLibrary(families: families) }
            let library = try TemplateLibrary(overrides: URL(filePath: own, directoryHint: .isDirectory))
            for family in BlueprintCatalog.families {
                let mistakes = try library.check(family.family, against: family.specimenContext)
                if mistakes.hasErrors { throw mistakes }
            }
            return library
        } catch {
            let rendered = DiagnosticRenderer(color: false).render(error)
            throw Failure(.failed, "the templates cannot be used\n\(rendered)")
        }
    }

    /// Where a test wants the process to die; release builds have no such places.
    private func faults() throws -> FaultInjector {
        #if DEBUG
            guard let specification = environment["CROSSFADE_FAULT"] else { return .none }
            guard let faults = FaultInjector(specification: specification) else {
                throw Failure(.usage, "CROSSFADE_FAULT is neither kill:POINT:N nor stop:POINT:N")
            }
            return faults
        #else
            return .none
        #endif
    }

    // MARK: - Confirmation

    /// The name given beforehand, else what a person types where one can be asked.
    func confirmation(_ name: String?) -> Confirmation {
        if name != nil { return Confirmation(name: name) }
        guard console.canAsk else { return .notGiven }
        let target = ConnectionTarget(url: options.database, environment: environment)
        return Confirmation { [console, interruption] loss in
            await console.ask("database: \(target)\n\(loss)\nType the plan's name to go on: ") {
                interruption.isRequested
            }
        }
    }
}
