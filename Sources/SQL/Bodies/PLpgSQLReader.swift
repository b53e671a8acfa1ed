/// Reads the statements of a PL/pgSQL body, and takes the SQL out of them.
///
/// libpg_query has a parser for this language, which refuses what it would have to ask the catalog for: cursors, RETURN NEXT,
/// and fields of variables of a row type. Here no type is needed: a statement is known by its first word, and ends where its
/// own grammar says so.
struct PLpgSQLReader {
    /// The body is not what this reader knows.
    struct Lost: Error {}

    let body: [UInt8]
    let tokens: [BodyToken]
    var place = 0
    /// The variables of the open blocks and loops, innermost last.
    var scopes: [[BodyVariable]]
    var read = ReadBody()

    /// Reads a body; nil where it cannot be followed.
    static func read(_ body: String, variables: [BodyVariable]) -> ReadBody? {
        guard let tokens = try? BodyToken.all(of: body) else { return nil }
        var reader = PLpgSQLReader(body: Array(body.utf8), tokens: tokens, scopes: [variables])
        do {
            try reader.options()
            try reader.label()
            try reader.block()
            if reader.at(";") { reader.place += 1 }
            guard reader.place == tokens.count else { return nil }
        } catch { return nil }
        return reader.read
    }

    // MARK: - Tokens

    var token: BodyToken? { place < tokens.count ? tokens[place] : nil }

    func at(_ word: String, ahead: Int = 0) -> Bool {
        place + ahead < tokens.count && tokens[place + ahead].reads(word)
    }

    func at(anyOf words: Set<String>) -> Bool { token.map { !$0.isQuoted && words.contains($0.text) } ?? false }

    mutating func take(_ word: String) throws(Lost) {
        guard at(word) else { throw Lost() }
        place += 1
    }

    mutating func takeIfThere(_ word: String) -> Bool {
        guard at(word) else { return false }
        place += 1
        return true
    }

    /// The tokens up to one of the words outside parentheses and CASE, which stays.
    mutating func span(until words: Set<String>) throws(Lost) -> Range<Int> {
        let start = place
        var depth = 0
        var cases = 0
        while let token {
            if depth == 0, cases == 0, !token.isQuoted, words.contains(token.text) { return start..<place }
            if token.reads("(") || token.reads("[") { depth += 1 }
            if token.reads(")") || token.reads("]") { depth -= 1 }
            if token.reads("case") { cases += 1 }
            if token.reads("end"), cases > 0 { cases -= 1 }
            if token.reads(";") || depth < 0 { throw Lost() }
            place += 1
        }
        throw Lost()
    }

    // MARK: - Blocks

    private mutating func options() throws(Lost) {
        while takeIfThere("#") {
            guard let name = token, tokens.count > place + 1 else { throw Lost() }
            if name.reads("variable_conflict") { read.conflict = tokens[place + 1].text }
            place += 2
        }
    }

    mutating func label() throws(Lost) {
        guard takeIfThere("<<") else { return }
        place += 1
        try take(">>")
    }

    mutating func block() throws(Lost) {
        scopes.append([])
        while takeIfThere("declare") {
            while !at("begin"), !at("declare") { try declaration() }
        }
        try take("begin")
        try statements(until: ["end", "exception"])
        if takeIfThere("exception") {
            while takeIfThere("when") {
                _ = try span(until: ["then"])
                try take("then")
                try statements(until: ["when", "end"])
            }
        }
        try take("end")
        if token?.isWord == true { place += 1 }
        scopes.removeLast()
    }

    private mutating func declaration() throws(Lost) {
        guard let name = token, name.isWord else { throw Lost() }
        place += 1
        if takeIfThere("alias") {
            _ = try span(until: [";"])
            scopes[scopes.count - 1].append(BodyVariable(name: name.text, type: []))
            return try take(";")
        }
        if at("cursor") || at("scroll") || (at("no") && at("scroll", ahead: 1)) {
            _ = try span(until: ["for", "is"])
            place += 1
            fragment(.value, try span(until: [";"]))
            scopes[scopes.count - 1].append(BodyVariable(name: name.text, type: []))
            return try take(";")
        }
        _ = takeIfThere("constant")
        let type = try span(until: [";", ":=", "=", "default", "not", "collate"])
        scopes[scopes.count - 1].append(BodyVariable(name: name.text, type: Self.typeName(tokens[type])))
        _ = try span(until: [";", ":=", "=", "default"])
        if !at(";") {
            place += 1
            expression(try span(until: [";"]))
        }
        try take(";")
    }

    /// The parts of a type's name; none for an array, or for the type of another variable or column.
    private static func typeName(_ tokens: ArraySlice<BodyToken>) -> [String] {
        var parts: [String] = []
        var rest = tokens
        while let token = rest.first, token.isWord {
            parts.append(token.text)
            rest = rest.dropFirst()
            guard rest.first?.reads(".") == true else { break }
            rest = rest.dropFirst()
        }
        if rest.first?.reads("%") == true { return rest.dropFirst().first?.reads("rowtype") == true ? parts : [] }
        return rest.isEmpty ? parts : []
    }

    // MARK: - SQL

    /// Notes an SQL statement without the tokens in `omitted`.
    mutating func fragment(_ use: BodyFragment.Use, _ span: Range<Int>, omitting omitted: Range<Int>? = nil) {
        note(use, span, omitted, prefix: "")
    }

    /// Notes an expression.
    mutating func expression(_ span: Range<Int>, as use: BodyFragment.Use = .value) {
        note(use, span, nil, prefix: "SELECT ")
    }

    private mutating func note(
        _ use: BodyFragment.Use,
        _ span: Range<Int>,
        _ omitted: Range<Int>?,
        prefix: String
    ) {
        guard let first = tokens[span].first, let last = tokens[span].last else { return }
        var bytes = Array(body[first.range.lowerBound..<last.range.upperBound])
        if let omitted, let start = tokens[omitted].first, let end = tokens[omitted].last {
            for place in start.range.lowerBound..<end.range.upperBound where body[place] != UInt8(ascii: "\n") {
                bytes[place - first.range.lowerBound] = UInt8(ascii: " ")
            }
        }
        read.fragments.append(
            BodyFragment(
                use: use,
                text: prefix + String(decoding: bytes, as: UTF8.self),
                start: first.range.lowerBound,
                prefix: prefix.utf8.count,
                variables: scopes.reversed().flatMap(\.self)
            )
        )
    }
}
