import Foundation

/// Where an axis has its marks, and what stands at them.
struct AxisScale: Sendable {
    /// What the numbers at an axis count.
    struct Unit: Sendable {
        let name: String
        /// How much one is, in rows or seconds.
        let size: Double

        static func rows(upTo most: Double) -> Unit {
            if most >= 1_000_000 { return Unit(name: "million rows", size: 1_000_000) }
            return most >= 10_000 ? Unit(name: "thousand rows", size: 1_000) : Unit(name: "rows", size: 1)
        }

        static func time(upTo seconds: Double) -> Unit {
            if seconds < 1 { return Unit(name: "milliseconds", size: 0.001) }
            if seconds < 300 { return Unit(name: "seconds", size: 1) }
            if seconds < 18_000 { return Unit(name: "minutes", size: 60) }
            return seconds < 432_000 ? Unit(name: "hours", size: 3_600) : Unit(name: "days", size: 86_400)
        }
    }

    let unit: Unit
    /// From one mark to the next: 1, 2 or 5 times a power of ten, in units.
    private let step: Double
    private let count: Int

    /// A scale on which `most` finds its place.
    init(upTo most: Double, unit: Unit) {
        let units = max(most / unit.size, 1e-9)
        let power = pow(10, (log10(units / 6)).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 * 6 >= units * (1 - 1e-9) } ?? 10 * power
        self.unit = unit
        self.step = step
        count = Int((units / step - 1e-9).rounded(.up))
    }

    /// The value of the last mark.
    var end: Double { Double(count) * step * unit.size }

    var ticks: [(value: Double, label: String)] {
        (0...count).map { (Double($0) * step * unit.size, (Double($0) * step).plain) }
    }
}
