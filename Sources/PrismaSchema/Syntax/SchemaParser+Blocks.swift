import Diagnostics

extension SchemaParser {
    private static let keywords = ["model", "view", "enum", "type", "datasource", "generator"]

    mutating func parseBlock() {
        guard let keyword = takeName() else { return refuse("a block such as model or enum") }
        guard Self.keywords.contains(keyword.text) else {
            let match = closestMatch(to: keyword.text, among: Self.keywords)
            findings.add(
                .block,
                "'\(keyword.text)' is no kind of block",
                at: keyword.span,
                fix: match.map { "did you mean '\($0)'?" } ?? "the kinds are \(Self.keywords.joined(separator: ", "))"
            )
            return skipBlock()
        }
        guard let name = takeName() else { return refuse("the name of the \(keyword.text)") }
        if keyword.text == "type", current.kind == .equals {
            findings.add(.composite, "type aliases are not part of the language any more", at: name.span)
            return skipLine()
        }
        guard take(.leftBrace) != nil else { return refuse("'{'") }
        if current.kind != .newline {
            findings.add(
                .syntax,
                "text follows '{' on its line",
                at: span(current),
                fix: "begin a new line after '{'"
            )
            skipLine()
        }
        parseBody(keyword, name)
    }

    private mutating func parseBody(_ keyword: NameSyntax, _ name: NameSyntax) {
        switch keyword.text {
        case "enum": parseEnum(name)
        case "datasource", "generator": parseSettings(name, isDatasource: keyword.text == "datasource")
        case "type":
            schema.composites.append(name)
            skipBody()
        default: parseModel(name, isView: keyword.text == "view")
        }
    }

    /// Reads line after line up to the closing brace.
    private mutating func lines(of name: NameSyntax, _ line: (inout SchemaParser) -> Void) {
        while true {
            skip(.newline)
            if take(.rightBrace) != nil { return }
            if current.kind == .end {
                return findings.add(.syntax, "the block '\(name.text)' is not closed", at: name.span, fix: "add '}'")
            }
            line(&self)
        }
    }

    private mutating func parseModel(_ name: NameSyntax, isView: Bool) {
        var model = ModelSyntax(name: name, isView: isView)
        lines(of: name) { parser in
            if parser.current.kind == .doubleAt {
                if let attribute = parser.parseAttribute() { model.attributes.append(attribute) }
                return parser.endLine()
            }
            guard let field = parser.parseField() else { return }
            model.fields.append(field)
        }
        schema.models.append(model)
    }

    private mutating func parseField() -> FieldSyntax? {
        guard let name = takeName() else {
            refuse("a field")
            return nil
        }
        if current.kind == .newline || current.kind == .at {
            findings.add(
                .syntax,
                "the field '\(name.text)' has no type",
                at: name.span,
                fix: "add a type after the name"
            )
            skipLine()
            return nil
        }
        if let colon = take(.colon) {
            findings.add(.syntax, "a colon stands after the field's name", at: span(colon), fix: "remove it")
        }
        guard let type = parseType() else { return nil }
        let attributes = parseAttributes()
        endLine()
        return FieldSyntax(name: name, type: type, attributes: attributes)
    }

    private mutating func parseEnum(_ name: NameSyntax) {
        var enumeration = EnumSyntax(name: name)
        lines(of: name) { parser in
            if parser.current.kind == .doubleAt {
                if let attribute = parser.parseAttribute() { enumeration.attributes.append(attribute) }
                return parser.endLine()
            }
            guard let value = parser.takeName() else { return parser.refuse("a value of the enum") }
            enumeration.values.append(EnumValueSyntax(name: value, attributes: parser.parseAttributes()))
            parser.endLine()
        }
        schema.enums.append(enumeration)
    }

    private mutating func parseSettings(_ name: NameSyntax, isDatasource: Bool) {
        var settings = SettingsSyntax(name: name, isDatasource: isDatasource)
        lines(of: name) { parser in
            guard let key = parser.takeName() else { return parser.refuse("a setting") }
            guard parser.take(.equals) != nil else { return parser.refuse("'='") }
            guard let value = parser.parseExpression() else { return }
            settings.entries.append((key, value))
            parser.endLine()
        }
        schema.settings.append(settings)
    }

    /// Leaves out a block of which not even the kind is known.
    private mutating func skipBlock() {
        while current.kind != .leftBrace, current.kind != .newline, current.kind != .end { advance() }
        if take(.leftBrace) != nil { skipBody() }
    }

    /// Leaves out everything up to the closing brace.
    private mutating func skipBody() {
        var depth = 1
        while depth > 0, current.kind != .end {
            switch advance().kind {
            case .leftBrace: depth += 1
            case .rightBrace: depth -= 1
            default: break
            }
        }
    }
}
