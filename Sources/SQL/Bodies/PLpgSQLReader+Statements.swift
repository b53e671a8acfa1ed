extension PLpgSQLReader {
    mutating func statements(until ends: Set<String>) throws(Lost) {
        while !at(anyOf: ends) {
            guard token != nil else { throw Lost() }
            try label()
            try statement()
        }
    }

    /// Words of statements that hold no SQL of interest.
    private static let plain: Set = [
        "exit", "continue", "null", "close", "move", "get", "commit", "rollback", "raise", "fetch",
    ]

    /// Words that begin an SQL statement, and no assignment.
    private static let commands: Set = [
        "select", "insert", "update", "delete", "with", "merge", "values", "table", "(", "create", "drop", "alter",
        "truncate", "lock", "notify", "listen", "unlisten", "set", "reset", "analyze", "vacuum", "grant", "revoke",
        "comment",
        "copy", "refresh", "reindex", "cluster", "do", "explain", "import", "security", "discard", "call", "show",
        "checkpoint", "prepare", "deallocate", "declare",
    ]

    private mutating func statement() throws(Lost) {
        guard let first = token else { throw Lost() }
        guard !first.isQuoted else { return try assignment() }
        // A variable may have the name of a keyword: what follows it tells.
        if at(":=", ahead: 1) || at("=", ahead: 1) || at(".", ahead: 1) || at("[", ahead: 1) { return try assignment() }
        switch first.text {
        case "declare", "begin":
            try block()
            try take(";")
        case "if": try conditional()
        case "case": try choice()
        case "loop": try loop(with: [])
        case "while":
            place += 1
            expression(try span(until: ["loop"]))
            try loop(with: [])
        case "for": try iteration()
        case "foreach":
            place += 1
            _ = try span(until: ["array"])
            place += 1
            expression(try span(until: ["loop"]))
            try loop(with: [])
        case "return": try answer()
        case "execute":
            place += 1
            try dynamic(until: [";"])
        case "perform":
            place += 1
            expression(try span(until: [";"]), as: .statement(into: []))
            try take(";")
        case "open": try opening()
        case "assert":
            place += 1
            expression(try span(until: [";", ","]))
            _ = try span(until: [";"])
            try take(";")
        case let word where Self.plain.contains(word):
            _ = try span(until: [";"])
            try take(";")
        case let word where Self.commands.contains(word): try command()
        default: try assignment()
        }
    }

    // MARK: - Control

    private mutating func conditional() throws(Lost) {
        repeat {
            place += 1
            expression(try span(until: ["then"]))
            try take("then")
            try statements(until: ["elsif", "elseif", "else", "end"])
        } while at("elsif") || at("elseif")
        if takeIfThere("else") { try statements(until: ["end"]) }
        try take("end")
        try take("if")
        try take(";")
    }

    private mutating func choice() throws(Lost) {
        place += 1
        if !at("when") { expression(try span(until: ["when"])) }
        while takeIfThere("when") {
            expression(try span(until: ["then"]))
            try take("then")
            try statements(until: ["when", "else", "end"])
        }
        if takeIfThere("else") { try statements(until: ["end"]) }
        try take("end")
        try take("case")
        try take(";")
    }

    private mutating func loop(with variables: [BodyVariable]) throws(Lost) {
        try take("loop")
        scopes.append(variables)
        try statements(until: ["end"])
        scopes.removeLast()
        try take("end")
        try take("loop")
        if token?.isWord == true { place += 1 }
        try take(";")
    }

    private mutating func iteration() throws(Lost) {
        place += 1
        let names = try targets(of: span(until: ["in"]))
        try take("in")
        _ = takeIfThere("reverse")
        if takeIfThere("execute") {
            try dynamic(until: ["loop"])
            return try loop(with: [])
        }
        let source = try span(until: ["loop"])
        let isCursor =
            tokens[source].first?.isWord == true
            && (source.count == 1 || tokens[source.lowerBound + 1].reads("("))
            && !Self.commands.contains(tokens[source.lowerBound].text)
        let isNumeric = tokens[source].contains { $0.reads("..") }
        if isNumeric || isCursor {
            for bound in tokens[source].split(whereSeparator: { $0.reads("..") || $0.reads("by") }) where isNumeric {
                expression(bound.startIndex..<bound.endIndex)
            }
            return try loop(with: names.map { BodyVariable(name: $0, type: []) })
        }
        fragment(.loop(into: names), source)
        try loop(with: [])
    }

    // MARK: - What holds SQL

    private mutating func answer() throws(Lost) {
        place += 1
        if takeIfThere("query") {
            if takeIfThere("execute") { return try dynamic(until: [";"]) }
            fragment(.returned, try span(until: [";"]))
        } else {
            _ = takeIfThere("next")
            expression(try span(until: [";"]))
        }
        try take(";")
    }

    private mutating func dynamic(until end: Set<String>) throws(Lost) {
        expression(try span(until: end.union(["into", "using"])), as: .dynamic)
        _ = try span(until: end)
        if end.contains(";") { try take(";") }
    }

    private mutating func opening() throws(Lost) {
        _ = try span(until: ["for", ";"])
        if takeIfThere("for") {
            if takeIfThere("execute") { return try dynamic(until: [";"]) }
            fragment(.value, try span(until: [";"]))
        }
        try take(";")
    }

    private mutating func assignment() throws(Lost) {
        _ = try span(until: [":=", "="])
        place += 1
        expression(try span(until: [";"]))
        try take(";")
    }

    /// An SQL statement; INTO, which is PL/pgSQL's own unless it follows INSERT, MERGE or IMPORT, is left out.
    private mutating func command() throws(Lost) {
        let whole = try span(until: [";"])
        var depth = 0
        var into: Int?
        for place in whole {
            if tokens[place].reads("(") { depth += 1 }
            if tokens[place].reads(")") { depth -= 1 }
            let isFirst = place == whole.lowerBound
            if depth == 0, into == nil, tokens[place].reads("into"), !isFirst,
                !["insert", "merge"].contains(where: tokens[place - 1].reads), !tokens[whole.lowerBound].reads("import")
            {
                into = place
            }
        }
        guard let into else {
            fragment(.statement(into: []), whole)
            return try take(";")
        }
        var end = into + 1
        if end < whole.upperBound, tokens[end].reads("strict") { end += 1 }
        let start = end
        var isName = true
        while end < whole.upperBound {
            if tokens[end].reads("[") {
                while end < whole.upperBound, !tokens[end].reads("]") { end += 1 }
                end += 1
                continue
            }
            let isSign = tokens[end].reads(",") || tokens[end].reads(".")
            guard isSign != isName, isSign || tokens[end].isWord else { break }
            isName.toggle()
            end += 1
        }
        let last = min(end, whole.upperBound)
        fragment(.statement(into: targets(of: start..<last)), whole, omitting: into..<last)
        try take(";")
    }

    /// The names between commas, each by its first part.
    private func targets(of span: Range<Int>) -> [String] {
        tokens[span].split { $0.reads(",") }.compactMap { $0.first?.text }
    }
}
