/// A person's word that requirements of the plan are passed over once, and why.
package struct Override: Sendable, Hashable {
    /// As gates call them: `soak`, `assertion no nulls`.
    package let names: [String]
    package let reason: String
    package let person: String

    /// Takes names of the plan's requirements.
    ///
    /// - Throws: ``Failure`` `refused` for what every gate asks for, `usage` for what the plan does not ask for.
    package init(_ names: [String], reason: String, by person: String, in plan: Plan) throws(Failure) {
        let known = Set(plan.requirements.values.joined().map(\.name))
        for name in names where !known.contains(name) {
            if Self.builtIn.contains(name) {
                throw Failure(
                    .refused,
                    "'\(name)' cannot be overridden: it is no requirement of the plan's but what keeps the data safe",
                    hint: "crossfade gate says what stands against it"
                )
            }
            throw Failure(
                .usage,
                "the plan \(plan.name) does not ask for '\(name)'",
                hint: known.isEmpty
                    ? "it has no requirements to override"
                    : "it asks for " + known.sorted().map { "'\($0)'" }.joined(separator: ", ")
            )
        }
        self.names = names
        self.reason = reason
        self.person = person
    }

    private static let builtIn: Set = [
        "phase order", "full check", "catalog", "dual writes", "observe", "min_writes", "retain",
    ]
}

extension Gate {
    /// The gate with these requirements passed over, and those among them that were not met.
    package func overridden(by override: Override?) -> (gate: Gate, passedOver: [RequirementResult]) {
        guard let override else { return (self, []) }
        let passedOver = obstacles.filter { override.names.contains($0.name) }
        let results = requirements.map { result in
            guard passedOver.contains(result) else { return result }
            return RequirementResult(result.name, .open, "overridden by \(override.person): \(override.reason)")
        }
        return (Gate(subject: subject, requirements: results), passedOver)
    }
}
