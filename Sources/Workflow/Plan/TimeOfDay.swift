/// A time on the clock, to the minute.
package struct TimeOfDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Minutes since midnight, up to 1440: the midnight that ends the day.
    package let minute: Int

    /// A regular expression for the times that begin a minute of the day.
    static let pattern = "([01][0-9]|2[0-3]):[0-5][0-9]"

    /// Reads `09:30`, on a clock of 24 hours; `24:00` ends the day.
    package init?(_ text: String) {
        guard text.isWhole("\(Self.pattern)|24:00"), let hours = Int(text.prefix(2)), let minutes = Int(text.suffix(2))
        else {
            return nil
        }
        minute = hours * 60 + minutes
    }

    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.minute < right.minute
    }

    package var description: String {
        [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}

/// A day of the week.
package enum Weekday: String, CaseIterable, Sendable {
    case mon, tue, wed, thu, fri, sat, sun
}
