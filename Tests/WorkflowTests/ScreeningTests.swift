import Testing

@testable import Workflow

/// The way of a watch through a table's blocks.
struct ScreeningTests {
    private static let pieces = [
        Screening.Piece(relation: "a", first: 0, end: 10), Screening.Piece(relation: "b", first: 4, end: 5),
        Screening.Piece(relation: "b", first: 90, end: 97),
    ]

    @Test(arguments: [1, 3, 7, 1000])
    func `every block is read once, in ranges of any size`(_ size: Int) throws {
        var screening = Screening(.all, Self.pieces)
        var read: [String] = []
        while let range = screening.next(size) {
            try #require(range.end > range.first && range.end - range.first <= size)
            read += (range.first..<range.end).map { "\(range.relation)\($0)" }
            screening.read(range, rows: 2 * (range.end - range.first))
        }
        #expect(read == Self.pieces.flatMap { piece in (piece.first..<piece.end).map { "\(piece.relation)\($0)" } })
        #expect(screening.blocksRead == 18)
        #expect(screening.rowsRead == 36)
    }

    @Test func `one that was stopped goes on at the block where it was`() throws {
        var screening = Screening(.changed, Self.pieces)
        let range = try #require(screening.next(7))
        screening.read(range, rows: 70)
        let again = Screening(
            screening.scope,
            screening.pieces,
            position: screening.position,
            nextBlock: screening.nextBlock,
            rowsRead: screening.rowsRead,
            blocksRead: screening.blocksRead
        )
        #expect(again == screening)
        #expect(again.next(7) == Screening.Piece(relation: "a", first: 7, end: 10))
    }

    @Test func `with nothing to read it is over`() {
        #expect(Screening(.changed, []).next(10) == nil)
    }

    @Test func `blocks near each other are one range`() {
        let pieces = Screening.pieces(of: "t", blocks: [9, 3, 4, 4, 40, 41, 100], bridging: 5)
        #expect(pieces.map { "\($0.first)..<\($0.end)" } == ["3..<10", "40..<42", "100..<101"])
        #expect(Screening.pieces(of: "t", blocks: []).isEmpty)
    }
}
