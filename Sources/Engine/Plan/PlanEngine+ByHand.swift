import Postgres
import Workflow

/// Phases whose files a person ran, or another migration tool.
extension PlanEngine {
    /// Whether every step of the phase's generated file is done; false for a file without steps.
    func isApplied(_ phase: Phase, _ control: RunControl, _ record: RunRecord) async throws -> Bool {
        let steps = try files(record.blueprint).generated(.phase(phase))
        guard !steps.isEmpty else { return false }
        return try await control.session.retrying { connection in try steps.allSatisfy { try $0.isDone(on: connection) }
        }
    }

    /// The same of contract, which cannot be held back any more.
    func isAppliedByHand(_ phase: Phase, _ control: RunControl, _ record: RunRecord) async throws -> Bool {
        guard phase == .contract else { return false }
        return try await isApplied(phase, control, record)
    }

    /// Whether a step of contract that takes something away is done, and another one is not.
    func isPartlyContracted(_ control: RunControl, _ record: RunRecord) async throws -> Bool {
        guard !record.run.status(of: .contract).hasBegun else { return false }
        let steps = try files(record.blueprint).generated(.phase(.contract))
        return try await control.session.retrying { connection in
            try steps.contains { try $0.guardedBy != nil && $0.isDone(on: connection) }
                && !steps.allSatisfy { try $0.isDone(on: connection) }
        }
    }

    /// Whether a person has run contract's file, or a part of it that takes something away.
    func hasContractByHand(_ record: RunRecord, on connection: Connection) throws -> Bool {
        try ContractByHand(record: record) { files($0) }.isFound(on: connection)
    }

    /// The same where nothing is before contract any more.
    func isContractByHandNext(_ record: RunRecord, on connection: Connection) throws -> Bool {
        try ContractByHand(record: record) { files($0) }.isNext(on: connection)
    }

    /// The run with contract in the form in which it was run: its file may have been written, and run, after the ledger was
    /// told of the table for the last time.
    func asContracted(_ record: RunRecord, _ control: RunControl) async throws -> RunRecord {
        let found = try await control.session.retrying { try record.blueprint.asContracted(on: $0) }
        guard AnyHashable(found) != AnyHashable(record.blueprint) else { return record }
        try await control.session.retrying { [lease = control.lease] connection in
            try lease.transaction(on: connection) { try Ledger($0).saveBlueprint(found, run: record.id) }
        }
        var copy = record
        copy.blueprint = found
        return copy
    }

    /// Whether nobody has let in what is applied; a process of ours may have died after its last step, and not have noted it.
    func isFound(
        _ phase: Phase,
        _ isApplied: Bool,
        _ control: RunControl,
        _ record: RunRecord
    ) async throws -> Bool {
        guard isApplied else { return false }
        if !record.run.status(of: phase).hasBegun { return true }
        return try await control.session.retrying { try Ledger($0).hasFoundContract(of: record.id) }
    }
}

extension Step {
    /// Whether its postcondition holds.
    func isDone(on connection: Connection) throws -> Bool {
        try connection.query(done).first?.decodeIfPresent(at: 0, as: Bool.self) == true
    }
}
