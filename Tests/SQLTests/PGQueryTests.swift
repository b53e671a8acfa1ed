import Testing

@testable import SQL

@Suite struct PGQueryTests {
    @Test func `two spellings of one character stay two, however often they are parsed`() throws {
        let (one, two) = ("SELECT \"caf\u{e9}\"", "SELECT \"cafe\u{301}\"")
        try #require(one == two, "to Swift they are the same text")
        for text in [one, two, one, two] {
            let scalars = String(describing: try PGQuery.parse(text)).unicodeScalars
            #expect(scalars.contains("\u{301}") == text.unicodeScalars.contains("\u{301}"))
            #expect(scalars.contains("\u{e9}") == text.unicodeScalars.contains("\u{e9}"))
        }
    }
}
