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

    /// Something that must not be, and a query that counts it.
    typealias Check = (description: String, query: String)

    let kind: String
    /// The tables; keys from 1 to `{rows}` are loaded.
    let schema: String
    /// What stands under `change:`, or nil: the example in `Plans/` that is named so.
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
    func plan(examples: URL) throws -> String {
        var change = "change:\n  \(kind): \(change ?? "")"
        if self.change == nil {
            let text = try String(contentsOf: examples.appending(path: "\(example).yaml"), encoding: .utf8)
            guard let start = text.range(of: "change:"), let end = text.range(of: "\nphases:") else {
                throw DemoError.clientFailed("the example \(example) has no change")
            }
            change = String(text[start.lowerBound..<end.lowerBound])
        }
        return """
            version: 1
            name: \(Self.planName)
            \(change)
            acknowledge: [\(acknowledge.joined(separator: ", "))]
            phases:
              dual_write_check: {observe: 3s, min_writes: 50}
              contract: {retain: \(hasPurge ? "2s" : "1h"), requires: [soak: 3s]}

            """
    }

    static let planName = "demo"

    static let all = columns + tables + relations
}

extension Scenario {
    /// A count that has to be of nothing, of a table's rows that meet a condition.
    static func none(_ description: String, _ from: String, _ condition: String = "true") -> Check {
        (description, "SELECT count(*) FROM \(from) WHERE \(condition)")
    }

    /// One when something is not as it has to be, else nothing.
    static func missing(_ description: String, _ condition: String) -> Check {
        (description, "SELECT CASE WHEN \(condition) THEN 0 ELSE 1 END")
    }
}
