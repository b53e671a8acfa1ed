package import Diagnostics

/// One change to a database's schema, and how each of its phases is to run, as a person wrote it.
package struct Plan: Sendable, Hashable {
    /// What the run is called in the ledger; unique in a database.
    package var name: PlanName

    /// For people; nil when the plan has none.
    package var description: String?

    /// What is to become of the schema.
    package var change: Change

    /// How both shapes are kept equal meanwhile.
    package var dualWrite: DualWrite

    /// The ids of findings that the team accepts, such as `select-star`, in the plan's order.
    package var acknowledge: [String]

    /// How hard the run may press on the server.
    package var pace: Pace

    /// What the dual-write check waits for.
    package var observation: Observation

    /// How often every row is checked while a phase waits; nil for not at all.
    package var verifyEvery: Duration?

    /// What the plan asks for before a phase begins; a phase without an entry has the built-in requirements only.
    package var requirements: [Phase: [Requirement]]

    /// How long the old shape is kept aside before it is dropped.
    package var retain: Duration

    /// Who outside is told, or asked; they may change under a run.
    package var hooks: [Hook]

    /// The path of the Prisma schema that describes the database when the plan is done; nil where there is none.
    package var model: String?

    /// The text the plan was read from.
    package var source: SourceText

    static let defaultRetain = Duration.days(7)

    /// A plan with the defaults of one that says no more than what is to change.
    package init(
        name: PlanName,
        description: String? = nil,
        change: Change,
        dualWrite: DualWrite = DualWrite(),
        acknowledge: [String] = [],
        pace: Pace = Pace(),
        observation: Observation = Observation(),
        verifyEvery: Duration? = nil,
        requirements: [Phase: [Requirement]] = [:],
        retain: Duration? = nil,
        hooks: [Hook] = [],
        model: String? = nil,
        source: SourceText
    ) {
        self.name = name
        self.description = description
        self.change = change
        self.dualWrite = dualWrite
        self.acknowledge = acknowledge
        self.pace = pace
        self.observation = observation
        self.verifyEvery = verifyEvery
        self.requirements = requirements
        self.retain = retain ?? Self.defaultRetain
        self.hooks = hooks
        self.model = model
        self.source = source
    }
}
