import Diagnostics

/// What to say about a syntax problem, and where: libyaml's own place is often the end of the file.
struct SyntaxDiagnosis {
    /// Where libyaml stopped, in Unicode scalars.
    let offset: Int
    let diagnostic: Diagnostic

    init(of problem: SyntaxProblem, in source: SourceText, finder: PositionFinder) {
        var text = Text(scalars: source.text.unicodeScalars, finder: finder)
        switch problem.place {
        case .byte(let byte):
            let utf8 = source.text.utf8
            let index = utf8.index(utf8.startIndex, offsetBy: byte, limitedBy: utf8.endIndex) ?? utf8.endIndex
            offset = source.text.unicodeScalars.distance(from: utf8.startIndex, to: index)
            diagnostic = text.character(at: offset)
        case .scalar(let scalar):
            offset = scalar
            diagnostic = text.diagnostic(of: problem, at: scalar)
        }
    }
}

/// The text around a problem, asked what it looks like.
private struct Text {
    let scalars: String.UnicodeScalarView
    var finder: PositionFinder

    /// The reader's only problem with valid UTF-8: a character that YAML does not allow.
    mutating func character(at offset: Int) -> Diagnostic {
        let code = scalar(at: offset).map { String($0.value, radix: 16, uppercase: true) } ?? "0"
        let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        return error(.character, "the character \(name) is not allowed", at: range(at: offset))
    }

    mutating func diagnostic(of problem: SyntaxProblem, at offset: Int) -> Diagnostic {
        if scalar(at: offset) == "\t" {
            return error(.tab, "a tab where indentation or a value should be", at: range(at: offset), fix: "use spaces")
        }
        if let context = problem.context, let diagnostic = unclosed(context, problem.message, at: offset) {
            return diagnostic
        }
        let start = offset - lineBefore(offset).unicodeScalars.count
        if problem.context?.message == "while scanning a directive" || scalar(at: start) == "%" {
            return error(.directive, "directives are not used in a plan", at: range(at: start, wholeLine: true))
        }
        let notes = problem.context.map { context in
            [Diagnostic.Note(context.message, at: range(at: context.offset))]
        }
        let fix = fix(for: problem.message, at: offset)
        return error(.syntax, problem.message, at: range(at: offset), notes: notes ?? [], fix: fix)
    }

    /// What is opened and never closed is noticed at the end of the file, and belongs to where it is opened.
    private mutating func unclosed(
        _ context: SyntaxProblem.Context,
        _ message: String,
        at offset: Int
    ) -> Diagnostic? {
        let isAtEnd = scalars.dropFirst(offset).allSatisfy(\.properties.isWhitespace)
        switch context.message {
        case "while scanning a quoted scalar" where message.hasPrefix("found unexpected"):
            let range = range(at: context.offset, wholeLine: true)
            return error(.unclosedQuote, "this quote is never closed", at: range)
        case "while parsing a flow sequence" where isAtEnd:
            return error(.syntax, "this list is never closed", at: range(at: context.offset), fix: "add ']'")
        case "while parsing a flow mapping" where isAtEnd:
            return error(.syntax, "this mapping is never closed", at: range(at: context.offset), fix: "add '}'")
        default: return nil
        }
    }

    private func fix(for message: String, at offset: Int) -> String? {
        switch message {
        case "mapping values are not allowed in this context":
            let isInValue = lineBefore(offset).contains(": ")
            return isInValue ? "quote the value if ': ' is part of it" : "indent it like the key before"
        case "found character that cannot start any token": return "quote the value"
        case "found unknown escape character": return "use single quotes, or write '\\\\' for a backslash"
        default: return nil
        }
    }

    // MARK: - Places

    private func scalar(at offset: Int) -> Unicode.Scalar? {
        scalars.dropFirst(offset).first
    }

    private func lineBefore(_ offset: Int) -> String {
        let before = scalars.prefix(offset)
        let start = before.lastIndex { $0 == "\n" || $0 == "\r" }.map(before.index(after:)) ?? before.startIndex
        return String(before[start...])
    }

    private mutating func range(at offset: Int, wholeLine: Bool = false) -> SourceRange {
        _ = finder.position(ofScalar: offset)
        let length = wholeLine ? finder.restOfLine.unicodeScalars.count : finder.restOfLine.isEmpty ? 0 : 1
        return finder.range(fromScalar: offset, to: offset + length)
    }

    private func error(
        _ mistake: YAMLMistake,
        _ message: String,
        at range: SourceRange,
        notes: [Diagnostic.Note] = [],
        fix: String? = nil
    ) -> Diagnostic {
        Diagnostic(.error, mistake.rawValue, message, at: range, notes: notes, fix: fix)
    }
}
