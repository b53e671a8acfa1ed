/// Text as one YAML value.
enum YAMLScalar {
    /// Plain where nothing could take it for something else, else in quotes.
    static func text(_ text: String) -> String {
        let isPlain = text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.]*( [A-Za-z0-9_.]+)*/) != nil
        if isPlain, !reserved.contains(text.lowercased()) { return text }
        let isPrintable = text.unicodeScalars.allSatisfy { !isControl($0) }
        return isPrintable ? "'\(text.replacing("'", with: "''"))'" : "\"\(escaped(text))\""
    }

    /// What some version of YAML takes for a truth value or for nothing.
    private static let reserved: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            guard isControl(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
