import Testing
import Workflow

@testable import Engine

@Suite struct ForegroundGuardTests {
    private var now = ContinuousClock.now
    private var guarding = ForegroundGuard(budget: .factor(2), now: .now)

    /// Half a second of probes, with so many late ones among those that met a chunk.
    private mutating func look(
        _ latency: Duration = .milliseconds(1),
        late: Int = 0,
        resting: Int = 50,
        foreground: Bool = true,
        blocked: Duration? = nil
    ) {
        now += .milliseconds(500)
        var sample = ForegroundGuard.Sample(isForegroundActive: foreground, blockedFor: blocked)
        if guarding.isWatching {
            sample.resting = Array(repeating: latency, count: guarding.isMeasuring ? 100 : resting)
            sample.working = Array(repeating: latency, count: 100 - resting - late)
            sample.working += Array(repeating: latency * 10, count: late)
        }
        guarding.observe(sample, workers: 2, at: now)
    }

    /// What an application takes alone is known, and no late probe was seen.
    private mutating func measured() {
        for _ in 0..<3 { look() }
    }

    @Test mutating func `alone it takes everything`() {
        guarding.observe(.init(isForegroundActive: false, isAnybodyThere: false), workers: 2, at: now)
        #expect(guarding.share(of: 2) == 2)
        #expect(guarding.chunkTarget(.milliseconds(250)) == .milliseconds(250))
        #expect(guarding.pressure == nil)
    }

    @Test mutating func `for a single person it takes everything, in shorter chunks`() {
        look(foreground: false)
        #expect(guarding.share(of: 2) == 2)
        #expect(guarding.chunkTarget(.milliseconds(250)) == .milliseconds(50))
        #expect(guarding.chunkTarget(.milliseconds(20)) == .milliseconds(20))
    }

    @Test mutating func `when others come it stops to measure them alone`() {
        look()
        #expect(guarding.share(of: 2) == 0)
        look()
        look()
        #expect(guarding.baseline == .milliseconds(1))
        #expect(guarding.share(of: 2) == 0.25)
    }

    @Test mutating func `it grows while no probe is late, up to all of it`() {
        measured()
        var last = guarding.share(of: 2)
        for _ in 0..<60 {
            look()
            #expect(guarding.share(of: 2) >= last)
            last = guarding.share(of: 2)
        }
        #expect(last == 2)
    }

    @Test mutating func `two late probes in a window halve it, one alone does not`() {
        measured()
        for _ in 0..<3 { look() }
        let share = guarding.share(of: 2)
        look(late: 1)
        #expect(guarding.share(of: 2) == share)
        look(late: 2)
        #expect(guarding.share(of: 2) == share / 2)
    }

    @Test mutating func `near the budget it grows by steps, far below it by half`() {
        measured()
        look(late: 9)
        let share = guarding.share(of: 2)
        look(.microseconds(1200))
        #expect(guarding.share(of: 2) == share + 0.05)
        look(.microseconds(500))
        #expect(guarding.share(of: 2) == (share + 0.05) * 1.5)
    }

    @Test mutating func `an application that waits for a row of ours halves it at once`() {
        measured()
        look(blocked: .milliseconds(1))
        let share = guarding.share(of: 2)
        look(blocked: .milliseconds(30))
        #expect(guarding.share(of: 2) == share / 2)
    }

    @Test mutating func `it never stops altogether`() {
        measured()
        for _ in 0..<20 { look(late: 5) }
        #expect(guarding.share(of: 2) == ForegroundGuard.floor)
    }

    @Test mutating func `applications that became slower by themselves do not hold it up`() {
        measured()
        for _ in 0..<5 { look(.milliseconds(4)) }
        #expect(guarding.baseline == .milliseconds(1))
        #expect(guarding.limit == .milliseconds(8))
        let share = guarding.share(of: 2)
        look(.milliseconds(4))
        #expect(guarding.share(of: 2) > share)
    }

