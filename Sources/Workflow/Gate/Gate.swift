package import struct Foundation.Date

/// Whether something may begin.
package enum GateVerdict: String, Sendable, Hashable, Codable, Comparable {
    case open
    /// Time or a person will open it.
    case waiting
    /// A fact is against it.
    case closed

    private var severity: Int {
        switch self {
        case .open: 0
        case .waiting: 1
        case .closed: 2
        }
    }

    package static func < (lhs: GateVerdict, rhs: GateVerdict) -> Bool { lhs.severity < rhs.severity }
}

/// One requirement of a gate, evaluated.
package struct RequirementResult: Sendable, Hashable {
    package let name: String
    package let verdict: GateVerdict
    /// What was found, in words; for an open one, why it is open.
    package let reason: String
    /// When it will open by itself, where that can be told.
    package let opensAt: Date?

    package init(_ name: String, _ verdict: GateVerdict, _ reason: String, opensAt: Date? = nil) {
        self.name = name
        self.verdict = verdict
        self.reason = reason
        self.opensAt = opensAt
    }
}

/// What a phase (or purge) must meet before it may begin, evaluated at one instant.
package struct Gate: Sendable, Hashable {
    /// The phase's name, or `purge`.
    package let subject: String
    package let requirements: [RequirementResult]
    /// What has been changed from outside; nil where nobody asked, or the two shapes do not stand side by side.
    package var changes: OutsideChanges?

    package init(subject: String, requirements: [RequirementResult]) {
        self.subject = subject
        self.requirements = requirements
    }

    /// The strictest verdict among the requirements.
    package var verdict: GateVerdict { requirements.map(\.verdict).max() ?? .open }

    /// The requirements that hold it shut, the closed ones first.
    package var obstacles: [RequirementResult] {
        requirements.filter { $0.verdict != .open }.sorted { $0.verdict > $1.verdict }
    }

    /// When it will open by itself; nil when a fact or a person is in the way.
    package var opensAt: Date? {
        let obstacles = obstacles
        guard !obstacles.isEmpty, obstacles.allSatisfy({ $0.verdict == .waiting && $0.opensAt != nil }) else {
            return nil
        }
        return obstacles.compactMap(\.opensAt).max()
    }
}
