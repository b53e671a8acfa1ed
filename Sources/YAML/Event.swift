/// One step of libyaml through a text; offsets count Unicode scalars from 0.
struct Event {
    /// What the step met.
    enum Kind: Equatable {
        case streamStart
        case streamEnd
        case documentStart(hasDirectives: Bool)
        case documentEnd
        case alias
        case scalar(text: String, style: Scalar.Style)
        case sequenceStart(isFlow: Bool)
        case sequenceEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    let kind: Kind
    let start: Int
    let end: Int
    let hasAnchor: Bool
    let hasTag: Bool
}

/// Where and why libyaml could not go on; it stops at the first.
struct SyntaxProblem: Error {
    /// What it was doing, and since where.
    struct Context {
        var message: String
        var offset: Int
    }

    /// The reader knows only a byte offset, the scanner and the parser only one in Unicode scalars.
    enum Place {
        case byte(Int)
        case scalar(Int)
    }

    let message: String
    let place: Place
    var context: Context?
}
