package import Foundation

extension Gate {
    /// Decides whether a phase may begin.
    ///
    /// The built-in requirements come first (DESIGN: the phase before is verified by a check newer than the last
    /// change), then the plan's.
    package static func evaluate(_ phase: Phase, of plan: Plan, on facts: GateFacts) -> Gate {
        var results = [
            order(phase, facts)
        ]
        if phase > .expand { results.append(freshCheck(facts)) }
        results.append(objections(facts))
        if plan.dualWrite.by == .application, phase == .backfill || phase == .enforce {
            results.append(dualWrites(plan.observation.observe, facts))
        }
        results += (plan.requirements[phase] ?? []).map { evaluate($0, phase, facts) }
        return Gate(subject: phase.rawValue, requirements: results)
    }

    /// Decides once more, in the last moment, what may have changed since the phase was let in: the plan's requirements.
    package static func evaluateAgain(_ phase: Phase, of plan: Plan, on facts: GateFacts) -> Gate {
        let requirements = (plan.requirements[phase] ?? []).map { evaluate($0, phase, facts) }
        return Gate(subject: phase.rawValue, requirements: [order(phase, facts), failedCheck(facts)] + requirements)
    }

    /// Decides whether what contract set aside may be dropped.
    ///
    /// With `asksForContract` also what the plan asks for before contract, which was found applied and was never let in; but
    /// for a brownout, which can be held no more.
    package static func evaluatePurge(
        of plan: Plan,
        asksForContract: Bool = false,
        on facts: GateFacts
    ) -> Gate {
        let asked = asksForContract ? plan.requirements[.contract] ?? [] : []
        return Gate(
            subject: "purge",
            requirements: [retired(facts), failedCheck(facts), retain(plan.retain, facts), objections(facts)]
                + asked.filter { $0.name != Brownout.requirement }.map { evaluate($0, .contract, facts) }
        )
    }
}

// MARK: - Built in

extension Gate {
    /// What the requirement of a newer, clean full check is called.
    package static let fullCheck = "full check"

    private static func order(_ phase: Phase, _ facts: GateFacts) -> RequirementResult {
        let name = "phase order"
        if facts.run.state.isOver {
            return RequirementResult(name, .closed, "the run is over (\(facts.run.state.rawValue))")
        }
        if facts.run.state == .paused { return RequirementResult(name, .waiting, "the run is paused: resume it") }
        if facts.run.state == .rollingBack {
            return RequirementResult(name, .closed, "a rollback is under way: bring it to its end")
        }
        if facts.run.status(of: phase) == .verified {
            return RequirementResult(name, .open, "\(phase.rawValue) is done already")
        }
        guard let next = facts.run.nextPhase, next < phase else {
            return RequirementResult(
                name,
                .open,
                phase == .expand ? "expand is the first phase" : "every phase before is verified"
            )
        }
        return RequirementResult(
            name,
            .closed,
            "\(next.rawValue) is \(facts.run.status(of: next).rawValue), not verified"
        )
    }

    private static func freshCheck(_ facts: GateFacts) -> RequirementResult {
        let name = fullCheck
        guard let check = facts.lastCheck else { return RequirementResult(name, .closed, "no full check has run yet") }
        if check.verdict == .failed || facts.run.isBlocked {
            return RequirementResult(
                name,
                .closed,
                "the last full check failed with \(count(check.violations, "violation"))"
            )
        }
        if check.verdict == .inconclusive {
            return RequirementResult(name, .waiting, "the last full check was inconclusive")
        }
        if let change = facts.lastChange, check.ordinal < change {
            return RequirementResult(name, .closed, "data or schema changed after the last full check: run verify")
        }
        return RequirementResult(name, .open, "\(count(check.rowsChecked, "row")) checked, none wrong")
    }

    private static func failedCheck(_ facts: GateFacts) -> RequirementResult {
        facts.run.isBlocked
            ? RequirementResult(fullCheck, .closed, "the last full check failed")
            : RequirementResult(fullCheck, .open, "no full check has failed")
    }

