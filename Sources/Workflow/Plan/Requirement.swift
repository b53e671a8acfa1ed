import YAML

/// What a plan asks for before a phase may begin, beside what every phase asks for.
package enum Requirement: Sendable, Hashable {
    /// So much time since the phase before was verified.
    case soak(Duration)
    /// People have said yes.
    case approval(ApprovalRule)
    /// The present time lies in a window.
    case window(TimeWindow)
    /// A query finds no row; each row is a violation.
    case assertion(name: String, sql: String)
    /// No write of the old shape alone for so long.
    case noLegacyWrites(Duration)
    /// No statement that the server remembers has read the old shape for so long.
    case noLegacyReads(Duration)
    /// The old shape was away for so long, and nobody missed it.
    case brownout(Duration)

    /// What output and `--override` call it; no two requirements of one phase share a name.
    package var name: String {
        switch self {
        case .soak: "soak"
        case .approval(let rule): rule.name
        case .window: "window"
        case .assertion(let name, _): "assertion \(name)"
        case .noLegacyWrites: "no_legacy_writes"
        case .noLegacyReads: "no_legacy_reads"
        case .brownout: Brownout.requirement
        }
    }
}

extension Requirement {
    /// The list under `requires:`.
    static let listForm = ValueForm<[Requirement]>.list(of: form).withoutRepeats(by: \.name).shared(as: "requires")

    /// The list where the phase is not contract, of which alone a brownout can be asked.
    static let listFormBeforeContract = listForm.checked { requirements, cursor in
        var isRight = true
        for (requirement, entry) in zip(requirements, cursor.list() ?? [])
        where requirement.name == Brownout.requirement {
            entry.refuse(.invalidValue, "only contract can ask for a brownout: it is contract, for a time")
            isRight = false
        }
        return isRight
    }

    static let form = ValueForm<Requirement>.oneKey(
        [
            .required(
                "soak",
                waiting.map(Requirement.soak),
                "How much time must have passed since the phase before was verified."
            ),
            .required(
                "approval",
                ApprovalRule.form.map(Requirement.approval),
                "How many people must have approved the phase."
            ),
            .required("window", TimeWindow.form.map(Requirement.window), "When the phase may begin."),
            .required("assertion", assertion, "A query that must find nothing."),
            .required(
                "no_legacy_writes",
                waiting.map(Requirement.noLegacyWrites),
                "For how long no statement may have written the old shape alone."
            ),
            .required(
                "no_legacy_reads",
                waiting.map(Requirement.noLegacyReads),
                "For how long no statement may have used the old shape, by pg_stat_statements."
            ),
            .required(
                Brownout.requirement,
                waiting.map(Requirement.brownout),
                "For how long a brownout must have set the old shape aside without anybody naming it. Of contract only."
            ),
        ]
    )

    private static let waiting = ValueForm<Duration>.duration(from: .seconds(1), to: .days(365))

    private static let assertion = ValueForm<Requirement>.section(
        .required("name", .line, "What output calls the assertion."),
        .required("sql", .select, "One SELECT; each row it finds is a violation."),
        build: { name, sql in .assertion(name: name, sql: sql) }
    )
}
