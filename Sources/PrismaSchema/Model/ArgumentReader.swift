import Diagnostics

/// Takes the arguments of one attribute or function, and tells which are left.
struct ArgumentReader {
    private let arguments: [ArgumentSyntax]
    private let owner: String
    private let span: Span
    private var taken: Set<Int> = []
    private var known: [String] = []

    init(_ attribute: AttributeSyntax, sign: String) {
        arguments = attribute.arguments
        owner = sign + attribute.name
        span = attribute.span
    }

    /// The argument of that name.
    mutating func take(_ name: String) -> ExpressionSyntax? {
        known.append(name)
        guard let index = arguments.firstIndex(where: { $0.name?.text == name }) else { return nil }
        taken.insert(index)
        return arguments[index].value
    }

    /// The argument that may stand without its name.
    mutating func takeFirst(_ name: String) -> ExpressionSyntax? {
        if let named = take(name) { return named }
        guard let index = arguments.firstIndex(where: { $0.name == nil }) else { return nil }
        taken.insert(index)
        return arguments[index].value
    }

    /// Says which arguments nobody knows.
    func finish(_ findings: inout Findings) {
        for (index, argument) in arguments.enumerated() where !taken.contains(index) {
            guard let name = argument.name else {
                findings.add(.argument, "\(owner) has an argument too many", at: argument.value.span)
                continue
            }
            if known.contains(name.text) {
                findings.add(.duplicate, "\(owner) has the argument '\(name.text)' twice", at: name.span)
                continue
            }
            let match = closestMatch(to: name.text, among: known).map { "did you mean '\($0)'?" }
            findings.add(.argument, "\(owner) has no argument '\(name.text)'", at: name.span, fix: match)
        }
    }
}

extension Findings {
    /// The text of an argument that has to be a string.
    mutating func string(_ expression: ExpressionSyntax?) -> String? {
        guard let expression else { return nil }
        if case .string(let text) = expression.value { return text }
        add(.argument, "\(expression.kind) stands where a string is expected", at: expression.span)
        return nil
    }

    /// The elements of an argument that has to be a list.
    mutating func list(_ expression: ExpressionSyntax?) -> [ExpressionSyntax]? {
        guard let expression else { return nil }
        if case .list(let elements) = expression.value { return elements }
        // One value may stand for a list of one.
        return [expression]
    }

    /// The word of an argument that has to be one of several.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ expression: ExpressionSyntax?, _: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let expression else { return nil }
        let words = Word.allCases.map(\.rawValue)
        guard case .constant(let text) = expression.value else {
            add(.argument, "\(expression.kind) stands where a word is expected", at: expression.span)
            return nil
        }
        if let word = Word(rawValue: text) { return word }
        let match = closestMatch(to: text, among: words).map { "did you mean '\($0)'?" }
        let fix = match ?? "use one of \(words.joined(separator: ", "))"
        add(.argument, "'\(text)' is not allowed here", at: expression.span, fix: fix)
        return nil
    }
}
