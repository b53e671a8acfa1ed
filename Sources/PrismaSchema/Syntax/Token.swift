/// A word, mark or line end of a schema file.
struct Token {
    enum Kind: UInt8 {
        case word
        case number
        case string
        /// A quote without its end on the same line.
        case openString
        case at
        case doubleAt
        case leftBrace
        case rightBrace
        case leftParenthesis
        case rightParenthesis
        case leftBracket
        case rightBracket
        case equals
        case colon
        case comma
        case dot
        case question
        case exclamation
        /// One or several line ends, with blank lines and comments between them.
        case newline
        /// A character that stands nowhere in the language.
        case stray
        case end
    }

    var kind: Kind
    var start: Int
    var end: Int
}
