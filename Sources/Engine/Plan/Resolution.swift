import Foundation
import Postgres
import SQL
import Workflow

/// A kind of change that can be resolved against a database's catalog.
protocol ResolvedKind: ChangeKind {
    /// Reads the catalog and makes a blueprint of the change.
    ///
    /// With `isGlance` only the findings are of use.
    ///
    /// - Throws: ``CatalogProblem`` when there is nothing to read facts of; PostgresError from the server.
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution
}

/// A plan resolved against the catalog as it is now.
struct Resolution: Sendable {
    let blueprint: any RenderedBlueprint
    /// Everything found, in the order of weight.
    let findings: [Finding]

    init(_ resolved: (blueprint: some RenderedBlueprint, findings: [Finding])) {
        self.init(blueprint: resolved.blueprint, findings: resolved.findings)
    }

    init(blueprint: any RenderedBlueprint, findings: [Finding]) {
        self.blueprint = blueprint
        self.findings = findings
    }

    /// Reads the catalog and lets the plan's kind make a blueprint of it.
    ///
    /// With `isGlance` only the findings are of use.
    static func resolve(_ plan: Plan, on connection: Connection, isGlance: Bool = false) throws -> Resolution {
        guard let kind = plan.change.kind as? any ResolvedKind else {
            throw Failure(.failed, "the kind of change \(plan.change.key) cannot be resolved", hint: "report it")
        }
        do {
            return try connection.keepingPlans { try read(plan, kind, on: connection, isGlance) }
        } catch let problem as CatalogProblem {
            throw try problem.failure(plan, on: connection)
        }
    }

    private static func read(
        _ plan: Plan,
        _ kind: any ResolvedKind,
        on connection: Connection,
        _ isGlance: Bool
    ) throws -> Resolution {
        let resolved = try kind.resolve(in: plan, on: connection, isGlance: isGlance)
        let rivals = try Rivals(connection).findings(of: resolved.blueprint, in: plan)
        let keeper = Self.keeperFindings(of: plan)
        let prepared = try PreparedTransactions(connection: connection).holding(resolved.blueprint.tables)
        let near = try Surroundings(connection).findings(of: resolved.blueprint)
        let findings = resolved.findings + near + keeper + rivals + prepared
        return Resolution(blueprint: resolved.blueprint, findings: findings)
    }

    /// One statement has to be able to write both shapes, or nobody could tell a write that is missing from one to come.
    private static func keeperFindings(of plan: Plan) -> [Finding] {
        guard plan.dualWrite.by == .application, !plan.change.kind.canBeDualWritten else { return [] }
        let message =
            "dual_write.by: application is for changes whose old and new shape are columns of one row, and not for \(plan.change.key)"
        return [Finding("dual-write", .refused, message, hint: "use by: trigger")]
    }

    /// What stands against a phase, in words.
    func objections(to phase: Phase, in plan: Plan) -> [String] {
        findings.filter { finding in
            switch finding.weight {
            case .refused: true
            case .advice: false
            case .acknowledge: !finding.isAccepted(by: plan)
            case .carried: phase == .contract && finding.carriedIn != .contract
            case .blocksContract: phase == .contract && !finding.isAccepted(by: plan)
            }
        }.map { finding in
            let way = finding.weight == .acknowledge ? "accept it with acknowledge: [\(finding.id)]" : finding.hint
            return finding.message + (way.map { " (\($0))" } ?? "")
        }
    }
}

extension RenameColumn: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        Resolution(resolve(try CatalogReader(connection).facts(for: self, isGlance: isGlance), in: plan))
    }
}

extension Plan {
    /// Digest of what must not change under a run.
    var changeDigest: String {
        // Runs of before the word "by" was read have a digest without it, and a trigger.
        let by = dualWrite.by == .trigger ? [] : [dualWrite.by.rawValue]
        return Digest.hex(
            ([change.key] + change.kind.fixed + [dualWrite.conflict.rawValue] + by).joined(separator: "\n")
        )
    }

    /// Digest of what a phase's checks consist of: the comparison's templates, and the plan's own assertions.
    func checkDigest(of phase: Phase, templates: String) -> String {
        let assertions = (requirements[phase] ?? []).flatMap { requirement -> [String] in
            if case .assertion(let name, let sql) = requirement { [name, sql] } else { [] }
        }
        // Whoever approved contract approved that the old shape is kept for so long.
        let kept = phase == .contract ? ["retain \(retain.seconds)"] : []
        return Digest.hex(([templates] + assertions + kept).joined(separator: "\0"))
    }

    /// The change in one line: `Profile.bio -> Profile.biography`.
    var summary: String { change.kind.line }
}

extension CatalogProblem {
    /// With what to do about it: a run that is under way cannot go on, and can be ended.
    fileprivate func failure(_ plan: Plan, on connection: Connection) throws -> Failure {
        let record = try Ledger(connection).newestRun(of: plan.name)
        guard let record, record.run.furthestPhase != nil, !record.run.state.isOver else {
            return Failure(.closed, message, hint: hint)
        }
        if let displaced = try Displacement.read(record, on: connection).first {
            return Failure(.closed, displaced.sentence, hint: displaced.remedy)
        }
        let name = plan.name.ofRun
        return Failure(
            .closed,
            message,
            hint:
                "restore it; or crossfade rollback \(name) --confirm \(name) ends the run, and drops what is left of it"
        )
    }
}
