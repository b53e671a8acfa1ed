package import struct Foundation.Date

/// How fast a step copied rows, over its time in bins of one width.
package struct Throughput: Sendable, Hashable {
    /// Rows that were copied within a time.
    package struct Share: Sendable, Hashable {
        package let rows: Int64
        package let startedAt: Date
        package let finishedAt: Date

        package init(rows: Int64, startedAt: Date, finishedAt: Date) {
            self.rows = rows
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    /// The step's title.
    package let step: String
    package let startedAt: Date
    /// From the first chunk's beginning to the last one's end, in seconds.
    package let seconds: Double
    /// The width of a bin in seconds; the last one may be cut short.
    package let binSeconds: Double
    /// The rows of each bin; fractions, as a chunk may have spanned several.
    package let rows: [Double]

    /// Spreads the rows of each share evenly over its time; nil where nothing took any time.
    package init?(step: String, of shares: [Share], atMost limit: Int = 120) {
        guard let start = shares.map(\.startedAt).min(), let end = shares.map(\.finishedAt).max() else { return nil }
        let seconds = end.timeIntervalSince(start)
        guard seconds > 0 else { return nil }
        let width = Self.width(of: seconds, atMost: limit)
        var rows = [Double](repeating: 0, count: Self.count(of: seconds, by: width))
        for share in shares {
            let from = share.startedAt.timeIntervalSince(start) / width
            let upto = share.finishedAt.timeIntervalSince(start) / width
            Self.spread(Double(share.rows), from, max(from, upto), over: &rows)
        }
        self.init(step: step, startedAt: start, seconds: seconds, binSeconds: width, rows: rows)
    }

    private init(step: String, startedAt: Date, seconds: Double, binSeconds: Double, rows: [Double]) {
        self.step = step
        self.startedAt = startedAt
        self.seconds = seconds
        self.binSeconds = binSeconds
        self.rows = rows
    }

    /// The same with so many neighbours put together that at most `limit` bins are left.
    package func coarser(atMost limit: Int) -> Throughput {
        let factor = (rows.count + limit - 1) / limit
        guard factor > 1 else { return self }
        let merged = stride(from: 0, to: rows.count, by: factor).map { place in
            rows[place..<min(place + factor, rows.count)].reduce(0, +)
        }
        return Throughput(
            step: step,
            startedAt: startedAt,
            seconds: seconds,
            binSeconds: binSeconds * Double(factor),
            rows: merged
        )
    }

    /// Rows per second in each bin.
    package var rates: [Double] {
        rows.enumerated().map { place, rows in
            rows / min(binSeconds, seconds - Double(place) * binSeconds)
        }
    }

    /// Over the whole time, pauses among it.
    package var mean: Double { rows.reduce(0, +) / seconds }

    package var peak: Double { rates.max() ?? 0 }
}

// MARK: - Bins

extension Throughput {
    /// Widths that people can read off an axis, in seconds.
    private static let widths: [Double] =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
        + [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400]

    private static func width(of seconds: Double, atMost limit: Int) -> Double {
        let least = seconds / Double(limit)
        return widths.first { $0 >= least } ?? (least / 86_400).rounded(.up) * 86_400
    }

    /// A rest that is only the error of a division makes no bin.
    private static func count(of seconds: Double, by width: Double) -> Int {
        max(1, Int((seconds / width - 1e-6).rounded(.up)))
    }

    /// Adds rows to the bins between two places, counted in bins.
    private static func spread(_ rows: Double, _ from: Double, _ upto: Double, over bins: inout [Double]) {
        let last = bins.count - 1
        let first = min(last, Int(from))
        guard upto > from else {
            bins[first] += rows
            return
        }
        for bin in first...max(first, min(last, Int(upto))) {
            // The last bin takes what lies past it by an error of rounding.
            let end = bin == last ? upto : min(upto, Double(bin + 1))
            bins[bin] += rows * max(0, end - max(from, Double(bin))) / (upto - from)
        }
    }
}
