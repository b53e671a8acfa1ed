/// A token of a function's body, as PL/pgSQL tells them apart.
struct BodyToken: Hashable, Sendable {
    /// A word in lower case unless it is quoted, or the token as it stands.
    let text: String
    /// Its bytes in the body.
    let range: Range<Int>
    let isWord: Bool
    /// Whether it is a word in quotes, which is no keyword.
    let isQuoted: Bool

    /// The tokens of a body without its comments.
    static func all(of body: String) throws(SyntaxError) -> [BodyToken] {
        let bytes = Array(body.utf8)
        return try PGQuery.scan(body).filter { !$0.isComment }.map { token in
            let raw = String(decoding: bytes[token.range], as: UTF8.self)
            guard let first = raw.unicodeScalars.first else {
                return BodyToken(text: raw, range: token.range, isWord: false, isQuoted: false)
            }
            if first == "\"" {
                let name = raw.dropFirst().dropLast().replacing("\"\"", with: "\"")
                return BodyToken(text: String(name), range: token.range, isWord: true, isQuoted: true)
            }
            let isString = raw.last == "'"
            let isWord = !isString && (first == "_" || first.properties.isAlphabetic)
            return BodyToken(
                text: isWord ? raw.lowercased() : raw,
                range: token.range,
                isWord: isWord,
                isQuoted: false
            )
        }
    }

    /// Whether it is this keyword or sign.
    func reads(_ word: String) -> Bool { !isQuoted && text == word }

    /// Whether it is a string constant.
    var isString: Bool { !isWord && (text.last == "'" || (text.first == "$" && text.last == "$" && text.count > 1)) }
}
