/// The ids of what is refused before anything is read from a document.
package enum YAMLMistake: String, CaseIterable, Sendable {
    /// It is not YAML; libyaml's own words say why.
    case syntax = "yaml.syntax"
    /// A quote is opened and never closed.
    case unclosedQuote = "yaml.unclosed-quote"
    /// A character that no YAML text may hold, such as NUL.
    case character = "yaml.character"
    /// A tab outside a value, where it would be indentation or separation.
    case tab = "yaml.tab"
    /// `&name`.
    case anchor = "yaml.anchor"
    /// `*name`.
    case alias = "yaml.alias"
    /// `!name` or `!!name`.
    case tag = "yaml.tag"
    /// `%YAML` or `%TAG`.
    case directive = "yaml.directive"
    /// A second `---`.
    case severalDocuments = "yaml.several-documents"
    /// A key that the same mapping already has.
    case duplicateKey = "yaml.duplicate-key"
    /// A key that is empty, a list or a mapping.
    case key = "yaml.key"
    /// Nothing but blanks and comments.
    case empty = "yaml.empty"
    /// More than a megabyte.
    case tooLarge = "yaml.too-large"
    /// Brackets or indentation more than 64 deep.
    case tooDeep = "yaml.too-deep"
}
