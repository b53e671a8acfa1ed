/// A row of the table of targets.
enum Target: Int, CaseIterable, Sendable {
    case oneWorker, twoWorkers, againstKeyset, size, uuid, foreground, verification, crash, memory, status, evidence

    var work: String {
        switch self {
        case .oneWorker: "backfill, 1 worker, against one `UPDATE` of the table, rows/s"
        case .twoWorkers: "the same, 2 workers"
        case .againstKeyset: "2 workers, against keyset batches of 1,000 through a per-row trigger, rows/s"
        case .size: "size of the table after the backfill, against before"
        case .uuid: "a random-UUID primary key, against the same table with a bigint key, rows/s"
        case .foreground: "foreground p99 latency while the backfill runs, against before it, at a fixed rate"
        case .verification: "full verification, against `SELECT count(*) … IS DISTINCT FROM`, rows/s"
        case .crash: "copied again after kill -9"
        case .memory: "memory of the process, at its peak"
        case .status: "`status` on a quiet database, median"
        case .evidence: "an old version's UPDATE, against the sync trigger without evidence"
        }
    }

    var bound: String {
        switch self {
        case .oneWorker: "≥ 1.0 ×"
        case .twoWorkers: "≥ 1.4 ×"
        case .againstKeyset: "≥ 2 ×"
        case .size: "≤ 1.5 ×"
        case .uuid, .verification: "≥ 0.9 ×"
        case .foreground: "≤ 2 ×, no failed statement"
        case .crash: "≤ 1 chunk a worker"
        case .memory: "< 60 MB"
        case .status: "< 100 ms"
        case .evidence: "≤ 1.05 ×"
        }
    }
}

/// What came of a target.
struct Verdict: Sendable {
    let target: Target
    let measured: String
    let isMet: Bool
}