    private static func objections(_ facts: GateFacts) -> RequirementResult {
        let name = "catalog"
        guard let first = facts.objections.first else {
            return RequirementResult(name, .open, "the catalog has no objection")
        }
        let more = facts.objections.count > 1 ? " (and \(facts.objections.count - 1) more: see check)" : ""
        return RequirementResult(name, .closed, first + more)
    }

    private static func retired(_ facts: GateFacts) -> RequirementResult {
        facts.run.status(of: .contract) == .verified
            ? RequirementResult("phase order", .open, "contract is verified")
            : RequirementResult("phase order", .closed, "contract is \(facts.run.status(of: .contract).rawValue)")
    }

    private static func retain(_ duration: Duration, _ facts: GateFacts) -> RequirementResult {
        guard let retired = facts.verifiedAt[.contract] else {
            return RequirementResult("retain", .closed, "nothing is set aside yet")
        }
        return elapsed("retain", since: retired, duration, facts.now, of: "the old shape was set aside")
    }
}

// MARK: - The plan's

extension Gate {
    private static func evaluate(_ requirement: Requirement, _ phase: Phase, _ facts: GateFacts) -> RequirementResult {
        switch requirement {
        case .soak(let duration): soak(duration, phase, facts)
        case .approval(let rule): approval(rule, facts)
        case .window(let window): self.window(window, facts)
        case .assertion(let name, _): assertion(name, facts)
        case .noLegacyWrites(let duration): noLegacyWrites(duration, facts)
        case .noLegacyReads(let duration): noLegacyReads(duration, facts)
        case .brownout(let duration): brownout(duration, facts)
        }
    }

    private static func soak(_ duration: Duration, _ phase: Phase, _ facts: GateFacts) -> RequirementResult {
        guard let before = Phase.allCases.last(where: { $0 < phase }) else {
            return RequirementResult("soak", .open, "no phase comes before")
        }
        guard let verified = facts.verifiedAt[before] else {
            return RequirementResult("soak", .waiting, "it counts from when \(before.rawValue) is verified")
        }
        return elapsed("soak", since: verified, duration, facts.now, of: "\(before.rawValue) was verified")
    }

    private static func window(_ window: TimeWindow, _ facts: GateFacts) -> RequirementResult {
        if window.contains(facts.now) { return RequirementResult("window", .open, "inside the window") }
        return RequirementResult("window", .waiting, "outside the window", opensAt: window.opening(after: facts.now))
    }

    private static func assertion(_ name: String, _ facts: GateFacts) -> RequirementResult {
        let title = "assertion \(name)"
        switch facts.assertions[name] {
        case nil:
            return RequirementResult(title, .waiting, "takes long, and is not evaluated here: ask crossfade gate")
        case .holds: return RequirementResult(title, .open, "no row violates it")
        case .failed(let message): return RequirementResult(title, .closed, "the query failed: \(message)")
        case .violated(let samples, let number):
            return RequirementResult(
                title,
                .closed,
                "\(count(Int64(number), "row")) violate\(number == 1 ? "s" : "") it: \(samples.joined(separator: "; "))"
            )
        }
    }
}

// MARK: - Words

extension Gate {
    private static func elapsed(
        _ name: String,
        since start: Date,
        _ duration: Duration,
        _ now: Date,
        of what: String
    ) -> RequirementResult {
        let opens = start.addingTimeInterval(duration.seconds)
        if now >= opens { return RequirementResult(name, .open, "\(duration.inWords) since \(what) have passed") }
        return RequirementResult(name, .waiting, "\(duration.inWords) since \(what) have not passed", opensAt: opens)
    }

    static func count(_ number: Int64, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    package static func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }
}

extension Duration {
    /// The duration in seconds, with its fraction.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// As a plan would write it: `24h`, `10m`, `500ms`.
    package var inWords: String {
        let milliseconds = Int64((seconds * 1000).rounded())
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
