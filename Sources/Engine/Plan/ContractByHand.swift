import Postgres
import Workflow

/// Contract's file where a person has run it, whole or in part, and the record does not say so yet.
struct ContractByHand {
    let record: RunRecord
    /// The files of a blueprint, where the plan has them.
    let files: (any RenderedBlueprint) -> PhaseFiles

    /// Whether a step is done that takes something away.
    func isFound(on connection: Connection) throws -> Bool {
        let steps = try files(try record.blueprint.asContracted(on: connection)).generated(.phase(.contract))
        return try steps.contains { try $0.guardedBy != nil && $0.isDone(on: connection) }
    }

    /// The same where nothing is before contract any more.
    func isNext(on connection: Connection) throws -> Bool {
        guard record.run.nextPhase == .contract, !record.run.status(of: .contract).hasBegun else { return false }
        return try isFound(on: connection)
    }

    /// What it is called that is found.
    static let message = "contract was run by hand, and is not in the record yet"

    /// The command that records it.
    static func remedy(_ plan: Plan) -> String {
        "crossfade advance \(plan.name.text) --through contract --confirm \(plan.name.text)"
    }

    /// The gate of contract: there is nothing left to decide.
    static func gate(_ plan: Plan) -> Gate {
        let result = RequirementResult("phase order", .open, "\(message): \(remedy(plan)) records it")
        return Gate(subject: Phase.contract.rawValue, requirements: [result])
    }
}
