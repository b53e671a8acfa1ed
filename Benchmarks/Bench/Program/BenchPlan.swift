import Foundation

/// The plan that is measured, with nothing but its pace different from contender to contender.
enum BenchPlan {
    static let name = "bench"

    /// Writes the plan into the program's folder of plans, over the one before.
    static func write(_ pace: Pace, for program: Program) throws {
        let text = """
            version: 1
            name: \(name)
            change:
              rename_column: {table: \(TableShape.table), from: \(TableShape.old), to: \(TableShape.new)}
            phases:
              backfill: {\(pace.text)}

            """
        try Data(text.utf8).write(to: program.plans.appending(path: "\(name).yaml"))
    }
}

/// Keys of `phases.backfill`; what is left out has the program's default.
struct Pace: Sendable, Hashable {
    let workers: Int
    /// Further keys with their values.
    var keys: [Key] = []

    /// A key that not every build of the program can honour.
    enum Key: String, Sendable, CaseIterable {
        case vacuumOff = "vacuum: off"
        case keyOrder = "order: key"
        case noLatencyBudget = "latency_budget: off"
    }

    var text: String { (["workers: \(workers)"] + keys.map(\.rawValue)).joined(separator: ", ") }

    /// The keys that the program takes: it refuses the others as `plan.unsupported` or unknown.
    static func supportedKeys(of program: Program) async throws -> Set<Key> {
        var supported: Set<Key> = []
        for key in Key.allCases {
            try BenchPlan.write(Pace(workers: 1, keys: [key]), for: program)
            let ending = try await program.end(["check", "--offline", BenchPlan.name], on: nil)
            if ending.isSuccess { supported.insert(key) }
        }
        return supported
    }
}
