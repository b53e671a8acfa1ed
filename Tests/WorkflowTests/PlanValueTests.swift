import Foundation
import Testing
import Workflow

@Suite struct PlanValueTests {
    @Test func `phases come in their order`() {
        #expect(Phase.allCases.sorted() == Phase.allCases)
        #expect(
            Phase.allCases.map(\.rawValue) == ["expand", "backfill", "dual_write_check", "enforce", "contract"]
        )
    }

    @Test(arguments: ["a", "9", "rename-profile-bio", "A.b_c-D", String(repeating: "x", count: 100)])
    func `a name of letters, digits, dots, underscores and hyphens can name a plan`(text: String) {
        #expect(PlanName(text)?.text == text)
    }

    // The last two are the Kelvin sign, which Unicode holds to be equal to K, and a letter with an accent.
    @Test(arguments: ["", "-a", ".a", "_a", "a b", "a/b", "a\n", String(repeating: "x", count: 101), "\u{212A}", "é"])
    func `any other name cannot`(text: String) {
        #expect(PlanName(text) == nil)
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("5m", .seconds(300)),
        ("24h", .seconds(86_400)), ("7d", .seconds(604_800)), ("0s", .zero),
        ("999999999d", .seconds(86_399_999_913_600)),
    ])
    func `a duration is a number and a unit`(text: String, duration: Duration) {
        #expect(Duration(planText: text) == duration)
    }

    @Test(arguments: ["", "10", "s", "1.5h", "-1s", "1h30m", "1 s", "1S", "１s", "1234567890s", "1s\n"])
    func `anything else is no duration`(text: String) {
        #expect(Duration(planText: text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.milliseconds(250), "250ms"), (.milliseconds(1_500), "1500ms"), (.seconds(90), "90s"),
        (.seconds(600), "10m"), (.seconds(7_200), "2h"), (.seconds(604_800), "7d"), (.microseconds(1_999), "1ms"),
    ])
    func `a duration is written in the largest unit that divides it`(duration: Duration, text: String) {
        #expect(duration.planText == text)
    }

    @Test(arguments: [("00:00", 0), ("09:05", 545), ("23:59", 1_439), ("24:00", 1_440)])
    func `a time of day is written in 24 hours`(text: String, minute: Int) {
        #expect(TimeOfDay(text)?.minute == minute)
        #expect(TimeOfDay(text)?.description == text)
    }

    @Test(arguments: ["", "9:00", "24:01", "12:60", "12:5", "12.00", "1200", "12:00:00", "noon"])
    func `anything else is no time of day`(text: String) {
        #expect(TimeOfDay(text) == nil)
    }
}
