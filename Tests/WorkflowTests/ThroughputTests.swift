import Foundation
import Testing
import Workflow

@Suite struct ThroughputTests {
    private static let start = Date(timeIntervalSince1970: 1_795_406_706)

    private static func share(_ rows: Int64, _ from: Double, _ upto: Double) -> Throughput.Share {
        .init(rows: rows, startedAt: start.addingTimeInterval(from), finishedAt: start.addingTimeInterval(upto))
    }

    @Test(arguments: [0.05, 1, 7.3, 59, 60, 61, 3_601, 90_000, 20_000_000])
    func `no row is lost, and there are at most so many bins`(_ seconds: Double) throws {
        let part = seconds / 50
        let shares = (0..<50).map { turn in
            Self.share(Int64(turn) * 7, Double(turn) * part, Double(turn + 1) * part)
        }
        for limit in [20, 120] {
            let throughput = try #require(Throughput(step: "copy", of: shares, atMost: limit))
            #expect((1...limit).contains(throughput.rows.count))
            #expect(abs(throughput.rows.reduce(0, +) - 8_575) < 1e-3)
            #expect(Double(throughput.rows.count) * throughput.binSeconds >= throughput.seconds - 1e-3)
            let coarse = throughput.coarser(atMost: 20)
            #expect(coarse.rows.count <= 20)
            #expect(abs(coarse.rows.reduce(0, +) - 8_575) < 1e-3)
        }
    }

    @Test func `an even copy has the same rate in every bin, the last short one too`() throws {
        let throughput = try #require(
            Throughput(step: "copy", of: (0..<73).map { Self.share(100, Double($0), Double($0 + 1)) }, atMost: 20)
        )
        #expect(throughput.binSeconds == 5)
        #expect(throughput.rates.count == 15)
        for rate in throughput.rates { #expect(abs(rate - 100) < 1e-6) }
        #expect(abs(throughput.mean - 100) < 1e-6)
        for rate in throughput.coarser(atMost: 4).rates { #expect(abs(rate - 100) < 1e-6) }
    }

    @Test func `a pause is bins without rows, and two workers add up`() throws {
        let shares = [Self.share(50, 0, 10), Self.share(50, 0, 10), Self.share(200, 30, 40)]
        let throughput = try #require(Throughput(step: "copy", of: shares, atMost: 4))
        #expect(throughput.rates == [10, 0, 0, 20])
        #expect(throughput.peak == 20)
    }

    @Test func `where nothing took any time there is no rate`() {
        #expect(Throughput(step: "copy", of: []) == nil)
        #expect(Throughput(step: "copy", of: [Self.share(5, 0, 0)]) == nil)
    }
}
