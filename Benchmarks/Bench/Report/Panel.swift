/// One chart of several that are drawn below each other.
struct Panel: Sendable {
    /// A line of a chart.
    struct Series: Sendable {
        let name: String
        let tint: Tint
        let points: [Point]
    }

    /// A moment worth a line from top to bottom.
    struct Mark: Sendable {
        let x: Double
        let text: String
        let tint: Tint?
    }

    let title: String
    /// What stands at the vertical axis, with its unit.
    let unit: String
    let axis: Axis
    let series: [Series]
    var marks: [Mark] = []
    /// What the horizontal axis counts.
    var time = "seconds since the backfill began"
}

/// The colour of a contender, the same in all charts; it is told apart without colour vision by its order of lightness.
enum Tint: String, Sendable, CaseIterable {
    case update, keyset, oneWorker, twoWorkers, variant

    var light: String {
        switch self {
        case .update: "#c2410c"
        case .keyset: "#7c3aed"
        case .oneWorker: "#0891b2"
        case .twoWorkers: "#1d4ed8"
        case .variant: "#64748b"
        }
    }

    var dark: String {
        switch self {
        case .update: "#fb923c"
        case .keyset: "#c4b5fd"
        case .oneWorker: "#67e8f9"
        case .twoWorkers: "#60a5fa"
        case .variant: "#94a3b8"
        }
    }

    /// The pattern of the line, which tells it apart in print.
    var dashes: String {
        switch self {
        case .update, .twoWorkers: "none"
        case .keyset: "7 3"
        case .oneWorker: "2 3"
        case .variant: "10 3 2 3"
        }
    }

    static func of(_ contender: any Contender) -> Tint {
        switch contender {
        case is OneUpdate: .update
        case is KeysetBatches: .keyset
        case let crossfade as CrossfadeBackfill where crossfade.pace.keys.isEmpty:
            crossfade.pace.workers == 1 ? .oneWorker : .twoWorkers
        default: .variant
        }
    }
}
