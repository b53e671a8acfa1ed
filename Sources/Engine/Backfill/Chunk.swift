/// A range of one partition, claimed by a worker.
struct Chunk: Sendable {
    let id: Int64
    /// Grows with each claim; a worker whose number is no longer the newest has lost the chunk.
    let attempt: Int
    /// Quoted, with schema.
    let relation: String
    /// In blocks, or in rows in a pass by key.
    let first: Int64
    let end: Int64
    let place: Place

    enum Place: Sendable, Hashable {
        case blocks
        /// The key before the first row, nil for the start of the table, and the last row's.
        case key(after: [String]?, upto: [String])
    }

    var size: Int { Int(end - first) }
}
