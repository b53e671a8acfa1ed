import Foundation
import Testing
import Workflow

@Suite struct PlanTimeWindowTests {
    private static let workdays: Set<Weekday> = [.mon, .tue, .wed, .thu]

    private func window(_ days: Set<Weekday>, _ from: String, _ to: String, _ zone: String = "UTC") throws -> TimeWindow
    {
        let zone = try #require(TimeZone(identifier: zone))
        return try TimeWindow(days: days, from: #require(TimeOfDay(from)), to: #require(TimeOfDay(to)), zone: zone)
    }

    private func date(_ text: String) throws -> Date {
        try Date(text, strategy: .iso8601)
    }

    // 2024-06-03 was a Monday.
    @Test(arguments: [
        ("2024-06-03T08:59:59Z", false), ("2024-06-03T09:00:00Z", true), ("2024-06-03T15:59:59Z", true),
        ("2024-06-03T16:00:00Z", false), ("2024-06-06T12:00:00Z", true), ("2024-06-07T12:00:00Z", false),
        ("2024-06-09T12:00:00Z", false),
    ])
    func `a window is open from its first minute to the one before its last`(text: String, isOpen: Bool) throws {
        #expect(try window(Self.workdays, "09:00", "16:00").contains(date(text)) == isOpen)
    }

    @Test(arguments: [
        ("2024-06-08T21:59:00Z", false),  // Saturday evening
        ("2024-06-08T22:00:00Z", true),
        ("2024-06-09T03:59:00Z", true),  // the night to Sunday belongs to Saturday
        ("2024-06-09T04:00:00Z", false),
        ("2024-06-09T23:00:00Z", false),  // Sunday is no day of its own
        ("2024-06-08T03:00:00Z", false),  // nor the night to Saturday
    ])
    func `a window past midnight belongs to the day on which it opens`(text: String, isOpen: Bool) throws {
        #expect(try window([.sat], "22:00", "04:00").contains(date(text)) == isOpen)
    }

    @Test func `the clocks are those of the zone, in summer and in winter`() throws {
        let berlin = try window(Set(Weekday.allCases), "09:00", "10:00", "Europe/Berlin")
        #expect(try berlin.contains(date("2024-06-03T07:30:00Z")))
        #expect(try !berlin.contains(date("2024-06-03T08:30:00Z")))
        #expect(try berlin.contains(date("2024-12-03T08:30:00Z")))
        // Monday in Auckland is still Sunday in Greenwich.
        #expect(try window([.mon], "08:00", "09:00", "Pacific/Auckland").contains(date("2024-06-02T20:30:00Z")))
    }

    @Test func `the whole day is a window without an end`() throws {
        let always = try window(Set(Weekday.allCases), "00:00", "24:00")
        #expect(try always.contains(date("2024-06-03T00:00:00Z")))
        #expect(try always.contains(date("2024-06-03T23:59:59Z")))
        #expect(try always.opening(after: date("2024-06-03T12:00:00Z")) == nil)
    }

    @Test(arguments: [
        ("2024-06-03T08:00:00Z", "2024-06-03T09:00:00Z"),  // later the same day
        ("2024-06-03T09:00:00Z", "2024-06-04T09:00:00Z"),  // open already: the next one
        ("2024-06-06T17:00:00Z", "2024-06-10T09:00:00Z"),  // over the weekend
    ])
    func `the next opening is the first moment on a day of the window`(now: String, opening: String) throws {
        #expect(try window(Self.workdays, "09:00", "16:00").opening(after: date(now)) == date(opening))
    }

    @Test func `a window past midnight opens in the evening`() throws {
        let nights = try window([.sat], "22:00", "04:00")
        #expect(try nights.opening(after: date("2024-06-09T03:00:00Z")) == date("2024-06-15T22:00:00Z"))
    }

    @Test func `a window without days never opens`() throws {
        #expect(try window([], "09:00", "16:00").opening(after: date("2024-06-03T08:00:00Z")) == nil)
    }

    @Test func `in the hour that spring skips a window opens at its end, or not at all`() throws {
        // On 31 March 2024, a Sunday, Berlin's clocks went from 02:00 to 03:00, which is 01:00 UTC.
        let saturday = try date("2024-03-30T12:00:00Z")
        let long = try window([.sun], "02:30", "05:00", "Europe/Berlin")
        #expect(try long.opening(after: saturday) == date("2024-03-31T01:00:00Z"))
        let short = try window([.sun], "02:15", "02:45", "Europe/Berlin")
        #expect(try short.opening(after: saturday) == date("2024-04-07T00:15:00Z"))
    }

    @Test func `in the hour that autumn repeats a window opens twice`() throws {
        // On 27 October 2024 Berlin's clocks went from 03:00 back to 02:00, which is 01:00 UTC.
        let window = try window([.sun], "02:15", "02:45", "Europe/Berlin")
        #expect(try window.opening(after: date("2024-10-27T00:00:00Z")) == date("2024-10-27T00:15:00Z"))
        #expect(try window.opening(after: date("2024-10-27T00:50:00Z")) == date("2024-10-27T01:15:00Z"))
    }
}
