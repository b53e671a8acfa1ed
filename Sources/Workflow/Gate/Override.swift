/// A person's word that requirements of the plan are passed over once, each before one phase, and why.
package struct Override: Sendable, Hashable {
    /// A requirement, as gates call it (`soak`, `assertion no nulls`), and the phase before which it is passed over.
    private struct Entry: Sendable, Hashable {
        /// nil until it is known which phases the command begins.
        let phase: Phase?
        let name: String
    }

    private var entries: [Entry]
    package let reason: String
    package let person: String

    /// Takes names of the plan's requirements, with or without a phase before them: `soak`, `contract:soak`.
    ///
    /// - Throws: ``Failure`` `refused` for what every gate asks for, `usage` for what the plan does not ask for.
    package init(_ words: [String], reason: String, by person: String, in plan: Plan) throws(Failure) {
        entries = []
        self.reason = reason
        self.person = person
        for word in words { entries.append(try Self.entry(word, in: plan)) }
    }

    private static func entry(_ word: String, in plan: Plan) throws(Failure) -> Entry {
        // An assertion's name may contain a colon; no requirement's name begins with a phase.
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        let phase = parts.count == 2 ? Phase(rawValue: parts[0]) : nil
        let entry = Entry(phase: phase, name: phase == nil ? word : parts[1])
        let known = Set(
            plan.requirements.filter { phase == nil || $0.key == phase }.values.joined().map(\.name)
        )
        if known.contains(entry.name) { return entry }
        if builtIn.contains(entry.name) {
            throw Failure(
                .refused,
                "'\(entry.name)' cannot be overridden: it is no requirement of the plan's but what keeps the data safe",
                hint: "crossfade gate shows what keeps it closed"
            )
        }
        throw Failure(
            .usage,
            "the plan \(plan.name) does not ask for '\(entry.name)'\(phase.map { " before \($0.rawValue)" } ?? "")",
            hint: known.isEmpty
                ? "it has no requirements to override"
                : "it asks for " + known.sorted().map { "'\($0)'" }.joined(separator: ", ")
        )
    }

    private static let builtIn: Set = [
        "phase order", "full check", "catalog", "dual writes", "observe", "min_writes", "retain",
    ]

    /// The requirements passed over before a phase.
    package func names(before phase: Phase) -> Set<String> {
        Set(entries.filter { $0.phase == phase }.map(\.name))
    }
}

extension Override {
    /// Gives each requirement without a phase the one phase, of those that a command begins, which asks for it.
    ///
    /// - Throws: ``Failure`` `usage` with the command to give where several of them do, or only a later one does.
    package func resolved(crossing phases: [Phase], of plan: Plan) throws(Failure) -> Override {
        guard let last = phases.last else { return self }
        var resolved = self
        for (place, entry) in entries.enumerated() where entry.phase == nil {
            let asking = Phase.allCases.filter { phase in
                plan.requirements[phase]?.contains { $0.name == entry.name } == true
            }
            let crossed = asking.filter(phases.contains)
            if crossed.count > 1 {
                let list = crossed.map(\.rawValue).joined(separator: " and ")
                throw Failure(
                    .usage,
                    "'\(entry.name)' is asked for before \(list): an override is of one phase",
                    hint: "for all of them: \(command(through: last, entry, before: crossed, of: plan))"
                )
            }
            // What only an earlier phase asks for was passed over by a former try of the same command.
            if crossed.isEmpty, let later = asking.first, later > last {
                throw Failure(
                    .usage,
                    "'\(entry.name)' is asked for before \(later.rawValue), which this command does not begin",
                    hint: command(through: later, entry, before: [later], of: plan)
                )
            }
            resolved.entries[place] = Entry(phase: crossed.first, name: entry.name)
        }
        return resolved
    }

    /// The command that says the same with the phases named.
    private func command(through last: Phase, _ entry: Entry, before phases: [Phase], of plan: Plan) -> String {
        let overrides = entries.flatMap { other -> [String] in
            if other == entry { return phases.map { "\($0.rawValue):\(entry.name)" } }
            return [(other.phase.map { "\($0.rawValue):" } ?? "") + other.name]
        }
        let words =
            ["crossfade", "advance", plan.name.text, "--through", last.rawValue]
            + overrides.flatMap { ["--override", $0] } + ["--reason", reason]
            + (last == .contract ? ["--confirm", plan.name.text] : [])
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-:./".contains($0)) }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}

extension Gate {
    /// The gate with these requirements passed over, and those among them that were not met.
    package func overridden(by override: Override?) -> (gate: Gate, passedOver: [RequirementResult]) {
        guard let override, let phase = Phase(rawValue: subject) else { return (self, []) }
        let names = override.names(before: phase)
        let passedOver = obstacles.filter { names.contains($0.name) }
        let results = requirements.map { result in
            guard passedOver.contains(result) else { return result }
            return RequirementResult(result.name, .open, "overridden by \(override.person): \(override.reason)")
        }
        return (Gate(subject: subject, requirements: results), passedOver)
    }
}
