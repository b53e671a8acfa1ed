package import struct Foundation.Date

/// A look at a table's rows in pieces, by a watch that gives way to everybody else and may be stopped at any time.
///
/// It opens no gate: rows are read in many snapshots, and one that a writer moves without the sync trigger could pass from
/// a range that is still to be read into one that was. What it finds makes a full check due.
package struct Screening: Sendable, Hashable {
    /// Which rows it reads.
    package enum Scope: String, Sendable, Codable {
        case all
        /// Those in blocks that were changed since the last look, by the server's WAL summaries.
        case changed
    }

    /// A range of a table's or partition's blocks; `end` is the first block after it.
    package struct Piece: Sendable, Hashable, Codable {
        /// Quoted, with its schema.
        package let relation: String
        package let first: Int64
        package let end: Int64

        package init(relation: String, first: Int64, end: Int64) {
            self.relation = relation
            self.first = first
            self.end = end
        }
    }

    package let scope: Scope
    package let pieces: [Piece]
    /// Of the piece that is read next.
    package private(set) var position: Int
    /// The first block in it that was not read yet.
    package private(set) var nextBlock: Int64
    package private(set) var rowsRead: Int64
    package private(set) var blocksRead: Int64

    package init(
        _ scope: Scope,
        _ pieces: [Piece],
        position: Int = 0,
        nextBlock: Int64? = nil,
        rowsRead: Int64 = 0,
        blocksRead: Int64 = 0
    ) {
        self.scope = scope
        self.pieces = pieces
        self.position = position
        self.nextBlock = nextBlock ?? pieces.first?.first ?? 0
        self.rowsRead = rowsRead
        self.blocksRead = blocksRead
    }

    /// The next range, of at most so many blocks; nil when everything was read.
    package func next(_ size: Int) -> Piece? {
        guard position < pieces.count else { return nil }
        let piece = pieces[position]
        return Piece(relation: piece.relation, first: nextBlock, end: min(piece.end, nextBlock + Int64(max(1, size))))
    }

    /// Takes note of a range that was read, and whose rows were right.
    package mutating func read(_ range: Piece, rows: Int64) {
        rowsRead += rows
        blocksRead += range.end - range.first
        nextBlock = range.end
        guard position < pieces.count, nextBlock >= pieces[position].end else { return }
        position += 1
        if position < pieces.count { nextBlock = pieces[position].first }
    }
}

extension Screening {
    /// Blocks as ranges, those that are near each other in one: a statement costs more than a few blocks.
    package static func pieces(of relation: String, blocks: [Int64], bridging gap: Int64 = 32) -> [Piece] {
        var pieces: [Piece] = []
        for block in blocks.sorted() {
            if let last = pieces.last, block < last.end + gap {
                pieces[pieces.count - 1] = Piece(
                    relation: relation,
                    first: last.first,
                    end: max(last.end, block + 1)
                )
            } else {
                pieces.append(Piece(relation: relation, first: block, end: block + 1))
            }
        }
        return pieces
    }
}
