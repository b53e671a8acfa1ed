import Foundation
import Testing

@testable import Reporting

@Suite struct WordingTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `numbers are grouped`(_ number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test(arguments: [(0, "0 rows"), (1, "1 row"), (2_000, "2,000 rows")])
    func `a noun follows its number`(_ number: Int, text: String) {
        #expect(number.counted("row") == text)
    }

    @Test(arguments: [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
        (111, "111th"),
    ])
    func `tries are counted`(_ number: Int, text: String) {
        #expect(number.ordinal == text)
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.0404, "40 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (2.34, "2.3 s"), (9.94, "9.9 s"),
        (9.96, "10 s"), (42.4, "42 s"), (59.6, "1 min"), (60, "1 min"), (123, "2 min 3 s"), (3_599.6, "1 h"),
        (12_000, "3 h 20 min"), (86_399, "23 h 59 min"), (86_400, "1 d"), (180_000, "2 d 2 h"),
    ])
    func `durations have the two units that matter`(_ seconds: Double, text: String) {
        #expect(Duration.seconds(seconds).spoken == text)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1.0 kB"), (137_363_456, "131 MB"), (5_476_083_302, "5.1 GB"),
        (Int64.max, "8192 PB"),
    ])
    func `sizes are those of pg_size_pretty`(_ bytes: Int64, text: String) {
        #expect(bytes.bytesSpoken == text)
    }

    @Test func `times are UTC, with the distance from now`() {
        #expect(now.spoken == "2026-11-23 04:05:06 UTC")
        #expect(now.spoken(from: now) == "now")
        #expect(now.spoken(from: now.addingTimeInterval(185)) == "3 min 5 s ago")
        #expect(now.spoken(from: now.addingTimeInterval(-7_200)) == "in 2 h")
    }
}
