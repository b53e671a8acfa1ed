package import Foundation
import Diagnostics
import YAML

/// Recurring hours of some days of the week, on the clocks of a place.
package struct TimeWindow: Sendable, Hashable {
    /// The days on which it opens.
    package var days: Set<Weekday>

    /// When it opens.
    package var from: TimeOfDay

    /// When it closes: on the same day, or on the next when it is earlier than `from`.
    package var to: TimeOfDay

    /// Whose clocks are meant, summer time included.
    package var zone: TimeZone

    /// A window; it is never open when `days` is empty or `from` equals `to`.
    package init(days: Set<Weekday>, from: TimeOfDay, to: TimeOfDay, zone: TimeZone) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }

    /// Whether it is open at that moment; the closing minute is no longer part of it.
    package func contains(_ date: Date) -> Bool {
        let time = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        guard let weekday = time.weekday, let hour = time.hour, let minute = time.minute else { return false }
        let now = hour * 60 + minute
        let opensToday = days.contains(Self.day(weekday))
        if from <= to { return opensToday && from.minute <= now && now < to.minute }
        let openedYesterday = days.contains(Self.day(weekday - 1))
        return opensToday && from.minute <= now || openedYesterday && now < to.minute
    }

    /// The first moment after `date` at which it opens; nil when it never does.
    package func opening(after date: Date) -> Date? {
        let calendar = calendar
        let today = calendar.startOfDay(for: date)
        // Two weeks: an hour that is skipped in spring can cost a window its only day of the week.
        let candidates = (0...14).compactMap { calendar.date(byAdding: .day, value: $0, to: today) }.flatMap { day in
            // In autumn an hour is there twice, and a window in it opens twice.
            [Calendar.RepeatedTimePolicy.first, .last].compactMap { policy in
                calendar.date(
                    bySettingHour: from.minute / 60,
                    minute: from.minute % 60,
                    second: 0,
                    of: day,
                    matchingPolicy: .nextTime,
                    repeatedTimePolicy: policy
                )
            }
        }
        return candidates.first { $0 > date && contains($0) && !contains($0.addingTimeInterval(-1)) }
    }

    private var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }

    /// Foundation counts from Sunday, 1.
    private static func day(_ weekday: Int) -> Weekday {
        let days: [Weekday] = [.sat, .sun, .mon, .tue, .wed, .thu, .fri, .sat]
        return days[weekday]
    }
}

extension TimeWindow {
    static let form = ValueForm<TimeWindow>.section(
        .optional(
            "days",
            .list(of: .choice(), isNonempty: true).withoutRepeats(by: \.rawValue),
            default: Weekday.allCases,
            "The days on which it opens."
        ),
        .required("from", time(TimeOfDay.pattern), "When it opens: HH:MM."),
        .required(
            "to",
            time("\(TimeOfDay.pattern)|24:00"),
            "When it closes: HH:MM, on the next day when it is earlier than 'from'."
        ),
        .optional("zone", zone, default: .gmt, "Whose clocks are meant, as in the IANA database: Europe/Berlin."),
        build: { days, from, to, zone in TimeWindow(days: Set(days), from: from, to: to, zone: zone) }
    ).checked { window, cursor in
        if window.from != window.to { return true }
        let message = "a window from \(window.from) to \(window.to) never opens"
        let place = cursor.mapping()?.range(of: "to")
        cursor.refuse(.invalidValue, message, at: place, fix: "for the whole day write 00:00 and 24:00")
        return false
    }

    private static func time(_ pattern: String) -> ValueForm<TimeOfDay> {
        ValueForm(.text(pattern: pattern)) { cursor in
            guard let text = cursor.text()?.text else { return nil }
            if text.isWhole(pattern), let time = TimeOfDay(text) { return time }
            cursor.refuse(.invalidValue, "\(cursor.label) must be a time such as 09:00, not '\(text)'")
            return nil
        }
    }

    private static let zone = ValueForm<TimeZone>(
        .text(pattern: nil),
        read: { cursor in
            guard let text = cursor.text()?.text else { return nil }
            if text == "UTC" { return .gmt }
            // Foundation also knows abbreviations, which mean different zones in different places.
            let known = TimeZone.knownTimeZoneIdentifiers
            if text.contains("/"), let zone = TimeZone(identifier: text) { return zone }
            cursor.refuse(
                .invalidValue,
                "\(cursor.label) must be UTC or a place such as Europe/Berlin, not '\(text)'",
                fix: closestMatch(to: text, among: known).map { "did you mean '\($0)'?" }
            )
            return nil
        },
        written: { .string($0 == .gmt ? "UTC" : $0.identifier) }
    )
}
