/// Cuts a script as psql does (psqlscan.l); see ``PsqlScript``.
struct PsqlCutter {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private(set) var pieces: [PsqlScript.Piece] = []
    /// Where the statement under way begins; nil between statements.
    private var start: Int?
    /// The words of the statement under way outside quotes, in lower case.
    private var words: [String] = []
    private var parentheses = 0
    /// How deep a routine's body of `BEGIN ATOMIC` is nested, CASE included.
    private var bodies = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func cut() throws(PsqlProblem) {
        while place < scalars.count {
            let scalar = scalars[place]
            switch scalar {
            case "\\": try takeCommand()
            case "-" where looksAt("--"): skipLine()
            case "/" where looksAt("/*"): try skipComment()
            case "'": try takeString()
            case "\"": try takeName()
            case "$": try takeDollar()
            case ";" where parentheses == 0 && bodies == 0: try end()
            case _ where scalar.properties.isWhitespace: place += 1
            case _ where Self.beginsWord(scalar): takeWord()
            default:
                begin()
                if scalar == "(" { parentheses += 1 }
                if scalar == ")" { parentheses = max(0, parentheses - 1) }
                place += 1
            }
        }
        finish(at: scalars.count)
    }

    private func looksAt(_ text: String) -> Bool { scalars[place...].starts(with: text.unicodeScalars) }

    private mutating func begin() { if start == nil { start = place } }

    private mutating func finish(at end: Int) {
        if let start {
            var last = end
            while last > start, scalars[last - 1].properties.isWhitespace { last -= 1 }
            let text = String(String.UnicodeScalarView(scalars[start..<last]))
            pieces.append(PsqlScript.Piece(text: text, start: start))
        }
        start = nil
        words = []
        (parentheses, bodies) = (0, 0)
    }

    private mutating func end() throws(PsqlProblem) {
        let isCopy = words.first == "copy" && zip(words, words.dropFirst()).contains { $0 == ("from", "stdin") }
        if isCopy { (start, words) = (nil, []) } else { finish(at: place) }
        place += 1
        if isCopy { try skipRows() }
    }

    // MARK: - Quotes and comments

    private mutating func skipLine() { while place < scalars.count, scalars[place] != "\n" { place += 1 } }

    private mutating func skipComment() throws(PsqlProblem) {
        let opening = place
        var depth = 0
        repeat {
            if looksAt("/*") {
                depth += 1
                place += 2
            } else if looksAt("*/") {
                depth -= 1
                place += 2
            } else {
                place += 1
            }
            if place >= scalars.count, depth > 0 { throw unended("comment", opening) }
        } while depth > 0
    }

    private mutating func takeString() throws(PsqlProblem) {
        begin()
        let opening = place
        let escapes =
            place > 0 && "eE".unicodeScalars.contains(scalars[place - 1])
            && (place < 2 || !Self.continuesWord(scalars[place - 2]))
        place += 1
        while place < scalars.count {
            if escapes, scalars[place] == "\\" {
                place += 2
            } else if scalars[place] == "'" {
                place += 1
                // A doubled quote is one in the text.
                guard place < scalars.count, scalars[place] == "'" else { return }
                place += 1
            } else {
                place += 1
            }
        }
        throw unended("string", opening)
    }

    private mutating func takeName() throws(PsqlProblem) {
        begin()
        let opening = place
        place += 1
        while place < scalars.count {
            place += 1
            guard scalars[place - 1] == "\"" else { continue }
            guard place < scalars.count, scalars[place] == "\"" else { return }
            place += 1
        }
        throw unended("quoted name", opening)
    }

    private mutating func takeDollar() throws(PsqlProblem) {
        begin()
        let opening = place
        let tag = scalars[(place + 1)...].prefix { Self.continuesWord($0) && $0 != "$" }
        let end = place + 1 + tag.count
        guard end < scalars.count, scalars[end] == "$", tag.first.map(Self.beginsWord) ?? true else {
            place += 1
            return
        }
        let delimiter = scalars[place...end]
        place = end + 1
        while place < scalars.count, !scalars[place...].starts(with: delimiter) { place += 1 }
        guard place < scalars.count else { throw unended("dollar-quoted string", opening) }
        place += delimiter.count
    }

    private func unended(_ what: String, _ opening: Int) -> PsqlProblem {
        PsqlProblem(message: "this \(what) does not end", start: opening, end: opening + 1)
    }

    // MARK: - Words

    private static func beginsWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || !scalar.isASCII
    }

    private static func continuesWord(_ scalar: Unicode.Scalar) -> Bool {
        beginsWord(scalar) || ("0"..."9").contains(scalar) || scalar == "$"
    }

    private mutating func takeWord() {
        begin()
        let first = place
        while place < scalars.count, Self.continuesWord(scalars[place]) { place += 1 }
        let word = String(String.UnicodeScalarView(scalars[first..<place])).lowercased()
        words.append(word)
        guard parentheses == 0, makesRoutine else { return }
        switch word {
        case "begin": bodies += 1
        case "case" where bodies > 0: bodies += 1
        case "end" where bodies > 0: bodies -= 1
        default: break
        }
    }

    private var makesRoutine: Bool {
        guard words.first == "create" else { return false }
        let rest = Array(words.dropFirst().prefix(3))
        let kind = rest.starts(with: ["or", "replace"]) ? rest.dropFirst(2).first : rest.first
        return kind == "function" || kind == "procedure"
    }

    // MARK: - psql

    /// Commands that say nothing about the schema.
    private static let passed: Set<String> = [
        "restrict", "unrestrict", "connect", "c", "echo", "qecho", "warn", "set", "unset", "pset", "timing", "encoding",
        "x", "t", "a", ".",
    ]

    private mutating func takeCommand() throws(PsqlProblem) {
        let opening = place
        skipLine()
        let line = String(String.UnicodeScalarView(scalars[(opening + 1)..<place]))
        let name = line.prefix { !$0.isWhitespace }
        guard Self.passed.contains(String(name)) else {
            throw PsqlProblem(
                message: "psql's command \\\(name) is not understood here",
                start: opening,
                end: opening + 1 + name.unicodeScalars.count
            )
        }
    }

    /// The rows of a COPY end with a line of a backslash and a dot.
    private mutating func skipRows() throws(PsqlProblem) {
        let opening = place
        skipLine()
        while place < scalars.count {
            place += 1
            let first = place
            skipLine()
            let line = scalars[first..<place]
            if line.elementsEqual("\\.".unicodeScalars) || line.elementsEqual("\\.\r".unicodeScalars) { return }
        }
        throw PsqlProblem(message: "the rows of this COPY do not end", start: opening, end: opening + 1)
    }
}
