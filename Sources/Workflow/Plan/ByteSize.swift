import YAML

/// An amount of data, in PostgreSQL's units: 1 kB is 1,024 bytes.
package struct ByteSize: Sendable, Hashable, Comparable {
    package let bytes: Int64

    package init(bytes: Int64) {
        self.bytes = bytes
    }

    /// A regular expression for the plan's notation: a whole number and one unit.
    static let planPattern = "[0-9]{1,9}(kB|MB|GB|TB)"

    private static let planUnits: [(name: String, bytes: Int64)] = [
        ("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10),
    ]

    /// Reads `512kB`, `256MB`, `1GB` or `2TB`; nil for anything else, and for what no 64 bits hold.
    package init?(planText text: String) {
        guard text.isWhole(Self.planPattern) else { return nil }
        guard let count = Int64(text.dropLast(2)), let unit = Self.planUnits.first(where: { text.hasSuffix($0.name) })
        else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: unit.bytes)
        if overflows { return nil }
        self.bytes = bytes
    }

    /// The notation in the largest unit that divides it; what is below a kB is left out.
    package var planText: String {
        let fitting = Self.planUnits.first { bytes >= $0.bytes && bytes.isMultiple(of: $0.bytes) }
        guard let unit = fitting else { return "\(bytes / 1_024)kB" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    static func megabytes(_ count: Int64) -> ByteSize { ByteSize(bytes: count << 20) }
    static func gigabytes(_ count: Int64) -> ByteSize { ByteSize(bytes: count << 30) }

    package static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }
}

extension ValueForm where Value == ByteSize {
    /// A number and a unit, such as `256MB`.
    static func bytes(from least: ByteSize, to most: ByteSize) -> ValueForm {
        let range = least...most
        return ValueForm(
            .bytes(range),
            read: { cursor in
                guard let text = cursor.text()?.text else { return nil }
                guard let size = ByteSize(planText: text) else {
                    cursor.refuse(
                        .invalidValue,
                        "\(cursor.label) must be a size such as 512kB, 256MB, 1GB or 2TB, not '\(text)'",
                        fix: fix(of: text)
                    )
                    return nil
                }
                if range.contains(size) { return size }
                cursor.refuse(.outOfRange, "\(cursor.label) must be \(range.inWords(\.planText)), not \(text)")
                return nil
            },
            written: { .string($0.planText) }
        )
    }

    /// What the usual slips were meant to be: a bare number, `1gb`, `1 GB`, `1GiB`, `1G`.
    private static func fix(of text: String) -> String? {
        if text.isWhole("[0-9]{1,9}") { return "add a unit, as in '\(text)MB'" }
        guard text.isWhole("[0-9]{1,9} ?[kKmMgGtT]([iI]?[bB])?") else { return nil }
        let digits = text.prefix { $0.isNumber }
        let letter = text.dropFirst(digits.count).first { $0 != " " }?.uppercased() ?? ""
        return "did you mean '\(digits)\(letter == "K" ? "k" : letter)B'?"
    }
}
