import Testing

@testable import Demo

@Suite struct PartTableTests {
    private let table = PartTable(versions: [.old, .dual, .new])

    private var longest: Part {
        Part(
            name: "dual_write_check",
            time: .seconds(12_345),
            statements: [.old: 9_999_999, .dual: 9_999_999, .new: 9_999_999],
            failures: 999_999,
            longestWait: .seconds(9_999)
        )
    }

    @Test func `a line stands under its header and fits 80 columns`() {
        #expect(table.line(longest).count == table.header.count)
        #expect(table.header.count <= 80)
    }

    @Test func `a running version has a count, and any other none`() {
        let part = Part(
            name: "backfill",
            time: .milliseconds(2_340),
            statements: [.old: 1_234, .dual: 0],
            failures: 0,
            longestWait: .microseconds(8_100)
        )
        #expect(table.line(part) == "  backfill               2.3    1,234        0                0          9 ms")
    }

    @Test func `a part without clients has its time only`() {
        #expect(table.line(Part(name: "load", time: .seconds(1))) == "  load                   1.0")
    }

    @Test func `progress stands beside the name and moves no column`() {
        var part = longest
        part.percent = 7
        part = Part(name: "backfill", percent: 100, time: part.time, statements: part.statements, longestWait: .zero)
        #expect(table.line(part).hasPrefix("  backfill 100 %"))
        #expect(table.line(part).count == table.header.count)
    }

    @Test func `a version that is never deployed has no column`() {
        #expect(!PartTable(versions: [.old, .new]).header.contains("dual"))
    }
}

@Suite struct WordsTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "-12,345,678")])
    func `numbers have commas`(number: Int, text: String) {
        #expect(Words.number(number) == text)
    }

    @Test func `milliseconds are rounded up, seconds to the tenth`() {
        #expect(Words.milliseconds(.microseconds(1)) == "1 ms")
        #expect(Words.milliseconds(.seconds(2)) == "2,000 ms")
        #expect(Words.seconds(.milliseconds(59_960)) == "60.0")
    }
}
