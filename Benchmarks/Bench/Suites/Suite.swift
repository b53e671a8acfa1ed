/// A part of the benchmark that can be run by itself, and the targets it speaks to.
enum SuiteName: String, CaseIterable, Sendable {
    case backfill, uuid, shapes, foreground, verify, crash, memory, status, evidence

    var suite: any Suite {
        switch self {
        case .backfill: BackfillSuite()
        case .uuid: UUIDSuite()
        case .shapes: ShapesSuite()
        case .foreground: ForegroundSuite()
        case .verify: VerificationSuite()
        case .crash: CrashSuite()
        case .memory: MemorySuite()
        case .status: StatusSuite()
        case .evidence: EvidenceSuite()
        }
    }

    func targets(_ settings: Settings) -> [Target] {
        switch self {
        case .backfill: [.oneWorker, .twoWorkers, .againstKeyset, .size]
        case .uuid: [.uuid]
        case .shapes: []
        case .foreground: [.foreground]
        case .verify: [.verification]
        case .crash: [.crash]
        case .memory: [.memory]
        case .status: [.status]
        case .evidence: [.evidence]
        }
    }
}

/// Measures one matter.
protocol Suite: Sendable {
    func run(on stage: Stage) async throws -> Findings
}

extension [Measurement] {
    /// The figures of one contender over its rounds; a contender has at least one round.
    func statistics(_ figure: (Measurement) -> Double) throws -> Statistics {
        guard let statistics = Statistics(map(figure)) else { throw BenchError.unmeasurable("there was no round") }
        return statistics
    }

    func medianRate() throws -> Double { try statistics(\.rate).median }

    /// The round that a chart shows.
    func typical() throws -> Measurement {
        let ordered = sorted { $0.course.copy < $1.course.copy }
        guard let middle = ordered.dropFirst((count - 1) / 2).first else {
            throw BenchError.unmeasurable("there was no round")
        }
        return middle
    }
}

extension MarkdownTable {
    /// One line a contender: speed, size, WAL and memory; all against the first one's speed.
    init(contenders: [[Measurement]]) throws {
        self.init(
            "contender",
            "rows/s",
            "× the first",
            "seconds",
            "whole",
            "table ×",
            "with indexes ×",
            "WAL",
            "memory"
        )
        let first = try contenders.first?.medianRate() ?? 1
        for measurements in contenders {
            let memory = Statistics(measurements.compactMap(\.course.peakMemory))
            add(
                measurements[0].contender,
                try measurements.statistics(\.rate).text(Words.number(_:)),
                Words.decimal(try measurements.medianRate() / first, 2),
                try measurements.statistics(\.course.copy).text { Words.decimal($0, 2) },
                Words.decimal(try measurements.statistics(\.course.whole).median, 2),
                try measurements.statistics(\.ratio).text { Words.decimal($0, 2) },
                Words.decimal(try measurements.statistics { $0.after.total / $0.before.total }.median, 2),
                Words.megabytes(try measurements.statistics(\.wal).median),
                memory.map { Words.megabytes($0.most) } ?? ""
            )
        }
    }
}
