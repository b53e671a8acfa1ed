import Foundation

/// The text form of `timestamptz` under DateStyle ISO: `2026-01-02 03:04:05.678901+00`.
///
/// Written out rather than left to a formatter: formatters round to milliseconds, and are slow.
enum TimestampText {
    private static let microsecondsPerSecond: Int64 = 1_000_000
    private static let secondsPerDay: Int64 = 86_400

    /// In UTC, to the nearest microsecond.
    static func write(_ date: Date) -> String {
        let microseconds = Int64((date.timeIntervalSince1970 * 1e6).rounded())
        let (seconds, fraction) = microseconds.flooredDivision(by: microsecondsPerSecond)
        let (days, second) = seconds.flooredDivision(by: secondsPerDay)
        let (year, month, day) = civil(fromDays: days)
        let date = "\(padded(abs(year > 0 ? year : 1 - year), 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        // The year before 1 is 1 BC: SQL has no year 0.
        return "\(date) \(time).\(padded(fraction, 6))+00\(year > 0 ? "" : " BC")"
    }

    /// Nil for text without an offset, for `infinity`, and for whatever is no timestamp.
    static func read(_ text: String) -> Date? {
        let pattern =
            #/
            (\d{4,6})-(\d\d)-(\d\d)\ (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?
            ([+-]\d\d)(?::(\d\d))?(?::(\d\d))?(\ BC)?
            /#
        guard let match = text.wholeMatch(of: pattern)?.output,
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
            let offsetHours = Int64(match.8)
        else { return nil }
        let offsetRest = number(match.9) * 60 + number(match.10)
        let offset = offsetHours * 3600 + (match.8.hasPrefix("-") ? -offsetRest : offsetRest)
        let days = days(fromYear: match.11 == nil ? year : 1 - year, month: month, day: day)
        let seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second - offset
        let fraction = number(match.7.map { $0 + String(repeating: "0", count: 6 - $0.count) })
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1e6)
    }

    private static func number(_ digits: (some StringProtocol)?) -> Int64 {
        digits.flatMap { Int64($0) } ?? 0
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: - The proleptic Gregorian calendar

    // Years are counted from March, so that the leap day is the last of its year, in eras of 400 years, which all have
    // 146,097 days; 1970-01-01 is day 719,468 of era 0.

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    /// Rounds towards minus infinity, so that the remainder is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (self % divisor + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
