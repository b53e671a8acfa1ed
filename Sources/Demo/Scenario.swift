import Foundation

/// A change of some kind, with an application whose versions before and after it work on things that have a key and a value.
struct Scenario: Sendable {
    /// What a version sends for each piece of work; `{key}` is the thing's number, `{value}` its value as an SQL literal.
    struct Statements: Sendable {
        /// Each list is one transaction.
        let insert: [String]
        let update: [String]
        let delete: [String]
        /// Gives the value, as text.
        let read: String

        init(insert: String..., update: String..., delete: String..., read: String) {
            self.insert = insert
            self.update = update
            self.delete = delete
            self.read = read
        }
    }

    typealias Check = Inspection.Check

    let kind: String
    /// The tables; keys from 1 to `{rows}` are loaded.
    let schema: String
    /// The value of the kind's key in the plan; nil: that of the example in `Plans/`.
    let change: String?
    var example = ""
    var acknowledge: [String] = []
    let old: Statements
    let new: Statements
    /// While both shapes live.
    var between: [Check] = []
    /// When all is over.
    let afterwards: [Check]
    /// Whether contract sets something aside.
    var hasPurge = true
    /// The values that things can have, by a number that grows.
    var value: @Sendable (Int) -> String = { "w\($0)" }

    /// The plan, with short waits; `examples` is the folder of the repository's plans.
    func plan(examples: URL) throws -> DemoPlan {
        var change = self.change ?? ""
        // A section of several lines begins on a line of its own.
        change = "change:\n  \(kind):\(change.hasPrefix("\n") ? "" : " ")\(change)"
        if self.change == nil {
            let text = try String(contentsOf: examples.appending(path: "\(example).yaml"), encoding: .utf8)
            guard let start = text.range(of: "change:"), let end = text.range(of: "\nphases:") else {
                throw DemoError.unreadableExample(example)
            }
            change = text[start.lowerBound..<end.lowerBound].trimmingCharacters(in: .newlines)
        }
        let acknowledged = acknowledge.isEmpty ? "" : "\nacknowledge: [\(acknowledge.joined(separator: ", "))]"
        return DemoPlan(
            name: "demo",
            text: """
                version: 1
                name: demo

                \(change)\(acknowledged)

                phases:
                  backfill: {latency_budget: \(DemoPlan.latencyBudget)}
                  dual_write_check: {observe: 3s, min_writes: 50}
                  contract: {retain: \(hasPurge ? "2s" : "1h"), requires: [soak: 3s]}
                """,
            retention: hasPurge ? .seconds(2) : nil
        )
    }

    static let all = columns + tables + relations
}

extension Scenario {
    /// A column that makes rows about as wide as those of an application: 64 blocks, the first chunk, are soon copied.
    static let about = "about text DEFAULT repeat('about this row ', 8)"

    /// A count that has to be of nothing, of a table's rows that meet a condition.
    static func none(_ description: String, _ from: String, _ condition: String = "true") -> Check {
        (description, "SELECT count(*) FROM \(from) WHERE \(condition)")
    }

    /// One when something is not as it has to be, else nothing.
    static func missing(_ description: String, _ condition: String) -> Check {
        (description, "SELECT CASE WHEN \(condition) THEN 0 ELSE 1 END")
    }
}
