import Foundation

/// A figure over time.
struct Timeline: Sendable {
    /// A point of the figure.
    struct Moment: Sendable {
        let at: Date
        let value: Double
    }

    private(set) var moments: [Moment] = []

    mutating func add(_ value: Double, at date: Date = Date()) { moments.append(Moment(at: date, value: value)) }

    /// Seconds since `start` with the figure.
    func points(since start: Date) -> [Point] {
        moments.map { Point(x: $0.at.timeIntervalSince(start), y: $0.value) }
    }

    /// The growth a second of a figure that only grows from 0, over bins of equal length.
    func rates(since start: Date, every step: Double) -> [Point] {
        guard let last = moments.last, step > 0 else { return [] }
        let end = last.at.timeIntervalSince(start)
        let count = max(1, Int((end / step).rounded(.up)))
        return (0..<count).map { bin in
            let (from, upto) = (Double(bin) * step, min(Double(bin + 1) * step, end))
            let grown = value(at: upto, since: start) - value(at: from, since: start)
            return Point(x: (from + upto) / 2, y: grown / max(upto - from, 0.001))
        }
    }

    /// Between two moments on the line that joins them.
    private func value(at seconds: Double, since start: Date) -> Double {
        var before = Point(x: 0, y: 0)
        for point in points(since: start) {
            if point.x >= seconds {
                let span = point.x - before.x
                return span <= 0 ? point.y : before.y + (point.y - before.y) * (seconds - before.x) / span
            }
            before = point
        }
        return before.y
    }
}

/// A point of a chart.
struct Point: Sendable {
    let x: Double
    let y: Double
}