    @Test mutating func `what is late between two chunks is not its doing`() {
        measured()
        let share = guarding.share(of: 2)
        now += .milliseconds(500)
        var sample = ForegroundGuard.Sample(isForegroundActive: true)
        sample.resting = Array(repeating: .milliseconds(1), count: 90) + Array(repeating: .milliseconds(50), count: 10)
        sample.working = [.milliseconds(1)]
        guarding.observe(sample, workers: 2, at: now)
        #expect(guarding.share(of: 2) > share)
    }

    @Test mutating func `while no chunk runs nothing is proved, and it does not grow`() {
        measured()
        let share = guarding.share(of: 2)
        for _ in 0..<9 { look(resting: 100) }
        #expect(guarding.share(of: 2) == share)
    }

    @Test mutating func `workers that never rest pause now and then, to know what is their doing`() {
        measured()
        for _ in 0..<20 where guarding.share(of: 2) > 0 { look(resting: 0) }
        #expect(guarding.share(of: 2) == 0)
        look(resting: 50)
        #expect(guarding.share(of: 2) > 0)
    }

    @Test mutating func `when the others have gone it takes everything again`() {
        measured()
        look(late: 10)
        for _ in 0..<5 { look(foreground: false) }
        #expect(guarding.share(of: 2) == 2)
        look()
        // They were measured before.
        #expect(guarding.share(of: 2) > 0)
    }

    @Test mutating func `chunks are short while others are there`() {
        measured()
        #expect(guarding.chunkTarget(.milliseconds(250)) == .milliseconds(3))
        #expect(guarding.chunkTarget(.milliseconds(1)) == .milliseconds(1))
    }

    @Test func `a budget that is off guards nothing`() {
        var off = ForegroundGuard(budget: .off, now: .now)
        off.observe(.init(isForegroundActive: true, blockedFor: .seconds(9)), workers: 2, at: .now)
        #expect(off.share(of: 2) == 2)
        #expect(!off.isWatching)
    }

    @Test mutating func `an absolute budget stays what it is`() {
        guarding = ForegroundGuard(budget: .limit(.milliseconds(30)), now: now)
        for _ in 0..<9 { look(.milliseconds(20)) }
        #expect(guarding.limit == .milliseconds(30))
        #expect(guarding.chunkTarget(.milliseconds(250)) == .milliseconds(30))
    }
}

@Suite struct ChunkSizerTests {
    @Test func `it grows by half at most, and is cut at five times the target`() {
        var sizer = ChunkSizer.blocks(target: .milliseconds(100))
        let first = sizer.finished(size: 64, in: .milliseconds(1))
        #expect(!first)
        #expect(sizer.size == 96)
        let second = sizer.finished(size: 96, in: .milliseconds(92))
        #expect(!second)
        #expect(sizer.size == 96)
        let third = sizer.finished(size: 96, in: .milliseconds(600))
        #expect(!third)
        #expect(sizer.size == 9)
    }

    @Test func `a chunk of another size says nothing`() {
        var sizer = ChunkSizer.blocks(target: .milliseconds(100))
        let fourth = sizer.finished(size: 3, in: .seconds(9))
        #expect(!fourth)
        #expect(sizer.size == 64)
    }

    @Test func `it warns once at the floor, and again after a recovery`() {
        var sizer = ChunkSizer.blocks(target: .milliseconds(10), initial: 1)
        let fifth = sizer.finished(size: 1, in: .milliseconds(20))
        #expect(fifth)
        let sixth = sizer.finished(size: 1, in: .milliseconds(20))
        #expect(!sixth)
        let seventh = sizer.finished(size: 1, in: .milliseconds(9))
        #expect(!seventh)
        let eighth = sizer.finished(size: 1, in: .milliseconds(20))
        #expect(eighth)
    }

    @Test func `a shorter target takes effect at once`() {
        var sizer = ChunkSizer.rows(target: .milliseconds(200), initial: 2000)
        sizer.retarget(.milliseconds(20))
        #expect(sizer.size == 200)
        sizer.retarget(.milliseconds(200))
        #expect(sizer.size == 200)
    }
}
