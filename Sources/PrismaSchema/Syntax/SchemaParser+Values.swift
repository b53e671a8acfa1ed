import Diagnostics

extension SchemaParser {
    /// `T`, `T?`, `T[]` or `Unsupported("t")`, and what older versions wrote.
    mutating func parseType() -> TypeSyntax? {
        let bracket = take(.leftBracket)
        guard let name = takeName() else {
            refuse("the field's type")
            return nil
        }
        var type = TypeSyntax(base: .named(name.text), arity: .required, span: name.span)
        if name.text == "Unsupported", take(.leftParenthesis) != nil {
            guard current.kind == .string else {
                refuse("the database's type as a string")
                return nil
            }
            type.base = .unsupported(unquoted(advance()))
            guard let end = take(.rightParenthesis) else {
                refuse("')'")
                return nil
            }
            type.span = type.span.joined(with: span(end))
        }
        if bracket != nil { return refuseOldList(type) }
        return parseArity(type)
    }

    private mutating func parseArity(_ type: TypeSyntax) -> TypeSyntax? {
        var type = type
        if let open = take(.leftBracket) {
            guard let close = take(.rightBracket) else {
                refuse("']'")
                return nil
            }
            type.arity = .list
            type.span = type.span.joined(with: span(close))
            if let question = take(.question) {
                findings.add(
                    .syntax,
                    "a list cannot be optional",
                    at: span(open).joined(with: span(question)),
                    fix: "write [] alone"
                )
            }
        } else if let question = take(.question) {
            type.arity = .optional
            type.span = type.span.joined(with: span(question))
        } else if let mark = take(.exclamation) {
            findings.add(.syntax, "fields are required without a sign", at: span(mark), fix: "remove '!'")
        }
        return type
    }

    private mutating func refuseOldList(_ type: TypeSyntax) -> TypeSyntax? {
        guard let close = take(.rightBracket) else {
            refuse("']'")
            return nil
        }
        let place = Span(file: file, start: type.span.start - 1, end: close.end)
        findings.add(
            .syntax,
            "the brackets of a list stand behind its type",
            at: place,
            fix: "write the type and then []"
        )
        return type
    }

    /// All attributes of a field or value.
    mutating func parseAttributes() -> [AttributeSyntax] {
        var attributes: [AttributeSyntax] = []
        while current.kind == .at, let attribute = parseAttribute() { attributes.append(attribute) }
        return attributes
    }

    /// `@name(arguments)` or `@@name(arguments)`.
    mutating func parseAttribute() -> AttributeSyntax? {
        let sign = advance()
        guard let path = takePath() else {
            refuse("the name of an attribute")
            return nil
        }
        var attribute = AttributeSyntax(name: path.text, arguments: [], span: span(sign).joined(with: path.span))
        if take(.leftParenthesis) != nil {
            guard let arguments = parseArguments(until: .rightParenthesis) else { return nil }
            attribute.arguments = arguments
        }
        return attribute
    }

    /// A word, or several with dots between them.
    private mutating func takePath() -> NameSyntax? {
        guard var path = takeName() else { return nil }
        while current.kind == .dot {
            advance()
            path.text += "."
            guard let part = takeName() else { break }
            path.text += part.text
            path.span = path.span.joined(with: part.span)
        }
        return path
    }

    /// What stands between brackets, which may go over several lines.
    private mutating func parseArguments(until close: Token.Kind) -> [ArgumentSyntax]? {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest {
            findings.add(.syntax, "brackets are nested more than \(Self.deepest) levels deep", at: span(current))
            skipLine()
            return nil
        }
        var arguments: [ArgumentSyntax] = []
        skip(.newline)
        while take(close) == nil {
            var name: NameSyntax?
            if current.kind == .word, following.kind == .colon {
                name = takeName()
                advance()
                skip(.newline)
            }
            guard let value = parseExpression() else { return nil }
            arguments.append(ArgumentSyntax(name: name, value: value))
            skip(.newline)
            if take(.comma) == nil, current.kind != close {
                refuse("',' or the closing bracket")
                return nil
            }
            skip(.newline)
        }
        return arguments
    }

    /// A value; nil when a mistake was found, and then the line is left out.
    mutating func parseExpression() -> ExpressionSyntax? {
        let first = current
        switch first.kind {
        case .number:
            advance()
            return ExpressionSyntax(value: .number(text(first)), span: span(first))
        case .string:
            advance()
            return ExpressionSyntax(value: .string(unquoted(first)), span: span(first))
        case .word: return parseWord()
        case .leftBracket:
            advance()
            return parseArguments(until: .rightBracket).map {
                ExpressionSyntax(value: .list($0.map(\.value)), span: spanUpToHere(from: first))
            }
        case .leftBrace:
            advance()
            return parseArguments(until: .rightBrace).map {
                ExpressionSyntax(value: .object($0), span: spanUpToHere(from: first))
            }
        default:
            refuse("a value")
            return nil
        }
    }

    private mutating func parseWord() -> ExpressionSyntax? {
        let first = current
        guard let path = takePath() else { return nil }
        guard take(.leftParenthesis) != nil else {
            return ExpressionSyntax(value: .constant(path.text), span: path.span)
        }
        return parseArguments(until: .rightParenthesis).map {
            ExpressionSyntax(value: .call(path.text, $0), span: spanUpToHere(from: first))
        }
    }

    private func spanUpToHere(from first: Token) -> Span {
        Span(file: file, start: first.start, end: lastEnd)
    }

    /// The text between the quotes, with JSON's escapes resolved.
    private mutating func unquoted(_ token: Token) -> String {
        let inner = bytes[(token.start + 1)..<(token.end - 1)]
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        guard let text = EscapedString.text(of: inner) else {
            findings.add(.syntax, "the string has an escape that JSON does not have", at: span(token))
            return String(decoding: inner, as: UTF8.self)
        }
        return text
    }
}
