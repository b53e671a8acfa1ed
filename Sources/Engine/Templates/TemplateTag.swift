/// A tag of a template, with what the scan found out about its place.
struct TemplateTag: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// `{{name}}`.
        case variable
        /// `{{#name}}`.
        case section
        /// `{{^name}}`.
        case inverted
        /// `{{/name}}`.
        case end
        /// `{{> name}}`.
        case partial
    }

    let kind: Kind
    /// The name, without sigil and blanks; `first()` and `last()` with their parentheses.
    let name: String
    /// The scalars of the template it covers, braces included.
    let range: Range<Int>
    let place: TagPlace
    /// The delimiters of the dollar quotes around it, outermost first.
    let dollarQuotes: [String]
}

/// A template's tags as a tree of sections.
indirect enum TemplateNode: Hashable, Sendable {
    case variable(TemplateTag)
    case section(TemplateTag, [TemplateNode])
    case partial(TemplateTag)
}
