extension DefaultValue {
    /// The constant that a value of the schema language is for a field of a type; nil where it does not fit.
    init?(_ value: ExpressionSyntax.Value, _ type: ScalarType) {
        switch (value, type) {
        case (.number(let digits), .int):
            guard let number = Int64(digits) else { return nil }
            self = .integer(number)
        case (.number(let digits), .bigInt):
            guard let number = Int64(digits) else { return nil }
            self = .bigInteger(number)
        case (.number(let digits), .float), (.number(let digits), .decimal), (.string(let digits), .decimal):
            guard Self.isDecimal(digits) else { return nil }
            self = .decimal(Self.withoutLeadingZeros(digits))
        case (.string(let text), .string):
            // No text of PostgreSQL holds a NUL.
            guard !text.utf8.contains(0) else { return nil }
            self = .string(text)
        case (.string(let text), .json):
            guard JSONText(text) != nil else { return nil }
            self = .json(text)
        case (.string(let text), .dateTime):
            guard let moment = DateTimeText(text) else { return nil }
            self = .dateTime(moment.text)
        case (.string(let text), .bytes):
            guard let bytes = Base64.bytes(of: text) else { return nil }
            self = .bytes(bytes)
        case (.constant("true"), .boolean): self = .boolean(true)
        case (.constant("false"), .boolean): self = .boolean(false)
        default: return nil
        }
    }

    /// Digits as SQL takes them: no infinity, no hexadecimal digits.
    private static func isDecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } && Double(text)?.isFinite == true
    }

    private static func withoutLeadingZeros(_ digits: String) -> String {
        let sign = digits.hasPrefix("-") ? "-" : ""
        let rest = digits.dropFirst(sign.count).drop { $0 == "0" }
        return sign + (rest.first?.isNumber == true ? "" : "0") + rest
    }
}
