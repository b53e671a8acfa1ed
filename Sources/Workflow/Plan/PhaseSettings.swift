/// What stands under `phases:`, before it is sorted into the plan's own parts.
struct PhaseSettings: Sendable {
    var pace: Pace
    var observation: Observation
    var verifyEvery: Duration?
    var retain: Duration
    var requirements: [Phase: [Requirement]]
}

extension PhaseSettings {
    static let form = ValueForm<PhaseSettings>.section(
        .optional(
            "lock_timeout",
            .duration(from: .milliseconds(10), to: .seconds(5)),
            default: Pace().lockTimeout,
            "How long the first try for a lock waits; more tries follow after growing pauses."
        ),
        .optional(
            "lock_deadline",
            .duration(from: .seconds(10), to: .hours(24)),
            default: Pace().lockDeadline,
            "When to give up on a lock, and say who holds it."
        ),
        .optional(
            "verify_every",
            .duration(from: .minutes(1), to: .days(7)),
            "How often every row is checked while advance --wait waits; not at all when left out."
        ),
        .section(Phase.expand.rawValue, gateOnly, "Adds the new shape, and what keeps both shapes equal."),
        .section(Phase.backfill.rawValue, backfill, "Copies the rows that are there already."),
        .section(Phase.dualWriteCheck.rawValue, dualWriteCheck, "Proves that writes keep both shapes equal."),
        .section(Phase.enforce.rawValue, gateOnly, "Gives the new shape the indexes and constraints of the old."),
        .section(Phase.contract.rawValue, contract, "Sets the old shape aside, and drops it later."),
        build: { lockTimeout, lockDeadline, verifyEvery, expand, backfill, dualWriteCheck, enforce, contract in
            let requirements: [Phase: [Requirement]] = [
                .expand: expand,
                .backfill: backfill.requires,
                .dualWriteCheck: dualWriteCheck.requires,
                .enforce: enforce,
                .contract: contract.requires ?? byDefault(dualWriteCheck.settings),
            ]
            return PhaseSettings(
                pace: Pace(lockTimeout: lockTimeout, lockDeadline: lockDeadline, backfill: backfill.settings),
                observation: dualWriteCheck.settings,
                verifyEvery: verifyEvery,
                retain: contract.settings,
                requirements: requirements.filter { !$0.value.isEmpty }
            )
        }
    )

    /// What contract asks for when the plan does not say: nobody writes only the old shape any more.
    ///
    /// Looked back on for as long as the dual-write check watched; a plan that does not watch does not look back either.
    private static func byDefault(_ observation: Observation) -> [Requirement] {
        observation.observe > .zero ? [.noLegacyWrites(observation.observe)] : []
    }

    /// A phase's own settings, and its gate.
    private struct Section<Settings: Sendable>: Sendable {
        var settings: Settings
        var requires: [Requirement]
    }

    private static let requires = PlanKey<[Requirement]>.optional(
        "requires",
        Requirement.listFormBeforeContract,
        default: [],
        "What must hold before the phase begins, beside what every phase asks for."
    )

    private static let gateOnly = ValueForm<[Requirement]>.section(requires) { $0 }

    private static let backfill = ValueForm<Section<BackfillPace>>.section(
        .optional(
            "chunk_target",
            .duration(from: .milliseconds(10), to: .seconds(30)),
            default: BackfillPace().chunkTarget,
            "How long one chunk should take; its size adapts."
        ),
        .optional(
            "workers",
            .integer(in: 1...32),
            default: BackfillPace().workers,
            "How many chunks are copied at once."
        ),
        .optional(
            "order",
            .choice(),
            default: BackfillPace().order,
            "How the table is cut into chunks."
        ),
        .optional(
            "vacuum",
            .choice(),
            default: BackfillPace().vacuum,
            "Whether dead rows are given back while it runs."
        ),
        .optional(
            "latency_budget",
            LatencyBudget.form,
            default: BackfillPace().latencyBudget,
            "What the applications' 99th percentile may become: a factor, a duration, or off."
        ),
        .optional("window", TimeWindow.form, "When chunks may begin; always when left out."),
        .section("throttle", ThrottleSettings.form, "What the backfill holds back for."),
        requires,
        build: { chunkTarget, workers, order, vacuum, latencyBudget, window, throttle, requires in
            let pace = BackfillPace(
                chunkTarget: chunkTarget,
                workers: workers,
                order: order,
                vacuum: vacuum,
                latencyBudget: latencyBudget,
                window: window,
                throttle: throttle
            )
            return Section(settings: pace, requires: requires)
        }
    )

    private static let dualWriteCheck = ValueForm<Section<Observation>>.section(
        .optional(
            "observe",
            .duration(from: .zero, to: .days(30)),
            default: Observation().observe,
            "For how long writes are watched."
        ),
        .optional(
            "min_writes",
            .integer(in: 0...Int.max),
            default: Observation().minWrites,
            "How many writes must have been seen in that time."
        ),
        requires,
        build: { observe, minWrites, requires in
            Section(settings: Observation(observe: observe, minWrites: minWrites), requires: requires)
        }
    )

    private static let contract = ValueForm<(settings: Duration, requires: [Requirement]?)>.section(
        .optional(
            "retain",
            .duration(from: .zero, to: .days(365)),
            default: Plan.defaultRetain,
            "How long the old shape is kept aside before it is dropped; 0s drops it at once."
        ),
        .optional(
            "requires",
            Requirement.listForm,
            "What must hold before the phase begins, beside what every phase asks for. "
                + "Left out: no_legacy_writes for as long as dual_write_check.observe."
        ),
        build: { retain, requires in (settings: retain, requires: requires) }
    )
}
