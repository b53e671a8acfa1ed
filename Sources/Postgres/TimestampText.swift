import Foundation

/// The text form of `timestamptz` under DateStyle ISO: `2026-01-02 03:04:05.678901+00`.
///
/// Written out rather than left to a formatter: formatters round to milliseconds, and are slow.
enum TimestampText {
    private static let secondsPerDay: Int64 = 86_400

    /// In UTC, to the nearest microsecond.
    static func write(_ date: Date) -> String {
        // Seconds and fraction apart: their product with a million would not fit into a Double's 53 bits.
        let whole = date.timeIntervalSince1970.rounded(.down)
        let microseconds = Int64(((date.timeIntervalSince1970 - whole) * 1e6).rounded())
        let seconds = Int64(whole) + microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        let (days, second) = seconds.flooredDivision(by: secondsPerDay)
        let (year, month, day) = civil(fromDays: days)
        let date = "\(padded(abs(year > 0 ? year : 1 - year), 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        // The year before 1 is 1 BC: SQL has no year 0.
        return "\(date) \(time).\(padded(fraction, 6))+00\(year > 0 ? "" : " BC")"
    }

    /// Nil for text without an offset, for `infinity`, and for whatever is no timestamp.
    static func read(_ text: String) -> Date? {
        var scanner = Scanner(rest: text.utf8[...])
        guard let year = scanner.number(digits: 4...6), scanner.take("-"),
            let month = scanner.number(), scanner.take("-"), let day = scanner.number(), scanner.take(" "),
            let hour = scanner.number(), scanner.take(":"), let minute = scanner.number(), scanner.take(":"),
            let second = scanner.number(), let fraction = scanner.fraction(), let offset = scanner.offset()
        else { return nil }
        let isBeforeChrist = scanner.take(" BC")
        guard scanner.rest.isEmpty else { return nil }
        let days = days(fromYear: isBeforeChrist ? 1 - year : year, month: month, day: day)
        let seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// Takes a timestamp apart from its beginning on.
    private struct Scanner {
        var rest: Substring.UTF8View

        mutating func number(digits: ClosedRange<Int> = 2...2) -> Int64? {
            let found = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard digits.contains(found.count) else { return nil }
            rest = rest.dropFirst(found.count)
            return Int64(Substring(found))
        }

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.utf8) else { return false }
            rest = rest.dropFirst(text.utf8.count)
            return true
        }

        /// The fraction of a second, which may be left out; nil when it is broken off.
        mutating func fraction() -> Double? {
            guard take(".") else { return 0 }
            let length = rest.count
            guard let digits = number(digits: 1...6) else { return nil }
            // 10 to the power of a small whole number is exact.
            return Double(digits) / (0..<length - rest.count).reduce(1.0) { power, _ in power * 10 }
        }

        /// The seconds east of Greenwich: +hh, +hh:mm or +hh:mm:ss.
        mutating func offset() -> Int64? {
            let isWest = take("-")
            guard isWest || take("+"), var seconds = number().map({ $0 * 3600 }) else { return nil }
            for unit: Int64 in [60, 1] where take(":") {
                guard let count = number() else { return nil }
                seconds += count * unit
            }
            return isWest ? -seconds : seconds
        }
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
