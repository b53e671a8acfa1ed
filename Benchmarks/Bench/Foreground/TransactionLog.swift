import Foundation

/// Every transaction of a run of pgbench, from the logs of its threads.
struct TransactionLog: Sendable {
    /// A transaction that was committed.
    struct Transaction: Sendable {
        /// Seconds since 1970.
        let end: Double
        /// Seconds since it was due: at a fixed rate that is before a connection was free for it.
        let latency: Double

        var start: Double { end - latency }
    }

    private(set) var transactions: [Transaction] = []
    /// Failed statements that pgbench went on after: serialization failures and deadlocks.
    private(set) var failures = 0
    /// Connections that pgbench gave up after another error.
    var abortedClients = 0

    /// Adds the lines of one log: client, number, microseconds or a word for a failure, script, time, microseconds of
    /// the time, and at a fixed rate the delay of the start.
    mutating func read(_ file: URL) throws {
        let data = try Data(contentsOf: file)
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 6)
            guard fields.count >= 6, let second = Self.number(fields[4]), let fraction = Self.number(fields[5]) else {
                throw BenchError.unmeasurable(
                    "pgbench wrote a line that is not understood: \(String(decoding: line, as: UTF8.self))"
                )
            }
            guard let microseconds = Self.number(fields[2]) else {
                failures += 1
                continue
            }
            let end = Double(second) + Double(fraction) / 1e6
            transactions.append(Transaction(end: end, latency: Double(microseconds) / 1e6))
        }
    }

    /// Nil when it is a word.
    private static func number(_ digits: Data) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return digits.isEmpty ? nil : value
    }
}

// MARK: - Figures

extension TransactionLog {
    /// Latencies in a stretch of time.
    struct Window: Sendable {
        let latencies: Statistics
        /// Transactions ended in it, a second.
        let rate: Double

        var p50: Double { latencies.percentile(0.5) }
        var p99: Double { latencies.percentile(0.99) }
        var most: Double { latencies.most }
    }

    /// The transactions that were under way in a stretch, even for a moment, so that none that was held up is missed.
    ///
    /// With `isClosed` only those that also ended in it: the others belong to what came next.
    func window(from start: Date, to end: Date, isClosed: Bool) throws(BenchError) -> Window {
        let (from, upto) = (start.timeIntervalSince1970, end.timeIntervalSince1970)
        let inside = transactions.filter { transaction in
            transaction.end >= from && (isClosed ? transaction.end < upto : transaction.start < upto)
        }
        guard let latencies = Statistics(inside.lazy.map(\.latency)) else {
            throw .unmeasurable("no foreground transaction ended in \(Words.seconds(upto - from))")
        }
        let ended = inside.count { $0.end < upto }
        return Window(latencies: latencies, rate: Double(ended) / max(upto - from, 0.001))
    }

    /// The 99th percentile of the transactions that began in each second, with seconds since `origin`.
    func p99(since origin: Date) -> [Point] {
        let zero = origin.timeIntervalSince1970
        let bins = Dictionary(grouping: transactions) { Int(($0.start - zero).rounded(.down)) }
        return bins.sorted { $0.key < $1.key }.compactMap { second, transactions in
            Statistics(transactions.lazy.map(\.latency)).map { Point(x: Double(second) + 0.5, y: $0.percentile(0.99)) }
        }
    }
}
