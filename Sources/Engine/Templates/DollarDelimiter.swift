/// The delimiter of a dollar quote where it opens or closes one in a template.
struct DollarDelimiter: Hashable, Sendable {
    /// As the template spells it: `$crossfade$`.
    let text: String
    /// The scalars of the template it covers.
    let range: Range<Int>

    /// The name of the Mustache variable that prints the delimiter.
    static func variable(for text: String) -> String {
        let letters = text.unicodeScalars.filter { $0 != "$" }.map { scalar in
            scalar.isASCIIWord || scalar == "_" ? String(scalar) : "u" + String(scalar.value, radix: 16)
        }
        return "dollar_quote_" + letters.joined()
    }

    /// The delimiter as it is rendered: numbered where a value within a quote contains it and would end the quote.
    static func spelled(_ text: String, avoiding values: Set<String>) -> String {
        var candidate = text
        var number = 0
        while values.contains(where: { $0.contains(candidate) }) {
            number += 1
            candidate = "\(text.dropLast())_\(number)$"
        }
        return candidate
    }
}
