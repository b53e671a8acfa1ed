/// One figure, measured several times.
struct Statistics: Sendable {
    let values: [Double]

    /// Nil without a value.
    init?(_ values: some Sequence<Double>) {
        self.values = values.sorted()
        if self.values.isEmpty { return nil }
    }

    var least: Double { values[0] }
    var most: Double { values[values.count - 1] }

    var median: Double {
        let middle = values.count / 2
        return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    }

    /// The smallest value that at least this share of all is not above.
    func percentile(_ share: Double) -> Double {
        let rank = (share * Double(values.count)).rounded(.up)
        return values[min(max(Int(rank) - 1, 0), values.count - 1)]
    }

    /// Least, median and most.
    func text(_ format: (Double) -> String) -> String {
        values.count == 1 ? format(median) : "\(format(least)) / \(format(median)) / \(format(most))"
    }
}
