/// A moment as RFC 3339 writes it, such as `2018-01-27T08:00:00.5Z`.
struct DateTimeText {
    /// As Prisma writes it into SQL: `2018-01-27 08:00:00.500 +00:00`.
    let text: String

    /// Reads the moment; nil when it is not one.
    init?(_ source: String) {
        guard let match = source.wholeMatch(of: Self.form) else { return nil }
        let (_, date, time, fraction, offset) = match.output
        guard Self.isInRange(date: date, time: time) else { return nil }
        let isUTC = offset == "Z" || offset == "z"
        text = "\(date) \(time)\(Self.grouped(fraction)) \(isUTC ? "+00:00" : String(offset))"
    }

    // A regular expression is no value that tasks may share.
    private static var form: Regex<(Substring, Substring, Substring, Substring?, Substring)> {
        /(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})/
    }

    private static func isInRange(date: Substring, time: Substring) -> Bool {
        let day = date.split(separator: "-").compactMap { Int($0) }
        let clock = time.split(separator: ":").compactMap { Int($0) }
        return (1...12).contains(day[1]) && (1...31).contains(day[2]) && clock[0] < 24 && clock[1] < 60 && clock[2] < 61
    }

    /// Nothing, or three, six or nine digits.
    private static func grouped(_ fraction: Substring?) -> String {
        guard let fraction, fraction.contains(where: { $0 != "0" }) else { return "" }
        let shortened = String(fraction).trimmedZeros
        let width = (shortened.count + 2) / 3 * 3
        return "." + shortened + String(repeating: "0", count: width - shortened.count)
    }
}

extension String {
    fileprivate var trimmedZeros: String { String(reversed().drop { $0 == "0" }.reversed()) }
}
