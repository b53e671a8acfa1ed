import Postgres
import SQL

/// The statements of a chunk step, rendered for each partition.
struct ChunkStatement: Sendable {
    /// What the chunks of the pass are ranges of.
    let range: ChunkRange
    /// Whether it writes another table than the one whose rows it takes, and may so have to wait for a row.
    let crossesTables: Bool
    /// Copies the rows of a range of the given kind in the partition of that quoted name.
    let copy: @Sendable (_ relation: String, _ range: ChunkRange) throws -> String
    /// Lists `tid` and `key` of the rows of such a range that are left to copy.
    let left: @Sendable (_ relation: String, _ range: ChunkRange) throws -> String

    /// The copy of a chunk and its parameters.
    func copy(_ chunk: Chunk) throws -> (text: String, parameters: [(any Parameter)?]) {
        (try copy(chunk.relation, range(of: chunk)), parameters(chunk))
    }

    /// The list of what is left of a chunk, and its parameters.
    func left(_ chunk: Chunk) throws -> (text: String, parameters: [(any Parameter)?]) {
        (try left(chunk.relation, range(of: chunk)), parameters(chunk))
    }

    /// The ranges of a pass differ from the present ones when the plan's order was changed under it.
    private func range(of chunk: Chunk) -> ChunkRange {
        if case .blocks = chunk.place { .blocks } else { range }
    }

    private func parameters(_ chunk: Chunk) -> [(any Parameter)?] {
        switch (chunk.place, range) {
        case (.key(let after, let upto), .key(let order)): order.values(after: after, upto: upto)
        default: ["(\(chunk.first),0)", "(\(chunk.end),0)"]
        }
    }
}
