import Foundation

/// The vertical axis of a chart.
enum Axis: Sendable {
    /// From 0, in steps of a round number, each printed in the given unit.
    case linear(unit: Double)
    /// By powers of ten, for what spans them.
    case logarithmic(unit: Double)

    /// The ends of the axis and where its lines are.
    struct Ticks: Sendable {
        let least: Double
        let most: Double
        let values: [Double]
    }

    func ticks(for values: [Double]) -> Ticks {
        let most = values.max() ?? 1
        switch self {
        case .linear(let unit):
            let ticks = Self.linear(upTo: most / unit)
            return Ticks(least: ticks.least * unit, most: ticks.most * unit, values: ticks.values.map { $0 * unit })
        case .logarithmic:
            let positive = values.filter { $0 > 0 }
            let low = log10(positive.min() ?? 0.001).rounded(.down)
            let high = max(log10(positive.max() ?? 1).rounded(.up), low + 1)
            return Ticks(
                least: pow(10, low),
                most: pow(10, high),
                values: stride(from: low, through: high, by: 1).map { pow(10, $0) }
            )
        }
    }

    /// About five lines at multiples of 1, 2 or 5 times a power of ten.
    static func linear(from least: Double = 0, upTo most: Double) -> Ticks {
        let span = max(most - least, 0.000_001)
        let power = pow(10, log10(span / 5).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? power * 10
        let (low, high) = ((least / step).rounded(.down), (most / step).rounded(.up))
        return Ticks(
            least: low * step,
            most: max(high, low + 1) * step,
            values: stride(from: low, through: max(high, low + 1), by: 1).map { $0 * step }
        )
    }

    /// Where a value is between the ends, 0 being the lower one.
    func share(_ value: Double, of ticks: Ticks) -> Double {
        switch self {
        case .linear: (value - ticks.least) / (ticks.most - ticks.least)
        case .logarithmic: log10(max(value, ticks.least) / ticks.least) / log10(ticks.most / ticks.least)
        }
    }

    func label(_ value: Double) -> String {
        switch self {
        case .linear(let unit), .logarithmic(let unit):
            let figure = value / unit
            return figure == figure.rounded() ? Words.number(figure) : Words.decimal(figure, figure < 0.1 ? 2 : 1)
        }
    }
}
