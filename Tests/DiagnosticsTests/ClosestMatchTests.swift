import Diagnostics
import Testing

@Suite struct ClosestMatchTests {
    private static let keys = ["table", "column", "from", "to", "lock_timeout", "lock_deadline"]

    @Test(arguments: [
        ("colum", "column"),  // a letter is missing
        ("collumn", "column"),  // one too many
        ("colunm", "column"),  // two swapped: one mistake, not two
        ("lock-timeout", "lock_timeout"),
        ("lokc_timeuot", "lock_timeout"),  // swapped twice
        ("form", "from"),
    ])
    func `a slip of the fingers is recognised`(word: String, meant: String) {
        #expect(closestMatch(to: word, among: Self.keys) == meant)
    }

    @Test(arguments: ["clm", "spalte", "lock", "xy", ""])
    func `a word that only resembles is not suggested`(word: String) {
        #expect(closestMatch(to: word, among: Self.keys) == nil)
    }

    @Test func `a short word may differ in one letter only`() {
        #expect(closestMatch(to: "tabl", among: ["table"]) == "table")
        #expect(closestMatch(to: "tab", among: ["table"]) == nil)
        #expect(closestMatch(to: "colmn", among: ["columns"]) == "columns")
    }

    @Test func `of several the nearest is taken, and of equally near ones the first`() {
        #expect(closestMatch(to: "workes", among: ["worked_", "workers"]) == "workers")
        #expect(closestMatch(to: "abcde", among: ["abcdx", "abcdy"]) == "abcdx")
    }
}
